import { statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { type Issue, isError } from '../core/issue';
import { bodyFormat } from '../records/bodies';
import {
  byteOrderMarkLength,
  checkFirstBytes,
  DATASET_EXTENSIONS,
  type DatasetFormat,
  findDatasetFormat,
} from '../records/dataset/dataset-format';
import { type DatasetHead, findDatasetHead } from '../records/dataset/dataset-head';
import { openParquet, readParquetRows } from '../records/dataset/parquet-rows';
import { checkPrepare, type PrepareOptions, RecordMaker } from '../records/dataset/prepare';
import type { RecordBlock } from '../records/dataset/record-block';
import { RecordIds } from '../records/dataset/record-ids';
import { toRowCutter } from '../records/dataset/row-cutter';
import { RowProblems } from '../records/dataset/row-problems';
import { RecordSplitter, type SplitLimits } from '../records/split';
import { mapInOrder } from './parallel';
import type { PrepareBlockPiece } from './prepare-block';
import { findLineNumbers } from './prepare-line-numbers';
import { type OutputPlace, type PreparedFile, PreparedOutput } from './prepare-output';
import { loadParquetLibrary } from './prepare-parquet-library';
import { DatasetPieces, MAX_ROW_BYTES } from './prepare-pieces';

/** Large enough that handing it over costs nothing, small enough that several in each thread take little memory. */
const BLOCK_BYTES = 2 * 1024 * 1024;

/** Below this the start of a thread takes longer than the work. */
const PARALLEL_BYTES = 64 * 1024 * 1024;

/** Bytes in which the header or the first row is looked for at first. */
const HEAD_BYTES = 1024 * 1024;

export type PrepareDatasetOptions = PrepareOptions &
  OutputPlace & {
    readonly path: string;
    /** @default - as the extension of the file says */
    readonly format?: DatasetFormat;
    /** What is between the cells of CSV or TSV: one character of ASCII. @default - a comma, for TSV a tab */
    readonly delimiter?: string;
    /** @default - one part, of whatever size */
    readonly limits?: SplitLimits;
    /** Threads; 0 works in this one. @default - where the file is large one less than cores, at least one; else 0 */
    readonly workers?: number;
    /** @default 2 MiB */
    readonly blockBytes?: number;
    readonly onProgress?: (bytes: number, totalBytes: number, records: number) => void;
    /** Gives up, leaves nothing behind, and rejects with the signal's reason. */
    readonly signal?: AbortSignal;
  };

export interface PreparedDataset {
  /** None if an issue is an error. */
  readonly files: readonly PreparedFile[];
  readonly records: number;
  readonly bytes: number;
  readonly issues: readonly Issue[];
}

/** How the records of a dataset come, whatever its format. */
interface RecordSource {
  readonly issues: readonly Issue[];
  /** Blocks of records in the order of the rows, with how many bytes of the file are behind them. */
  blocks(): AsyncIterable<{ readonly block: RecordBlock; readonly done: number }>;
  /** What turned out to be wrong with the file, after the last block. */
  findProblems(problems: RowProblems): Issue[];
}

/**
 * Makes the records of a batch job from a dataset, and writes them into one file or into parts.
 *
 * Either all files are there in the end or, if an issue is an error, none. Memory does not grow with the dataset, except for
 * what keeps ids apart where the dataset gives them, and for Parquet, whose row groups are read as a whole.
 */
export async function prepareDataset(options: PrepareDatasetOptions): Promise<PreparedDataset> {
  const { path } = options;
  const format = options.format ?? findDatasetFormat(path);
  const file = statSync(path, { throwIfNoEntry: false });
  const refused = (...issues: Issue[]) => ({ files: [], records: 0, bytes: 0, issues });
  if (file === undefined) {
    return refused({ code: 'FileNotFound', input: path, message: 'must be a file, but nothing is there' });
  }
  if (!file.isFile()) return refused({ code: 'NotAFile', input: path, message: 'must be a file, got something else' });
  if (format === undefined) {
    const allowed = DATASET_EXTENSIONS.map((name) => `.${name}`).join(', ');
    return refused({
      code: 'UnknownFormat',
      input: path,
      message: `must have a name that ends in ${allowed}${fixOf(path)}`,
    });
  }
  const { delimiter } = options;
  if (delimiter !== undefined && !/^[^\P{ASCII}"\r\n]$/u.test(delimiter)) {
    const message = `must be one character of ASCII, but no quote and no line end, got ${JSON.stringify(delimiter)}`;
    return refused({ code: 'BadDelimiter', input: 'delimiter', message });
  }
  const unwritable = new PreparedOutput(options).checkWritable();
  if (unwritable.length > 0) return refused(...unwritable);
  const handle = await open(path, 'r');
  try {
    const first = await readHead(handle, 4);
    const issues = checkFirstBytes(first, format, path);
    if (file.size === 0) issues.splice(0, Infinity, emptyInput(path));
    if (issues.length > 0) return refused(...issues);
    const source =
      format === 'parquet'
        ? await parquetSource(options, handle, file.size)
        : await textSource(options, format, handle, file.size);
    if (source.issues.some(isError)) return refused(...source.issues);
    return await writeRecords(source, options, file.size);
  } finally {
    await handle.close();
  }
}

async function writeRecords(
  source: RecordSource,
  options: PrepareDatasetOptions,
  size: number,
): Promise<PreparedDataset> {
  const { path, limits = {}, signal, onProgress } = options;
  const output = new PreparedOutput(options);
  const splitter = new RecordSplitter(limits);
  const problems = new RowProblems();
  const ids = new RecordIds();
  let isDone = false;
  try {
    let rows = 0;
    for await (const { block, done } of source.blocks()) {
      signal?.throwIfAborted();
      for (const group of block.problems) problems.addGroup(group);
      for (const [index, id] of (block.ids ?? []).entries()) {
        const problem = id === '' ? undefined : ids.findProblem(id, rows + index + 1);
        if (problem !== undefined) problems.add(problem);
      }
      rows += block.lengths.length;
      if (!problems.hasErrors) {
        output.hold(block.bytes);
        await output.write(splitter.push(block.lengths));
      }
      onProgress?.(done, size, rows);
      if (block.isBroken) break;
    }
    const issues = [...source.issues, ...source.findProblems(problems)];
    const offsets = problems.toGroups().flatMap((group) => group.problems.flatMap(({ offset }) => offset ?? []));
    const lines = await findLineNumbers(path, offsets);
    issues.push(...problems.toIssues(path, (offset) => lines.get(offset)));
    if (rows === 0 && !issues.some(isError)) issues.push(emptyInput(path));
    if (!issues.some(isError)) {
      await output.write(splitter.end());
      issues.push(...splitter.issues(path), ...checkOneFile(options, output.partCount), ...output.checkPlace(path));
    }
    if (issues.some(isError)) return { files: [], records: rows, bytes: 0, issues };
    const files = await output.commit();
    isDone = true;
    return { files, records: rows, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), issues };
  } finally {
    if (!isDone) await output.discard();
  }
}

async function textSource(
  options: PrepareDatasetOptions,
  format: Exclude<DatasetFormat, 'parquet'>,
  handle: FileHandle,
  size: number,
): Promise<RecordSource> {
  const { path, kind, model, template, systemPrompt, idColumn, parameters, blockBytes = BLOCK_BYTES } = options;
  const delimiter = options.delimiter ?? (format === 'tsv' ? '\t' : ',');
  const { head, begin } = await readDatasetHead(handle, size, { format, delimiter, input: path });
  const prepare: PrepareOptions = { kind, model, template, systemPrompt, idColumn, parameters };
  const headIssues = head.issues.some(isError) ? [] : checkPrepare(prepare, head.columns, bodyFormat(kind));
  const cutter = toRowCutter(format, delimiter);
  const pieces = new DatasetPieces(handle, cutter, blockBytes, format !== 'json');
  // This thread cuts the file and writes the records, which takes half a core.
  const workers = options.workers ?? (size < PARALLEL_BYTES ? 0 : Math.max(1, availableParallelism() - 1));
  return {
    issues: [...head.issues, ...headIssues],
    async *blocks() {
      const inHand: PrepareBlockPiece[] = [];
      const taken = (async function* () {
        for await (const piece of pieces.from(begin + head.start)) {
          inHand.push(piece);
          yield piece;
        }
      })();
      const setup = { path, options: prepare, shape: { format, delimiter, columns: head.columns } };
      for await (const block of mapInOrder('prepare-block', setup, taken, { workers })) {
        yield { block, done: (inHand.shift() as PrepareBlockPiece).end };
      }
    },
    findProblems(problems) {
      if (pieces.problem !== undefined) problems.add(pieces.problem);
      const problem = pieces.problem === undefined && !problems.hasErrors ? cutter.findProblem() : undefined;
      return problem === undefined ? [] : [{ code: 'MalformedDataset', input: path, message: problem }];
    },
  };
}

async function parquetSource(options: PrepareDatasetOptions, handle: FileHandle, size: number): Promise<RecordSource> {
  const { path, kind } = options;
  const library = await loadParquetLibrary();
  const file = { byteLength: size, slice: (start: number, end = size) => readRange(handle, start, end) };
  const { parquet, issues } = await openParquet(library, file, path);
  if (issues !== undefined) return { issues, blocks: nothing, findProblems: () => [] };
  const format = bodyFormat(kind);
  const unreadable: Issue[] = [];
  return {
    issues: checkPrepare(options, parquet.columns, format),
    async *blocks() {
      const maker = new RecordMaker(options, format);
      let firstRow = 1;
      try {
        for await (const rows of readParquetRows(library, parquet, maker.wanted)) {
          for (let start = 0; start < rows.length; start += ROWS_AT_A_TIME) {
            const some = rows.slice(start, start + ROWS_AT_A_TIME);
            const block = maker.makeFromRows(some, firstRow);
            firstRow += some.length;
            yield { block, done: Math.floor((size * (firstRow - 1)) / parquet.rows) };
          }
        }
      } catch (error) {
        const message = `must be a whole Parquet file, and cannot be read from row ${firstRow} on (${(error as Error).message})`;
        unreadable.push({ code: 'UnreadableParquet', input: path, message });
      }
    },
    findProblems: () => unreadable,
  };
}

/** Rows of a Parquet row group whose records are made at a time. */
const ROWS_AT_A_TIME = 1000;

async function* nothing(): AsyncGenerator<never> {}

/** Reads on until the head of the dataset is whole. */
async function readDatasetHead(
  handle: FileHandle,
  size: number,
  options: { format: Exclude<DatasetFormat, 'parquet'>; delimiter: string; input: string },
): Promise<{ head: DatasetHead; begin: number }> {
  for (let length = HEAD_BYTES; ; length *= 4) {
    const bytes = await readHead(handle, Math.min(length, size));
    const begin = byteOrderMarkLength(bytes);
    const isWhole = length >= size;
    const head = findDatasetHead(bytes.subarray(begin), { ...options, isWhole });
    if (head !== undefined) return { head, begin };
    if (length >= MAX_ROW_BYTES) {
      const message = `must have a first row or header of at most ${MAX_ROW_BYTES} bytes; a quote or bracket that is never closed looks like a huge row`;
      return {
        head: { columns: [], start: 0, issues: [{ code: 'RowTooLarge', input: options.input, message }] },
        begin,
      };
    }
  }
}

async function readHead(handle: FileHandle, length: number): Promise<Buffer> {
  return Buffer.from(await readRange(handle, 0, length));
}

async function readRange(handle: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  let read = 0;
  while (read < bytes.length) {
    const { bytesRead } = await handle.read(bytes, read, bytes.length - read, start + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return read === bytes.length ? bytes.buffer : bytes.buffer.slice(0, read);
}

/** What to do with files that hold datasets of another kind. */
function fixOf(path: string): string {
  if (/\.(gz|zip|zst|bz2|xz)$/i.test(path)) return '; unpack it first';
  return /\.(xlsx?|ods|numbers)$/i.test(path) ? '; save the sheet as "CSV UTF-8"' : '';
}

function checkOneFile({ outputFile }: OutputPlace, parts: number): Issue[] {
  if (outputFile === undefined || parts <= 1) return [];
  const message = `must take what one file may hold, got enough for ${parts}; give outputFolder instead`;
  return [{ code: 'TooManyForOneFile', input: 'outputFile', message }];
}

function emptyInput(path: string): Issue {
  return { code: 'EmptyInput', input: path, message: 'must hold rows, got none' };
}
