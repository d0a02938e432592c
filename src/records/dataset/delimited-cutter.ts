import type { RowCut, RowCutter } from './row-cutter';

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Finds the ends of rows in CSV and TSV: line ends that no quotes enclose. Blank lines are no rows.
 *
 * Goes from quote to quote and from line end to line end, never byte by byte; a quote opens a quoted cell only at the
 * beginning of a cell, as in `readDelimited`, which says what is wrong where the two would differ.
 */
export class DelimitedCutter implements RowCutter {
  private readonly delimiter: number;
  private isQuoted = false;
  /** The last byte was a quote inside a quoted cell: the next one says whether it closes. */
  private isAtQuote = false;
  private lastByte = NEWLINE;
  /** The row has something else than the CR of a blank line. */
  private hasContent = false;

  constructor(delimiter: string) {
    this.delimiter = delimiter.charCodeAt(0);
  }

  public push(bytes: Uint8Array): RowCut {
    let rows = 0;
    let rowStart = 0;
    let position = this.leaveQuote(bytes);
    let quote = -1;
    let newline = -1;
    while (position < bytes.length) {
      if (this.isQuoted) {
        position = this.closeQuote(bytes, position);
        continue;
      }
      if (newline < position) newline = indexFrom(bytes, NEWLINE, position);
      if (quote < position) quote = indexFrom(bytes, QUOTE, position);
      if (quote < newline) {
        const before = quote === 0 ? this.lastByte : bytes[quote - 1];
        this.isQuoted = before === this.delimiter || before === NEWLINE;
        position = quote + 1;
        continue;
      }
      if (newline === bytes.length) break;
      if (this.hasContent || !isBlank(bytes, rowStart, newline)) rows += 1;
      this.hasContent = false;
      rowStart = newline + 1;
      position = rowStart;
    }
    this.hasContent ||= !isBlank(bytes, rowStart, bytes.length);
    if (bytes.length > 0) this.lastByte = bytes[bytes.length - 1];
    return { end: rowStart, rows };
  }

  /** Rows are judged by `readDelimited`, the last one included. */
  public findProblem(): undefined {
    return undefined;
  }

  /** Where to go on from, when the bytes before ended in a quote. */
  private leaveQuote(bytes: Uint8Array): number {
    if (!this.isAtQuote || bytes.length === 0) return 0;
    this.isAtQuote = false;
    this.isQuoted = bytes[0] === QUOTE;
    return this.isQuoted ? 1 : 0;
  }

  private closeQuote(bytes: Uint8Array, position: number): number {
    const quote = indexFrom(bytes, QUOTE, position);
    if (quote === bytes.length) return quote;
    this.isAtQuote = quote + 1 === bytes.length;
    if (bytes[quote + 1] === QUOTE) return quote + 2;
    this.isQuoted = this.isAtQuote;
    return quote + 1;
  }
}

function indexFrom(bytes: Uint8Array, byte: number, position: number): number {
  const index = bytes.indexOf(byte, position);
  return index === -1 ? bytes.length : index;
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  return start >= end || (end - start === 1 && bytes[start] === CARRIAGE_RETURN);
}
