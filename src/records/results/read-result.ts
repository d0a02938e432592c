import { findJsonError } from '../json-error';
import { isObject } from '../record';
import { findManifest, type Manifest } from './manifest';

/** What is said of a line that does not say what became of its record. */
export const NO_OUTCOME = 'the line of results holds neither "modelOutput" nor "error"';

/** One line of a `.jsonl.out` file. @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html */
export interface ResultLine {
  readonly recordId: string;
  /** The body that was sent: the service repeats it. */
  readonly modelInput?: unknown;
  readonly modelOutput?: unknown;
  readonly error?: ResultError;
}

/** Stands in a line in the place of `modelOutput`. */
export interface ResultError {
  readonly errorCode?: string | number;
  readonly errorMessage?: string;
}

/** A line holds a result, or a manifest that stands where it should not, or neither. */
export type ReadResult =
  | { readonly result: ResultLine; readonly manifest?: undefined; readonly problem?: undefined }
  | { readonly manifest: Manifest; readonly result?: undefined; readonly problem?: undefined }
  | { readonly problem: string; readonly result?: undefined; readonly manifest?: undefined };

/** Reads one line of results; never throws. `problem` reads on from "line 7": "must be …". */
export function readResult(line: string): ReadResult {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    const { index, problem } = findJsonError(line) ?? { index: 0, problem: 'it is no JSON' };
    return { problem: `must be one JSON object, but at column ${index + 1}: ${problem}` };
  }
  return toResult(value);
}

/** A line that is parsed. */
export function toResult(value: unknown): ReadResult {
  if (!isObject(value)) return { problem: `must be one JSON object, got ${excerpt(value)}` };
  const { recordId, modelInput, modelOutput } = value;
  if (typeof recordId === 'string' && recordId !== '') {
    return { result: { recordId, modelInput, modelOutput, error: findError(value) } };
  }
  const manifest = findManifest(value);
  if (manifest !== undefined) return { manifest };
  return { problem: `must have text as "recordId", got ${recordId === undefined ? 'none' : excerpt(recordId)}` };
}

/** Null stands for none: Converse writes members out that are not set. */
function findError({ modelOutput, error }: Record<string, unknown>): ResultError | undefined {
  if (isObject(error)) {
    const { errorCode, errorMessage } = error;
    return { errorCode: toCode(errorCode), errorMessage: toText(errorMessage) };
  }
  if (error !== undefined && error !== null) return { errorMessage: toText(error) };
  if (modelOutput !== undefined && modelOutput !== null) return undefined;
  return { errorMessage: NO_OUTCOME };
}

function toCode(value: unknown): string | number | undefined {
  return typeof value === 'number' ? value : toText(value);
}

function toText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : toJson(value);
}

/** Unlike parsing, writing JSON takes stack for every level; what is nested ten thousand deep is no answer. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '"(nested too deeply)"';
  }
}

function excerpt(value: unknown): string {
  const text = toJson(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
