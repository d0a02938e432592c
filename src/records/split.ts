import type { Issue } from '../core/issue';

/** How much a file and a job may hold. A limit that is not given is not judged. Bytes count line ends. */
export interface SplitLimits {
  /** Fewest records in each part, and so in each job. */
  readonly minRecords?: number;
  readonly maxRecords?: number;
  readonly maxBytes?: number;
  readonly maxRecordsPerJob?: number;
  readonly maxBytesPerJob?: number;
}

/** Records one after another that go into the same part. */
export interface PartRun {
  /** From 1. */
  readonly part: number;
  /** Job that the part belongs to, from 1. */
  readonly job: number;
  readonly records: number;
  readonly bytes: number;
}

/** How many records or parts are named for each kind of problem before the rest is only counted. */
const SHOWN = 3;
const DIGITS = 4;

/** `records-0001.jsonl` */
export function partName(part: number): string {
  return `records-${String(part).padStart(DIGITS, '0')}.jsonl`;
}

/**
 * Cuts a stream of records into parts, each as full as the limits allow.
 *
 * So that no part is short, the last `minRecords` records are held back: when the stream ends and they do not fit into the part
 * that is being filled, they are the last part, and the one before it ends that much earlier than it could. Their sizes are all
 * that is kept.
 */
export class RecordSplitter {
  private readonly minRecords: number;
  private readonly partLimit: { readonly records: number; readonly bytes: number };
  private readonly jobLimit: { readonly records: number; readonly bytes: number };
  private held: number[] = [];
  private part = { number: 1, records: 0, bytes: 0 };
  private job = { number: 1, records: 0, bytes: 0 };
  private records = 0;
  private readonly tooLarge = new Places();
  private readonly short = new Places();

  constructor(limits: SplitLimits) {
    const { minRecords = 1, maxRecordsPerJob = Infinity, maxBytesPerJob = Infinity } = limits;
    const { maxRecords = Infinity, maxBytes = Infinity } = limits;
    this.minRecords = Math.max(1, minRecords);
    this.jobLimit = { records: maxRecordsPerJob, bytes: maxBytesPerJob };
    this.partLimit = { records: Math.min(maxRecords, maxRecordsPerJob), bytes: Math.min(maxBytes, maxBytesPerJob) };
  }

  /** Takes in the sizes of the next records; gives where those go that need not be held back any longer. */
  public push(sizes: Iterable<number>): PartRun[] {
    for (const bytes of sizes) {
      this.records += 1;
      if (bytes > this.partLimit.bytes) this.tooLarge.add(`record ${this.records} has ${bytes} bytes`);
      this.held.push(bytes);
    }
    const runs: PartRun[] = [];
    const ready = this.held.length - this.minRecords;
    for (let index = 0; index < ready; index += 1) {
      if (!this.fits(1, this.held[index])) this.startPart(index);
      this.place(runs, this.held[index]);
    }
    if (ready > 0) this.held = this.held.slice(ready);
    return runs;
  }

  /** Where the rest goes. */
  public end(): PartRun[] {
    const runs: PartRun[] = [];
    const isAlone = this.part.records === 0;
    if (!isAlone && !this.fits(this.held.length, sum(this.held))) this.startPart(0);
    for (const [index, bytes] of this.held.entries()) {
      if (!this.fits(1, bytes)) this.startPart(index);
      this.place(runs, bytes);
    }
    this.held = [];
    // All of them together are too few, which is another problem.
    if (this.part.number > 1) this.checkPart();
    return runs;
  }

  /** What is wrong, after the end; `input` is what the records are of. */
  public issues(input: string): Issue[] {
    const { minRecords, records } = this;
    const { bytes } = this.partLimit;
    const issues: Issue[] = [];
    if (records < minRecords) {
      const message = `must give at least ${minRecords} records (the service's minimum for a job), got ${records}; for fewer, on-demand inference is the way`;
      issues.push({ code: 'TooFewRecords', input, message });
    }
    if (this.tooLarge.count > 0) {
      const message = `must give records of at most ${bytes} bytes, which a file may hold: ${this.tooLarge}`;
      issues.push({ code: 'RecordTooLarge', input, message });
    } else if (this.short.count > 0) {
      const message = `must give parts of at least ${minRecords} records, which is the minimum, within the limits of a file and a job: ${this.short}`;
      issues.push({ code: 'PartTooShort', input, message });
    }
    return issues;
  }

  private fits(records: number, bytes: number): boolean {
    const { part, job, partLimit, jobLimit } = this;
    return (
      part.records + records <= partLimit.records &&
      part.bytes + bytes <= partLimit.bytes &&
      job.records + records <= jobLimit.records &&
      job.bytes + bytes <= jobLimit.bytes
    );
  }

  /** Begins the next part with a record held back; in the next job, unless this one has room for a part of the least size. */
  private startPart(index: number): void {
    if (this.part.records === 0) return;
    this.checkPart();
    this.part = { number: this.part.number + 1, records: 0, bytes: 0 };
    const least = this.held.slice(index, index + this.minRecords);
    const { job, jobLimit } = this;
    if (job.records + least.length > jobLimit.records || job.bytes + sum(least) > jobLimit.bytes) {
      this.job = { number: job.number + 1, records: 0, bytes: 0 };
    }
  }

  private place(runs: Writable<PartRun>[], bytes: number): void {
    const { part, job } = this;
    for (const whole of [part, job]) {
      whole.records += 1;
      whole.bytes += bytes;
    }
    const last = runs[runs.length - 1];
    if (last?.part === part.number) {
      last.records += 1;
      last.bytes += bytes;
    } else {
      runs.push({ part: part.number, job: job.number, records: 1, bytes });
    }
  }

  private checkPart(): void {
    const { number, records } = this.part;
    if (records < this.minRecords) this.short.add(`${partName(number)} would have ${records}`);
  }
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** The first of many places, and how many they are. */
class Places {
  public count = 0;
  private readonly first: string[] = [];

  public add(place: string): void {
    this.count += 1;
    if (this.count <= SHOWN) this.first.push(place);
  }

  public toString(): string {
    const more = this.count > SHOWN ? `; and ${this.count - SHOWN} more` : '';
    return `${this.first.join('; ')}${more}`;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** A line and where it goes. */
export interface SplitLine {
  readonly line: string;
  readonly part: number;
  readonly job: number;
}

/**
 * Cuts lines of records into parts. Holds back `minRecords` lines at most; what is wrong is told by `onIssues` after the last.
 */
export function* splitLines(
  lines: Iterable<string>,
  limits: SplitLimits,
  onIssues: (issues: readonly Issue[]) => void,
): Generator<SplitLine> {
  const splitter = new RecordSplitter(limits);
  const held: string[] = [];
  const place = function* (runs: readonly PartRun[]): Generator<SplitLine> {
    for (const { part, job, records } of runs) {
      for (const line of held.splice(0, records)) yield { line, part, job };
    }
  };
  for (const line of lines) {
    held.push(line);
    yield* place(splitter.push([Buffer.byteLength(line, 'utf8') + 1]));
  }
  yield* place(splitter.end());
  onIssues(splitter.issues('input'));
}
