import { closeSync, openSync, readSync } from 'node:fs';

const NEWLINE = 10;

/** Part of a file of lines. */
export interface FileBlock {
  readonly bytes: Buffer;
  /** Whether the file begins with it. */
  readonly isFirst: boolean;
}

/**
 * A file of lines in blocks of whole ones, in memory one block at a time.
 *
 * @param blockBytes a block is so large, or larger where a line is
 * @param maxLineBytes a line that is longer is cut off, and the rest of it passed over
 */
export function* fileBlocks(path: string, { blockBytes = 1 << 22, maxLineBytes = 1 << 27 } = {}): Generator<FileBlock> {
  const file = openSync(path, 'r');
  try {
    let kept: Buffer = Buffer.alloc(0);
    let isFirst = true;
    let isPassingOver = false;
    for (;;) {
      const buffer = Buffer.allocUnsafe(kept.length + blockBytes);
      kept.copy(buffer);
      const read = readSync(file, buffer, kept.length, blockBytes, null);
      const filled = buffer.subarray(0, kept.length + read);
      if (read === 0) {
        if (filled.length > 0 && !isPassingOver) yield { bytes: filled, isFirst };
        return;
      }
      let whole = filled;
      if (isPassingOver) {
        const newline = whole.indexOf(NEWLINE);
        isPassingOver = newline === -1;
        whole = isPassingOver ? Buffer.alloc(0) : whole.subarray(newline + 1);
      }
      const last = whole.lastIndexOf(NEWLINE);
      kept = whole.subarray(last + 1);
      if (last !== -1) {
        yield { bytes: whole.subarray(0, last + 1), isFirst };
        isFirst = false;
      }
      if (kept.length > maxLineBytes) {
        yield { bytes: kept, isFirst };
        isFirst = false;
        isPassingOver = true;
        kept = Buffer.alloc(0);
      }
    }
  } finally {
    closeSync(file);
  }
}
