import type { InputRecord } from './record';

/** One line of a `.jsonl.out` file. @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html */
export interface ResultLine {
  readonly recordId: string;
  readonly modelOutput?: unknown;
  readonly error?: ResultError;
}

export interface ResultError {
  readonly errorCode?: string | number;
  readonly errorMessage?: string;
}

export type ReadResult =
  | { readonly result: ResultLine; readonly problem?: undefined }
  | { readonly result?: undefined; readonly problem: string };

/** What became of one record. */
export type Outcome =
  | {
      readonly status: 'succeeded';
      readonly recordId: string;
      readonly record: InputRecord;
      readonly modelOutput: unknown;
    }
  | { readonly status: 'failed'; readonly recordId: string; readonly record: InputRecord; readonly error: ResultError }
  | { readonly status: 'missing'; readonly recordId: string; readonly record: InputRecord };

/** Reads one line of results; never throws. `problem` reads on from "line 7": "must be …". */
export function readResult(line: string): ReadResult {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { problem: `must be one JSON object (${(error as Error).message})` };
  }
  const { recordId, modelOutput, error } = (value ?? {}) as Partial<ResultLine>;
  if (typeof recordId !== 'string') return { problem: 'must have text as "recordId"' };
  return { result: { recordId, modelOutput, error: error ?? undefined } };
}

/** Joins results, which come in any order, to the records they answer, in the order of the records. */
export function* joinResults(records: Iterable<InputRecord>, results: Iterable<ResultLine>): Generator<Outcome> {
  const byId = new Map<string, ResultLine>();
  for (const result of results) byId.set(result.recordId, result);
  for (const record of records) {
    const { recordId } = record;
    if (recordId === undefined) continue;
    const result = byId.get(recordId);
    if (result === undefined) yield { status: 'missing', recordId, record };
    else if (result.error !== undefined) yield { status: 'failed', recordId, record, error: result.error };
    else yield { status: 'succeeded', recordId, record, modelOutput: result.modelOutput };
  }
}

/** The text of an answer in the shape of Anthropic's Messages or of Converse; undefined for any other. */
export function findText(modelOutput: unknown): string | undefined {
  const { content, output } = (modelOutput ?? {}) as {
    content?: unknown;
    output?: { message?: { content?: unknown } };
  };
  const blocks = content ?? output?.message?.content;
  if (!Array.isArray(blocks)) return undefined;
  const texts = blocks.map((block) => block?.text).filter((text) => typeof text === 'string');
  return texts.length === 0 ? undefined : texts.join('');
}
