import type { Issue } from '../core/issue';
import { LARGEST_READING } from '../core/quota-bytes';
import { type BlockReport, type BlockRules, checkBlock, type Finding, SHOWN } from './check-block';
import { excerpt } from './record';

/** How much one job may hold, by the quotas of its model. A limit that is not known is not judged. */
export interface RecordLimits {
  readonly minRecords: number;
  /** In one file. */
  readonly maxRecordsPerFile?: number;
  /** In all files together. */
  readonly maxRecords?: number;
  readonly maxFileBytes?: number;
  readonly maxJobBytes?: number;
}

interface Place {
  readonly file: number;
  readonly line: number;
}

interface Group {
  readonly code: string;
  readonly severity?: 'error' | 'warning';
  count: number;
  readonly first: { readonly place: string; readonly message: string }[];
}

interface FileCount {
  readonly name: string;
  lines: number;
  records: number;
  bytes: number;
}

/** What the issues of a code have in common, said once before their places. */
const RULES: { readonly [code: string]: string } = {
  MalformedRecord: 'must hold one record a line',
  ByteOrderMark: 'must hold one record a line',
  NotJsonLines: 'must be JSON Lines',
  NotUtf8: 'must be UTF-8',
  LineTooLong: 'must hold one record a line',
  BlankLine: 'should hold no blank lines, which the service is not documented to pass over',
  LoneSurrogate: 'must hold text that can be written in UTF-8',
  UnknownRecordMember: 'should hold records as the service takes them',
  DuplicateRecordId: 'must give every record an id of its own',
};

/**
 * Adds up what the blocks of a job's files hold, given file by file and block by block, and says what is wrong with the whole.
 * Memory grows with the ids alone, about a hundred bytes for each: a repeated one can only be found by keeping them.
 */
export class RecordsCheck {
  private readonly files: FileCount[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly placeOf = new Map<string, Place>();
  private withoutId: Place | undefined;
  private withId: Place | undefined;

  constructor(private readonly limits: RecordLimits) {}

  public get records(): number {
    return this.files.reduce((sum, { records }) => sum + records, 0);
  }

  public get bytes(): number {
    return this.files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The blocks that are added from now on are of this file. */
  public startFile(name: string): void {
    this.files.push({ name, lines: 0, records: 0, bytes: 0 });
  }

  public add({ lines, records, bytes, ids, idLines, firstWithoutId, findings }: BlockReport): void {
    const index = this.files.length - 1;
    const file = this.files[index] as FileCount;
    const offset = file.lines;
    for (const finding of findings) this.addFinding(finding, file, offset);
    for (const [position, id] of ids.entries()) {
      this.addId(id, { file: index, line: offset + (idLines[position] as number) });
    }
    if (firstWithoutId !== undefined) this.withoutId ??= { file: index, line: offset + firstWithoutId };
    file.lines += lines;
    file.records += records;
    file.bytes += bytes;
  }

  /** Whether anything has been found so far that makes the job wrong. */
  public get hasErrors(): boolean {
    return [...this.groups.values()].some(({ severity }) => severity !== 'warning');
  }

  /** What is wrong in the lines, without what can only be said of the whole. */
  public lineIssues(): Issue[] {
    return [...this.groups.values()].map(({ code, severity, count, first }) => {
      const rule = RULES[code] ?? `${severity === 'warning' ? 'should' : 'must'} hold bodies that the model takes`;
      const message = `${rule}: ${sayPlaces(first, count)}`;
      return { code, input: 'input', severity, message };
    });
  }

  /** Everything that is wrong, once all blocks are added. */
  public issues(): Issue[] {
    // What is no JSON Lines at all has no lines to count.
    if (this.groups.has('NotJsonLines')) return this.lineIssues();
    return [...this.checkCounts(), ...this.checkSizes(), ...this.lineIssues(), ...this.checkIds()];
  }

  private addFinding({ kind, code, severity, count, first }: Finding, file: FileCount, offset: number): void {
    const group = this.group(kind, { code, severity });
    group.count += count;
    for (const { line, column, message } of first.slice(0, SHOWN - group.first.length)) {
      const place = `${this.at(file.name)}line ${offset + line}${column === undefined ? '' : `, column ${column},`}`;
      group.first.push({ place: code === 'NotJsonLines' ? file.name || 'the file' : place, message });
    }
  }

  private addId(id: string, place: Place): void {
    this.withId ??= place;
    const first = this.placeOf.get(id);
    if (first === undefined) {
      this.placeOf.set(id, place);
      return;
    }
    const group = this.group('DuplicateRecordId', { code: 'DuplicateRecordId' });
    group.count += 1;
    if (group.first.length < SHOWN) {
      const where = first.file === place.file ? this.at(this.nameOf(first)) : '';
      const lines =
        first.file === place.file
          ? `lines ${first.line} and ${place.line}`
          : `${this.sayPlace(first)} and ${this.sayPlace(place)}`;
      group.first.push({ place: JSON.stringify(excerpt(id)), message: `on ${where}${lines}` });
    }
  }

  private group(kind: string, { code, severity }: Pick<Group, 'code' | 'severity'>): Group {
    let group = this.groups.get(kind);
    if (group === undefined) {
      group = { code, severity, count: 0, first: [] };
      this.groups.set(kind, group);
    }
    return group;
  }

  private checkCounts(): Issue[] {
    const { minRecords, maxRecords, maxRecordsPerFile } = this.limits;
    const { records } = this;
    const issues: Issue[] = [];
    if (records === 0) issues.push(issue('EmptyInput', `must hold at least ${minRecords} records, got none`));
    else if (records < minRecords) {
      const message = `must hold at least ${minRecords} records (the service's minimum for a job), got ${records}; for fewer, on-demand inference is the way`;
      issues.push(issue('TooFewRecords', message));
    }
    if (maxRecords !== undefined && records > maxRecords) {
      const message = `must hold at most ${maxRecords} records (the service's default quota for a job of this model), got ${records}; ${SPLIT}`;
      issues.push(issue('TooManyRecords', message));
    }
    if (maxRecordsPerFile !== undefined) {
      for (const { name, records: inFile } of this.files) {
        if (inFile <= maxRecordsPerFile || (this.files.length === 1 && inFile > (maxRecords ?? inFile))) continue;
        const message = `must hold at most ${maxRecordsPerFile} records in a file${inside(name)}, the service's default quota for this model, got ${inFile}; ${SPLIT}`;
        issues.push(issue('TooManyRecordsInFile', message));
      }
    }
    return issues;
  }

  private checkSizes(): Issue[] {
    return checkSizes(
      this.files.map(({ name, bytes }) => ({ name, bytes })),
      this.limits,
    );
  }

  private checkIds(): Issue[] {
    if (this.withId === undefined || this.withoutId === undefined) return [];
    const message = `must have a recordId in every record or in none, got one on ${this.sayPlace(this.withId)} and none on ${this.sayPlace(this.withoutId)}`;
    return [issue('MixedRecordIds', message)];
  }

  /** Where there is one file, its name is told around the issue and not in it. */
  private at(name: string): string {
    return this.files.length > 1 && name !== '' ? `${name} ` : '';
  }

  private nameOf({ file }: Place): string {
    return (this.files[file] as FileCount).name;
  }

  private sayPlace(place: Place): string {
    return `${this.at(this.nameOf(place))}line ${place.line}`;
  }
}

/** The first places with what is wrong there, which is said once where it is the same. */
function sayPlaces(first: Group['first'], count: number): string {
  const rest = count - first.length;
  const [{ message } = { message: '' }] = first;
  if (count > 1 && first.every((one) => one.message === message)) {
    const places = first.map(({ place }) => place.replace(/,$/, ''));
    return `${places.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}: ${message}`;
  }
  return `${first.map(({ place, message: what }) => `${place} ${what}`).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

const SPLIT = 'split it over several jobs with `cdk-bedrock-batch split`';

/** The sizes of the files of a job, which are known before a line is read. */
export function checkSizes(
  files: readonly { readonly name: string; readonly bytes: number }[],
  { maxFileBytes, maxJobBytes }: RecordLimits,
): Issue[] {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    ...files.flatMap(({ name, bytes }) =>
      checkSize('FileTooLarge', { bytes, max: maxFileBytes, what: `a file${inside(name)}` }),
    ),
    ...checkSize('JobTooLarge', { bytes: total, max: maxJobBytes, what: 'a job' }),
  ];
}

function checkSize(code: string, { bytes, max, what }: { bytes: number; max?: number; what: string }): Issue[] {
  if (max === undefined || bytes <= max) return [];
  if (bytes > max * LARGEST_READING) {
    return [
      issue(
        code,
        `must be at most ${max} bytes (the service's quota for this model) in ${what}, got ${bytes}; ${SPLIT}`,
      ),
    ];
  }
  const message = `should be at most ${max} bytes in ${what}, got ${bytes}; if the service refuses it, ${SPLIT}`;
  return [{ ...issue(code, message), severity: 'warning' }];
}

function issue(code: string, message: string): Issue {
  return { code, input: 'input', message };
}

function inside(name: string): string {
  return name === '' ? '' : ` ("${name}")`;
}

/** Checks the lines of one input that is in memory. */
export function checkRecords(lines: Iterable<string>, limits: RecordLimits, rules: Partial<BlockRules> = {}): Issue[] {
  const check = new RecordsCheck(limits);
  check.startFile('');
  let isFirst = true;
  for (const line of lines) {
    // What was a text in memory can be written as UTF-8; a newline within a line would make two of it.
    const bytes = Buffer.from(`${line.replace(/\r?\n$/, '')}\n`);
    check.add(checkBlock(bytes, { isUtf8: () => true, ...rules }, isFirst));
    isFirst = false;
  }
  return check.issues();
}
