import type { RowCut, RowCutter } from './row-cutter';

const NEWLINE = 0x0a;

/** Finds the ends of lines; blank ones are no rows. */
export class JsonLinesCutter implements RowCutter {
  private hasContent = false;

  public push(bytes: Uint8Array): RowCut {
    let rows = 0;
    let start = 0;
    for (let newline = bytes.indexOf(NEWLINE); newline !== -1; newline = bytes.indexOf(NEWLINE, start)) {
      if (this.hasContent || !isBlank(bytes, start, newline)) rows += 1;
      this.hasContent = false;
      start = newline + 1;
    }
    this.hasContent ||= !isBlank(bytes, start, bytes.length);
    return { end: start, rows };
  }

  /** Lines are judged by `readJsonLines`. */
  public findProblem(): undefined {
    return undefined;
  }
}

/** JSON's white space only: space, tab and CR. */
function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
