import { statSync } from 'node:fs';
import { type Issue, isError } from '../core/issue';
import { MAX_LINE_BYTES } from '../records/check-block';
import { RecordSplitter, type SplitLimits } from '../records/split';
import { isBlank } from './estimate-files';
import { LineBlockReader, lineBlocks } from './line-blocks';
import { type PreparedFile, PreparedOutput } from './prepare-output';

const BLOCK_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;
const LINE_END = Buffer.from('\n');
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

export interface SplitFilesOptions {
  /** Read one after another, as if they were one file. */
  readonly paths: readonly string[];
  readonly outputFolder: string;
  readonly limits: SplitLimits;
  readonly onProgress?: (bytes: number, totalBytes: number) => void;
  /** Gives up, and leaves nothing behind. */
  readonly signal?: AbortSignal;
}

export interface SplitReport {
  /** None if an issue is an error. */
  readonly files: readonly PreparedFile[];
  readonly records: number;
  readonly bytes: number;
  readonly issues: readonly Issue[];
}

/**
 * Cuts files of records into parts that a job takes, line by line and byte for byte; blank lines and byte order marks are left
 * out. Either all parts are there in the end or, if an issue is an error, none.
 */
export async function splitFiles({
  paths,
  outputFolder,
  limits,
  onProgress,
  signal,
}: SplitFilesOptions): Promise<SplitReport> {
  const output = new PreparedOutput({ outputFolder });
  const unwritable = output.checkWritable();
  if (unwritable.length > 0) return { files: [], records: 0, bytes: 0, issues: unwritable };
  const splitter = new RecordSplitter(limits);
  const reader = new LineBlockReader(MAX_LINE_BYTES);
  const files = paths.map((path) => ({ path, bytes: statSync(path).size }));
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  let records = 0;
  let isWhole = false;
  try {
    for (const { path, bytes } of files) {
      let inFile = 0;
      for (const block of lineBlocks(path, bytes, BLOCK_BYTES)) {
        signal?.throwIfAborted();
        const { content, lengths } = toRecords(reader.read(block), block.start === 0);
        const long = lengths.findIndex((length) => length > MAX_LINE_BYTES + LINE_END.length);
        if (long !== -1) {
          // Of such a line only the beginning was read.
          const message = `must hold records of at most ${MAX_LINE_BYTES} bytes, each in a line that ends in a newline, got more in record ${inFile + long + 1}`;
          return { files: [], records, bytes: 0, issues: [{ code: 'LineTooLong', input: path, message }] };
        }
        inFile += lengths.length;
        output.hold(content);
        await output.write(splitter.push(lengths));
        records += lengths.length;
        done += block.end - block.start;
        onProgress?.(done, total);
      }
    }
    await output.write(splitter.end());
    const issues = [...splitter.issues('input'), ...paths.flatMap((path) => output.checkPlace(path))];
    if (issues.some(isError)) return { files: [], records, bytes: 0, issues: withoutRepeats(issues) };
    signal?.throwIfAborted();
    const written = await output.commit();
    isWhole = true;
    return { files: written, records, bytes: written.reduce((sum, file) => sum + file.bytes, 0), issues };
  } finally {
    if (!isWhole) await output.discard();
  }
}

/** The lines of a block, every one with its end, in memory of their own: the reader uses its memory again. */
function toRecords(block: Buffer, isFirst: boolean): { readonly content: Buffer; readonly lengths: number[] } {
  const begin =
    isFirst && block.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const lengths: number[] = [];
  const pieces: Buffer[] = [];
  // What is kept is copied in stretches as long as they can be.
  let kept = begin;
  let at = begin;
  while (at < block.length) {
    const newline = block.indexOf(NEWLINE, at);
    const end = newline === -1 ? block.length : newline + 1;
    if (isBlank(block, at, newline === -1 ? end : newline)) {
      pieces.push(block.subarray(kept, at));
      kept = end;
    } else lengths.push(end - at);
    at = end;
  }
  pieces.push(block.subarray(kept, at));
  const isOpen = kept < at && block[at - 1] !== NEWLINE;
  if (isOpen) {
    pieces.push(LINE_END);
    lengths[lengths.length - 1] = (lengths.at(-1) as number) + LINE_END.length;
  }
  return { content: Buffer.concat(pieces), lengths };
}

/** What is wrong with the folder is wrong with it for each file. */
function withoutRepeats(issues: readonly Issue[]): Issue[] {
  return issues.filter(({ message }, index) => issues.findIndex((issue) => issue.message === message) === index);
}
