import { realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BatchInferenceError } from '../core/batch-inference-error';
import type { Issue } from '../core/issue';
import type { BodyKind } from '../records/body-format';
import { compareManifest, type JobCount } from '../records/results/compare-manifest';
import { type Manifest, sumManifests } from '../records/results/manifest';
import { SUCCEEDED } from '../records/results/outcome-index';
import { addCount, emptyCount, type ResultsSummary, ResultsTally } from '../records/results/results-tally';
import { checkRetry } from '../records/results/retry';
import { toCsvHeader, toCsvRow, toJsonlRow } from '../records/results/table-row';
import { type LineBlock, lineBlocks } from './line-blocks';
import { realName } from './output-place';
import { mapInOrder } from './parallel';
import { findInputFiles, findResultFiles, type LinesFile, type ManifestFile } from './read-results-files';
import { type ResultsBlockSetup, readWholeLines, resultsBlock } from './results-block';
import type { PieceOf, ResultOf, SetupOf } from './tasks';
import { RowsFile, temporaryName } from './write-table-rows';

export type TableFormat = 'csv' | 'jsonl' | 'parquet';

export interface ReadResultsOptions {
  /** Files and folders, in which `*.jsonl.out` and `manifest.json.out` are looked for at any depth. Later ones are later answers. */
  readonly paths: readonly string[];
  /** What was sent, as files and folders of `*.jsonl`. @default - nothing can be missing */
  readonly inputs?: readonly string[];
  /** Bodies that were sent. @default - known by the shape of each output */
  readonly kind?: BodyKind;
  /**
   * Table to write, a row for each record: in the order of the results, then the missing ones in the order of the inputs.
   *
   * @default - no table
   */
  readonly output?: { readonly path: string; readonly format: TableFormat };
  /**
   * File to write with the records to send again, bodies whole: with the inputs those that failed or are missing, as the inputs
   * have them; without them those that failed, as the results repeat them. Where there are none, no file is left there.
   *
   * @default - no file
   */
  readonly retryFile?: string;
  readonly onProgress?: (bytes: number, totalBytes: number) => void;
  /** Aborts the work; nothing is left behind. */
  readonly signal?: AbortSignal;
  /** Threads; 0 works in this one. @default - one for each core where the files are large, else 0 */
  readonly workers?: number;
  /** @default 1 MiB */
  readonly blockBytes?: number;
}

export interface ResultsReport extends ResultsSummary {
  /** Files of results. */
  readonly files: number;
  readonly bytes: number;
  /** What the manifests say together; undefined where there is none. */
  readonly manifest?: Manifest;
  readonly table?: { readonly path: string; readonly format: TableFormat; readonly rows: number };
  readonly retry?: { readonly path: string; readonly records: number };
}

/** Four times as large is no faster, and takes twice the memory in all. */
const BLOCK_BYTES = 1024 * 1024;

/** Below this the start of a thread takes longer than the work. */
const PARALLEL_BYTES = 16 * 1024 * 1024;

/** Of each file so much is looked at to see whether answers are embeddings. */
const PEEK_BYTES = 1 << 16;

/**
 * Reads the results of one job or several, joined to the inputs by `recordId`, and writes a table of them and a list of what to
 * send again. Nothing is held in memory but the ids.
 *
 * @throws BatchInferenceError where there are no results to read or no file can be written
 */
export async function readResults(options: ReadResultsOptions): Promise<ResultsReport> {
  const found = findResultFiles(options.paths);
  const inputs = options.inputs === undefined ? [] : findInputFiles(options.inputs);
  checkOutputs(options, [...found.files, ...found.manifests, ...inputs]);
  const { output } = options;
  let reading = new Reading(options, found.files, inputs, output?.format === 'csv' && holdEmbeddings(found.files));
  if ((await reading.run()) === 'needsEmbeddingColumn') {
    reading = new Reading(options, found.files, inputs, true);
    await reading.run();
  }
  const { tally, table, retry } = reading;
  const summary = tally.summary();
  const manifests = [...found.manifests, ...tally.manifests];
  return {
    ...summary,
    files: found.files.length,
    bytes: found.files.reduce((sum, { bytes }) => sum + bytes, 0),
    manifest: manifests.length === 0 ? undefined : sumManifests(manifests.map(({ manifest }) => manifest)),
    table: output && table && { ...output, rows: table.rows },
    retry: retry && { path: retry.path, records: retry.rows },
    issues: [
      ...found.issues,
      ...summary.issues,
      ...compareManifests(manifests, tally),
      ...(retry === undefined ? [] : checkRetry(retry.path, retry.rows)),
    ],
  };
}

/** One way through the results and the inputs. */
class Reading {
  public readonly tally = new ResultsTally();
  public table: RowsFile | undefined;
  public retry: RowsFile | undefined;
  private readonly totalBytes: number;
  private bytes = 0;

  constructor(
    private readonly options: ReadResultsOptions,
    private readonly files: readonly LinesFile[],
    private readonly inputs: readonly LinesFile[],
    private readonly hasEmbedding: boolean,
  ) {
    this.totalBytes = [...files, ...inputs].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Embeddings among other answers are seen only when it is too late for a column of their own. */
  public async run(): Promise<'done' | 'needsEmbeddingColumn'> {
    const { output, retryFile } = this.options;
    try {
      if (output) this.table = new RowsFile(output.path, output.format === 'csv' ? toCsvHeader(this.hasEmbedding) : '');
      if (retryFile !== undefined) this.retry = new RowsFile(retryFile);
      if (!(await this.readFiles())) return 'needsEmbeddingColumn';
      await this.readInputs();
      await this.finish();
      return 'done';
    } finally {
      this.table?.discard();
      this.retry?.discard();
    }
  }

  private async readFiles(): Promise<boolean> {
    const { kind, output } = this.options;
    const keepBodies = this.retry !== undefined && this.options.inputs === undefined;
    const format = output?.format === 'csv' ? 'csv' : 'jsonl';
    const setup: ResultsBlockSetup = {
      kind,
      table: output && { format, hasEmbedding: this.hasEmbedding },
      keepBodies,
    };
    for await (const { block, result } of this.map('results-block', setup, this.files)) {
      if (block.start === 0) this.tally.startFile(block.path);
      const dropped = this.tally.add(result);
      if (result.table) this.table?.append(result.table.bytes, result.table.ends);
      if (result.bodies) this.retry?.append(result.bodies.bytes, result.bodies.ends);
      for (const row of dropped) {
        this.table?.drop(row);
        if (keepBodies) this.retry?.drop(row);
      }
      if (output?.format === 'csv' && !this.hasEmbedding && this.tally.embeddings > 0) return false;
    }
    return true;
  }
  private async readInputs(): Promise<void> {
    this.tally.hasInputs = this.options.inputs !== undefined;
    for await (const { block, result } of this.map('input-lines-block', undefined, this.inputs)) {
      if (block.start === 0) this.tally.startInput(block.path);
      const unanswered = this.tally.addInput(result);
      for (const { recordId, status } of unanswered) if (status === 'missing') this.addMissing(recordId);
      if (this.retry === undefined || unanswered.length === 0) continue;
      const lines = readWholeLines(block);
      for (const { position } of unanswered) {
        const line = lines.subarray(result.starts[position], result.ends[position]);
        this.retry.append(Buffer.concat([line, NEWLINE]));
      }
    }
  }

  private addMissing(recordId: string): void {
    const row = { recordId, status: 'missing' } as const;
    const isCsv = this.options.output?.format === 'csv';
    this.table?.append(Buffer.from(isCsv ? toCsvRow(row, this.hasEmbedding) : toJsonlRow(row)));
  }

  private async finish(): Promise<void> {
    const { table, retry } = this;
    if (this.options.output?.format === 'parquet' && table) await this.finishParquet(table);
    else table?.finish();
    if (retry === undefined) return;
    if (retry.rows > 0) retry.finish();
    else rmSync(retry.realPath, { force: true });
  }

  private async finishParquet(table: RowsFile): Promise<void> {
    const path = temporaryName(table.realPath);
    const piece = {
      rowsPath: table.temporaryPath,
      ranges: table.keptRanges(),
      path,
      hasEmbedding: this.tally.embeddings > 0,
    };
    try {
      for await (const _ of mapInOrder('write-table-parquet', undefined, [piece], { workers: 1 }));
      this.options.signal?.throwIfAborted();
      renameSync(path, table.realPath);
    } finally {
      rmSync(path, { force: true });
    }
  }

  private async *map<N extends 'results-block' | 'input-lines-block'>(
    task: N,
    setup: SetupOf<N>,
    files: readonly LinesFile[],
  ): AsyncGenerator<{ readonly block: LineBlock; readonly result: ResultOf<N> }> {
    const { blockBytes = BLOCK_BYTES, signal, onProgress } = this.options;
    const workers = this.options.workers ?? (this.totalBytes < PARALLEL_BYTES ? 0 : undefined);
    const blocks = files.flatMap(({ path, bytes }) => [...lineBlocks(path, bytes, blockBytes)]);
    let index = 0;
    signal?.throwIfAborted();
    for await (const result of mapInOrder(task, setup, blocks as PieceOf<N>[], { workers })) {
      const block = blocks[index] as LineBlock;
      index += 1;
      yield { block, result };
      signal?.throwIfAborted();
      this.bytes += block.end - block.start;
      onProgress?.(this.bytes, this.totalBytes);
    }
  }
}

const NEWLINE = Buffer.from('\n');

/** Of a job the answers are of one kind: the first says which. */
function holdEmbeddings(files: readonly LinesFile[]): boolean {
  const read = resultsBlock({});
  for (const { path, bytes } of files) {
    const { states, embeddings } = read({ path, start: 0, end: Math.min(PEEK_BYTES, bytes) });
    if (embeddings > 0) return true;
    if (states.includes(SUCCEEDED)) return false;
  }
  return false;
}

/** Each manifest is held against the results of its folder and below, up to the next manifest. */
function compareManifests(manifests: readonly ManifestFile[], tally: ResultsTally): Issue[] {
  const jobs = new Map<string, { paths: string[]; manifests: Manifest[]; count: JobCount }>();
  for (const { path, manifest } of manifests) {
    const folder = dirname(resolve(path));
    const job = jobs.get(folder) ?? { paths: [], manifests: [], count: emptyCount() };
    job.paths.push(path);
    job.manifests.push(manifest);
    jobs.set(folder, job);
  }
  for (const [path, count] of tally.counts()) {
    const job = jobs.get(findFolder(path, (folder) => jobs.has(folder)) ?? '');
    if (job !== undefined) addCount(job.count, count);
  }
  return [...jobs.values()].flatMap((job) => {
    return compareManifest(job.paths.join(', '), sumManifests(job.manifests), job.count);
  });
}

function findFolder(path: string, isWanted: (folder: string) => boolean): string | undefined {
  const folder = dirname(resolve(path));
  if (isWanted(folder)) return folder;
  return folder === resolve(path) ? undefined : findFolder(folder, isWanted);
}

/** A file that is read cannot be written at the same time. */
function checkOutputs({ output, retryFile }: ReadResultsOptions, files: readonly { readonly path: string }[]): void {
  const taken = new Set(files.map(({ path }) => realpathSync(path)));
  const issues: Issue[] = [];
  for (const path of [output?.path, retryFile]) {
    if (path === undefined) continue;
    const real = realName(path);
    if (taken.has(real)) {
      const message = 'must not be a file that is read or written already; choose another name';
      issues.push({ code: 'OutputIsInput', input: path, message });
    }
    taken.add(real);
  }
  if (issues.length > 0) throw new BatchInferenceError(issues);
}
