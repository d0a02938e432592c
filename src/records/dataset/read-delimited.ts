import type { RowHandler } from './row-handler';
import { CellValues } from './row-values';

/** How rows of CSV or TSV look, and which cells are asked for. */
export interface DelimitedShape {
  /** One character of ASCII. */
  readonly delimiter: string;
  /** Cells in each row; as many as come where it is not given. */
  readonly cells?: number;
  /** Which cells are wanted, by their index, in which order; all where it is not given. */
  readonly wanted?: readonly number[];
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const EXCERPT = 20;
const MAX_CHARACTER_BYTES = 4;

/**
 * Reads rows of CSV or TSV as RFC 4180 has them. Blank lines are no rows; a quote inside a cell that does not begin with one
 * is itself, as in Python's csv and in spreadsheets.
 *
 * Works on bytes: cells that nobody asks for are passed over, and those asked for are only pointed at.
 *
 * @returns false where it cannot be told how the bytes go on, which the handler was told
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function readDelimited(bytes: Buffer, shape: DelimitedShape, handler: RowHandler<CellValues>): boolean {
  return new DelimitedReader(bytes, shape, handler).read();
}

class DelimitedReader {
  private position = 0;
  /** One more cell follows, if only an empty one at the end of the bytes. */
  private isAfterDelimiter = false;
  private readonly delimiter: number;
  private readonly slots: readonly number[] | undefined;
  private values: CellValues;

  constructor(
    private readonly bytes: Buffer,
    private readonly shape: DelimitedShape,
    private readonly handler: RowHandler<CellValues>,
  ) {
    const { wanted, delimiter } = shape;
    this.delimiter = delimiter.charCodeAt(0);
    // By the index of a cell, where its value goes; -1 for one that nobody asks for.
    this.slots = wanted && Array.from({ length: Math.max(...wanted, -1) + 1 }, (_, cell) => wanted.indexOf(cell));
    this.values = new CellValues(bytes);
  }

  public read(): boolean {
    const { bytes, shape, handler } = this;
    while (this.position < bytes.length) {
      if (this.passBlankLine()) continue;
      const start = this.position;
      const cells = this.readRow();
      if (cells === undefined) return false;
      if (shape.cells !== undefined && cells !== shape.cells) {
        handler.onProblem('RaggedRow', start, `has ${cells}, not ${shape.cells}`);
      } else if (handler.onRow(this.values, start, Math.min(this.position, bytes.length)) === false) {
        return true;
      }
    }
    return true;
  }

  private passBlankLine(): boolean {
    const { bytes, position } = this;
    if (bytes[position] === NEWLINE) this.position += 1;
    else if (bytes[position] === CARRIAGE_RETURN && bytes[position + 1] === NEWLINE) this.position += 2;
    else return false;
    return true;
  }

  /** How many cells the row has; undefined where its end cannot be told. */
  private readRow(): number | undefined {
    const { bytes, slots } = this;
    if (slots === undefined) this.values = new CellValues(bytes);
    for (let cell = 0; ; cell += 1) {
      const slot = slots === undefined ? cell : (slots[cell] ?? -1);
      const isRead = bytes[this.position] === QUOTE ? this.readQuoted(slot) : this.readPlain(slot);
      if (!isRead) return undefined;
      if (!this.isAfterDelimiter) return cell + 1;
    }
  }

  private readPlain(slot: number): boolean {
    const { bytes, delimiter, position: start } = this;
    const { length } = bytes;
    let end = start;
    while (end < length) {
      const byte = bytes[end];
      if (byte === delimiter || byte === NEWLINE || byte === CARRIAGE_RETURN) break;
      end += 1;
    }
    if (!this.passCellEnd(end)) {
      this.handler.onProblem('LoneCarriageReturn', start, 'has a CR outside quotes and no LF behind it');
      return false;
    }
    if (slot !== -1) this.values.set(slot, start, end, false);
    return true;
  }

  private readQuoted(slot: number): boolean {
    const { bytes } = this;
    const start = this.position + 1;
    let quote = bytes.indexOf(QUOTE, start);
    let isDoubled = false;
    while (quote !== -1 && bytes[quote + 1] === QUOTE) {
      isDoubled = true;
      quote = bytes.indexOf(QUOTE, quote + 2);
    }
    if (quote === -1) {
      this.handler.onProblem('UnterminatedQuote', start - 1, 'opens a quote that nothing closes');
      return false;
    }
    if (!this.passCellEnd(quote + 1)) {
      this.handler.onProblem('TextAfterQuote', quote, `has ${this.excerpt(quote + 1)} after a closing quote`);
      return false;
    }
    if (slot !== -1) this.values.set(slot, start, quote, isDoubled);
    return true;
  }

  /** The rest of the line, as far as it helps. */
  private excerpt(start: number): string {
    const [line] = this.bytes.toString('utf8', start, start + EXCERPT * MAX_CHARACTER_BYTES).split('\n');
    return JSON.stringify(Array.from(line).slice(0, EXCERPT).join(''));
  }

  /** Goes on to the next cell or row; false if no cell ends here. */
  private passCellEnd(end: number): boolean {
    const { bytes } = this;
    const byte = bytes[end];
    this.isAfterDelimiter = byte === this.delimiter;
    const isCrLf = byte === CARRIAGE_RETURN && bytes[end + 1] === NEWLINE;
    this.position = end + (isCrLf ? 2 : 1);
    return this.isAfterDelimiter || byte === NEWLINE || isCrLf || end >= bytes.length;
  }
}
