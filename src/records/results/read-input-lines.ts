import { isBlankLine, isObject, readRecord } from '../record';
import { SHOWN } from './error-groups';
import type { UnreadableLines } from './read-block';

/** Which records a block of input holds, and where: the lines themselves are read again by whoever wants one. */
export interface InputLines {
  /** Lines, blank ones included. */
  readonly lines: number;
  /** Of the records that have one. */
  readonly ids: string[];
  /** Where the line of each id begins and ends within the block, without the end of the line. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly withoutId: number;
  readonly unreadable: UnreadableLines;
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Reads a block of whole lines of input for its ids, without judging bodies; never throws. */
export function readInputLines(bytes: Buffer, isFirst = false): InputLines {
  const ids: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const unreadable: UnreadableLines = { count: 0, first: [] };
  let lines = 0;
  let withoutId = 0;
  const hasMark = isFirst && BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  for (let start = hasMark ? BYTE_ORDER_MARK.length : 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const lineEnd = newline === -1 ? bytes.length : newline;
    const end = lineEnd > start && bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    lines += 1;
    const { recordId, problem } = readLine(bytes, start, end);
    if (problem !== undefined) {
      unreadable.count += 1;
      if (unreadable.first.length < SHOWN) unreadable.first.push({ line: lines, problem });
    } else if (recordId === '') withoutId += 1;
    else if (recordId !== undefined) {
      ids.push(recordId);
      starts.push(start);
      ends.push(end);
    }
    start = lineEnd + 1;
  }
  return { lines, ids, starts: Uint32Array.from(starts), ends: Uint32Array.from(ends), withoutId, unreadable };
}

/** `recordId` is empty where the record has none, and undefined for a blank line. */
function readLine(bytes: Buffer, start: number, end: number): { recordId?: string; problem?: string } {
  // Latin-1 is the same JSON and parses twice as fast; an id beyond ASCII is read again.
  const line = bytes.toString('latin1', start, end);
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value) && isObject(value.modelInput)) {
      const { recordId = '' } = value;
      if (typeof recordId === 'string' && !BEYOND_ASCII.test(recordId)) return { recordId };
    }
  } catch {
    if (isBlankLine(line)) return {};
  }
  const { record, problem } = readRecord(bytes.toString('utf8', start, end));
  return record === undefined ? { problem: problem.message } : { recordId: record.recordId ?? '' };
}
