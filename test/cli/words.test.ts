import { counted, toBytes, toCount, toDuration, toRoughDuration } from '../../src/cli/words';

describe('a count', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
  ])('%d is %s', (value, words) => {
    expect(toCount(value)).toBe(words);
  });

  test.each([
    [0, '0 records'],
    [1, '1 record'],
    [1200, '1,200 records'],
  ])('of %d takes its noun along: %s', (value, words) => {
    expect(counted(value, 'record')).toBe(words);
  });
});

describe('a duration', () => {
  const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
  test.each([
    [-1, '0s'],
    [59 * second + 999, '59s'],
    [minute, '1m 00s'],
    [59 * minute + 59 * second, '59m 59s'],
    [hour, '1h 00m'],
    [23 * hour + 59 * minute, '23h 59m'],
    [day, '1d 0h'],
    [2 * day + 5 * hour, '2d 5h'],
  ])('of %d ms is %s', (milliseconds, words) => {
    expect(toDuration(milliseconds)).toBe(words);
  });

  test.each([
    [minute - 1, 'under a minute'],
    [minute, '1 min'],
    [89 * minute, '89 min'],
    [90 * minute, '2 h'],
    [5 * hour, '5 h'],
  ])('of about %d ms is %s', (milliseconds, words) => {
    expect(toRoughDuration(milliseconds)).toBe(words);
  });
});

describe('a size', () => {
  test.each([
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [1_500_000_000, '1.5 GB'],
    [5e15, '5000.0 TB'],
  ])('of %d is %s', (bytes, words) => {
    expect(toBytes(bytes)).toBe(words);
  });
});
