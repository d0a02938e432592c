import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BatchInferenceError } from '../core/batch-inference-error';
import { findFileProblem, realName, withPath } from './output-place';

/** Part of a file, from `start` up to `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const COPY_BYTES = 1 << 20;

/**
 * A file that is written row by row under a temporary name beside its own, and takes its name when it is whole. A row can be
 * dropped after it was written; dropped rows are left out at the end, by copying the rest.
 */
export class RowsFile {
  public readonly temporaryPath: string;
  private readonly file: number;
  private readonly headerBytes: number;
  /** Where each row ends. */
  private readonly ends: number[] = [];
  private readonly droppedRows: number[] = [];
  private length: number;
  private isOpen = true;
  /** Behind a link, what it leads to. */
  public readonly realPath: string;

  /** @throws BatchInferenceError where no file can be written */
  constructor(
    public readonly path: string,
    header = '',
  ) {
    this.realPath = realName(path);
    this.temporaryPath = temporaryName(this.realPath);
    this.file = openForWriting(path, this.temporaryPath);
    this.headerBytes = this.write(this.file, Buffer.from(header));
    this.length = this.headerBytes;
  }

  /** Rows that are not empty, without the dropped ones. */
  public get rows(): number {
    const isFilled = (row: number) => this.startOf(row) < (this.ends[row] as number);
    const dropped = this.droppedRows.filter(isFilled).length;
    return this.ends.reduce((count, _, row) => count + (isFilled(row) ? 1 : 0), 0) - dropped;
  }

  /** @param ends where each row ends in the bytes */
  public append(bytes: Uint8Array, ends: ArrayLike<number> = [bytes.length]): void {
    for (let index = 0; index < ends.length; index += 1) this.ends.push(this.length + (ends[index] as number));
    this.length += this.write(this.file, bytes);
  }

  /** Leaves a row out; rows count from 0 in the order in which they were appended. */
  public drop(row: number): void {
    this.droppedRows.push(row);
  }

  /** What is left of the file: the header first, if there is one. */
  public keptRanges(): ByteRange[] {
    const ranges: ByteRange[] = [];
    let start = 0;
    for (const row of [...this.droppedRows].sort((a, b) => a - b)) {
      if (this.startOf(row) > start) ranges.push({ start, end: this.startOf(row) });
      start = this.ends[row] as number;
    }
    if (this.length > start) ranges.push({ start, end: this.length });
    return ranges;
  }

  public finish(): void {
    if (this.droppedRows.length > 0) this.copyKept();
    this.close();
    renameSync(this.temporaryPath, this.realPath);
  }

  /** Leaves nothing behind. Does no harm to a file that is finished. */
  public discard(): void {
    this.close();
    rmSync(this.temporaryPath, { force: true });
  }

  public close(): void {
    if (this.isOpen) closeSync(this.file);
    this.isOpen = false;
  }

  private write(file: number, bytes: Uint8Array): number {
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    } catch (error) {
      throw withPath(error, this.path);
    }
    return bytes.length;
  }

  private startOf(row: number): number {
    return row === 0 ? this.headerBytes : (this.ends[row - 1] as number);
  }

  private copyKept(): void {
    const path = temporaryName(this.realPath);
    const target = openForWriting(this.path, path);
    try {
      const bytes = Buffer.allocUnsafe(COPY_BYTES);
      for (const { start, end } of this.keptRanges()) {
        for (let position = start; position < end; ) {
          const read = readSync(this.file, bytes, 0, Math.min(bytes.length, end - position), position);
          this.write(target, bytes.subarray(0, read));
          position += read;
        }
      }
      renameSync(path, this.temporaryPath);
    } finally {
      closeSync(target);
      rmSync(path, { force: true });
    }
  }
}

/** Beside the file that it becomes: a rename within one file system is done in one step. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
}

function openForWriting(path: string, temporaryPath: string): number {
  const problem = findFileProblem(path);
  if (problem !== undefined) {
    throw new BatchInferenceError([{ code: 'OutputNotWritable', input: path, message: problem }]);
  }
  try {
    return openSync(temporaryPath, 'wx+');
  } catch (error) {
    const message = `must be a file that can be written (${(error as Error).message})`;
    throw new BatchInferenceError([{ code: 'OutputNotWritable', input: path, message }]);
  }
}
