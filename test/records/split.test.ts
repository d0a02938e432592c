import fc from 'fast-check';
import type { Issue } from '../../src/core/issue';
import { partName, RecordSplitter, type SplitLimits, splitLines } from '../../src/records/split';

interface Part {
  readonly part: number;
  readonly job: number;
  records: number;
  bytes: number;
}

/** The parts that records of some sizes become, given all at once or in groups. */
function split(sizes: readonly number[], limits: SplitLimits, groupSize = 7) {
  const splitter = new RecordSplitter(limits);
  const parts: Part[] = [];
  const take = (runs: readonly Part[]) => {
    for (const run of runs) {
      const last = parts[parts.length - 1];
      if (last?.part !== run.part) {
        expect(run.part).toBe((last?.part ?? 0) + 1);
        parts.push({ ...run });
      } else {
        last.records += run.records;
        last.bytes += run.bytes;
      }
    }
  };
  for (let start = 0; start < sizes.length; start += groupSize)
    take(splitter.push(sizes.slice(start, start + groupSize)));
  take(splitter.end());
  return { parts, records: parts.map(({ records }) => records), issues: splitter.issues('records') };
}

const ones = (count: number) => new Array<number>(count).fill(1);

describe('records', () => {
  test('without limits are one part', () => {
    expect(split([3, 4, 5], {})).toEqual({
      parts: [{ part: 1, job: 1, records: 3, bytes: 12 }],
      records: [3],
      issues: [],
    });
  });

  test('that are none are no part', () => {
    expect(split([], {}).records).toEqual([]);
  });

  test.each([
    [100, [100]],
    [101, [100, 1]],
    [200, [100, 100]],
    [201, [100, 100, 1]],
  ])('fill a part up to its maximum: %i', (count, records) => {
    expect(split(ones(count), { maxRecords: 100 })).toMatchObject({ records, issues: [] });
  });

  test.each([
    [100, [100]],
    [101, [91, 10]],
    [109, [99, 10]],
    [110, [100, 10]],
    [111, [100, 11]],
    [201, [100, 91, 10]],
  ])('leave no short last part: %i', (count, records) => {
    expect(split(ones(count), { maxRecords: 100, minRecords: 10 })).toMatchObject({ records, issues: [] });
  });

  test.each([
    [7, [7]],
    [8, [5, 3]],
    [10, [7, 3]],
    [15, [7, 5, 3]],
  ])('leave no short last part where bytes are the limit: %i', (count, records) => {
    expect(split(ones(count).fill(10), { maxBytes: 79, minRecords: 3 })).toMatchObject({ records, issues: [] });
  });

  test('fill a part up to its bytes', () => {
    expect(split([5, 5, 1, 9, 9, 2], { maxBytes: 10 }).records).toEqual([2, 2, 1, 1]);
    expect(split([5, 5], { maxBytes: 10 }).records).toEqual([2]);
    expect(split([5, 6], { maxBytes: 10 }).records).toEqual([1, 1]);
  });
});

describe('a split that cannot be', () => {
  test.each([
    [99, 1],
    [100, 0],
  ])('is one of too few records in all: %i', (count, issues) => {
    expect(split(ones(count), { minRecords: 100 }).issues).toHaveLength(issues);
  });

  test('says how many there must be', () => {
    expect(split(ones(3), { minRecords: 100 }).issues).toEqual([
      {
        code: 'TooFewRecords',
        input: 'records',
        message: expect.stringContaining("must give at least 100 records (the service's minimum for a job), got 3"),
      },
    ]);
  });

  test('is one of a record too large for a file', () => {
    expect(split([10], { maxBytes: 10 }).issues).toEqual([]);
    expect(split([1, 11, 2, 12, 13, 14], { maxBytes: 10 }).issues).toEqual([
      {
        code: 'RecordTooLarge',
        input: 'records',
        message:
          'must give records of at most 10 bytes, which a file may hold: record 2 has 11 bytes; record 4 has 12 bytes; record 5 has 13 bytes; and 1 more',
      },
    ]);
  });

  test('is one of records so large that too few fit into a file', () => {
    expect(split([5, 5, 5, 5], { maxBytes: 10, minRecords: 3 }).issues).toMatchObject([
      { code: 'PartTooShort', message: expect.stringContaining('records-0001.jsonl would have 1') },
    ]);
  });
});

describe('parts of jobs', () => {
  test('fill one job after another', () => {
    const { parts } = split(ones(10), { maxRecords: 2, maxRecordsPerJob: 4 });
    expect(parts.map(({ job }) => job)).toEqual([1, 1, 2, 2, 3]);
  });

  test('fill a job up to its bytes', () => {
    const { parts } = split([4, 4, 4, 4, 4], { maxBytes: 4, maxBytesPerJob: 9 });
    expect(parts.map(({ job, bytes }) => [job, bytes])).toEqual([
      [1, 4],
      [1, 4],
      [2, 4],
      [2, 4],
      [3, 4],
    ]);
  });

  test('leave the rest of a job that has no room for a part of the least size', () => {
    const { parts } = split(ones(40), { minRecords: 5, maxRecords: 12, maxRecordsPerJob: 14 });
    expect(parts.map(({ job, records }) => [job, records])).toEqual([
      [1, 12],
      [2, 12],
      [3, 11],
      [4, 5],
    ]);
  });

  test('take a part no larger than a job', () => {
    expect(split(ones(9), { maxRecords: 100, maxRecordsPerJob: 4, maxBytesPerJob: 3 }).records).toEqual([3, 3, 3]);
  });
});

describe('any split', () => {
  const anyLimits = fc.record({
    minRecords: fc.integer({ min: 1, max: 5 }),
    maxRecords: fc.integer({ min: 9, max: 20 }),
    maxBytes: fc.integer({ min: 100, max: 200 }),
    maxRecordsPerJob: fc.integer({ min: 25, max: 60 }),
    maxBytesPerJob: fc.integer({ min: 250, max: 500 }),
  });

  test('keeps every record, all limits, and no part under the minimum', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 150 }),
        anyLimits,
        fc.integer({ min: 1, max: 50 }),
        (sizes, limits, group) => {
          const { parts, issues } = split(sizes, limits, group);
          const sum = (key: 'records' | 'bytes', some = parts) => some.reduce((total, part) => total + part[key], 0);
          expect(sum('records')).toBe(sizes.length);
          expect(sum('bytes')).toBe(sizes.reduce((total, size) => total + size, 0));
          expect(issues.map(({ code }) => code)).toEqual(sizes.length < limits.minRecords ? ['TooFewRecords'] : []);
          for (const { records, bytes } of parts) {
            if (sizes.length >= limits.minRecords) expect(records).toBeGreaterThanOrEqual(limits.minRecords);
            expect(records).toBeLessThanOrEqual(limits.maxRecords);
            expect(bytes).toBeLessThanOrEqual(limits.maxBytes);
          }
          for (const job of new Set(parts.map((part) => part.job))) {
            const own = parts.filter((part) => part.job === job);
            expect(sum('records', own)).toBeLessThanOrEqual(limits.maxRecordsPerJob);
            expect(sum('bytes', own)).toBeLessThanOrEqual(limits.maxBytesPerJob);
          }
          expect(split(sizes, limits, 1000).parts).toEqual(parts);
        },
      ),
    );
  });
});

describe('lines', () => {
  test('come with the part they belong to, counted in bytes with their line ends', () => {
    let issues: readonly Issue[] | undefined;
    const lines = splitLines(['é', 'bb', 'c'], { maxBytes: 6 }, (found) => {
      issues = found;
    });
    expect([...lines]).toEqual([
      { line: 'é', part: 1, job: 1 },
      { line: 'bb', part: 1, job: 1 },
      { line: 'c', part: 2, job: 1 },
    ]);
    expect(issues).toEqual([]);
  });

  test('are held back no longer than the last part needs', () => {
    let taken = 0;
    const source = (function* () {
      for (taken = 1; taken <= 1000; taken += 1) yield 'x';
    })();
    let given = 0;
    for (const _ of splitLines(source, { minRecords: 10, maxRecords: 100 }, () => undefined)) {
      given += 1;
      if (taken <= 1000) expect(taken - given).toBe(10);
    }
    expect(given).toBe(1000);
  });

  test('that are too few are told after the last', () => {
    const told: string[] = [];
    const lines = splitLines(['a'], { minRecords: 2 }, (issues) => told.push(...issues.map(({ code }) => code)));
    expect([...lines]).toHaveLength(1);
    expect(told).toEqual(['TooFewRecords']);
  });
});

test('parts have names that sort', () => {
  expect([1, 42, 12345].map(partName)).toEqual(['records-0001.jsonl', 'records-0042.jsonl', 'records-12345.jsonl']);
});
