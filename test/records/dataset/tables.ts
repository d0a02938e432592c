import fc from 'fast-check';
import { fromByteText } from '../../../src/records/dataset/byte-text';
import type { RowHandler } from '../../../src/records/dataset/row-handler';
import type { RowValues } from '../../../src/records/dataset/row-values';

/** Any text that UTF-8 can hold, with what is special in CSV and JSON in it more often than chance would have it. */
export const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '""', ',', '\t', '\n', '\r\n', '\r', '\\', '{{a}}', ' ', 'é', '😀'),
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));

/** Rows of three texts each. */
export const anyTable = fc.array(fc.tuple(anyText, anyText, anyText), { minLength: 1, maxLength: 12 });

/** RFC 4180, quoted where it must be, and now and then where it need not be. */
export function toDelimited(rows: readonly (readonly string[])[], delimiter = ',', lineEnd = '\r\n'): string {
  return rows.map((row) => row.map((cell) => toCell(cell, delimiter)).join(delimiter) + lineEnd).join('');
}

function toCell(text: string, delimiter: string): string {
  const isPlain = text !== '' && !/["\r\n]/.test(text) && !text.includes(delimiter);
  return isPlain && text.length % 3 > 0 ? text : `"${text.replaceAll('"', '""')}"`;
}

/** Remembers what a reader finds, in words. */
export class FoundRows implements RowHandler {
  public readonly rows: string[][] = [];
  public readonly problems: { code: string; position: number; detail: string }[] = [];

  constructor(private readonly columns: number) {}

  public onRow(values: RowValues): boolean {
    const count = this.columns;
    this.rows.push(Array.from({ length: count }, (_, index) => fromByteText(values.text(index))));
    return true;
  }

  public onProblem(code: string, position: number, detail: string): void {
    this.problems.push({ code, position, detail });
  }
}
