/** Pixels of an image. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Of base64. The sizes of PNG, GIF and WebP are in the first 30 bytes; in a JPEG they come after its metadata. */
const SHORT = 4096;
const LONG = 2 ** 20;

/** Size of a PNG, JPEG, GIF or WebP, read from its beginning; a data URL will do. Undefined for anything else. Never throws. */
export function findImageSize(base64: string): ImageSize | undefined {
  const from = base64.startsWith('data:') ? base64.indexOf(',') + 1 : 0;
  const bytesOf = (length: number) => Buffer.from(base64.slice(from, from + length), 'base64');
  const head = bytesOf(SHORT);
  const size = findPngSize(head) ?? findGifSize(head) ?? findWebpSize(head) ?? findJpegSize(head, () => bytesOf(LONG));
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}

/** @see https://www.w3.org/TR/png-3/#11IHDR */
function findPngSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 24 || bytes.toString('latin1', 0, 8) !== '\u0089PNG\r\n\u001a\n') return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
function findGifSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 10 || bytes.toString('latin1', 0, 4) !== 'GIF8') return undefined;
  return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

/** @see https://developers.google.com/speed/webp/docs/riff_container */
function findWebpSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 30 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP') {
    return undefined;
  }
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}

/** Walks from marker to marker until the start of a frame. @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf */
function findJpegSize(head: Buffer, longer: () => Buffer): ImageSize | undefined {
  if (head.length < 4 || head[0] !== 0xff || head[1] !== 0xd8) return undefined;
  return findFrame(head) ?? findFrame(longer());
}

function findFrame(bytes: Buffer): ImageSize | undefined {
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15; DHT, JPG and DAC lie between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
