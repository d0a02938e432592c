import { statSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import type { BodyKind } from '../records/body-format';
import { MAX_LINE_BYTES } from '../records/check-block';
import { readRecord } from '../records/record';
import { type TokenEstimate, TokenSample } from '../records/token-estimate';
import { LineBlockReader, lineBlocks } from './line-blocks';

/** Between two blocks Ctrl-C is heard. */
const BLOCK_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;

export interface EstimateFilesOptions {
  readonly paths: readonly string[];
  readonly kind?: BodyKind;
  readonly modelId?: string;
  readonly outputShare?: number;
  readonly onProgress?: (bytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

export interface FilesEstimate {
  readonly tokens: TokenEstimate;
  readonly bytes: number;
  /** Lines of the sample that are no records, and are not in the estimate. */
  readonly unreadable: number;
}

/** Counts every line, and the tokens of a sample of them. */
export async function estimateFiles(options: EstimateFilesOptions): Promise<FilesEstimate> {
  const { paths, kind, modelId, outputShare, onProgress, signal } = options;
  const sample = new TokenSample(kind, { modelId, outputShare });
  const reader = new LineBlockReader(MAX_LINE_BYTES);
  const files = paths.map((path) => ({ path, bytes: statSync(path).size }));
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  let unreadable = 0;
  for (const { path, bytes } of files) {
    for (const block of lineBlocks(path, bytes, BLOCK_BYTES)) {
      for (const line of lines(reader.read(block))) {
        if (!sample.next()) continue;
        const { record } = readRecord(line.toString('utf8'));
        if (record === undefined) unreadable += 1;
        else sample.add(record.modelInput);
      }
      done += block.end - block.start;
      onProgress?.(done, total);
      await breathe();
      signal?.throwIfAborted();
    }
  }
  return { tokens: sample.total(), bytes: total, unreadable };
}

/** Lines that are not blank, as bytes: of most nothing but their number is wanted. */
function* lines(block: Buffer): Generator<Buffer> {
  for (let start = 0; start < block.length; ) {
    const newline = block.indexOf(NEWLINE, start);
    const end = newline === -1 ? block.length : newline;
    if (!isBlank(block, start, end)) yield block.subarray(start, end);
    start = end + 1;
  }
}

/** Spaces and carriage returns at most. */
export function isBlank(block: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = block[at];
    if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) return false;
  }
  return true;
}
