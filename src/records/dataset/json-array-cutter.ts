import type { RowCut, RowCutter } from './row-cutter';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

type Place = 'before' | 'inside' | 'after';

/**
 * Finds the ends of the elements of a JSON array: the commas outside any object, list or text within it. The piece of a row
 * has the comma behind it, and the first one the opening bracket before it; `readJsonElements` takes them off.
 */
export class JsonArrayCutter implements RowCutter {
  private place: Place = 'before';
  private depth = 0;
  private isText = false;
  private isEscaped = false;
  /** Whether anything but white space was seen since the last comma. */
  private hasContent = false;
  private hasComma = false;
  private elements = 0;
  /** What is wrong with the bytes so far, whatever comes. */
  public problem: string | undefined;

  public push(bytes: Uint8Array, onElement?: (end: number) => void): RowCut {
    let rows = 0;
    let end = 0;
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index];
      if (this.isText) {
        if (this.isEscaped) this.isEscaped = false;
        else if (byte === BACKSLASH) this.isEscaped = true;
        else if (byte === QUOTE) this.isText = false;
      } else if (byte > 0x20 && this.step(byte)) {
        rows += 1;
        end = index + 1;
        onElement?.(end);
      }
    }
    return { end, rows };
  }

  public findProblem(): string | undefined {
    if (this.problem !== undefined) return this.problem;
    if (this.place === 'before') return 'must be a JSON array of objects, got nothing but white space';
    if (this.place === 'inside')
      return `must close its JSON array with ], got the end of the file in row ${this.elements + 1}`;
    return undefined;
  }

  /** Takes in one byte that is neither white space nor in a text; true if an element ends with it. */
  private step(byte: number): boolean {
    if (this.place === 'before') {
      if (byte === OPEN_LIST) this.place = 'inside';
      else this.refuse(byte === OPEN_OBJECT ? OBJECT_PROBLEM : 'must be a JSON array of objects, got something else');
      return false;
    }
    if (this.place === 'after') {
      this.refuse('must hold one JSON array and nothing behind its closing bracket');
      return false;
    }
    if (this.depth === 0 && (byte === COMMA || byte === CLOSE_LIST)) return this.endElement(byte);
    this.hasContent = true;
    if (byte === QUOTE) this.isText = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.depth -= 1;
    return false;
  }

  private endElement(byte: number): boolean {
    const isMissing = !this.hasContent && (byte === COMMA || this.hasComma);
    if (isMissing) this.refuse('must have an element between two commas, and no comma behind the last element');
    const { hasContent } = this;
    this.hasContent = false;
    this.hasComma = byte === COMMA;
    if (byte === CLOSE_LIST) this.place = 'after';
    if (hasContent) this.elements += 1;
    return hasContent;
  }

  private refuse(problem: string): void {
    this.problem ??= problem;
  }
}

const OBJECT_PROBLEM =
  'must be a JSON array of objects, got an object; a file of one object a line is JSON Lines: name it .jsonl';
