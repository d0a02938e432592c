import fc from 'fast-check';
import { JsonArrayCutter } from '../../../src/records/dataset/json-array-cutter';
import { JsonLinesCutter } from '../../../src/records/dataset/json-lines-cutter';
import { JsonRowReader } from '../../../src/records/dataset/read-json-rows';
import { anyTable, FoundRows } from './tables';

const NAMES = ['a', 'é'];

function readLines(text: string, names = NAMES) {
  const found = new FoundRows(names.length);
  new JsonRowReader(names, found).readLines(Buffer.from(text).toString('latin1'));
  return found;
}

function readElements(text: string, isFirst = true) {
  const found = new FoundRows(NAMES.length);
  new JsonRowReader(NAMES, found).readElements(Buffer.from(text), isFirst);
  return found;
}

/** JSON with every character beyond ASCII written as an escape. */
const escaped = (value: unknown) =>
  JSON.stringify(value).replace(/[^\p{ASCII}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );

describe('rows of JSON Lines', () => {
  test.each([
    [
      'members by their names',
      '{"a":"x","é":"y"}\n{"é":"z","a":"w"}',
      [
        ['x', 'y'],
        ['w', 'z'],
      ],
    ],
    ['CRLF and blank lines', '\r\n{"a":"x","é":"y"}\r\n \t\r\n', [['x', 'y']]],
    [
      'members that are absent or null',
      '{"a":null}\n{}',
      [
        ['', ''],
        ['', ''],
      ],
    ],
    [
      'numbers and booleans',
      '{"a":1.50,"é":true}\n{"a":-1e3,"é":false}',
      [
        ['1.5', 'true'],
        ['-1000', 'false'],
      ],
    ],
    ['objects and lists', '{"a":{"b":[1,"é"]},"é":[]}', [['{"b":[1,"é"]}', '[]']]],
    ['escapes', '{"a":"\\u00e9\\n\\ud83d\\ude00","\\u00e9":"\\\\users"}', [['é\n😀', '\\users']]],
    ['names of every object', '{"a":"x","é":"y","constructor":1}', [['x', 'y']]],
  ])('can have %s', (_, text, rows) => {
    expect(readLines(text)).toMatchObject({ rows, problems: [] });
  });

  test('do not find what every object inherits', () => {
    expect(readLines('{"a":1}\n{"toString":"x"}', ['toString']).rows).toEqual([[''], ['x']]);
  });

  test.each([
    ['"text"', 'is a string'],
    ['7', 'is a number'],
    ['null', 'is null'],
    ['[1]', 'is a list'],
    ['{"a":', 'is not JSON: expected a value at character 6'],
    ['{"a":"é" "b"}', 'is not JSON: expected "," or "}" at character 10'],
  ])('must be objects, not %s, and the next row is read', (line, words) => {
    const { rows, problems } = readLines(`{"a":"1"}\n${line}\n{"a":"2"}\n`);
    expect(problems).toMatchObject([{ code: 'MalformedRow', position: 10, detail: expect.stringContaining(words) }]);
    expect(rows.map(([a]) => a)).toEqual(['1', '2']);
  });

  test.each(['9007199254740993', '-9007199254740993', '{"deep":[9007199254740993]}', '1e999'])(
    'must not have a number that has lost digits: %s',
    (number) => {
      expect(readLines(`{"a":${number}}`)).toMatchObject({
        rows: [],
        problems: [{ code: 'InexactNumber', detail: 'has a longer one in "a"' }],
      });
      expect(readLines(`{"other":${number}}`).problems).toEqual([]);
    },
  );

  test.each([
    ['6.02e23', '6.02e+23'],
    ['1E20', '100000000000000000000'],
  ])('may have a large number that has lost none: %s', (number, text) => {
    expect(readLines(`{"a":${number}}`)).toMatchObject({ rows: [[text, '']], problems: [] });
  });

  test('must not have a value that is nested deeper than the stack is', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(readLines(`{"a":${deep}}\n{"a":"1"}`)).toMatchObject({
      rows: [['1', '']],
      problems: [{ code: 'NestedTooDeeply', detail: 'has one that is not in "a"' }],
    });
    expect(readLines(`{"other":${deep}}`).problems).toEqual([]);
  });

  test('may have the largest exact number', () => {
    expect(readLines('{"a":9007199254740991}').rows).toEqual([['9007199254740991', '']]);
  });

  test('must not have half of a surrogate pair', () => {
    expect(readLines('{"a":"\\ud83d"}').problems).toMatchObject([{ code: 'LoneSurrogate', detail: 'has one in "a"' }]);
    expect(readLines('{"b":"\\ud83d"}').problems).toEqual([]);
  });
});

describe('rows of a JSON array', () => {
  test.each([
    ['[{"a":"x"},{"a":"y"}]', ['x', 'y']],
    [' [ \n {"a":"x"} \n,\n {"a":"]},{\\"[\\\\"} ] ', ['x', ']},{"[\\']],
    ['[{"a":{"b":[1,2]}},{"a":[[]]}]', ['{"b":[1,2]}', '[[]]']],
    ['[]', []],
    [' [ ] ', []],
  ])('are its elements: %s', (text, values) => {
    expect(readElements(text)).toMatchObject({ rows: values.map((value) => [value, '']), problems: [] });
    const cutter = new JsonArrayCutter();
    cutter.push(Buffer.from(text));
    expect(cutter.findProblem()).toBeUndefined();
  });

  test('can be read from the middle', () => {
    expect(readElements('\n{"a":"x"},{"a":"y"},', false).rows).toEqual([
      ['x', ''],
      ['y', ''],
    ]);
  });

  test('are told by where they begin, white space not counted', () => {
    expect(readElements('[{"a":1},\n  {"a" 2},\n3]').problems).toMatchObject([
      { code: 'MalformedRow', position: 12 },
      { code: 'MalformedRow', position: 21, detail: 'is a number' },
    ]);
  });

  test.each([
    ['', 'got nothing but white space'],
    ['  \n', 'got nothing but white space'],
    ['{"a":1}\n{"a":2}', 'name it .jsonl'],
    ['7', 'got something else'],
    ['[{"a":1}', 'got the end of the file in row 1'],
    ['[{"a":1},{"a":"', 'got the end of the file in row 2'],
    ['[{"a":1}] {}', 'nothing behind its closing bracket'],
    ['[{"a":1},]', 'no comma behind the last'],
    ['[{"a":1},,{"a":2}]', 'an element between two commas'],
    ['[,]', 'an element between two commas'],
  ])('must be in one array: %s', (text, words) => {
    const cutter = new JsonArrayCutter();
    for (const byte of Buffer.from(text)) cutter.push(Buffer.from([byte]));
    expect(cutter.findProblem()).toContain(words);
  });
});

describe('JSON in parts of any size', () => {
  function rowsCut(cutter: JsonArrayCutter | JsonLinesCutter, text: string, size: number) {
    const bytes = Buffer.from(text);
    let rows = 0;
    let last = 0;
    for (let start = 0; start < bytes.length; start += size) {
      const cut = cutter.push(bytes.subarray(start, start + size));
      rows += cut.rows;
      if (cut.end > 0) last = start + cut.end;
    }
    return { rows, last, problem: cutter.findProblem() };
  }

  test('has the rows that it has as a whole', () => {
    fc.assert(
      fc.property(anyTable, fc.integer({ min: 1, max: 40 }), fc.boolean(), (table, size, isEscaped) => {
        const toJson = isEscaped ? escaped : JSON.stringify;
        const objects = table.map(([a, b]) => ({ a, é: b }));
        const lines = objects.map((row) => `${toJson(row)}\n`).join('');
        const array = JSON.stringify(objects, undefined, size % 3);
        const rows = table.map(([a, b]) => [a, b]);
        expect(readLines(lines)).toMatchObject({ rows, problems: [] });
        expect(readElements(array)).toMatchObject({ rows, problems: [] });
        const count = table.length;
        const [ofLines, ofArray] = [lines, array].map((text) => Buffer.byteLength(text));
        expect(rowsCut(new JsonLinesCutter(), `${lines} \n\t`, size)).toMatchObject({ rows: count, last: ofLines + 2 });
        expect(rowsCut(new JsonArrayCutter(), `${array} `, size)).toMatchObject({ rows: count, last: ofArray });
      }),
    );
  });
});
