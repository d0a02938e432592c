import fc from 'fast-check';
import { findRawMember } from '../../../src/records/results/raw-member';

describe('the text of a member', () => {
  test('is what stands there, to the digit', () => {
    expect(findRawMember('{"recordId":"a","modelInput":{"t":1.0,"n":12345678901234567890}}', 'modelInput')).toBe(
      '{"t":1.0,"n":12345678901234567890}',
    );
  });

  test('is found between blanks and after anything', () => {
    const json = ' {\t"a" : [1, "]}" , {"modelInput":"no"}] , "b":"\\\\\\"" ,"c":null, "modelInput" : { "x" : "}" } } ';
    expect(findRawMember(json, 'modelInput')).toBe('{ "x" : "}" }');
  });

  test('is the last one where it is repeated, as for JSON.parse', () => {
    expect(findRawMember('{"a":1,"a":2 }', 'a')).toBe('2');
  });

  test('is found where its name is written with escapes', () => {
    expect(findRawMember('{"\\u0061":true}', 'a')).toBe('true');
  });

  test('is undefined where there is none', () => {
    expect(findRawMember('{}', 'a')).toBeUndefined();
    expect(findRawMember('{"b":{"a":1}}', 'a')).toBeUndefined();
  });

  test('says what JSON.parse says, for any object however it is indented', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary', maxLength: 3 }), fc.jsonValue({ stringUnit: 'binary' })),
        fc.constantFrom(undefined, 1, '\t'),
        (object, indent) => {
          const json = JSON.stringify(object, null, indent);
          for (const [name, value] of Object.entries(JSON.parse(json) as object)) {
            expect(JSON.parse(findRawMember(json, name) as string)).toEqual(value);
          }
          expect(findRawMember(json, 'no such name')).toBeUndefined();
        },
      ),
      { numRuns: 2000 },
    );
  });
});
