import type { Issue } from '../../core/issue';

type Hyparquet = typeof import('hyparquet', { with: { 'resolution-mode': 'import' }});
type ReadOptions = Parameters<Hyparquet['parquetReadObjects']>[0];

/** A file that can be read from anywhere. */
export type AsyncBuffer = ReadOptions['file'];

/** What is used of the package `hyparquet`; the caller loads it, as it is an ES module and this is not. */
export type ParquetLibrary = Pick<Hyparquet, 'parquetMetadataAsync' | 'parquetReadObjects' | 'parquetSchema'> & {
  readonly compressors: ReadOptions['compressors'];
};

/** Rows read at a time from files that say where their pages begin; else it is a row group. */
const ROWS_AT_A_TIME = 5000;

/** A column that may be read again for every so many rows. */
const SMALL_BYTES = 1024 * 1024;

/** A Parquet file that has been looked into. */
export interface ParquetFile {
  readonly file: AsyncBuffer;
  readonly metadata: NonNullable<ReadOptions['metadata']>;
  readonly columns: readonly string[];
  readonly rows: number;
}

export type OpenedParquet =
  | { readonly parquet: ParquetFile; readonly issues?: undefined }
  | { readonly parquet?: undefined; readonly issues: readonly Issue[] };

/** Reads what a Parquet file holds. `input` is its name, for messages. */
export async function openParquet(library: ParquetLibrary, file: AsyncBuffer, input: string): Promise<OpenedParquet> {
  try {
    const metadata = await library.parquetMetadataAsync(file);
    const columns = library.parquetSchema(metadata).children.map(({ element }) => element.name);
    return { parquet: { file, metadata, columns, rows: Number(metadata.num_rows) } };
  } catch (error) {
    const message = `must be a whole Parquet file, and cannot be read (${(error as Error).message})`;
    return { issues: [{ code: 'UnreadableParquet', input, message }] };
  }
}

/**
 * The rows with the columns that are asked for, some at a time. Memory holds these columns of one row group, or of 5,000 rows
 * where the file has an offset index.
 *
 * Dates are text (`2026-01-31`), points in time too (`2026-01-31T12:00:00.000Z`), as is JSON.
 */
export async function* readParquetRows(
  library: ParquetLibrary,
  { file, metadata }: ParquetFile,
  columns: readonly string[],
): AsyncGenerator<Readonly<Record<string, unknown>>[]> {
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    const isIndexed = group.columns.every(({ meta_data, offset_index_offset }) => {
      if (meta_data === undefined || !columns.includes(meta_data.path_in_schema[0])) return true;
      return offset_index_offset !== undefined || meta_data.total_uncompressed_size <= SMALL_BYTES;
    });
    const step = isIndexed ? ROWS_AT_A_TIME : groupEnd - groupStart;
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += step) {
      yield await library.parquetReadObjects({
        file,
        metadata,
        columns: [...columns],
        rowStart,
        rowEnd: Math.min(rowStart + step, groupEnd),
        compressors: library.compressors,
        parsers: PARSERS,
        useOffsetIndex: isIndexed,
      });
    }
    groupStart = groupEnd;
  }
}

const decoder = new TextDecoder();
const MILLISECONDS_A_DAY = 86_400_000;

const PARSERS = {
  dateFromDays: (days: number) => toIso(days * MILLISECONDS_A_DAY)?.slice(0, 10),
  timestampFromMilliseconds: (millis: bigint) => toIso(Number(millis)),
  timestampFromMicroseconds: (micros: bigint) => toIso(Number(micros / 1000n)),
  timestampFromNanoseconds: (nanos: bigint) => toIso(Number(nanos / 1_000_000n)),
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && decoder.decode(bytes),
};

function toIso(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
