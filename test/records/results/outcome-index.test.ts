import fc from 'fast-check';
import { MISSING, OutcomeIndex, SUCCEEDED } from '../../../src/records/results/outcome-index';

const FAILED = 0;
const OTHERWISE = 1;

describe('a record answered once', () => {
  test('has that outcome', () => {
    const index = new OutcomeIndex();
    expect(index.note('a', SUCCEEDED)).toBeUndefined();
    expect(index.find('a')).toBe(SUCCEEDED);
    expect(index.find('b')).toBeUndefined();
  });
});

describe('a record answered twice', () => {
  test.each([
    ['a success stays before a failure', SUCCEEDED, FAILED, SUCCEEDED, 1],
    ['a success replaces a failure', FAILED, SUCCEEDED, SUCCEEDED, 0],
    ['the later success replaces the earlier', SUCCEEDED, SUCCEEDED, SUCCEEDED, 0],
    ['the later failure replaces the earlier', FAILED, OTHERWISE, OTHERWISE, 0],
  ])('%s', (_, first, second, kept, dropped) => {
    const index = new OutcomeIndex();
    index.note('a', first);
    expect(index.note('a', second)).toBe(dropped);
    expect(index.find('a')).toBe(kept);
  });

  test('has one outcome, and one row is left of all', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(SUCCEEDED, FAILED, OTHERWISE), { minLength: 1 }), (states) => {
        const index = new OutcomeIndex();
        const dropped = states.map((state) => index.note('a', state)).filter((row) => row !== undefined);
        expect(new Set(dropped).size).toBe(states.length - 1);
        const [kept] = [...states.keys()].filter((row) => !dropped.includes(row));
        const wins = states.lastIndexOf(SUCCEEDED);
        expect(kept).toBe(wins === -1 ? states.length - 1 : wins);
      }),
    );
  });
});

describe('what the inputs hold', () => {
  test('is missing where there is no result', () => {
    const index = new OutcomeIndex();
    expect(index.expect('a')).toBe(true);
    expect(index.find('a')).toBe(MISSING);
  });

  test('is told once for each id', () => {
    const index = new OutcomeIndex();
    index.note('a', SUCCEEDED);
    expect([index.expect('a'), index.expect('a')]).toEqual([true, false]);
  });

  test('is expected, whether the inputs or the results come first', () => {
    const index = new OutcomeIndex();
    index.expect('a');
    index.note('a', FAILED);
    index.note('b', SUCCEEDED);
    index.expect('b');
    index.note('c', SUCCEEDED);
    expect([...index.outcomes()]).toEqual([
      { recordId: 'a', state: FAILED, isExpected: true },
      { recordId: 'b', state: SUCCEEDED, isExpected: true },
      { recordId: 'c', state: SUCCEEDED, isExpected: false },
    ]);
  });
});
