/**
 * Text with one character for each byte of its UTF-8 form, as `latin1` decoding gives it.
 *
 * V8 keeps such text in one byte a character and works on it twice as fast. JSON escapes nothing above 0x7F, so a value goes
 * from the dataset's bytes to the record's bytes as it is, and the record is written as `latin1` again.
 */
export type ByteText = string;

const BEYOND_ASCII = /[^\p{ASCII}]/u;

export function toByteText(text: string): ByteText {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

export function fromByteText(text: ByteText): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

/** Where the first byte is that no UTF-8 text has there; -1 if there is none. */
export function findNotUtf8(bytes: Uint8Array): number {
  let index = 0;
  while (index < bytes.length) {
    const length = sequenceLength(bytes, index);
    if (length === 0) return index;
    index += length;
  }
  return -1;
}

/** Bytes of the character at an index; 0 where there is none. @see https://www.rfc-editor.org/rfc/rfc3629#section-4 */
function sequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index];
  if (first < 0x80) return 1;
  const [length, low, high] = secondByte(first);
  for (let offset = 1; offset < length; offset += 1) {
    const byte = bytes[index + offset];
    const [from, to] = offset === 1 ? [low, high] : [0x80, 0xbf];
    if (byte === undefined || byte < from || byte > to) return 0;
  }
  return length;
}

/** How many bytes a first byte begins, and what the second may be. */
function secondByte(first: number): readonly [length: number, low: number, high: number] {
  if (first >= 0xc2 && first <= 0xdf) return [2, 0x80, 0xbf];
  if (first === 0xe0) return [3, 0xa0, 0xbf];
  if (first === 0xed) return [3, 0x80, 0x9f];
  if (first >= 0xe1 && first <= 0xef) return [3, 0x80, 0xbf];
  if (first === 0xf0) return [4, 0x90, 0xbf];
  if (first >= 0xf1 && first <= 0xf3) return [4, 0x80, 0xbf];
  if (first === 0xf4) return [4, 0x80, 0x8f];
  return [0, 0, 0];
}
