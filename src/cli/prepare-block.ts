import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { bodyFormat } from '../records/bodies';
import { type PrepareOptions, RecordMaker, type RowShape } from '../records/dataset/prepare';
import type { RecordBlock } from '../records/dataset/record-block';

/** What a thread is told once. */
export interface PrepareBlockSetup {
  readonly path: string;
  readonly options: PrepareOptions;
  readonly shape: RowShape;
}

/** Whole rows of the file: its bytes from `start` to before `end`. */
export interface PrepareBlockPiece {
  readonly start: number;
  readonly end: number;
  /** Number of the first row in it, from 1. */
  readonly firstRow: number;
}

/** Makes the records of one piece of a dataset, in whichever thread. */
export function prepareBlock({ path, options, shape }: PrepareBlockSetup): (piece: PrepareBlockPiece) => RecordBlock {
  const maker = new RecordMaker(options, bodyFormat(options.kind));
  let memory = Buffer.alloc(0);
  return ({ start, end, firstRow }) => {
    const length = end - start;
    if (memory.length < length) memory = Buffer.allocUnsafeSlow(length);
    const bytes = memory.subarray(0, readAt(path, memory, length, start));
    return maker.makeFromBytes(bytes, shape, { offset: start, firstRow }, isUtf8);
  };
}

/** Bytes read: fewer if the file became shorter. */
function readAt(path: string, memory: Buffer, length: number, position: number): number {
  const file = openSync(path, 'r');
  try {
    let read = 0;
    while (read < length) {
      const more = readSync(file, memory, read, length - read, position + read);
      if (more === 0) break;
      read += more;
    }
    return read;
  } finally {
    closeSync(file);
  }
}
