import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Issue } from '../core/issue';
import { type PartRun, partName } from '../records/split';
import { findFileProblem, findFolderProblem, realName, withPath } from './output-place';

/** A file of records. */
export interface PreparedFile {
  readonly path: string;
  readonly records: number;
  readonly bytes: number;
  /** Job that it belongs to, from 1: parts of one job fit into one job. */
  readonly job: number;
}

interface OpenPart {
  readonly temporary: string;
  readonly path: string;
  /** Behind a link, what it leads to. */
  readonly realPath: string;
  readonly handle: FileHandle;
  readonly job: number;
  records: number;
  bytes: number;
}

/** One file, or a folder of files `records-0001.jsonl` and so on. */
export type OutputPlace =
  | { readonly outputFile: string; readonly outputFolder?: undefined }
  | { readonly outputFolder: string; readonly outputFile?: undefined };

const PART_NAME = /^records-\d{4,}\.jsonl$/;

/**
 * Files of records that come into being all at once: they are written under temporary names beside their own, which they are
 * given when all is well.
 */
export class PreparedOutput {
  private readonly parts: OpenPart[] = [];
  private madeFolder: string | undefined;
  /** How many parts there were when the last was closed. */
  private closed = 0;
  /** Bytes of records that have no part yet. */
  private waiting: Uint8Array[] = [];

  constructor(private readonly place: OutputPlace) {}

  /** Takes in the lines of records, whose parts come later. */
  public hold(bytes: Uint8Array): void {
    if (bytes.length > 0) this.waiting.push(bytes);
  }

  /** Writes records that were held, the first first. */
  public async write(runs: readonly PartRun[]): Promise<void> {
    for (const { part, job, records, bytes } of runs) {
      const open = this.parts[part - 1] ?? (await this.openPart(part, job));
      open.records += records;
      open.bytes += bytes;
      for (const some of this.take(bytes)) await writeWhole(open, some);
    }
  }

  public get partCount(): number {
    return this.parts.length;
  }

  /** What can be told of the place before anything is written. */
  public checkWritable(): Issue[] {
    const { outputFile, outputFolder } = this.place;
    const input = outputFile === undefined ? 'outputFolder' : 'outputFile';
    const message = outputFile === undefined ? findFolderProblem(outputFolder) : findFileProblem(outputFile);
    return message === undefined ? [] : [{ code: 'OutputNotWritable', input, message }];
  }

  /** Files that are there already and that nobody wants among the new ones, or in place of which they would be. */
  public checkPlace(datasetPath: string): Issue[] {
    const { outputFolder } = this.place;
    const paths = this.parts.map(({ path }) => resolve(path));
    if (this.parts.some(({ realPath }) => realPath === realName(datasetPath))) {
      const message = `must not be the dataset itself, got ${datasetPath}`;
      return [{ code: 'OutputIsDataset', input: outputFolder === undefined ? 'outputFile' : 'outputFolder', message }];
    }
    if (outputFolder === undefined || !existsSync(outputFolder)) return [];
    const stale = readdirSync(outputFolder).filter((name) => {
      return PART_NAME.test(name) && !paths.includes(resolve(join(outputFolder, name)));
    });
    if (stale.length === 0) return [];
    const more = stale.length > 3 ? ` and ${stale.length - 3} more` : '';
    const message = `must not hold parts of an earlier run, which would go into the same job, got ${stale.sort().slice(0, 3).join(', ')}${more}; remove them or choose another folder`;
    return [{ code: 'StaleParts', input: 'outputFolder', message }];
  }

  /** Gives the files their names. */
  public async commit(): Promise<PreparedFile[]> {
    await this.close();
    for (const { temporary, realPath } of this.parts) renameSync(temporary, realPath);
    return this.parts.map(({ path, records, bytes, job }) => ({ path, records, bytes, job }));
  }

  /** Takes away what was written, and the folder if it was made for it. */
  public async discard(): Promise<void> {
    await this.close();
    for (const { temporary } of this.parts) rmSync(temporary, { force: true });
    if (this.madeFolder === undefined || readdirSync(this.madeFolder).length > 0) return;
    rmdirSync(this.madeFolder);
  }

  /** Parts are written one after another: what is open at a time does not grow with their number. */
  private async close(): Promise<void> {
    const last = this.parts[this.parts.length - 1];
    if (last === undefined || this.closed === this.parts.length) return;
    this.closed = this.parts.length;
    await last.handle.close();
  }

  private async openPart(part: number, job: number): Promise<OpenPart> {
    const { outputFile, outputFolder } = this.place;
    if (outputFolder !== undefined && !existsSync(outputFolder)) {
      mkdirSync(outputFolder, { recursive: true });
      this.madeFolder = outputFolder;
    }
    // More than one part for one file is refused when all are counted.
    const path = outputFile ?? join(outputFolder, partName(part));
    const realPath = realName(path);
    const temporary = join(dirname(realPath), `.${basename(realPath)}.${process.pid}-${part}.tmp`);
    await this.close();
    const open = { temporary, path, realPath, handle: await openNew(temporary, path), job, records: 0, bytes: 0 };
    this.parts.push(open);
    return open;
  }

  private *take(count: number): Generator<Uint8Array> {
    let left = count;
    let used = 0;
    for (const bytes of this.waiting) {
      if (left === 0) break;
      const some = bytes.length <= left ? bytes : bytes.subarray(0, left);
      left -= some.length;
      if (some === bytes) used += 1;
      else this.waiting[used] = bytes.subarray(some.length);
      yield some;
    }
    this.waiting = this.waiting.slice(used);
  }
}

async function openNew(temporary: string, path: string): Promise<FileHandle> {
  try {
    return await open(temporary, 'w');
  } catch (error) {
    throw withPath(error, path);
  }
}

async function writeWhole({ handle, path }: OpenPart, bytes: Uint8Array): Promise<void> {
  try {
    let written = 0;
    while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
  } catch (error) {
    throw withPath(error, path);
  }
}
