import * as fc from 'fast-check';
import { findJsonError } from '../../src/records/json-error';

describe('the first error of a text that is no JSON', () => {
  test.each([
    ['', 0, 'expected a value'],
    ['{"a":}', 5, 'expected a value'],
    ['{"a" 1}', 5, 'expected ":"'],
    ['{"a":1 "b":2}', 7, 'expected "," or "}"'],
    ['[1 2]', 3, 'expected "," or "]"'],
    ['{a:1}', 1, 'expected a name in double quotes'],
    ['{"a":1,}', 7, 'expected a name in double quotes'],
    ["{'a':1}", 1, 'expected a name in double quotes'],
    ["['a']", 1, 'expected double quotes'],
    ['["a', 3, 'the text that begins at column 2 has no end'],
    ['["a\tb"]', 3, 'expected a control character to be escaped'],
    ['["\\x"]', 2, 'expected an escape that JSON knows'],
    ['{} {}', 3, 'expected nothing more after the value'],
    ['[NaN]', 1, 'expected a value'],
    ['[01]', 2, 'expected "," or "]"'],
  ])('of %j is at %i', (text, index, problem) => {
    expect(findJsonError(text)).toEqual({ index, problem });
  });

  test('is none in what JSON.parse takes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findJsonError(text)).toBeUndefined();
      }),
    );
  });

  test('is found wherever JSON.parse finds one', () => {
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 }))
      .map(([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1));
    fc.assert(
      fc.property(mutated, (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(findJsonError(text) === undefined).toBe(isJson);
      }),
      { numRuns: 2000 },
    );
  });

  test('is found below a hundred thousand brackets', () => {
    expect(findJsonError('['.repeat(100_000))).toEqual({ index: 100_000, problem: 'expected a value' });
  });
});
