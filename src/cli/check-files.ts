import { statSync } from 'node:fs';
import type { Issue } from '../core/issue';
import { checkSizes, type RecordLimits, RecordsCheck } from '../records/check-records';
import type { BodyRules } from './check-block';
import { lineBlocks } from './line-blocks';
import { mapInOrder } from './parallel';

/** Large enough that handing it over costs nothing, small enough for a core's own cache. */
const BLOCK_BYTES = 1024 * 1024;

/** Below this the start of a thread takes longer than the work. */
const PARALLEL_BYTES = 16 * 1024 * 1024;

export interface CheckFilesOptions extends BodyRules {
  /** The input files of one job. */
  readonly paths: readonly string[];
  readonly limits: RecordLimits;
  /** Ends at the first block that has an error in it. @default false */
  readonly failFast?: boolean;
  /** Told as soon as the first error in the lines is found. */
  readonly onFirstError?: (issues: readonly Issue[]) => void;
  readonly onProgress?: (bytes: number, totalBytes: number) => void;
  /** Threads; 0 works in this one. @default - one for each core where the files are large, else 0 */
  readonly workers?: number;
  /** @default 1 MiB */
  readonly blockBytes?: number;
}

export interface FilesReport {
  readonly issues: readonly Issue[];
  readonly records: number;
  readonly bytes: number;
  /** Whether every line was read, which it is not after `failFast` or when the sizes alone refuse the files. */
  readonly isWhole: boolean;
}

/** Checks the input files of one job, on every core where they are large. */
export async function checkFiles(options: CheckFilesOptions): Promise<FilesReport> {
  const { limits, blockBytes = BLOCK_BYTES, kind, model } = options;
  const { files, issues } = lookAt(options.paths);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (issues.length > 0) return { issues, records: 0, bytes: total, isWhole: false };
  const check = new RecordsCheck(limits);
  const workers = options.workers ?? (total < PARALLEL_BYTES ? 0 : undefined);
  const blocks = files.flatMap(({ name, bytes }) => [...lineBlocks(name, bytes, blockBytes)]);
  let index = 0;
  let isTold = false;
  let started: string | undefined;
  for await (const report of mapInOrder('check-block', { kind, model }, blocks, { workers })) {
    const block = blocks[index] as (typeof blocks)[number];
    index += 1;
    if (block.path !== started) check.startFile(block.path);
    started = block.path;
    check.add(report);
    options.onProgress?.(check.bytes, total);
    if (check.hasErrors && !isTold) {
      isTold = true;
      options.onFirstError?.(check.lineIssues());
    }
    if (check.hasErrors && (options.failFast || report.findings.some(({ code }) => code === 'NotJsonLines'))) break;
  }
  const isWhole = index === blocks.length;
  const found = isWhole ? check.issues() : [...checkSizes(files, limits), ...check.lineIssues()];
  // Of a line that is too long not all is counted.
  return { issues: found, records: check.records, bytes: isWhole ? total : check.bytes, isWhole };
}

function lookAt(paths: readonly string[]) {
  const issues: Issue[] = [];
  const files = paths.flatMap((name) => {
    const file = statSync(name, { throwIfNoEntry: false });
    if (file?.isFile()) return [{ name, bytes: file.size }];
    const problem =
      file === undefined ? 'but nothing is there' : `got ${file.isDirectory() ? 'a directory' : 'a device or a pipe'}`;
    issues.push({
      code: file === undefined ? 'FileNotFound' : 'NotAFile',
      input: name,
      message: `must be a file, ${problem}`,
    });
    return [];
  });
  return { files, issues };
}
