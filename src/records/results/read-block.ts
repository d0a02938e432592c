import type { BodyKind } from '../body-format';
import { MAX_LINE_BYTES } from '../check-block';
import { findOtherFormat, isBlankLine, isObject } from '../record';
import { ErrorGroups, SHOWN } from './error-groups';
import type { Manifest } from './manifest';
import { type FailedOutcome, type SucceededOutcome, toOutcome } from './outcome';
import { SUCCEEDED } from './outcome-index';
import { findRawMember } from './raw-member';
import { NO_OUTCOME, type ResultError, type ResultLine, readResult, toJson, toResult } from './read-result';
import { toRecordLine } from './retry';
import { type TableRow, toCsvRow, toJsonlRow } from './table-row';

/** What is read of a block. Plain data but for the two questions about bytes, which the engine answers best. */
export interface ResultsBlockRules {
  readonly kind?: BodyKind;
  readonly table?: { readonly format: 'csv' | 'jsonl'; readonly hasEmbedding: boolean };
  /** Whether failed records are wanted as lines of input again. */
  readonly keepBodies?: boolean;
  readonly isUtf8: (bytes: Uint8Array) => boolean;
  readonly isAscii: (bytes: Uint8Array) => boolean;
}

/** Rows of text one after another; `ends` says where each ends. */
export interface Rows {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

/** What a block of whole lines of results holds: plain data, so that it can be made in another thread. */
export interface ResultsBlock {
  /** Lines, blank ones included. */
  readonly lines: number;
  /** One for each result, and so are `states` and the rows. */
  readonly ids: string[];
  /** `SUCCEEDED`, or the number of an error in `errors`. */
  readonly states: number[];
  readonly errors: ResultError[];
  readonly table?: Rows;
  /** Failed records as lines of input; the row is empty for any other, and where the line does not repeat the body. */
  readonly bodies?: Rows;
  readonly tokens: TokenCount;
  /** Answers of a shape that no family has. */
  readonly unknownOutputs: NamedCount;
  readonly embeddings: number;
  /** Lines with neither an output nor an error, as the records of an input are. */
  readonly withoutOutcome: number;
  readonly unreadable: UnreadableLines;
  /** Lines with bytes that are not UTF-8, read with replacement characters. */
  readonly notUtf8: number;
  readonly manifests: Manifest[];
}

/** Tokens of the answers in `usage`. */
export interface TokenCount {
  inputTokens: number;
  outputTokens: number;
  /** Answers that do not say. */
  withoutInputTokens: number;
  withoutOutputTokens: number;
}

/** A count, and the first few that it counts. */
export interface NamedCount {
  count: number;
  readonly recordIds: string[];
}

export interface UnreadableLines {
  count: number;
  /** Lines count from 1 within the block. `problem` reads on from "line 7". */
  readonly first: { readonly line: number; readonly problem: string }[];
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';
const BEYOND_ASCII = /[\u0080-\uffff]/;

/**
 * Reads a block of whole lines; never throws. Whether the last line ends in a newline makes no difference.
 *
 * Lines are read as Latin-1, a character for a byte, which the engine parses twice as fast and which is the same JSON: UTF-8
 * uses no byte of ASCII for anything else. What is drawn out of them is written as Latin-1 and so is the UTF-8 that it was.
 * That is not exact where a line mixes such bytes with characters written as `\u` escapes: such a line is decoded.
 */
export function readResultsBlock(bytes: Buffer, rules: ResultsBlockRules, isFirst = false): ResultsBlock {
  const block = new Block(bytes, rules);
  block.read(isFirst);
  return block.report();
}

class Block {
  private lines = 0;
  private readonly ids: string[] = [];
  private readonly states: number[] = [];
  private readonly errors: ResultError[] = [];
  private readonly groups = new ErrorGroups();
  private readonly tokens = { inputTokens: 0, outputTokens: 0, withoutInputTokens: 0, withoutOutputTokens: 0 };
  private readonly unknownOutputs: NamedCount = { count: 0, recordIds: [] };
  private readonly unreadable: UnreadableLines = { count: 0, first: [] };
  private readonly manifests: Manifest[] = [];
  private readonly table: RowBuffer | undefined;
  private readonly bodies: RowBuffer | undefined;
  private readonly isUtf8: boolean;
  private readonly isAscii: boolean;
  private embeddings = 0;
  private withoutOutcome = 0;
  private notUtf8 = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly rules: ResultsBlockRules,
  ) {
    this.isAscii = rules.isAscii(bytes);
    this.isUtf8 = this.isAscii || rules.isUtf8(bytes);
    if (rules.table) this.table = new RowBuffer();
    if (rules.keepBodies) this.bodies = new RowBuffer();
  }

  public read(isFirst: boolean): void {
    const { bytes } = this;
    const head = isFirst ? bytes.toString('latin1', 0, 4) : '';
    const otherFormat = findOtherFormat(head);
    if (otherFormat !== undefined) {
      this.lines = 1;
      this.refuse(() => otherFormat);
      return;
    }
    for (let start = head.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline === -1 ? bytes.length : newline;
      this.lines += 1;
      this.readLine(start, end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
      start = end + 1;
    }
  }

  public report(): ResultsBlock {
    const { lines, ids, states, errors, tokens, unknownOutputs, unreadable, manifests } = this;
    const { embeddings, withoutOutcome, notUtf8 } = this;
    const rows = { table: this.table?.rows(), bodies: this.bodies?.rows() };
    return {
      lines,
      ids,
      states,
      errors,
      ...rows,
      tokens,
      unknownOutputs,
      embeddings,
      withoutOutcome,
      unreadable,
      notUtf8,
      manifests,
    };
  }

  private readLine(start: number, end: number): void {
    if (end - start > MAX_LINE_BYTES) {
      this.refuse(() => `must be at most ${MAX_LINE_BYTES} bytes long, got more; each result must end in a newline`);
      return;
    }
    let line = this.bytes.toString('latin1', start, end);
    const isExact = this.isAscii || !this.isUtf8 || line.includes('\\u');
    if (isExact && !this.isAscii) line = this.decode(start, end);
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      if (!isBlankLine(line)) this.refuse(() => this.problemOf(start, end));
      return;
    }
    const { result, manifest } = toResult(value);
    if (result !== undefined) this.add(result, line, isExact);
    else if (manifest !== undefined) this.manifests.push(manifest);
    else this.refuse(() => this.problemOf(start, end));
  }

  private problemOf(start: number, end: number): string {
    return readResult(this.bytes.toString('utf8', start, end)).problem ?? 'must be one JSON object';
  }

  private decode(start: number, end: number): string {
    const line = this.bytes.subarray(start, end);
    if (!this.isUtf8 && !this.rules.isUtf8(line)) this.notUtf8 += 1;
    return line.toString('utf8');
  }

  /** Finding out what is wrong takes longer than reading on, so it is done for those that are shown. */
  private refuse(findProblem: () => string): void {
    this.unreadable.count += 1;
    if (this.unreadable.first.length < SHOWN) this.unreadable.first.push({ line: this.lines, problem: findProblem() });
  }

  /** @param isExact whether texts hold characters, and not bytes */
  private add(result: ResultLine, line: string, isExact: boolean): void {
    const recordId = isExact ? result.recordId : toExact(result.recordId);
    const outcome = toOutcome(result, this.rules.kind);
    this.ids.push(recordId);
    if (outcome.status === 'succeeded') this.succeed(outcome, recordId, isExact);
    else this.fail(outcome, isExact);
    if (this.bodies === undefined) return;
    if (outcome.status === 'failed') this.addBody(this.bodies, result, line, isExact);
    else this.bodies.add('', isExact);
  }

  private succeed({ recordId, answer }: SucceededOutcome, exactId: string, isExact: boolean): void {
    this.states.push(SUCCEEDED);
    if (answer === undefined) {
      this.unknownOutputs.count += 1;
      if (this.unknownOutputs.recordIds.length < SHOWN) this.unknownOutputs.recordIds.push(exactId);
    }
    const { text, stopReason, usage, embeddings } = answer ?? {};
    const inputTokens = findCount(usage?.inputTokens);
    const outputTokens = findCount(usage?.outputTokens);
    if (inputTokens === undefined) this.tokens.withoutInputTokens += 1;
    else this.tokens.inputTokens += inputTokens;
    if (outputTokens === undefined) this.tokens.withoutOutputTokens += 1;
    else this.tokens.outputTokens += outputTokens;
    if (embeddings !== undefined) this.embeddings += 1;
    if (this.table === undefined) return;
    const embedding = embeddings && toJson(embeddings.length === 1 ? embeddings[0] : embeddings);
    this.addRow({ recordId, status: 'succeeded', text, stopReason, inputTokens, outputTokens, embedding }, isExact);
  }

  private fail({ recordId, error }: FailedOutcome, isExact: boolean): void {
    const { errorCode, errorMessage } = error;
    if (errorMessage === NO_OUTCOME) this.withoutOutcome += 1;
    const exact = isExact ? error : toExactError(error);
    const number = this.groups.numberOf(exact);
    // The groups of a block are numbered in the order in which they come up.
    if (number === this.errors.length) this.errors.push(exact);
    this.states.push(number);
    this.addRow({ recordId, status: 'failed', errorCode, errorMessage }, isExact);
  }

  private addRow(row: TableRow, isExact: boolean): void {
    const { table } = this.rules;
    if (table === undefined) return;
    this.table?.add(table.format === 'csv' ? toCsvRow(row, table.hasEmbedding) : toJsonlRow(row), isExact);
  }

  private addBody(bodies: RowBuffer, { recordId, modelInput }: ResultLine, line: string, isExact: boolean): void {
    const body = isObject(modelInput) ? findRawMember(line, 'modelInput') : undefined;
    bodies.add(body === undefined ? '' : toRecordLine(recordId, body), isExact);
  }
}

/** Texts written one after another into memory that grows. */
class RowBuffer {
  private buffer = Buffer.allocUnsafeSlow(1 << 16);
  private length = 0;
  private readonly ends: number[] = [];

  public add(text: string, isExact: boolean): void {
    // Latin-1 has a byte for a character, UTF-8 three at most for each of UTF-16.
    this.reserve(isExact ? text.length * 3 : text.length);
    this.length += this.buffer.write(text, this.length, isExact ? 'utf8' : 'latin1');
    this.ends.push(this.length);
  }

  public rows(): Rows {
    return { bytes: new Uint8Array(this.buffer.subarray(0, this.length)), ends: Uint32Array.from(this.ends) };
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.buffer.length, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

/** A sum is worth nothing when one of its terms is 1e400, or below nothing. */
function findCount(value: number | undefined): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? value : undefined;
}

/** The characters of a text that is the bytes of its UTF-8. */
function toExact(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

function toExactError({ errorCode, errorMessage }: ResultError): ResultError {
  return {
    errorCode: typeof errorCode === 'string' ? toExact(errorCode) : errorCode,
    errorMessage: errorMessage === undefined ? undefined : toExact(errorMessage),
  };
}
