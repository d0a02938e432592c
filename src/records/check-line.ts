import type { BodyFormat, BodyModel } from './body-format';
import { isObject, readRecord } from './record';

/** What the records are judged by. What is absent is not judged. */
export interface LineRules {
  /** Of the body that the model takes. */
  readonly format?: BodyFormat;
  readonly model?: BodyModel;
}

/** Something wrong in one line. */
export interface LineIssue {
  readonly code: string;
  /** Member of the body that is wrong, the same for every item of a list: `modelInput.messages[].content`. */
  readonly member?: string;
  readonly severity?: 'error' | 'warning';
  /** Reads on from "line 7": "must be …", "modelInput.max_tokens must be …". */
  readonly message: string;
  /** Place in the line, from 1, where there is one. */
  readonly column?: number;
}

export interface LineCheck {
  readonly recordId?: string;
  readonly issues: readonly LineIssue[];
}

const RECORD_MEMBERS = new Set(['recordId', 'modelInput']);
const HIGH_SURROGATE_ESCAPE = /\\u[dD][89abAB]/;
const LOW_SURROGATE_ESCAPE = /\\u[dD][c-fC-F]/;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Checks one line, decoded and without its end, in every detail. Never throws. */
export function checkLine(line: string, rules: LineRules): LineCheck {
  const { record, problem } = readRecord(line);
  if (problem !== undefined) return { issues: [problem] };
  const issues: LineIssue[] = [...checkMembers(line), ...checkSurrogates(line)];
  const bodyIssues = rules.format?.check(record.modelInput as Record<string, unknown>, rules.model ?? {}) ?? [];
  for (const { code, severity, input, message } of bodyIssues) {
    issues.push({ code, severity, member: input.replace(/\[\d+\]/g, '[]'), message: `${input} ${message}` });
  }
  return { recordId: record.recordId, issues };
}

/** Whether a line may hold half of a character written as an escape: cheap, and sometimes wrong. */
export function mayHoldSurrogates(line: string): boolean {
  return line.includes('\\u') && (HIGH_SURROGATE_ESCAPE.test(line) || LOW_SURROGATE_ESCAPE.test(line));
}

function checkMembers(line: string): LineIssue[] {
  const unknown = Object.keys(JSON.parse(line)).filter((name) => !RECORD_MEMBERS.has(name));
  if (unknown.length === 0) return [];
  const names = unknown.slice(0, 3).map((name) => JSON.stringify(name));
  const message = `should have nothing but "recordId" and "modelInput", got ${names.join(', ')} as well`;
  return [{ code: 'UnknownRecordMember', severity: 'warning', message }];
}

function checkSurrogates(line: string): LineIssue[] {
  if (!mayHoldSurrogates(line) || !holdsLoneSurrogate(JSON.parse(line))) return [];
  const message =
    'must not hold half of a surrogate pair, such as "\\ud83d" alone: no text has it, and UTF-8 cannot write it; it comes of cutting a text between two halves of a character';
  return [{ code: 'LoneSurrogate', message }];
}

function holdsLoneSurrogate(root: unknown): boolean {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string' && LONE_SURROGATE.test(value)) return true;
    // One by one: a call takes only so many arguments.
    if (Array.isArray(value)) for (const item of value) open.push(item);
    else if (isObject(value)) for (const name of Object.keys(value)) open.push(name, value[name]);
  }
  return false;
}
