import { COLUMNS } from '../records/results/table-row';
import { LineBlockReader, lineBlocks } from './line-blocks';
import type { ByteRange } from './write-table-rows';

/** Rows that become a Parquet file. */
export interface ParquetPiece {
  /** Rows as JSON Lines. */
  readonly rowsPath: string;
  readonly ranges: readonly ByteRange[];
  readonly path: string;
  readonly hasEmbedding: boolean;
}

type Row = { readonly [column: string]: unknown };

/** Text of one row group: at the height of the work it takes some ten times as much. */
const ROW_GROUP_BYTES = 4 * 1024 * 1024;

/** Writes a table of results as Parquet: text columns, tokens as integers, an embedding as JSON. */
export function writeTableParquet(): (piece: ParquetPiece) => Promise<undefined> {
  return async ({ rowsPath, ranges, path, hasEmbedding }) => {
    // An ES module, which code that is not bundled can only load in this way, and only where it is asked for.
    const { ParquetWriter, fileWriter } = await import('hyparquet-writer');
    const columns = hasEmbedding ? [...COLUMNS, 'embedding'] : [...COLUMNS];
    const schema = [{ name: 'root', num_children: columns.length }, ...columns.map(schemaOf)];
    const writer = new ParquetWriter({ writer: fileWriter(path), schema });
    for (const rows of rowGroups(rowsPath, ranges)) {
      const columnData = columns.map((name) => ({ name, data: rows.map((row) => toCell(name, row[name])) }));
      await writer.write({ columnData, rowGroupSize: rows.length });
    }
    await writer.finish();
    return undefined;
  };
}

function schemaOf(name: string) {
  const repetition_type = name === 'recordId' || name === 'status' ? ('REQUIRED' as const) : ('OPTIONAL' as const);
  return isCount(name)
    ? { name, repetition_type, type: 'INT64' as const }
    : { name, repetition_type, type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const };
}

function toCell(name: string, value: unknown): unknown {
  if (value === undefined) return null;
  if (isCount(name)) return Number.isSafeInteger(value) ? BigInt(value as number) : null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isCount(name: string): boolean {
  return name === 'inputTokens' || name === 'outputTokens';
}

function* rowGroups(path: string, ranges: readonly ByteRange[]): Generator<Row[]> {
  const reader = new LineBlockReader(Number.MAX_SAFE_INTEGER);
  let rows: Row[] = [];
  let bytes = 0;
  for (const { start, end } of ranges) {
    for (const block of rangeBlocks(path, start, end)) {
      const lines = reader.read(block);
      bytes += lines.length;
      for (const line of lines.toString('utf8').split('\n')) if (line !== '') rows.push(JSON.parse(line));
      if (bytes < ROW_GROUP_BYTES) continue;
      yield rows;
      rows = [];
      bytes = 0;
    }
  }
  if (rows.length > 0) yield rows;
}

/** A range begins and ends with a line. */
function* rangeBlocks(path: string, start: number, end: number) {
  for (const block of lineBlocks(path, end - start, ROW_GROUP_BYTES / 4)) {
    yield { path, start: start + block.start, end: start + block.end };
  }
}
