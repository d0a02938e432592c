import type { Issue } from '../../core/issue';
import { type ByteText, findNotUtf8, fromByteText } from './byte-text';
import type { DatasetFormat } from './dataset-format';
import { JsonArrayCutter } from './json-array-cutter';
import { readDelimited } from './read-delimited';
import { JsonRowReader } from './read-json-rows';
import { RowProblems } from './row-problems';

const NEWLINE = 0x0a;
/** Rows of a JSON dataset that are looked at for the names of its columns. */
const JSON_ROWS = 1000;

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
  return findNames(buffer, format, input, isWhole);
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
  const message = `has one column, "${only}", whose name looks like several separated by ${shown}; \`prepare --delimiter\` chooses another`;
  return [{ code: 'OtherDelimiter', input, message, severity: 'warning' }];
}

function findNames(bytes: Buffer, format: 'jsonl' | 'json', input: string, isWhole: boolean): DatasetHead | undefined {
  const refused = (...issues: Issue[]) => ({ columns: [], start: 0, issues });
  const cutter = new JsonArrayCutter();
  const ends: number[] = [];
  if (format === 'json') {
    cutter.push(bytes, (end) => ends.push(end));
    const problem = isWhole ? cutter.findProblem() : cutter.problem;
    if (problem !== undefined) return refused({ code: 'MalformedDataset', input, message: problem });
  }
  const text = bytes.toString('latin1');
  const rows = format === 'json' ? firstElements(text, ends) : firstLines(text, isWhole);
  if (rows.length === 0) {
    return isWhole ? refused({ code: 'EmptyInput', input, message: 'must hold rows, got none' }) : undefined;
  }
  const columns = namesIn(rows);
  // Without a single object among them what is wrong is not the names.
  return columns === undefined
    ? refused(...problemsOf(bytes, format, isWhole, input))
    : { columns, start: 0, issues: [] };
}

function firstLines(text: ByteText, isWhole: boolean): ByteText[] {
  const lines = text.split('\n', JSON_ROWS + 1);
  if (!isWhole || lines.length > JSON_ROWS) lines.pop();
  return lines.filter((line) => line.trim() !== '');
}

function firstElements(text: ByteText, ends: readonly number[]): ByteText[] {
  const opening = text.indexOf('[') + 1;
  return ends.slice(0, JSON_ROWS).map((end, index) => text.slice(index === 0 ? opening : ends[index - 1], end - 1));
}

/** Undefined if none of the rows is an object. */
function namesIn(rows: readonly ByteText[]): string[] | undefined {
  const objects = rows.flatMap((row) => findObject(row) ?? []);
  if (objects.length === 0) return undefined;
  return [...new Set(objects.flatMap((row) => Object.keys(row)))];
}

function findObject(row: ByteText): object | undefined {
  try {
    const value: unknown = JSON.parse(fromByteText(row));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // What is wrong with it is said when the rows are read.
    return undefined;
  }
}

function problemsOf(bytes: Buffer, format: 'jsonl' | 'json', isWhole: boolean, input: string): Issue[] {
  const text = bytes.toString('latin1', 0, isWhole ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1);
  const problems = new RowProblems();
  let row = 0;
  const reader = new JsonRowReader([], {
    onRow: () => true,
    onProblem: (code, offset, detail) => {
      row += 1;
      problems.add({ code, row, offset, detail });
    },
  });
  if (format === 'json') reader.readElements(bytes, true);
  else reader.readLines(text);
  return problems.toIssues(input, (offset) => text.slice(0, offset).split('\n').length);
}
