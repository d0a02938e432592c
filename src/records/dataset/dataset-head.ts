import type { Issue } from '../../core/issue';
import { type ByteText, findNotUtf8, fromByteText } from './byte-text';
import type { DatasetFormat } from './dataset-format';
import { JsonArrayCutter } from './json-array-cutter';
import { readDelimited } from './read-delimited';
import { RowProblems } from './row-problems';

const NEWLINE = 0x0a;
/** Rows of a JSON dataset that are looked at for the names of its columns. */
const JSON_ROWS = 1000;
/** Column names that are kept of a JSON dataset. */
const JSON_COLUMNS = 1000;

/** How a dataset begins. */
export interface DatasetHead {
  /** In the order of the file; for JSON those of its first thousand rows. Names are without white space around them. */
  readonly columns: readonly string[];
  /** Where the rows begin, in bytes from the beginning of the head. */
  readonly start: number;
  readonly issues: readonly Issue[];
}

/**
 * Reads the names of the columns from the first bytes of a file, which do not include a byte order mark.
 *
 * @returns undefined if the bytes hold no whole row, and more of the file have to be given
 */
export function findDatasetHead(
  bytes: Uint8Array,
  { format, delimiter, input, isWhole }: HeadOptions,
): DatasetHead | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'csv' || format === 'tsv') return findHeader(buffer, delimiter, input, isWhole);
  const text = buffer.toString('latin1');
  const rows = format === 'jsonl' ? firstLines(text, isWhole) : firstElements(bytes, text);
  if (rows.length === 0 && !isWhole) return undefined;
  return { columns: namesIn(rows), start: 0, issues: [] };
}

export interface HeadOptions {
  readonly format: Exclude<DatasetFormat, 'parquet'>;
  readonly delimiter: string;
  /** Name of the file, for messages. */
  readonly input: string;
  /** Whether the file has no more than these bytes. */
  readonly isWhole: boolean;
}

function findHeader(bytes: Buffer, delimiter: string, input: string, isWhole: boolean): DatasetHead | undefined {
  const problems = new RowProblems();
  let head: { columns: string[]; start: number } | undefined;
  readDelimited(
    bytes,
    { delimiter },
    {
      onRow: (values, start, end) => {
        const invalid = findNotUtf8(bytes.subarray(start, end));
        if (invalid !== -1) problems.add({ code: 'NotUtf8', row: 0, detail: 'holds other bytes' });
        const columns = Array.from({ length: values.count }, (_, index) => fromByteText(values.text(index)).trim());
        head = { columns, start: end };
        return false;
      },
      onProblem: (code, offset, detail) =>
        problems.add({ code, row: 0, offset: undefined, detail: `${detail}${at(offset)}` }),
    },
  );
  // A header that reaches the end of what is there may go on behind it.
  if (!isWhole && (head === undefined || head.start === bytes.length) && bytes[bytes.length - 1] !== NEWLINE)
    return undefined;
  if (problems.hasErrors) return { columns: [], start: 0, issues: problems.toIssues(input) };
  if (head === undefined) return { columns: [], start: bytes.length, issues: [] };
  return { ...head, issues: checkDelimiter(head.columns, delimiter, input) };
}

function at(offset: number): string {
  return ` at byte ${offset + 1}`;
}

function checkDelimiter(columns: readonly string[], delimiter: string, input: string): Issue[] {
  const [only] = columns;
  const other = columns.length === 1 ? /[;\t|,]/.exec(only)?.[0] : undefined;
  if (other === undefined || other === delimiter) return [];
  const shown = { '\t': 'tabs', ';': 'semicolons', '|': 'bars', ',': 'commas' }[other];
  const message = `has one column, "${only}", whose name looks like several separated by ${shown}; the delimiter can be chosen`;
  return [{ code: 'OtherDelimiter', input, message, severity: 'warning' }];
}

function firstLines(text: ByteText, isWhole: boolean): string[] {
  const lines = text.split('\n', JSON_ROWS + 1);
  if (!isWhole || lines.length > JSON_ROWS) lines.pop();
  return lines.filter((line) => line.trim() !== '');
}

function firstElements(bytes: Uint8Array, text: ByteText): string[] {
  const ends: number[] = [];
  new JsonArrayCutter().push(bytes, (end) => ends.push(end));
  const opening = text.indexOf('[') + 1;
  return ends.slice(0, JSON_ROWS).map((end, index) => text.slice(index === 0 ? opening : ends[index - 1], end - 1));
}

function namesIn(rows: readonly ByteText[]): string[] {
  const names = new Set<string>();
  for (const row of rows) {
    for (const name of namesOf(row)) if (names.size < JSON_COLUMNS) names.add(name);
  }
  return [...names];
}

function namesOf(row: ByteText): string[] {
  try {
    const value: unknown = JSON.parse(fromByteText(row));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  } catch {
    // What is wrong with it is said when the rows are read.
    return [];
  }
}
