import { compareManifest } from '../../../src/records/results/compare-manifest';
import { addCount, emptyCount } from '../../../src/records/results/results-tally';

const MANIFEST = {
  totalRecordCount: 3,
  processedRecordCount: 3,
  successRecordCount: 2,
  errorRecordCount: 1,
  inputTokenCount: 20,
  outputTokenCount: 8,
};
const COUNT = { ...emptyCount(), succeeded: 2, failed: 1, inputTokens: 20, outputTokens: 8 };
const compare = (count: object, manifest: object = MANIFEST) =>
  compareManifest('manifest.json.out', manifest, { ...COUNT, ...count });

describe('a manifest beside its results', () => {
  test('says the same', () => {
    expect(compare({})).toEqual([]);
  });

  test('warns of every count that differs', () => {
    expect(compare({ succeeded: 1, failed: 2, inputTokens: 19, outputTokens: 9 })).toEqual([
      {
        code: 'ManifestDiffers',
        input: 'manifest.json.out',
        message:
          'counts otherwise than the results beside it: 2 successes, not 1, 1 errors, not 2, 20 input tokens, not 19, 8 output tokens, not 9',
        severity: 'warning',
      },
    ]);
  });

  test('says that the job ended early or files are missing, where results are', () => {
    expect(compare({ failed: 0 })[0]?.message).toMatch(
      /3 records, not 2, .*the job ended early, or files are missing$/,
    );
    expect(compare({ failed: 2 })[0]?.message).toMatch(/3 records, not 4, 1 errors, not 2$/);
  });

  test('is not judged by tokens that not every answer has', () => {
    expect(compare({ inputTokens: 1, withoutInputTokens: 1, outputTokens: 1, withoutOutputTokens: 1 })).toEqual([]);
  });

  test('is not judged by outcomes where a line is unreadable, but by their number', () => {
    expect(compare({ succeeded: 1, unreadable: 1 })).toEqual([]);
    expect(compare({ unreadable: 1 })[0]?.message).toBe(
      'counts otherwise than the results beside it: 3 records, not 4',
    );
  });

  test('is not judged by what it does not say', () => {
    expect(compare({ succeeded: 9 }, {})).toEqual([]);
  });
});

test('counts add up', () => {
  const sum = emptyCount();
  addCount(sum, COUNT);
  addCount(sum, { ...COUNT, unreadable: 1, withoutInputTokens: 2 });
  expect(sum).toEqual({
    succeeded: 4,
    failed: 2,
    unreadable: 1,
    inputTokens: 40,
    outputTokens: 16,
    withoutInputTokens: 2,
    withoutOutputTokens: 0,
  });
});
