import type { Issue } from '../../core/issue';
import type { JobCount } from './compare-manifest';
import { type ErrorGroup, ErrorGroups, SHOWN } from './error-groups';
import type { Manifest } from './manifest';
import { MISSING, OutcomeIndex, SUCCEEDED } from './outcome-index';
import type { NamedCount, ResultsBlock, UnreadableLines } from './read-block';
import type { InputLines } from './read-input-lines';

/** What results hold as a whole. */
export interface ResultsSummary {
  readonly records: RecordCounts;
  /** Of every answer, also of those that a second answer replaced: they were paid for. */
  readonly tokens: Tokens;
  /** Errors of the records that failed in the end, the largest group first. */
  readonly errorGroups: readonly ErrorGroup[];
  /** Lines that are no result. */
  readonly unreadableLines: number;
  /** Results of records that had one already. */
  readonly duplicates: NamedCount;
  /** Results of records that the inputs do not hold; undefined where that cannot be known. */
  readonly unexpected?: NamedCount;
  /** Answers whose output has the shape of no family: they succeeded, and no text is known. */
  readonly unknownOutputs: NamedCount;
  /** Answers with embeddings. */
  readonly embeddings: number;
  /** What to tell: errors where results could not be read, else warnings. */
  readonly issues: readonly Issue[];
}

/** Every record once. */
export interface RecordCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Undefined without the inputs: results alone do not tell what is not among them. */
  readonly missing?: number;
}

/** Sums of what the answers say; undefined where none of them says. */
export interface Tokens {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Answers that do not say, and are not in the sums. */
  readonly withoutInputTokens: number;
  readonly withoutOutputTokens: number;
}

/** A record of the inputs that has no answer, by its place in the block. */
export interface Unanswered {
  readonly position: number;
  readonly recordId: string;
  readonly status: 'failed' | 'missing';
}

interface FileTally {
  readonly path: string;
  lines: number;
  readonly unreadable: UnreadableLines;
}

interface ResultsFileTally extends FileTally {
  readonly count: JobCount;
  withoutOutcome: number;
  notUtf8: number;
}

/**
 * Adds up what the blocks of results hold, given file by file and block by block, and then those of the inputs. Memory grows
 * with the ids alone.
 */
export class ResultsTally {
  /** Answers with embeddings so far. */
  public embeddings = 0;
  /** Manifests that stood among the lines of a file. */
  public readonly manifests: { readonly path: string; readonly manifest: Manifest }[] = [];
  /** Whether the inputs are known, be they empty. */
  public hasInputs = false;
  private readonly index = new OutcomeIndex();
  private readonly groups = new ErrorGroups();
  private readonly files: ResultsFileTally[] = [];
  private readonly inputs: FileTally[] = [];
  private readonly duplicates: NamedCount = { count: 0, recordIds: [] };
  private readonly duplicateInputs: NamedCount = { count: 0, recordIds: [] };
  private readonly unknownOutputs: NamedCount = { count: 0, recordIds: [] };
  private inputsWithoutId = 0;

  /** The blocks that are added from now on are of this file. */
  public startFile(path: string): void {
    const count = emptyCount();
    this.files.push({ path, lines: 0, unreadable: { count: 0, first: [] }, count, withoutOutcome: 0, notUtf8: 0 });
  }

  /** @returns rows that do not count, of this block or an earlier one, counted from 0 through all blocks */
  public add(block: ResultsBlock): number[] {
    const file = this.files[this.files.length - 1] as ResultsFileTally;
    this.addCounts(file, block);
    const numbers = block.errors.map((error) => this.groups.numberOf(error));
    const dropped: number[] = [];
    for (const [position, recordId] of block.ids.entries()) {
      const state = block.states[position] as number;
      const row = this.index.note(recordId, state === SUCCEEDED ? SUCCEEDED : (numbers[state] as number));
      if (row === undefined) continue;
      dropped.push(row);
      name(this.duplicates, recordId);
    }
    return dropped;
  }

  /** The blocks of input that are added from now on are of this file. */
  public startInput(path: string): void {
    this.hasInputs = true;
    this.inputs.push({ path, lines: 0, unreadable: { count: 0, first: [] } });
  }

  /** @returns the records to send again, each id once */
  public addInput(lines: InputLines): Unanswered[] {
    const file = this.inputs[this.inputs.length - 1] as FileTally;
    addUnreadable(file, lines.unreadable);
    file.lines += lines.lines;
    this.inputsWithoutId += lines.withoutId;
    const unanswered: Unanswered[] = [];
    for (const [position, recordId] of lines.ids.entries()) {
      const isFirst = this.index.expect(recordId);
      if (!isFirst) name(this.duplicateInputs, recordId);
      const state = this.index.find(recordId);
      if (!isFirst || state === SUCCEEDED) continue;
      unanswered.push({ position, recordId, status: state === MISSING ? 'missing' : 'failed' });
    }
    return unanswered;
  }

  /** What each file of results holds, by its path. */
  public counts(): ReadonlyMap<string, JobCount> {
    return new Map(this.files.map(({ path, count }) => [path, count]));
  }

  public summary(): ResultsSummary {
    const { hasInputs } = this;
    let [succeeded, failed, missing] = [0, 0, 0];
    const unexpected: NamedCount = { count: 0, recordIds: [] };
    for (const { recordId, state, isExpected } of this.index.outcomes()) {
      if (state === SUCCEEDED) succeeded += 1;
      else if (state === MISSING) missing += 1;
      else failed += 1;
      if (!isExpected) name(unexpected, recordId);
    }
    // A result of a record without an id has one that the service made up.
    const isJudged = hasInputs && this.inputsWithoutId === 0;
    return {
      records: { total: succeeded + failed + missing, succeeded, failed, missing: hasInputs ? missing : undefined },
      tokens: this.tokens(),
      errorGroups: this.groups.list(this.failures()),
      unreadableLines: this.files.reduce((sum, { unreadable }) => sum + unreadable.count, 0),
      duplicates: this.duplicates,
      unexpected: isJudged ? unexpected : undefined,
      unknownOutputs: this.unknownOutputs,
      embeddings: this.embeddings,
      issues: this.issues(isJudged ? unexpected : undefined),
    };
  }

  private *failures() {
    for (const { recordId, state } of this.index.outcomes()) if (state >= 0) yield { number: state, recordId };
  }

  private addCounts(file: ResultsFileTally, block: ResultsBlock): void {
    const { count } = file;
    const succeeded = block.states.filter((state) => state === SUCCEEDED).length;
    count.succeeded += succeeded;
    count.failed += block.states.length - succeeded;
    count.unreadable += block.unreadable.count;
    for (const counter of TOKEN_COUNTERS) count[counter] += block.tokens[counter];
    addUnreadable(file, block.unreadable);
    file.lines += block.lines;
    file.notUtf8 += block.notUtf8;
    file.withoutOutcome += block.withoutOutcome;
    this.embeddings += block.embeddings;
    for (const manifest of block.manifests) this.manifests.push({ path: file.path, manifest });
    const { recordIds } = block.unknownOutputs;
    for (const recordId of recordIds) name(this.unknownOutputs, recordId);
    this.unknownOutputs.count += block.unknownOutputs.count - recordIds.length;
  }

  private tokens(): Tokens {
    const sum = (counter: (typeof TOKEN_COUNTERS)[number]) =>
      this.files.reduce((total, { count }) => total + count[counter], 0);
    const answers = this.files.reduce((total, { count }) => total + count.succeeded, 0);
    const [withoutInputTokens, withoutOutputTokens] = [sum('withoutInputTokens'), sum('withoutOutputTokens')];
    return {
      inputTokens: withoutInputTokens < answers ? sum('inputTokens') : undefined,
      outputTokens: withoutOutputTokens < answers ? sum('outputTokens') : undefined,
      withoutInputTokens,
      withoutOutputTokens,
    };
  }

  private issues(unexpected: NamedCount | undefined): Issue[] {
    return [
      ...this.files.flatMap((file) => checkUnreadable('UnreadableResult', 'must hold one result a line', file)),
      ...this.files.flatMap(checkOutcomes),
      ...this.files.filter(({ notUtf8 }) => notUtf8 > 0).map(({ path, notUtf8 }) => warnNotUtf8(path, notUtf8)),
      ...this.inputs.flatMap((file) => checkUnreadable('UnreadableRecord', 'must hold one record a line', file)),
      ...warn('DuplicateResult', 'results', this.duplicates, (count, ids) => {
        return `hold ${plural(count, 'second answer')} (${ids}); a success is kept, else the later one`;
      }),
      ...warn('UnexpectedResult', 'results', unexpected, (count, ids) => {
        return `hold ${plural(count, 'record')} that the inputs do not have (${ids}); they are in the table, and not sent again`;
      }),
      ...warn('UnknownOutput', 'results', this.unknownOutputs, (count, ids) => {
        return `hold ${plural(count, 'output')} of no known shape (${ids}); they count as succeeded, without a text`;
      }),
      ...warn('DuplicateRecordId', 'inputs', this.duplicateInputs, (count, ids) => {
        return `must give every record an id of its own, got ${plural(count, 'repeated id')} (${ids}); the first record of each counts`;
      }),
      ...this.checkIds(),
    ];
  }

  private checkIds(): Issue[] {
    if (this.inputsWithoutId === 0) return [];
    const message = `should give every record a recordId, got ${plural(this.inputsWithoutId, 'record')} without; whether they were answered cannot be told`;
    return [{ code: 'RecordWithoutId', input: 'inputs', message, severity: 'warning' }];
  }
}

const TOKEN_COUNTERS = ['inputTokens', 'outputTokens', 'withoutInputTokens', 'withoutOutputTokens'] as const;

export function emptyCount(): JobCount {
  return {
    succeeded: 0,
    failed: 0,
    unreadable: 0,
    inputTokens: 0,
    outputTokens: 0,
    withoutInputTokens: 0,
    withoutOutputTokens: 0,
  };
}

export function addCount(to: JobCount, count: JobCount): void {
  for (const counter of ['succeeded', 'failed', 'unreadable', ...TOKEN_COUNTERS] as const)
    to[counter] += count[counter];
}

function name(counted: NamedCount, recordId: string): void {
  counted.count += 1;
  if (counted.recordIds.length < SHOWN) counted.recordIds.push(recordId);
}

function addUnreadable(file: FileTally, { count, first }: UnreadableLines): void {
  file.unreadable.count += count;
  for (const { line, problem } of first.slice(0, SHOWN - file.unreadable.first.length)) {
    file.unreadable.first.push({ line: file.lines + line, problem });
  }
}

function checkUnreadable(code: string, rule: string, { path, unreadable }: FileTally): Issue[] {
  const { count, first } = unreadable;
  if (count === 0) return [];
  const places = first.map(({ line, problem }) => `line ${line} ${problem}`).join('; ');
  const more = count > first.length ? `; and ${count - first.length} more` : '';
  return [{ code, input: path, message: `${rule}: ${places}${more}` }];
}

/** A file of nothing but records was given in the place of their results. */
function checkOutcomes({ path, count, withoutOutcome }: ResultsFileTally): Issue[] {
  if (withoutOutcome === 0 || withoutOutcome < count.succeeded + count.failed) return [];
  const message = `must hold results, got ${plural(withoutOutcome, 'record')} with neither "modelOutput" nor "error"; this looks like input, the results are in the files *.jsonl.out`;
  return [{ code: 'InputForResults', input: path, message }];
}

function warnNotUtf8(path: string, lines: number): Issue {
  const message = `must be UTF-8, and is not on ${plural(lines, 'line')}; what cannot be read is replaced by \uFFFD`;
  return { code: 'NotUtf8', input: path, message, severity: 'warning' };
}

function warn(
  code: string,
  input: string,
  named: NamedCount | undefined,
  say: (count: number, ids: string) => string,
): Issue[] {
  if (named === undefined || named.count === 0) return [];
  const ids = named.recordIds.map((recordId) => JSON.stringify(recordId)).join(', ');
  return [{ code, input, message: say(named.count, named.count > SHOWN ? `${ids}, …` : ids), severity: 'warning' }];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
