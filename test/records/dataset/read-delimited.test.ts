import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { DelimitedCutter } from '../../../src/records/dataset/delimited-cutter';
import { readDelimited } from '../../../src/records/dataset/read-delimited';
import { anyTable, anyText, FoundRows, toDelimited } from './tables';

function read(text: string, columns: number, delimiter = ',') {
  const found = new FoundRows(columns);
  const wanted = Array.from({ length: columns }, (_, index) => index);
  const isWhole = readDelimited(Buffer.from(text), { delimiter, cells: columns, wanted }, found);
  return { ...found, isWhole };
}

describe('rows of CSV', () => {
  test.each([
    [
      'plain cells',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'no line end behind the last',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'both line ends',
      'a,b\r\nc,d\ne,f',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ],
    ],
    [
      'quotes',
      '"a","b"\n"c",d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['doubled quotes', '"say ""a""",""""\n', [['say "a"', '"']]],
    ['delimiters and line ends in quotes', '"a,b","c\r\nd\ne"\n', [['a,b', 'c\r\nd\ne']]],
    ['a CR in quotes', '"a\rb",c\n', [['a\rb', 'c']]],
    [
      'empty cells',
      ',\n"",""\na,\n,b',
      [
        ['', ''],
        ['', ''],
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['spaces, which count', ' a , b \n', [[' a ', ' b ']]],
    [
      'quotes inside a cell without them',
      '5" pipe,6"\n a "b",c\n',
      [
        ['5" pipe', '6"'],
        [' a "b"', 'c'],
      ],
    ],
    [
      'blank lines, which are no rows',
      '\na,b\n\n\r\nc,d\n\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['other characters than ASCII', 'é,😀\n', [['é', '😀']]],
    ['nothing', '', []],
  ])('can have %s', (_, text, rows) => {
    expect(read(text, 2)).toMatchObject({ rows, problems: [], isWhole: true });
  });

  test('of one column can be an empty text in quotes, which is no blank line', () => {
    expect(read('""\n\na\n', 1).rows).toEqual([[''], ['a']]);
  });

  test('may have another delimiter', () => {
    expect(read('a,b\tc\n"d\te"\tf\n', 2, '\t').rows).toEqual([
      ['a,b', 'c'],
      ['d\te', 'f'],
    ]);
  });

  test('give the cells that are asked for, in that order', () => {
    const found = new FoundRows(2);
    readDelimited(Buffer.from('a,b,c\n"d","e","f"\n'), { delimiter: ',', cells: 3, wanted: [2, 0] }, found);
    expect(found.rows).toEqual([
      ['c', 'a'],
      ['f', 'd'],
    ]);
  });

  test('give all cells, however many, where no shape is known', () => {
    const counts: number[] = [];
    const handler = { onRow: ({ count }: { count: number }) => counts.push(count) > 0, onProblem: fail };
    readDelimited(Buffer.from('a,b,c\nd\n'), { delimiter: ',' }, handler);
    expect(counts).toEqual([3, 1]);
  });

  test('end where the one who reads has enough', () => {
    const rows: number[] = [];
    const handler = { onRow: (_: unknown, start: number, end: number) => rows.push(start, end) < 0, onProblem: fail };
    expect(readDelimited(Buffer.from('a,b\nc,d\n'), { delimiter: ',' }, handler)).toBe(true);
    expect(rows).toEqual([0, 4]);
  });
});

function fail(): never {
  throw new Error('no problem was expected');
}

describe('a row with something wrong', () => {
  test.each([
    ['a,b\nc\nd,e', 'has 1, not 2', 4],
    ['a,b\nc,d,e\nf,g', 'has 3, not 2', 4],
    ['a,b\nc,d,\nf,g', 'has 3, not 2', 4],
  ])('that has more or fewer cells is told, and the next one read: %j', (text, detail, position) => {
    const { rows, problems, isWhole } = read(text, 2);
    expect(problems).toEqual([{ code: 'RaggedRow', position, detail }]);
    expect(rows).toHaveLength(2);
    expect(isWhole).toBe(true);
  });

  test.each([
    ['a,"b', 'UnterminatedQuote', 2],
    ['a,"b""', 'UnterminatedQuote', 2],
    ['a,"', 'UnterminatedQuote', 2],
    ['a,"b" c\nd,e\n', 'TextAfterQuote', 4],
    ['"a"b"c",d\n', 'TextAfterQuote', 2],
    ['"a"\rb\n', 'TextAfterQuote', 2],
    ['a\rb\rc\rd', 'LoneCarriageReturn', 0],
    ['a,b\r', 'LoneCarriageReturn', 2],
  ])('of which the end cannot be told is where reading ends: %j', (text, code, position) => {
    expect(read(`x,y\n${text}`, 2)).toMatchObject({
      rows: [['x', 'y']],
      problems: [{ code, position: position + 4 }],
      isWhole: false,
    });
  });

  test('says what comes behind a quote', () => {
    expect(read('"é" und noch sehr viel mehr Text,b\n', 2).problems[0].detail).toBe(
      'has " und noch sehr viel " after a closing quote',
    );
  });
});

describe('the reader', () => {
  test('gives back any table that was written as RFC 4180 says', () => {
    fc.assert(
      fc.property(anyTable, fc.constantFrom(',', '\t', ';'), fc.constantFrom('\n', '\r\n'), (rows, delimiter, end) => {
        expect(read(toDelimited(rows, delimiter, end), 3, delimiter)).toMatchObject({ rows, problems: [] });
      }),
    );
  });

  test('reads as csv-parse does whatever it does not refuse', () => {
    const anyCsv = fc.array(fc.constantFrom('"', ',', '\n', '\r\n', 'a', ' ', '""', 'é'), { maxLength: 25 });
    let read = 0;
    fc.assert(
      fc.property(anyCsv, (parts) => {
        const text = parts.join('');
        const found = new AllCells();
        if (!readDelimited(Buffer.from(text), { delimiter: ',' }, found)) return;
        const options = { relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
        expect(found.rows).toEqual(parse(text, { ...options, record_delimiter: ['\r\n', '\n'] }));
        read += 1;
      }),
      { numRuns: 500 },
    );
    expect(read).toBeGreaterThan(100);
  });

  test('refuses what csv-parse refuses', () => {
    expect(() => parse('a,"b" c\n')).toThrow('Invalid Closing Quote');
    expect(() => parse('a,"b\n')).toThrow('Quote Not Closed');
    expect(() => parse('a,b\nc\n')).toThrow('Invalid Record Length');
  });
});

class AllCells extends FoundRows {
  constructor() {
    super(0);
  }

  public override onRow(values: Parameters<FoundRows['onRow']>[0] & { count: number }): boolean {
    const { count } = values;
    this.rows.push(Array.from({ length: count }, (_, index) => Buffer.from(values.text(index), 'latin1').toString()));
    return true;
  }
}

describe('the cutter', () => {
  /** Where rows end and how many they are, read in parts of a size. */
  function cut(text: string, size: number, delimiter = ',') {
    const bytes = Buffer.from(text);
    const cutter = new DelimitedCutter(delimiter);
    let last = 0;
    let rows = 0;
    for (let start = 0; start < bytes.length; start += size) {
      const part = cutter.push(bytes.subarray(start, start + size));
      if (part.end > 0) last = start + part.end;
      rows += part.rows;
    }
    return { last, rows, problem: cutter.findProblem() };
  }

  test.each([
    ['a,b\nc,d\n', 8, 2],
    ['a,b\nc,d', 4, 1],
    ['"a\nb",c\n"d', 8, 1],
    ['"a""\nb",c\nd', 10, 1],
    ['a"b\nc"d\n', 8, 2],
    ['"a","b\nc"\r\nd', 11, 1],
    ['\n\r\na\n\n', 6, 1],
    ['', 0, 0],
    ['\r', 0, 0],
  ])('finds the end of the last row in %j, and counts the rows', (text, last, rows) => {
    for (const size of [1, 2, 3, 100]) expect(cut(text, size)).toEqual({ last, rows, problem: undefined });
  });

  test('goes on where a part was empty', () => {
    const cutter = new DelimitedCutter(',');
    cutter.push(Buffer.from('"a"'));
    expect(cutter.push(Buffer.alloc(0))).toEqual({ end: 0, rows: 0 });
    expect(cutter.push(Buffer.from('"\n"\n'))).toEqual({ end: 4, rows: 1 });
  });

  test('agrees with the reader on any table, in parts of any size', () => {
    fc.assert(
      fc.property(anyTable, fc.integer({ min: 1, max: 40 }), anyText, (rows, size, rest) => {
        const text = toDelimited(rows);
        const [first] = toDelimited([[`,${rest}`]], ';', '').match(/^.+?(?=.$)/su) ?? [''];
        expect(cut(text, size)).toMatchObject({ last: Buffer.byteLength(text), rows: rows.length });
        expect(cut(`${text}${first}`, size)).toMatchObject({ last: Buffer.byteLength(text), rows: rows.length });
      }),
    );
  });
});
