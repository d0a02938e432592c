import { findJsonError } from './json-error';

/** One line of a batch inference input file. @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html */
export interface InputRecord {
  /** Joins the answer to the question; the service makes one up where it is left out. */
  readonly recordId?: string;
  /** Request body of the model's family, or of Converse. */
  readonly modelInput: object;
}

export type ReadRecord =
  | { readonly record: InputRecord; readonly problem?: undefined }
  | { readonly record?: undefined; readonly problem: RecordProblem };

/** Why a line is no record. */
export interface RecordProblem {
  /** Of the `Issue` that is made of it. */
  readonly code: string;
  /** Reads on from "line 7": "must be …". */
  readonly message: string;
  /** Place in the line, from 1, where there is one. */
  readonly column?: number;
}

/** What the beginning of a file gives away that is no text of JSON Lines. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['\u001f\u008b', 'is compressed with gzip; decompress it, batch inference reads plain JSON Lines'],
  ['PK\u0003\u0004', 'is a zip archive; extract it, batch inference reads plain JSON Lines'],
  ['PAR1', 'is a Parquet file; make records of it with `cdk-bedrock-batch prepare` or JobInput.fromDataset'],
  ['\u00ff\u00fe', 'is UTF-16; save it as UTF-8 without a byte order mark'],
  ['\u00fe\u00ff', 'is UTF-16; save it as UTF-8 without a byte order mark'],
  ['{\u0000', 'is UTF-16; save it as UTF-8'],
  ['\u0000{', 'is UTF-16; save it as UTF-8'],
];

/** What a file of another kind is, by its first bytes as Latin-1; undefined where it may be JSON Lines. */
export function findOtherFormat(start: string): string | undefined {
  return SIGNATURES.find(([signature]) => start.startsWith(signature))?.[1];
}

/** Reads one line; never throws. */
export function readRecord(line: string): ReadRecord {
  if (line.startsWith('\uFEFF')) {
    return refuse('ByteOrderMark', 'must not begin with a byte order mark; save the file as UTF-8 without one');
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    const { index, problem } = findJsonError(line) ?? { index: 0, problem: 'is no JSON' };
    const message = `must be one JSON object, got ${around(line, index)}: ${problem}${listFix(line)}`;
    return refuse('MalformedRecord', message, index + 1);
  }
  if (!isObject(value)) {
    return refuse('MalformedRecord', `must be one JSON object, got ${excerpt(line)}${listFix(line)}`);
  }
  return readMembers(value);
}

/** A JSON array that was given the name of JSON Lines. */
function listFix(line: string): string {
  return line.trimStart().startsWith('[') ? '; write one record a line instead of a list' : '';
}

/** Nothing but what JSON takes for white space: other blanks may be half a character, or none at all. */
export function isBlankLine(line: string): boolean {
  return !/[^ \t\r\n]/.test(line);
}

function readMembers(value: Record<string, unknown>): ReadRecord {
  const { recordId, modelInput } = value;
  if (!isObject(modelInput)) {
    const got = modelInput === undefined ? 'none' : show(modelInput);
    return refuse('MalformedRecord', `must have an object "modelInput", got ${got}${otherShape(value)}`);
  }
  if (recordId !== undefined && (typeof recordId !== 'string' || recordId === '')) {
    return refuse('MalformedRecord', `must have text as "recordId" or none, got ${show(recordId)}`);
  }
  return { record: { recordId, modelInput } };
}

/** Lines that were made for another batch API, or for none. */
function otherShape(value: Record<string, unknown>): string {
  if (typeof value.custom_id === 'string' && isObject(value.body)) {
    return '; this is a line for the OpenAI Batch API: "custom_id" becomes "recordId", and "body" becomes "modelInput" without "model"';
  }
  if (typeof value.custom_id === 'string' && isObject(value.params)) {
    return '; this is a line for Anthropic\'s own batch API: "custom_id" becomes "recordId", and "params" becomes "modelInput" without "model" and with "anthropic_version"';
  }
  if (['messages', 'prompt', 'inputText'].some((name) => name in value)) {
    return '; put the body into it: {"recordId": …, "modelInput": { … }}';
  }
  return '';
}

function refuse(code: string, message: string, column?: number): ReadRecord {
  return { problem: { code, message, column } };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Not what is in it: writing out what is nested deeply enough overflows the stack. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : excerpt(JSON.stringify(value));
}

export function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Of a long line the part that is wrong. */
function around(line: string, index: number): string {
  const start = line.length <= 40 || index < 20 ? 0 : index - 20;
  return `${start > 0 ? '…' : ''}${excerpt(line.slice(start))}`;
}
