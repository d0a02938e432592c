import { readResult, toJson } from '../../../src/records/results/read-result';
import { failure, success } from './lines';

describe('a line of results', () => {
  test('reads with its answer and the body that was sent', () => {
    expect(readResult('{"recordId":"a","modelInput":{"b":1},"modelOutput":{"x":1}}')).toEqual({
      result: { recordId: 'a', modelInput: { b: 1 }, modelOutput: { x: 1 }, error: undefined },
    });
  });

  test('reads with its error, which stands in the place of the answer', () => {
    expect(readResult(failure('a', 'no', 429)).result?.error).toEqual({ errorCode: 429, errorMessage: 'no' });
  });

  test('with an error of null has none: Converse writes members out that are not set', () => {
    expect(readResult('{"recordId":"a","modelOutput":{},"error":null}').result?.error).toBeUndefined();
  });

  test('with an answer and an error failed', () => {
    const { result } = readResult('{"recordId":"a","modelOutput":{},"error":{"errorCode":500}}');
    expect(result?.error).toEqual({ errorCode: 500, errorMessage: undefined });
  });

  test.each([['{"recordId":"a"}'], ['{"recordId":"a","modelOutput":null,"error":null}']])(
    '%s failed, and says why: it holds neither',
    (line) => {
      expect(readResult(line).result?.error?.errorMessage).toMatch('neither "modelOutput" nor "error"');
    },
  );

  test('takes an error that is no object as its message', () => {
    expect(readResult('{"recordId":"a","error":"gone"}').result?.error).toEqual({ errorMessage: 'gone' });
    expect(readResult('{"recordId":"a","error":[1]}').result?.error).toEqual({ errorMessage: '[1]' });
  });

  test('writes a code or a message of another type as JSON', () => {
    const { result } = readResult('{"recordId":"a","error":{"errorCode":{"x":1},"errorMessage":["y"]}}');
    expect(result?.error).toEqual({ errorCode: '{"x":1}', errorMessage: '["y"]' });
  });
});

describe('a manifest among the lines', () => {
  test('is no result and no mistake', () => {
    expect(readResult('{"totalRecordCount":3,"successRecordCount":2}')).toEqual({
      manifest: { totalRecordCount: 3, successRecordCount: 2 },
    });
  });
});

describe('a line that is no result', () => {
  test.each([
    ['{"recordId":"a"', 'must be one JSON object, but at column 16: expected "," or "}"'],
    [success('a').slice(0, -20), /^must be one JSON object, but at column \d+: /],
    ['null', 'must be one JSON object, got null'],
    ['7', 'must be one JSON object, got 7'],
    ['[{"recordId":"a"}]', 'must be one JSON object, got [{"recordId":"a"}]'],
    ['{"modelOutput":{}}', 'must have text as "recordId", got none'],
    ['{"recordId":"","modelOutput":{}}', 'must have text as "recordId", got ""'],
    ['{"recordId":7}', 'must have text as "recordId", got 7'],
    [`{"recordId":["${'x'.repeat(100)}"]}`, `must have text as "recordId", got ["${'x'.repeat(38)}…`],
  ])('%s is refused in words', (line, problem) => {
    expect(readResult(line).problem).toMatch(problem);
  });

  test('is refused in words, too, where it is nested deeper than can be written', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(readResult(`{"recordId":${deep}}`).problem).toBe('must have text as "recordId", got "(nested too deeply)"');
  });
});

test('JSON is written as it is where there is an end to it', () => {
  expect(toJson({ a: [1] })).toBe('{"a":[1]}');
});
