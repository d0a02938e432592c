import fc from 'fast-check';
import { TimeLeft } from '../../src/cli/time-left';

/** What is known after these looks, one every `every` milliseconds. */
function afterLooks(looks: readonly number[], every = 1000): TimeLeft {
  const left = new TimeLeft();
  looks.forEach((processed, index) => {
    left.observe(processed, index * every);
  });
  return left;
}

describe('the time left', () => {
  test('is not known before the first look', () => {
    expect(new TimeLeft().find(100, 0)).toBeUndefined();
  });

  test('is not known while nothing has moved', () => {
    expect(afterLooks([0, 0, 0]).find(100, 2000)).toBeUndefined();
  });

  test('is not known from one step, of which nobody saw how long it took', () => {
    expect(afterLooks([40, 50]).find(100, 1000)).toBeUndefined();
  });

  test('follows from the pace between two steps', () => {
    expect(afterLooks([0, 10, 20]).find(100, 2000)).toBe(8000);
  });

  test('counts what was done before the watch as done, and not as pace', () => {
    expect(afterLooks([900, 910, 920]).find(1000, 2000)).toBe(8000);
  });

  test('goes down between two steps', () => {
    expect(afterLooks([0, 10, 20, 20]).find(100, 3000)).toBe(7000);
  });

  test('is never below nothing', () => {
    expect(afterLooks([0, 90, 99]).find(100, 4500)).toBe(0);
  });

  test('is known up to three of the usual pauses after the last step, and not after', () => {
    const left = afterLooks([0, 10, 20]);
    expect(left.find(100, 5000)).toBeDefined();
    expect(left.find(100, 5001)).toBeUndefined();
  });

  test('forgets the pace of long ago', () => {
    const slow = Array.from({ length: 30 }, (_, index) => index);
    const fast = Array.from({ length: 30 }, (_, index) => 30 + 10 * index);
    expect(afterLooks([...slow, ...fast]).find(420, 59_000)).toBe(10_000);
  });

  test('is what is left of a steady job, however often one looks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 50 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 90_000 }),
        (looks, pace, every) => {
          const total = pace * looks * 2;
          const left = afterLooks(
            Array.from({ length: looks }, (_, index) => index * pace),
            every,
          );
          expect(left.find(total, (looks - 1) * every)).toBeCloseTo((looks + 1) * every, 3);
        },
      ),
    );
  });
});
