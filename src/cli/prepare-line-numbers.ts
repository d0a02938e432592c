import { open } from 'node:fs/promises';

const NEWLINE = 10;
const BLOCK_BYTES = 1024 * 1024;

/** Lines, from 1, in which some bytes of a file are. Reads the file up to the last of them. */
export async function findLineNumbers(path: string, offsets: readonly number[]): Promise<Map<number, number>> {
  const lines = new Map<number, number>();
  const sorted = [...new Set(offsets)].sort((a, b) => a - b);
  if (sorted.length === 0) return lines;
  const file = await open(path, 'r');
  try {
    const memory = Buffer.allocUnsafe(BLOCK_BYTES);
    let line = 1;
    let position = 0;
    let bytes = memory.subarray(0, 0);
    let next = 0;
    for (const offset of sorted) {
      while (position + next < offset) {
        if (next >= bytes.length) {
          position += bytes.length;
          next = 0;
          const { bytesRead } = await file.read(memory, 0, BLOCK_BYTES, position);
          if (bytesRead === 0) break;
          bytes = memory.subarray(0, bytesRead);
          continue;
        }
        const newline = bytes.indexOf(NEWLINE, next);
        if (newline === -1) {
          next = Math.min(bytes.length, offset - position);
        } else if (position + newline < offset) {
          line += 1;
          next = newline + 1;
        } else {
          next = offset - position;
        }
      }
      lines.set(offset, line);
    }
  } finally {
    await file.close();
  }
  return lines;
}
