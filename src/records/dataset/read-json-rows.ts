import { findJsonError, type JsonError } from '../json-error';
import { type ByteText, fromByteText, toByteText } from './byte-text';
import { JsonArrayCutter } from './json-array-cutter';
import type { RowHandler } from './row-handler';
import { TextValues } from './row-values';
import { isInexact, toValueText } from './value-text';

const SURROGATE = /\p{Surrogate}/u;
/** More digits than a number holds, as 2^53 has 16, or an exponent that may be beyond all numbers. */
const MANY_DIGITS = /\d{16}|[eE]\+?\d{3}/;
const NOT_BLANK = /[^ \t\r\n]/;
const BLANK = /^[ \t\r]*$/;

/** Takes the values of wanted members out of rows that are JSON objects. A member that is absent is empty text. */
export class JsonRowReader {
  private readonly names: readonly string[];
  private readonly byteNames: readonly ByteText[];
  private readonly values = new TextValues();

  constructor(
    wanted: readonly string[],
    private readonly handler: RowHandler<TextValues>,
  ) {
    this.names = wanted;
    this.byteNames = wanted.map(toByteText);
  }

  /** Reads JSON Lines. Blank lines are no rows. */
  public readLines(text: ByteText): void {
    for (let start = 0; start < text.length; ) {
      const newline = text.indexOf('\n', start);
      const end = newline === -1 ? text.length : newline;
      const line = text.slice(start, end);
      if (!BLANK.test(line) && !this.readRow(line, start, end)) return;
      start = end + 1;
    }
  }

  /** Reads elements of a JSON array: a piece that a `JsonArrayCutter` cut, with the brackets and commas around them. */
  public readElements(bytes: Uint8Array, isFirst: boolean): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const ends: number[] = [];
    const cutter = new JsonArrayCutter();
    if (!isFirst) cutter.push(OPENING);
    cutter.push(bytes, (end) => ends.push(end));
    let start = isFirst ? text.indexOf('[') + 1 : 0;
    for (const end of ends) {
      // The comma or bracket behind the element is the last character of its piece.
      const begin = start + text.slice(start, end).search(NOT_BLANK);
      if (!this.readRow(text.slice(begin, end - 1), begin, end)) return;
      start = end;
    }
  }

  private readRow(text: ByteText, start: number, end: number): boolean {
    // Other characters than ASCII can be written as escapes, which are characters and no bytes: such a row is decoded first.
    const isEscaped = text.includes('\\u');
    let row: unknown;
    try {
      row = JSON.parse(isEscaped ? fromByteText(text) : text);
    } catch {
      return this.refuse(start, `is not JSON: ${toWords(text)}`);
    }
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      return this.refuse(start, `is ${Array.isArray(row) ? 'a list' : `${row === null ? 'null' : `a ${typeof row}`}`}`);
    }
    const { values } = this;
    const names = isEscaped ? this.names : this.byteNames;
    for (const [index, name] of names.entries()) {
      const value = Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : undefined;
      // A number such as 6.02e23 has lost nothing.
      if (isInexact(value) && MANY_DIGITS.test(text)) {
        this.handler.onProblem('InexactNumber', start, `has a longer one in "${this.names[index]}"`);
        return true;
      }
      const valueText = toValueText(value);
      if (valueText === undefined) {
        this.handler.onProblem('NestedTooDeeply', start, `has one that is not in "${this.names[index]}"`);
        return true;
      }
      if (isEscaped && SURROGATE.test(valueText)) {
        this.handler.onProblem('LoneSurrogate', start, `has one in "${this.names[index]}"`);
        return true;
      }
      values.texts[index] = isEscaped ? toByteText(valueText) : valueText;
    }
    return this.handler.onRow(values, start, end) !== false;
  }

  private refuse(start: number, detail: string): true {
    this.handler.onProblem('MalformedRow', start, detail);
    return true;
  }
}

const OPENING = Buffer.from('[');

/** What JSON.parse refuses; its own words differ between versions of the engine. */
function toWords(text: ByteText): string {
  const { index, problem } = findJsonError(fromByteText(text)) as JsonError;
  return `${problem} at character ${index + 1}`;
}
