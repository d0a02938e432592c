import type { Issue } from '../../core/issue';

/** What a dataset may be written in. */
export type DatasetFormat = 'csv' | 'tsv' | 'jsonl' | 'json' | 'parquet';

const FORMATS: { readonly [extension: string]: DatasetFormat } = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  parquet: 'parquet',
};

/** The extensions that say a format. */
export const DATASET_EXTENSIONS: readonly string[] = Object.keys(FORMATS);

/** The format that the extension of a file says; undefined where it says none. */
export function findDatasetFormat(path: string): DatasetFormat | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
}

/** Whether the first bytes are those of what the file is said to be. Four are enough. */
export function checkFirstBytes(bytes: Uint8Array, format: DatasetFormat, input: string): Issue[] {
  const found = (message: string) => [{ code: 'WrongFormat', input, message }];
  const begins = (...expected: number[]) => expected.every((byte, index) => bytes[index] === byte);
  if (begins(0x50, 0x41, 0x52, 0x31)) {
    return format === 'parquet' ? [] : found(`must be ${toName(format)}, got Parquet; name it .parquet`);
  }
  const allowed = `must be ${toName(format)}`;
  if (begins(0x1f, 0x8b)) return found(`${allowed}, got a gzip file; unpack it first (gunzip)`);
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) return found(`${allowed}, got a Zstandard file; unpack it first (unzstd)`);
  if (begins(0x50, 0x4b, 0x03, 0x04)) {
    return found(`${allowed}, got a zip file or an Excel workbook; unpack it, or save the sheet as "CSV UTF-8"`);
  }
  if (format === 'parquet') return found('must be Parquet (its first bytes are PAR1), got something else');
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff) || bytes.subarray(0, 4).includes(0)) {
    return found(`${allowed} in UTF-8, got UTF-16 or binary data; save it as UTF-8`);
  }
  return [];
}

/** Bytes of the byte order mark that UTF-8 text may begin with, and that is no part of it. */
export function byteOrderMarkLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function toName(format: DatasetFormat): string {
  return format === 'json'
    ? 'a JSON array'
    : { csv: 'CSV', tsv: 'TSV', jsonl: 'JSON Lines', parquet: 'Parquet' }[format];
}
