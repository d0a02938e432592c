import { isInexact, toValueText } from '../../../src/records/dataset/value-text';

describe('the text of a value', () => {
  test.each([
    ['text', 'as it is', ' as it is'.slice(1)],
    ['null', null, ''],
    ['nothing', undefined, ''],
    ['a whole number', 7, '7'],
    ['a fraction', 1.5, '1.5'],
    ['zero', 0, '0'],
    ['a large whole number', 12345678901234567890n, '12345678901234567890'],
    ['true', true, 'true'],
    ['false', false, 'false'],
    ['a point in time', new Date(Date.UTC(2026, 0, 31, 12)), '2026-01-31T12:00:00.000Z'],
    ['a point in time that is none', new Date(Number.NaN), ''],
    ['bytes', Uint8Array.from([1, 2, 255]), 'AQL/'],
    ['a list', ['a', 1, null], '["a",1,null]'],
    ['an object', { a: { b: 'é' } }, '{"a":{"b":"é"}}'],
    [
      'large numbers and bytes inside',
      { a: 7n, b: 12345678901234567890n, c: Uint8Array.from([1]) },
      '{"a":7,"b":"12345678901234567890","c":"AQ=="}',
    ],
  ])('is for %s', (_, value, text) => {
    expect(toValueText(value)).toBe(text);
  });
});

describe('a value that is nested deeper than the stack is', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);

  test('has no text', () => {
    expect(toValueText(deep)).toBeUndefined();
  });

  test('is looked through for numbers', () => {
    expect(isInexact(deep)).toBe(false);
  });

  test('is told from an object that refuses to be written', () => {
    const toJSON = () => {
      throw new Error('no');
    };
    expect(() => toValueText({ toJSON })).toThrow('no');
  });
});

describe('a number that has lost digits', () => {
  test.each([2 ** 53, -(2 ** 53), Infinity, { a: [2 ** 53] }])('is one beyond the whole numbers: %p', (value) => {
    expect(isInexact(value)).toBe(true);
  });

  test.each([2 ** 53 - 1, 1.5, '9007199254740993', null, undefined, true, { a: [1] }])('is not %p', (value) => {
    expect(isInexact(value)).toBe(false);
  });
});
