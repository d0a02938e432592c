import { gzipSync } from 'node:zlib';
import { type AsyncBuffer, openParquet, readParquetRows } from '../../../src/records/dataset/parquet-rows';
import { toValueText } from '../../../src/records/dataset/value-text';
import { loadParquetForTests } from './parquet-library';

const library = loadParquetForTests();

function toFile(bytes: ArrayBuffer) {
  const read: [number, number][] = [];
  const file: AsyncBuffer = {
    byteLength: bytes.byteLength,
    slice: (start, end = bytes.byteLength) => {
      read.push([start, end]);
      return bytes.slice(start, end);
    },
  };
  return { file, read };
}

async function read(file: AsyncBuffer, columns?: readonly string[]) {
  const { parquet } = await openParquet(library, file, 'data.parquet');
  if (parquet === undefined) throw new Error('cannot be opened');
  const groups = [];
  for await (const rows of readParquetRows(library, parquet, columns ?? parquet.columns)) groups.push(rows);
  return { parquet, groups, rows: groups.flat() };
}

describe('a Parquet file', () => {
  test('says what columns it has, and how many rows', async () => {
    const columnData = [
      { name: 'id', data: [1, 2, 3], type: 'INT32' },
      { name: 'é', data: ['a', 'b', 'ü😀'], type: 'STRING' },
    ];
    const { parquet, rows } = await read(toFile(library.parquetWriteBuffer({ columnData })).file);
    expect(parquet).toMatchObject({ columns: ['id', 'é'], rows: 3 });
    expect(rows).toMatchObject([
      { id: 1, é: 'a' },
      { id: 2, é: 'b' },
      { id: 3, é: 'ü😀' },
    ]);
  });

  test.each([
    ['truncated', (bytes: ArrayBuffer) => bytes.slice(0, bytes.byteLength - 10)],
    ['not one', () => new TextEncoder().encode('PAR1 and nothing like it').buffer as ArrayBuffer],
    ['empty', () => new ArrayBuffer(0)],
  ])('is refused in words when it is %s', async (_, change) => {
    const bytes = library.parquetWriteBuffer({ columnData: [{ name: 'a', data: ['x'] }] });
    const { issues } = await openParquet(library, toFile(change(bytes)).file, 'data.parquet');
    expect(issues).toMatchObject([
      {
        code: 'UnreadableParquet',
        input: 'data.parquet',
        message: expect.stringMatching(/^must be a whole Parquet file/),
      },
    ]);
  });

  test('is read one row group after another, only the columns asked for', async () => {
    const wide = Array.from({ length: 300 }, (_, row) => `${row}`.repeat(200));
    const columnData = [
      { name: 'wide', data: wide },
      { name: 'n', data: wide.map((_, row) => row), type: 'INT32' },
    ];
    const bytes = library.parquetWriteBuffer({ columnData, rowGroupSize: 100, codec: 'UNCOMPRESSED' });
    const { file, read: ranges } = toFile(bytes);
    const { groups } = await read(file, ['n']);
    expect(groups.map((rows) => rows.length)).toEqual([100, 100, 100]);
    expect(groups.flat().map(({ n }) => n)).toEqual(wide.map((_, row) => row));
    const afterHead = ranges.slice(1).reduce((sum, [start, end]) => sum + end - start, 0);
    expect(afterHead).toBeLessThan(bytes.byteLength / 10);
  });

  test('with an offset index is read some rows at a time, the pages that they are in', async () => {
    const texts = Array.from({ length: 12_000 }, (_, row) => `${row} ${'x'.repeat(200)}`);
    const columnData = [
      { name: 'text', data: texts, offsetIndex: true, encoding: 'PLAIN' },
      { name: 'small', data: texts.map((_, row) => row), type: 'INT32' },
    ];
    const bytes = library.parquetWriteBuffer({
      columnData,
      codec: 'UNCOMPRESSED',
      rowGroupSize: 12_000,
      pageSize: 10_000,
    });
    const { file, read: ranges } = toFile(bytes);
    const { groups } = await read(file, ['text', 'small']);
    expect(groups.map((rows) => rows.length)).toEqual([5000, 5000, 2000]);
    expect(groups.flat().map(({ text, small }) => [text, small])).toEqual(texts.map((text, row) => [text, row]));
    expect(Math.max(...ranges.map(([start, end]) => end - start))).toBeLessThan(bytes.byteLength / 2);
  });

  test('without one is read a row group at a time', async () => {
    const texts = Array.from({ length: 12_000 }, (_, row) => `${row} ${'x'.repeat(200)}`);
    const columnData = [{ name: 'text', data: texts, encoding: 'PLAIN', offsetIndex: false }];
    const bytes = library.parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED', rowGroupSize: 12_000 });
    expect((await read(toFile(bytes).file)).groups.map((rows) => rows.length)).toEqual([12_000]);
  });

  test.each(['SNAPPY', 'GZIP', 'UNCOMPRESSED'])('may be compressed: %s', async (codec) => {
    const compressors = { GZIP: (bytes: Uint8Array) => gzipSync(bytes) };
    const columnData = [{ name: 'text', data: ['a'.repeat(1000), 'é'] }];
    const bytes = library.parquetWriteBuffer({ columnData, codec, compressors });
    expect((await read(toFile(bytes).file)).rows).toMatchObject([{ text: 'a'.repeat(1000) }, { text: 'é' }]);
  });

  test('has values that become text', async () => {
    const moment = new Date(Date.UTC(2026, 0, 31, 12, 30));
    const columnData = [
      { name: 'text', data: ['é', null], type: 'STRING' },
      { name: 'big', data: [12345678901234567890n % 2n ** 62n, 0n], type: 'INT64' },
      { name: 'double', data: [1.25, -0.5], type: 'DOUBLE' },
      { name: 'flag', data: [true, false], type: 'BOOLEAN' },
      { name: 'moment', data: [moment, moment], type: 'TIMESTAMP' },
      { name: 'json', data: [{ a: [1] }, { b: 'é' }], type: 'JSON' },
    ];
    const { rows } = await read(toFile(library.parquetWriteBuffer({ columnData })).file);
    const [first, second] = rows.map((row) => Object.values(row).map(toValueText));
    expect(first).toEqual([
      'é',
      String(12345678901234567890n % 2n ** 62n),
      '1.25',
      'true',
      '2026-01-31T12:30:00.000Z',
      '{"a":[1]}',
    ]);
    expect(second.slice(0, 4)).toEqual(['', '0', '-0.5', 'false']);
  });

  test('has days that become days', async () => {
    const schema = [
      { name: 'root', num_children: 1 },
      { name: 'day', type: 'INT32', converted_type: 'DATE', repetition_type: 'REQUIRED' },
    ];
    const bytes = library.parquetWriteBuffer({
      schema,
      columnData: [{ name: 'day', data: [new Date(Date.UTC(2026, 1, 28))] }],
    });
    expect((await read(toFile(bytes).file)).rows).toMatchObject([{ day: '2026-02-28' }]);
  });

  test('may have no rows', async () => {
    const bytes = library.parquetWriteBuffer({ columnData: [{ name: 'a', data: [], type: 'STRING' }] });
    expect((await read(toFile(bytes).file)).rows).toEqual([]);
  });
});
