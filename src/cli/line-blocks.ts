import { closeSync, openSync, readSync } from 'node:fs';

/** Part of a file of lines: those that begin at `start` or later, and before `end`. */
export interface LineBlock {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

const NEWLINE = 10;

/** Read behind a block in one go with it: most lines end there. */
const LOOK_AHEAD_BYTES = 1 << 16;

/** Cuts a file into blocks without reading it: where the lines are is seen by whoever reads a block. */
export function* lineBlocks(path: string, bytes: number, blockBytes: number): Generator<LineBlock> {
  for (let start = 0; start < bytes; start += blockBytes) {
    yield { path, start, end: Math.min(start + blockBytes, bytes) };
  }
}

/** Reads blocks one after another into the same memory. */
export class LineBlockReader {
  private memory = Buffer.alloc(0);
  private filled = 0;

  /** @param maxLineBytes a line that goes on for longer behind its block is cut off there */
  constructor(private readonly maxLineBytes: number) {}

  /** The whole lines of a block, until the next one is read. */
  public read({ path, start, end }: LineBlock): Buffer {
    const file = openSync(path, 'r');
    this.filled = 0;
    try {
      // One byte before says whether a line begins at the start.
      const from = Math.max(0, start - 1);
      this.readMore(file, from, end - from + LOOK_AHEAD_BYTES);
      const first = start === 0 ? 0 : this.memory.subarray(0, this.filled).indexOf(NEWLINE) + 1;
      if (start > 0 && (first === 0 || from + first >= end)) return this.memory.subarray(0, 0);
      // First the end: looking for it may take other memory.
      const last = this.findEnd(file, from, end - from);
      return this.memory.subarray(first, last);
    } finally {
      closeSync(file);
    }
  }

  /** Behind the newline of the line that covers the last byte of the block. */
  private findEnd(file: number, from: number, length: number): number {
    let looked = length - 1;
    for (;;) {
      const newline = this.memory.subarray(0, this.filled).indexOf(NEWLINE, looked);
      if (newline !== -1) return newline + 1;
      looked = this.filled;
      if (looked - length > this.maxLineBytes) return looked;
      if (this.readMore(file, from + looked, looked) === 0) return looked;
    }
  }

  private readMore(file: number, position: number, bytes: number): number {
    if (this.memory.length < this.filled + bytes) {
      const larger = Buffer.allocUnsafeSlow(this.filled + bytes);
      this.memory.copy(larger, 0, 0, this.filled);
      this.memory = larger;
    }
    let read = 0;
    while (read < bytes) {
      const more = readSync(file, this.memory, this.filled, bytes - read, position + read);
      if (more === 0) break;
      read += more;
      this.filled += more;
    }
    return read;
  }
}

/** The whole lines of one block, in memory of its own. */
export function readLineBlock(block: LineBlock, maxLineBytes: number): Buffer {
  return new LineBlockReader(maxLineBytes).read(block);
}
