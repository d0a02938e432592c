import { findManifest, sumManifests } from '../../../src/records/results/manifest';

const WHOLE = {
  totalRecordCount: 3,
  processedRecordCount: 3,
  successRecordCount: 2,
  errorRecordCount: 1,
  inputTokenCount: 120,
  outputTokenCount: 48,
};

describe('a manifest', () => {
  test('is known by its counters', () => {
    expect(findManifest(WHOLE)).toEqual(WHOLE);
  });

  test('is known with two of them, and without what else stands there', () => {
    expect(findManifest({ totalRecordCount: 3, errorRecordCount: 0, jobName: 'x', inputTokenCount: null })).toEqual({
      totalRecordCount: 3,
      errorRecordCount: 0,
    });
  });

  test.each([
    [{ totalRecordCount: 3 }],
    [{ totalRecordCount: '3', errorRecordCount: '1' }],
    [{ ...WHOLE, recordId: 'a' }],
    [{ ...WHOLE, modelInput: {} }],
    [{}],
    [[]],
    [null],
    ['x'],
  ])('is not %j', (value) => {
    expect(findManifest(value)).toBeUndefined();
  });
});

describe('the sum of manifests', () => {
  test('adds up every counter', () => {
    expect(sumManifests([WHOLE, { ...WHOLE, totalRecordCount: 7 }])).toEqual({
      totalRecordCount: 10,
      processedRecordCount: 6,
      successRecordCount: 4,
      errorRecordCount: 2,
      inputTokenCount: 240,
      outputTokenCount: 96,
    });
  });

  test('leaves out a counter that one of them lacks', () => {
    expect(sumManifests([WHOLE, { totalRecordCount: 1, errorRecordCount: 1 }])).toEqual({
      totalRecordCount: 4,
      errorRecordCount: 2,
    });
  });

  test('of none is empty', () => {
    expect(sumManifests([])).toEqual({});
  });
});
