import { findModel } from '../../src/catalog/model-catalog';
import type { ModelEntry } from '../../src/catalog/model-entry';
import { checkLifecycle } from '../../src/core/check-lifecycle';

const entryOf = (id: string): ModelEntry => {
  const entry = findModel(id);
  if (entry === undefined) throw new Error(`the catalog has no ${id}`);
  return entry;
};
/** Legacy from 2026-04-14, ended on 2026-10-14, followed by Claude Sonnet 4.6. */
const SONNET_4 = entryOf('anthropic.claude-sonnet-4-20250514-v1:0');
const source = (entry: ModelEntry) => ({ kind: 'foundation-model', modelId: entry.id, entry }) as const;

describe('a model', () => {
  test('that lives is taken without a word', () => {
    expect(checkLifecycle(source(SONNET_4), '2026-04-13')).toEqual([]);
  });

  test('is legacy from the day that the catalog has, which warns and names the end and the successor', () => {
    expect(checkLifecycle(source(SONNET_4), '2026-04-14')).toEqual([
      {
        code: 'LegacyModel',
        input: 'model',
        severity: 'warning',
        message:
          'Claude Sonnet 4 (anthropic.claude-sonnet-4-20250514-v1:0) is legacy since 2026-04-14, its end of life is 2026-10-14; use Claude Sonnet 4.6 (anthropic.claude-sonnet-4-6) instead',
      },
    ]);
  });

  test('that is legacy without a known end warns without one', () => {
    const entry = { ...SONNET_4, lifecycle: { legacyDate: '2026-04-14' }, successor: undefined };
    expect(checkLifecycle(source(entry), '2026-11-21')[0]?.message).toBe(
      'Claude Sonnet 4 (anthropic.claude-sonnet-4-20250514-v1:0) is legacy since 2026-04-14',
    );
  });

  test('fails from its end of life on, which is named with the successor', () => {
    expect(checkLifecycle(source(SONNET_4), '2026-10-14')).toEqual([
      {
        code: 'ModelEndOfLife',
        input: 'model',
        severity: 'error',
        message:
          'Claude Sonnet 4 (anthropic.claude-sonnet-4-20250514-v1:0) reached its end of life on 2026-10-14; use Claude Sonnet 4.6 (anthropic.claude-sonnet-4-6) instead',
      },
    ]);
  });

  test('whose end has no known day is past it', () => {
    const opus = entryOf('anthropic.claude-3-opus-20240229-v1:0');
    expect(checkLifecycle(source(opus), '2026-11-21')).toMatchObject([
      {
        code: 'ModelEndOfLife',
        message: expect.stringMatching(/ is past its end of life \(exact day unknown\); use Claude Opus 4\.6 /),
      },
    ]);
  });

  test('without a successor is told without one', () => {
    const entry = { ...SONNET_4, successor: undefined };
    expect(checkLifecycle(source(entry), '2026-10-14')[0]?.message).toMatch(/ on 2026-10-14$/);
  });

  test('that the user knows better, by naming Regions, warns after its end', () => {
    const stated = { ...source(SONNET_4), statedRegions: ['us-east-1'] };
    expect(checkLifecycle(stated, '2026-10-14')).toMatchObject([{ code: 'ModelEndOfLife', severity: 'warning' }]);
  });

  test('that the catalog does not know is not judged', () => {
    expect(checkLifecycle({ kind: 'foundation-model', modelId: 'anthropic.claude-9' }, '2099-01-01')).toEqual([]);
  });
});

describe('a profile', () => {
  const profile = {
    kind: 'inference-profile',
    modelId: `us.${SONNET_4.id}`,
    foundationModelId: SONNET_4.id,
    global: false,
    entry: SONNET_4,
  } as const;

  test('ends with the model behind it', () => {
    expect(checkLifecycle(profile, '2026-10-14')).toMatchObject([{ code: 'ModelEndOfLife', severity: 'error' }]);
  });

  test('of the application ends with what it was copied from', () => {
    const modelId = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6';
    const application = { kind: 'application-inference-profile', modelId } as const;
    expect(checkLifecycle({ ...application, copiedFrom: profile }, '2026-10-14')).toHaveLength(1);
    expect(checkLifecycle(application, '2026-10-14')).toEqual([]);
  });
});
