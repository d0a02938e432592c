import {
  byteOrderMarkLength,
  checkFirstBytes,
  type DatasetFormat,
  findDatasetFormat,
} from '../../../src/records/dataset/dataset-format';
import { findDatasetHead } from '../../../src/records/dataset/dataset-head';

describe('the format of a dataset', () => {
  test.each([
    ['a.csv', 'csv'],
    ['a.b/C.CSV', 'csv'],
    ['a.tsv', 'tsv'],
    ['a.tab', 'tsv'],
    ['a.jsonl', 'jsonl'],
    ['a.ndjson', 'jsonl'],
    ['a.json', 'json'],
    ['a.parquet', 'parquet'],
    ['a.txt', undefined],
    ['csv', undefined],
    ['a.csv/file', undefined],
    ['a.csv.gz', undefined],
    ['a.toString', undefined],
  ])('is what the name says: %s', (path, format) => {
    expect(findDatasetFormat(path)).toBe(format);
  });

  const check = (format: DatasetFormat, ...bytes: number[]) =>
    checkFirstBytes(Uint8Array.from(bytes), format, 'data').map(({ message }) => message);
  const PAR1 = [0x50, 0x41, 0x52, 0x31];

  test.each([
    ['csv', [0x1f, 0x8b, 8, 0], 'must be CSV, got a gzip file'],
    ['jsonl', [0x28, 0xb5, 0x2f, 0xfd], 'must be JSON Lines, got a Zstandard file'],
    ['tsv', [0x50, 0x4b, 3, 4], 'must be TSV, got a zip file or an Excel workbook'],
    ['json', PAR1, 'must be a JSON array, got Parquet; name it .parquet'],
    ['parquet', [0x1f, 0x8b, 8, 0], 'must be Parquet, got a gzip file'],
    ['parquet', [0x61, 0x2c, 0x62, 0x0a], 'must be Parquet (its first bytes are PAR1)'],
    ['csv', [0xff, 0xfe, 0x61, 0], 'must be CSV in UTF-8, got UTF-16 or binary data'],
    ['csv', [0xfe, 0xff, 0, 0x61], 'must be CSV in UTF-8, got UTF-16 or binary data'],
    ['csv', [0x61, 0, 0x62, 0], 'must be CSV in UTF-8, got UTF-16 or binary data'],
  ] as const)('%s does not begin as another does', (format, bytes, words) => {
    expect(check(format, ...bytes)).toEqual([expect.stringContaining(words)]);
  });

  test.each([
    ['csv', [0x61, 0x2c, 0x62, 0x0a]],
    ['csv', [0xef, 0xbb, 0xbf, 0x61]],
    ['csv', [0x61]],
    ['parquet', PAR1],
  ] as const)('%s begins as it should', (format, bytes) => {
    expect(check(format, ...bytes)).toEqual([]);
  });

  test('is not changed by a byte order mark', () => {
    expect(byteOrderMarkLength(Buffer.from('\ufeffa'))).toBe(3);
    expect(byteOrderMarkLength(Buffer.from('a'))).toBe(0);
  });
});

describe('the head of a dataset', () => {
  const head = (text: string | Buffer, format: 'csv' | 'tsv' | 'jsonl' | 'json' = 'csv', isWhole = true) =>
    findDatasetHead(Buffer.from(text as string), {
      format,
      delimiter: format === 'tsv' ? '\t' : ',',
      input: 'data',
      isWhole,
    });

  test.each([
    ['a,b\n1,2\n', ['a', 'b'], 4],
    ['a,b\r\n1,2\n', ['a', 'b'], 5],
    ['\n\na,b\n', ['a', 'b'], 6],
    ['a,b', ['a', 'b'], 3],
    [' a , "b" \n', ['a', '"b"'], 10],
    ['"a\nb","c, d"\n', ['a\nb', 'c, d'], 13],
    [',é,é\n', ['', 'é', 'é'], 7],
    ['', [], 0],
    ['\n\n', [], 2],
  ])('of CSV is its first row: %j', (text, columns, start) => {
    expect(head(text)).toEqual({ columns, start, issues: [] });
  });

  test('of TSV has tabs', () => {
    expect(head('a,b\tc\n', 'tsv')?.columns).toEqual(['a,b', 'c']);
  });

  test.each(['a,b', '"a\nb', '"a"', 'a,b\r', ''])('is not known before the first row has ended: %j', (text) => {
    expect(head(text, 'csv', false)).toBeUndefined();
  });

  test('is known once the first row has ended', () => {
    expect(head('a,b\n', 'csv', false)?.columns).toEqual(['a', 'b']);
    expect(head('a,b\n"c', 'csv', false)?.columns).toEqual(['a', 'b']);
  });

  test.each([
    ['a,"b', 'UnterminatedQuote'],
    ['"a"b,c\n', 'TextAfterQuote'],
    ['a\rb\r', 'LoneCarriageReturn'],
    [Buffer.from([0x61, 0xe9, 0x0a]), 'NotUtf8'],
  ])('can be wrong: %j', (text, code) => {
    expect(head(text)).toMatchObject({
      columns: [],
      issues: [{ code, input: 'data', message: expect.stringContaining(': the header ') }],
    });
  });

  test.each([
    ['id;text;rating\n', 'semicolons'],
    ['id\ttext\n', 'tabs'],
    ['id|text\n', 'bars'],
  ])('warns of another delimiter: %j', (text, words) => {
    expect(head(text)?.issues).toMatchObject([
      { code: 'OtherDelimiter', severity: 'warning', message: expect.stringContaining(words) },
    ]);
  });

  test('warns of commas in TSV', () => {
    expect(head('id,text\n', 'tsv')?.issues).toMatchObject([{ message: expect.stringContaining('commas') }]);
  });

  test.each(['text\n', 'a;b,c\n'])('does not warn where there is none: %j', (text) => {
    expect(head(text)?.issues).toEqual([]);
  });

  test('of JSON has the names in its first thousand rows', () => {
    const rows = [{ a: 1 }, { b: 2, a: 3 }, ...Array.from({ length: 998 }, () => ({})), { late: 1 }];
    const lines = rows.map((row) => JSON.stringify(row)).join('\n');
    expect(head(`\n${lines}`, 'jsonl')?.columns).toEqual(['a', 'b']);
    expect(head(JSON.stringify(rows, undefined, 1), 'json')).toEqual({ columns: ['a', 'b'], start: 0, issues: [] });
  });

  test('of JSON passes over what is no object', () => {
    expect(head('7\n{"a":\n[1]\nnull\n{"é":1}', 'jsonl')?.columns).toEqual(['é']);
  });

  test('of JSON is not known before the first row has ended', () => {
    expect(head('{"a":1', 'jsonl', false)).toBeUndefined();
    expect(head('[{"a":1}', 'json', false)).toBeUndefined();
    expect(head('{"a":1}\n{"b"', 'jsonl', false)?.columns).toEqual(['a']);
    expect(head('[{"a":1},{', 'json', false)?.columns).toEqual(['a']);
  });

  test('of JSON is wrong where nothing can make it right', () => {
    expect(head('{"a":1}', 'json', false)?.issues).toMatchObject([{ code: 'MalformedDataset' }]);
    expect(head('[7,8,', 'json', false)?.issues).toMatchObject([{ code: 'MalformedRow' }]);
    expect(head('7\n{"a', 'jsonl', false)?.issues).toEqual([
      {
        code: 'MalformedRow',
        input: 'data',
        message: 'must hold one JSON object in every row: row 1 (line 1) is a number',
      },
    ]);
  });

  test('of JSON keeps all names, as a template may name any', () => {
    const row = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`c${index}`, 1]));
    expect(head(JSON.stringify(row), 'jsonl')?.columns).toHaveLength(1100);
  });
});
