import type { Issue } from '../core/issue';
import { readRecord } from './record';

/** How much one job may hold. A limit that is not known is not judged. */
export interface RecordLimits {
  readonly minRecords: number;
  readonly maxRecords?: number;
}

/** How many lines are named for each kind of mistake before the rest is only counted. */
const SHOWN = 3;

/** Checks the lines of one input file. Blank lines are passed over. Reads every line once, keeps only the ids. */
export function checkRecords(lines: Iterable<string>, { minRecords, maxRecords }: RecordLimits): Issue[] {
  const malformed: string[] = [];
  const duplicates: string[] = [];
  const firstLineOf = new Map<string, number>();
  let lineNumber = 0;
  let records = 0;
  for (const line of lines) {
    lineNumber += 1;
    if (line.trim() === '') continue;
    records += 1;
    const { record, problem } = readRecord(line);
    if (problem !== undefined) {
      malformed.push(`line ${lineNumber} ${problem}`);
      continue;
    }
    if (record.recordId === undefined) continue;
    const first = firstLineOf.get(record.recordId);
    if (first === undefined) firstLineOf.set(record.recordId, lineNumber);
    else duplicates.push(`"${record.recordId}" on lines ${first} and ${lineNumber}`);
  }
  return [
    ...checkCount(records, minRecords, maxRecords),
    ...group('MalformedRecord', 'must hold one record a line', malformed),
    ...group('DuplicateRecordId', 'must not repeat a recordId', duplicates),
  ];
}

function checkCount(records: number, minRecords: number, maxRecords: number | undefined): Issue[] {
  if (records === 0) {
    return [
      { code: 'EmptyInput', input: 'input', message: `must hold at least ${minRecords} records, got an empty file` },
    ];
  }
  if (records < minRecords) {
    const message = `must hold at least ${minRecords} records (the service's minimum for a job), got ${records}; for fewer, on-demand inference is the way`;
    return [{ code: 'TooFewRecords', input: 'input', message }];
  }
  if (maxRecords !== undefined && records > maxRecords) {
    const message = `must hold at most ${maxRecords} records (the service's default quota for a job of this model), got ${records}; split it over several jobs`;
    return [{ code: 'TooManyRecords', input: 'input', message }];
  }
  return [];
}

function group(code: string, rule: string, places: string[]): Issue[] {
  if (places.length === 0) return [];
  const more = places.length > SHOWN ? `; and ${places.length - SHOWN} more` : '';
  return [{ code, input: 'input', message: `${rule}: ${places.slice(0, SHOWN).join('; ')}${more}` }];
}
