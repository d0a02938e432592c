import { readInputLines } from '../../../src/records/results/read-input-lines';
import { escaped, input } from './lines';

const read = (text: string, isFirst = true) => readInputLines(Buffer.from(text), isFirst);

describe('a byte that is no character', () => {
  test('is no blank line', () => {
    expect(readInputLines(Buffer.from('\xa0\n \t\r\n', 'latin1')).unreadable.count).toBe(1);
  });
});

describe('lines of input', () => {
  test.each([
    ['LF', '\n'],
    ['CR and LF', '\r\n'],
  ])('that end in %s are found by their place', (_, end) => {
    const text = [input('a'), '', input('b')].join(end);
    const { ids, starts, ends, lines } = read(text);
    expect({ ids, lines }).toEqual({ ids: ['a', 'b'], lines: 3 });
    expect([...starts].map((start, index) => text.slice(start, ends[index]))).toEqual([input('a'), input('b')]);
  });

  test('begin behind a byte order mark', () => {
    const { ids, starts } = read(`\uFEFF${input('a')}\n`);
    expect([ids, [...starts]]).toEqual([['a'], [3]]);
  });

  test.each([
    ['as it is', input('é🐳')],
    ['as escapes', escaped(input('é🐳'))],
    ['in both ways', input('é🐳').replace('é', '\\u00e9')],
  ])('have an id beyond ASCII, written %s', (_, line) => {
    expect(read(line).ids).toEqual(['é🐳']);
  });

  test('without an id are counted', () => {
    expect(read(`${input(undefined)}\n${input('a')}\n`)).toMatchObject({ ids: ['a'], withoutId: 1 });
  });

  test('that are no records are named, and the others are read', () => {
    expect(read(`{\n${input('a')}\n{"recordId":"b"}\n{"recordId":7,"modelInput":{}}\n[]`)).toMatchObject({
      ids: ['a'],
      unreadable: {
        count: 4,
        first: [
          { line: 1, problem: expect.stringMatching('must be one JSON object') },
          { line: 3, problem: expect.stringMatching('"modelInput"') },
          { line: 4, problem: expect.stringMatching('"recordId"') },
        ],
      },
    });
  });
});
