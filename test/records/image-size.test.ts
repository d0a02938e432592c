import { findImageSize } from '../../src/records/image-size';

const base64 = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  ).toString('base64');

const PNG = base64('\u0089PNG\r\n\u001a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 3, 32, 0, 0, 2, 88, 8, 2, 0, 0, 0]);
const GIF = base64('GIF89a', [0x20, 0x03, 0x58, 0x02, 0, 0, 0]);
/** 800 x 600 in the first frame, after an application segment of `metadata` bytes. */
const jpeg = (metadata: number, frame = 0xc0) =>
  base64([0xff, 0xd8, 0xff, 0xe1, (metadata + 2) >> 8, (metadata + 2) & 0xff], '\0'.repeat(metadata), [
    0xff,
    frame,
    0,
    17,
    8,
    0x02,
    0x58,
    0x03,
    0x20,
    3,
    1,
    0x22,
    0,
    2,
    0x11,
    1,
    3,
    0x11,
    1,
  ]);
const riff = (chunk: string, ...rest: number[]) => base64('RIFF', [0, 0, 0, 0], `WEBP${chunk}`, [0, 0, 0, 0], rest);
const WEBP_LOSSY = riff('VP8 ', 0, 0, 0, 0x9d, 0x01, 0x2a, 0x20, 0x03, 0x58, 0x02);
const WEBP_LOSSLESS = riff('VP8L', 0x2f, 0x1f, 0xc3, 0x95, 0x00, 0, 0, 0, 0, 0);
const WEBP_EXTENDED = riff('VP8X', 0, 0, 0, 0, 0x1f, 0x03, 0, 0x57, 0x02, 0);

describe('the size of an image is read from its beginning', () => {
  test.each([
    ['PNG', PNG],
    ['GIF', GIF],
    ['JPEG', jpeg(14)],
    ['JPEG, progressive', jpeg(14, 0xc2)],
    ['JPEG with metadata of 60 kB before the frame', jpeg(60_000)],
    ['WebP, lossy', WEBP_LOSSY],
    ['WebP, lossless', WEBP_LOSSLESS],
    ['WebP, extended', WEBP_EXTENDED],
    ['PNG in a data URL', `data:image/png;base64,${PNG}`],
  ])('%s', (_, image) => {
    expect(findImageSize(image)).toEqual({ width: 800, height: 600 });
  });

  test('of a JPEG with a fill byte before a marker', () => {
    const filled = base64([0xff, 0xd8, 0xff, 0xff, 0xc0, 0, 17, 8, 0x02, 0x58, 0x03, 0x20, 3]);
    expect(findImageSize(filled)).toEqual({ width: 800, height: 600 });
  });
});

describe('no size is found', () => {
  test.each([
    ['in nothing', ''],
    ['in text', Buffer.from('not an image at all, but long enough to be one').toString('base64')],
    ['in what is not base64', '!!!! ???'],
    ['in a PNG cut short', PNG.slice(0, 16)],
    ['in a GIF cut short', GIF.slice(0, 8)],
    ['in a JPEG without a frame', base64([0xff, 0xd8, 0xff, 0xd9, 0, 0])],
    ['in a JPEG that is cut in its metadata', jpeg(14).slice(0, 16)],
    ['in a JPEG whose tables only look like a frame', base64([0xff, 0xd8, 0xff, 0xc4, 0, 17, 8, 2, 88, 3, 32, 3, 0])],
    ['in a WebP of an unknown kind', riff('VP9 ', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['in a WebP cut short', WEBP_LOSSY.slice(0, 24)],
    ['where the size is nothing', base64('GIF89a', [0, 0, 0x58, 0x02, 0, 0, 0])],
  ])('%s', (_, image) => {
    expect(findImageSize(image)).toBeUndefined();
  });
});
