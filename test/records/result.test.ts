import { findAnswer } from '../../src/records/answers';
import { joinResults, readResult } from '../../src/records/results';

const findText = (modelOutput: unknown) => findAnswer(modelOutput)?.text;

const record = (recordId?: string) => ({ recordId, modelInput: {} });

describe('a line of results', () => {
  test('reads with its answer', () => {
    expect(readResult('{"recordId":"a","modelInput":{},"modelOutput":{"x":1}}').result).toMatchObject({
      recordId: 'a',
      modelOutput: { x: 1 },
    });
  });

  test('reads with its error', () => {
    const { result } = readResult('{"recordId":"a","error":{"errorCode":400,"errorMessage":"no"}}');
    expect(result?.error).toEqual({ errorCode: 400, errorMessage: 'no' });
  });

  test('with an error of null has none: Converse writes unset members out', () => {
    expect(readResult('{"recordId":"a","modelOutput":{},"error":null}').result?.error).toBeUndefined();
  });

  test.each(['{', 'null', '7', '{"modelOutput":{}}', '{"recordId":7}'])('%s is a problem in words', (line) => {
    expect(readResult(line).problem).toMatch(/^must /);
  });
});

describe('joining', () => {
  const results = [
    { recordId: 'c', modelOutput: 3 },
    { recordId: 'a', modelOutput: 1 },
    { recordId: 'b', error: { errorMessage: 'no' } },
  ];

  test('gives every record its outcome, in the order of the records', () => {
    const outcomes = [...joinResults([record('a'), record('b'), record('c'), record('d')], results)];
    expect(outcomes.map(({ recordId, status }) => [recordId, status])).toEqual([
      ['a', 'succeeded'],
      ['b', 'failed'],
      ['c', 'succeeded'],
      ['d', 'missing'],
    ]);
  });

  test('passes over a record without an id, which no answer can name', () => {
    expect([...joinResults([record()], results)]).toEqual([]);
  });
});

describe('the text of an answer', () => {
  test('is found in Anthropic messages', () => {
    expect(
      findText({ content: [{ type: 'text', text: 'a' }, { type: 'thinking' }, { type: 'text', text: 'b' }] }),
    ).toBe('ab');
  });

  test('is found in Converse', () => {
    expect(findText({ output: { message: { content: [{ text: 'a', image: null }] } } })).toBe('a');
  });

  test.each([undefined, null, {}, { content: 'a' }, { content: [] }, { embedding: [1] }])(
    'is none in %j',
    (modelOutput) => {
      expect(findText(modelOutput)).toBeUndefined();
    },
  );
});
