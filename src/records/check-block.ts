import { checkLine, type LineIssue, type LineRules, mayHoldSurrogates } from './check-line';
import { findOtherFormat, isBlankLine, isObject } from './record';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const BEYOND_PLAIN_ASCII = /[^ -~]/;

/** Occurrences of one kind of mistake that are kept; the rest is counted. */
export const SHOWN = 3;

/**
 * Longest line that is read. Not a limit of the service, which documents none: with images in it a record has some megabytes,
 * and a longer line is most likely a file without line ends.
 */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Kinds of mistakes that are told apart by the member that is wrong, before they are only by their code. */
const MAX_KINDS = 40;

/** Mistakes of one kind. Lines count from 1 within the block. */
export interface Finding {
  /** Names the kind: the code, and for bodies the member that is wrong. */
  readonly kind: string;
  readonly code: string;
  readonly severity?: 'error' | 'warning';
  count: number;
  readonly first: { readonly line: number; readonly column?: number; readonly message: string }[];
}

/** What a block of whole lines holds: plain data, so that it can be made in another thread. */
export interface BlockReport {
  /** Lines, blank ones included. */
  readonly lines: number;
  readonly records: number;
  readonly bytes: number;
  /** Of the records that have one, with `idLines` beside it. */
  readonly ids: string[];
  /** Line of each id, within the block. */
  readonly idLines: number[];
  /** First line of a record without an id. */
  readonly firstWithoutId?: number;
  readonly findings: Finding[];
}

/** What is read of a line: whether bytes are UTF-8 is asked of the caller, who may use the engine's own. */
export interface BlockRules extends LineRules {
  readonly isUtf8: (bytes: Uint8Array) => boolean;
}

/**
 * Checks a block of whole lines. Whether the last one ends in a newline makes no difference.
 *
 * Lines are read as Latin-1 first, a character for a byte, which the engine parses twice as fast and which is the same JSON:
 * UTF-8 uses no byte of ASCII for anything else. Only a line with something wrong in it is decoded and checked in detail.
 */
export function checkBlock(bytes: Buffer, rules: BlockRules, isFirst = false): BlockReport {
  const block = new Block(bytes, rules);
  const otherFormat = isFirst ? findOtherFormat(bytes.toString('latin1', 0, 4)) : undefined;
  if (otherFormat === undefined) block.check();
  else block.refuse({ code: 'NotJsonLines', message: otherFormat });
  return block.report();
}

class Block {
  private lines = 0;
  private records = 0;
  private readonly ids: string[] = [];
  private readonly idLines: number[] = [];
  private firstWithoutId: number | undefined;
  private readonly findings = new Map<string, Finding>();
  /** Whether any character of the block is written as an escape: where none is, no line has to be searched for one. */
  private mayEscape = false;

  constructor(
    private readonly bytes: Buffer,
    private readonly rules: BlockRules,
  ) {}

  public check(): void {
    const { bytes } = this;
    const isUtf8 = this.rules.isUtf8(bytes);
    this.mayEscape = bytes.includes('\\u');
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline === -1 ? bytes.length : newline;
      this.lines += 1;
      this.checkLine(start, bytes[end - 1] === CARRIAGE_RETURN && end > start ? end - 1 : end, isUtf8);
      start = end + 1;
    }
  }

  public refuse({ code, severity, member, message, column }: LineIssue): void {
    // Members that no one knows may have as many names as there are lines.
    const isTold = member !== undefined && severity !== 'warning' && this.findings.size < MAX_KINDS;
    const kind = isTold ? `${code} ${member}` : code;
    let finding = this.findings.get(kind);
    if (finding === undefined) {
      finding = { kind, code, severity, count: 0, first: [] };
      this.findings.set(kind, finding);
    }
    finding.count += 1;
    if (finding.first.length < SHOWN) finding.first.push({ line: Math.max(1, this.lines), column, message });
  }

  public report(): BlockReport {
    const { lines, records, bytes, ids, idLines, firstWithoutId } = this;
    return {
      lines,
      records,
      bytes: bytes.length,
      ids,
      idLines,
      firstWithoutId,
      findings: [...this.findings.values()],
    };
  }

  private checkLine(start: number, end: number, isUtf8: boolean): void {
    if (end - start > MAX_LINE_BYTES) {
      this.records += 1;
      this.refuse({
        code: 'LineTooLong',
        // How much more is not known: the rest was not read.
        message: `must be at most ${MAX_LINE_BYTES} bytes long, got more; each record must end in a newline`,
      });
      return;
    }
    const line = this.bytes.toString('latin1', start, end);
    const isExact = isUtf8 && !(this.mayEscape && mayHoldSurrogates(line));
    const recordId = isExact ? findRecordId(line, this.rules) : undefined;
    if (recordId !== undefined) this.count(recordId);
    else if (isBlankLine(line)) this.refuse(BLANK_LINE);
    else this.checkInDetail(start, end, isUtf8);
  }

  private checkInDetail(start: number, end: number, isUtf8: boolean): void {
    const line = this.bytes.subarray(start, end);
    if (!isUtf8 && !this.rules.isUtf8(line)) {
      this.records += 1;
      this.refuse(NOT_UTF8);
      return;
    }
    const { recordId, issues } = checkLine(line.toString('utf8'), this.rules);
    const isRecord = !issues.some(({ code }) => UNREADABLE.has(code));
    if (isRecord) this.count(recordId ?? '');
    else this.records += 1;
    for (const issue of issues) this.refuse(issue);
  }

  /** @param recordId empty where there is none */
  private count(recordId: string): void {
    this.records += 1;
    if (recordId === '') this.firstWithoutId ??= this.lines;
    else {
      this.ids.push(recordId);
      this.idLines.push(this.lines);
    }
  }
}

const BLANK_LINE: LineIssue = {
  code: 'BlankLine',
  severity: 'warning',
  message: 'is blank',
};

const NOT_UTF8: LineIssue = { code: 'NotUtf8', message: 'must be UTF-8, got bytes that are not' };

/** Codes of lines that are no record, whose id is not known. */
const UNREADABLE = new Set(['MalformedRecord', 'ByteOrderMark']);

/**
 * The id of a record with nothing wrong in it, empty where it has none; undefined where the line must be looked at in detail,
 * because of a mistake or because Latin-1 is not exact enough.
 */
function findRecordId(line: string, { format, model = {} }: LineRules): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { recordId, modelInput } = value;
  if (!isObject(modelInput) || Object.keys(value).length !== (recordId === undefined ? 1 : 2)) return undefined;
  if (
    recordId !== undefined &&
    (typeof recordId !== 'string' || recordId === '' || BEYOND_PLAIN_ASCII.test(recordId))
  ) {
    return undefined;
  }
  if (format !== undefined && format.check(modelInput, model).length > 0) return undefined;
  return recordId ?? '';
}
