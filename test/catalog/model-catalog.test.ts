import {
  allModels,
  allProfiles,
  batchRegions,
  CATALOG_CHECKED,
  findModel,
  findProfile,
  profilesOf,
} from '../../src/catalog/model-catalog';
import type { ModelEntry } from '../../src/catalog/model-entry';
import { lifecycleOn } from '../../src/catalog/model-lifecycle';

const each = (models: readonly ModelEntry[]) => models.map((model) => [model.id, model] as const);
function known(id: string): ModelEntry {
  const model = findModel(id);
  if (model === undefined) throw new Error(`${id} is not in the catalog`);
  return model;
}

const isOn = (day: string, state: string) => (model: ModelEntry) => lifecycleOn(model, day) === state;

/** Its card names the us., eu., au. and global profiles; the Regions of each were not in the part that was read. */
const WITHOUT_READ_PROFILES = 'anthropic.claude-opus-5';

/** A published table that older projects were written by. */
const OLDER_TABLE = [
  'amazon.nova-lite-v1:0',
  'amazon.nova-micro-v1:0',
  'amazon.nova-pro-v1:0',
  'amazon.titan-embed-image-v1',
  'amazon.titan-embed-text-v2:0',
  'anthropic.claude-3-haiku-20240307-v1:0',
  'anthropic.claude-3-opus-20240229-v1:0',
  'anthropic.claude-3-sonnet-20240229-v1:0',
  'anthropic.claude-3-5-haiku-20241022-v1:0',
  'anthropic.claude-3-5-sonnet-20240620-v1:0',
  'anthropic.claude-3-5-sonnet-20241022-v2:0',
  'meta.llama3-1-405b-instruct-v1:0',
  'meta.llama3-1-70b-instruct-v1:0',
  'meta.llama3-1-8b-instruct-v1:0',
  'meta.llama3-2-11b-instruct-v1:0',
  'meta.llama3-2-1b-instruct-v1:0',
  'meta.llama3-2-3b-instruct-v1:0',
  'meta.llama3-2-90b-instruct-v1:0',
  'meta.llama3-3-70b-instruct-v1:0',
  'mistral.mistral-large-2407-v1:0',
  'mistral.mistral-small-2402-v1:0',
];

describe('what the table holds', () => {
  test('67 models of 12 providers', () => {
    expect(allModels()).toHaveLength(67);
    expect(new Set(allModels().map(({ provider }) => provider)).size).toBe(12);
  });

  test('69 geographic profiles and 8 global ones', () => {
    const global = allProfiles().filter(({ geography }) => geography === 'global');
    expect(global).toHaveLength(8);
    expect(allProfiles()).toHaveLength(69 + 8);
  });

  test('the day on which it was checked', () => {
    expect(CATALOG_CHECKED).toBe('2026-11-21');
  });

  test('each model once, each profile once', () => {
    expect(new Set(allModels().map(({ id }) => id)).size).toBe(allModels().length);
    expect(new Set(allProfiles().map(({ id }) => id)).size).toBe(allProfiles().length);
  });

  test('the minimum of 100 records and 100 active jobs for every model', () => {
    for (const { quotas } of allModels()) expect(quotas).toMatchObject({ minRecordsPerJob: 100, maxActiveJobs: 100 });
  });

  test('jobs of 100 GB for three models, of 5 GB for the others, and no limit that was not read', () => {
    const sizes = (bytes: number | undefined) =>
      allModels()
        .filter(({ quotas }) => quotas.maxJobBytes === bytes)
        .map(({ name }) => name);
    expect(sizes(100e9)).toEqual(['Amazon Nova Multimodal Embeddings', 'Nova Lite', 'Nova Pro']);
    expect(sizes(undefined)).toEqual(['Nova 2 Lite']);
    expect(sizes(5e9)).toHaveLength(67 - 4);
  });

  test('input files of 1 GB, taken as the smaller of the two, where the quota was read', () => {
    const others = allModels().filter(({ quotas }) => quotas.maxFileBytes !== 1e9);
    expect(others.map(({ id, quotas }) => [id, quotas.maxFileBytes])).toEqual([
      ['amazon.nova-2-multimodal-embeddings-v1:0', undefined],
    ]);
  });

  test('custom models of Titan Multimodal Embeddings only', () => {
    expect(allModels().filter(({ custom }) => custom.length > 0)).toMatchObject([
      {
        id: 'amazon.titan-embed-image-v1',
        custom: ['us-east-1', 'us-west-2'],
        quotas: { maxActiveJobsCustomModel: 3 },
      },
    ]);
  });

  test('one row as its page prints it', () => {
    expect(findModel('anthropic.claude-sonnet-4-6')).toMatchObject({
      name: 'Claude Sonnet 4.6',
      provider: 'Anthropic',
      family: 'anthropic-messages',
      inRegion: ['eu-west-2'],
      lifecycle: {},
    });
    expect(findModel('anthropic.claude-sonnet-4-6')?.byProfile).toHaveLength(32);
  });
});

describe('where a model is served', () => {
  test.each(each(allModels()))('%s: in some Region', (_, { inRegion, byProfile }) => {
    expect(inRegion.length + byProfile.length).toBeGreaterThan(0);
  });

  const byProfile = allModels().filter((model) => model.byProfile.length > 0);
  test.each(each(byProfile))('%s: from each Region served by profile, a profile is called from there', (id, model) => {
    const sources = profilesOf(id).flatMap((profile) => profile.sources);
    expect(model.byProfile.filter((region) => !sources.includes(region))).toEqual([]);
  });

  const read = byProfile.filter(({ id }) => id !== WITHOUT_READ_PROFILES);
  test.each(each(read))('%s: from each of these Regions it is known where a profile routes', (id, model) => {
    const usable = profilesOf(id).filter(({ geography, destinations }) => geography === 'global' || destinations);
    for (const region of model.byProfile) expect(usable.flatMap(({ sources }) => sources)).toContain(region);
  });

  test('Claude Opus 5: its geographic profiles are there without destinations, and every one is marked unconfirmed', () => {
    const profiles = profilesOf(WITHOUT_READ_PROFILES);
    expect(profiles.map(({ geography }) => geography)).toEqual(['us', 'eu', 'au', 'global']);
    for (const profile of profiles) {
      expect(profile.unconfirmed).toBe(true);
      expect(profile.destinations).toBeUndefined();
    }
  });
});

describe('profiles', () => {
  test('unconfirmed ones are marked, and only they', () => {
    expect(
      allProfiles()
        .filter(({ unconfirmed }) => unconfirmed)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([
      'apac.amazon.nova-lite-v1:0',
      'apac.amazon.nova-micro-v1:0',
      'apac.amazon.nova-pro-v1:0',
      'au.anthropic.claude-opus-5',
      'ca.amazon.nova-lite-v1:0',
      'eu.anthropic.claude-opus-5',
      'global.anthropic.claude-opus-5',
      'us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us.anthropic.claude-opus-5',
    ]);
  });

  test('a global profile has no destinations, since they may grow', () => {
    for (const profile of allProfiles().filter(({ geography }) => geography === 'global')) {
      expect(profile.destinations).toBeUndefined();
    }
  });

  test('where a profile routes depends on the Region it is called from', () => {
    expect(findProfile('us.anthropic.claude-haiku-4-5-20251001-v1:0')?.destinations).toEqual({
      'ca-central-1': ['ca-central-1', 'us-east-1', 'us-east-2', 'us-west-2'],
      'us-east-1': ['us-east-1', 'us-east-2', 'us-west-2'],
      'us-east-2': ['us-east-1', 'us-east-2', 'us-west-2'],
      'us-west-1': ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
      'us-west-2': ['us-east-1', 'us-east-2', 'us-west-2'],
    });
  });

  test('no profile routes between the United States and GovCloud', () => {
    for (const { sources, destinations = {} } of allProfiles()) {
      const isGov = [...sources, ...Object.values(destinations).flat()].map((region) => region.startsWith('us-gov-'));
      expect(new Set(isGov).size).toBe(1);
    }
  });
});

describe('the 21 rows of the older table', () => {
  test('are 21', () => {
    expect(new Set(OLDER_TABLE).size).toBe(21);
  });

  test.each(OLDER_TABLE)('%s is known', (id) => {
    expect(findModel(id)?.id).toBe(id);
  });

  test('11 of them are ended on the day of the check', () => {
    expect(OLDER_TABLE.map(known).filter(isOn(CATALOG_CHECKED, 'ended'))).toHaveLength(11);
  });
});

describe('lifecycle', () => {
  test('14 models are ended on the day of the check, none is legacy', () => {
    expect(allModels().filter(isOn(CATALOG_CHECKED, 'ended'))).toHaveLength(14);
    expect(allModels().filter(isOn(CATALOG_CHECKED, 'legacy'))).toEqual([]);
  });

  test.each([
    ['anthropic.claude-sonnet-4-20250514-v1:0', '2026-04-13', 'active'],
    ['anthropic.claude-sonnet-4-20250514-v1:0', '2026-04-14', 'legacy'],
    ['anthropic.claude-sonnet-4-20250514-v1:0', '2026-10-14', 'ended'],
    ['meta.llama3-2-1b-instruct-v1:0', '2026-07-06', 'legacy'],
    ['meta.llama3-2-1b-instruct-v1:0', '2026-07-07', 'ended'],
    ['anthropic.claude-sonnet-4-6', '2026-11-21', 'active'],
  ])('%s is on %s %s', (id, day, state) => {
    expect(lifecycleOn(known(id), day)).toBe(state);
  });

  test('Claude 3 Opus is ended on a day that no source names', () => {
    expect(findModel('anthropic.claude-3-opus-20240229-v1:0')?.lifecycle).toEqual({ ended: true });
  });

  const retired = allModels().filter((model) => !isOn(CATALOG_CHECKED, 'active')(model));
  test.each(each(retired))('%s has a successor of the same provider and body format that is active', (_, model) => {
    const successor = known(model.successor ?? 'none');
    expect(successor).toMatchObject({ provider: model.provider, family: model.family });
    expect(lifecycleOn(successor, CATALOG_CHECKED)).toBe('active');
  });
});

describe('prices', () => {
  const priced = allModels().flatMap(({ id, prices = [] }) => prices.map((price) => [id, price.route, price] as const));

  test('38 models have one', () => {
    expect(new Set(priced.map(([id]) => id)).size).toBe(38);
  });

  test.each(priced)('%s (%s): says where and when it was read', (_, __, { source, date }) => {
    expect(source).toMatch(/^(AWS|half of the AWS) .*: https:\/\//);
    expect(date).toMatch(/^202[56]-\d\d-\d\d$/);
    expect(date <= CATALOG_CHECKED).toBe(true);
  });

  // As the tables of the sources print them.
  test.each([
    ['amazon.nova-micro-v1:0', 'us', 0.0175, 0.07],
    ['amazon.nova-2-lite-v1:0', 'global', 0.15, 1.25],
    ['amazon.nova-2-lite-v1:0', 'us', 0.1595, 1.3255],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 'global', 0.5, 2.5],
    ['anthropic.claude-opus-5', 'global', 2.5, 12.5],
    ['anthropic.claude-sonnet-4-6', 'global', 1.5, 7.5],
    ['anthropic.claude-3-haiku-20240307-v1:0', undefined, 0.125, 0.625],
    ['meta.llama3-3-70b-instruct-v1:0', undefined, 0.36, 0.36],
    ['meta.llama4-scout-17b-instruct-v1:0', 'us', 0.085, 0.33],
    ['openai.gpt-oss-20b-1:0', 'in-region', 0.035, 0.15],
    ['deepseek.v3.2', 'in-region', 0.31, 0.925],
  ])('%s (%s): %d for a million tokens of input, %d of output', (id, route, inputPerMillion, outputPerMillion) => {
    const prices = (known(id).prices ?? []).filter((price) => price.route === route);
    expect(prices).toMatchObject([{ inputPerMillion, outputPerMillion }]);
  });

  test('Claude by geographic profile: derived, a tenth above global', () => {
    const derived = priced.filter(([, , price]) => price.derived);
    expect(derived.map(([id, route]) => [id, route])).toEqual([
      ['anthropic.claude-haiku-4-5-20251001-v1:0', 'us'],
      ['anthropic.claude-haiku-4-5-20251001-v1:0', 'eu'],
      ['anthropic.claude-sonnet-4-6', 'us'],
      ['anthropic.claude-sonnet-4-6', 'eu'],
    ]);
    for (const [id, , { inputPerMillion, outputPerMillion }] of derived) {
      const global = known(id).prices?.find(({ route }) => route === 'global');
      expect(inputPerMillion).toBeCloseTo(1.1 * (global?.inputPerMillion ?? Number.NaN));
      expect(outputPerMillion).toBeCloseTo(1.1 * (global?.outputPerMillion ?? Number.NaN));
    }
  });

  test('batch is half of on demand wherever a source gives both', () => {
    const both = priced.filter(([, , price]) => price.onDemandInputPerMillion !== undefined);
    expect(both.length).toBeGreaterThan(20);
    for (const [, , price] of both) {
      expect(price.onDemandInputPerMillion).toBeCloseTo(2 * price.inputPerMillion);
      expect(price.onDemandOutputPerMillion).toBeCloseTo(2 * price.outputPerMillion);
    }
  });

  test('models of which no source gives one have none', () => {
    for (const id of ['amazon.titan-embed-text-v2:0', 'meta.llama3-2-1b-instruct-v1:0', 'qwen.qwen3-coder-next']) {
      expect(known(id).prices).toBeUndefined();
    }
  });
});

describe('limits of a body', () => {
  test.each([
    ['amazon.nova-micro-v1:0', 10000],
    ['meta.llama3-1-8b-instruct-v1:0', 2048],
    ['meta.llama4-maverick-17b-instruct-v1:0', 8192],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 64000],
  ])('%s answers with at most %d tokens', (id, maxOutputTokens) => {
    expect(known(id).body).toMatchObject({ maxOutputTokens });
  });

  test('Claude Opus 5 refuses temperature and topP, Claude Haiku 4.5 only both at once', () => {
    expect(known('anthropic.claude-opus-5').body?.refusedParameters).toEqual(['temperature', 'topP']);
    expect(known('anthropic.claude-haiku-4-5-20251001-v1:0').body?.exclusiveParameters).toEqual([
      ['temperature', 'topP'],
    ]);
    const others = allModels().filter(({ body }) => body?.refusedParameters ?? body?.exclusiveParameters);
    expect(others).toHaveLength(2);
  });

  test.each([
    ['amazon.nova-micro-v1:0', false],
    ['amazon.nova-lite-v1:0', true],
    ['anthropic.claude-sonnet-4-6', true],
    ['openai.gpt-oss-120b-1:0', false],
    ['mistral.ministral-3-14b-instruct', true],
    ['mistral.ministral-3-8b-instruct', undefined],
  ])('%s takes images: %p', (id, images) => {
    expect(known(id).body?.images).toBe(images);
  });
});

describe('look-ups', () => {
  test('find nothing for an id that is not there', () => {
    expect(findModel('amazon.nova-lite')).toBeUndefined();
    expect(findModel('us.amazon.nova-lite-v1:0')).toBeUndefined();
    expect(findProfile('amazon.nova-lite-v1:0')).toBeUndefined();
    expect(profilesOf('acme.unknown')).toEqual([]);
  });

  test('profilesOf gives every profile of a model and no other', () => {
    expect(profilesOf('amazon.nova-lite-v1:0').map(({ id }) => id)).toEqual([
      'us.amazon.nova-lite-v1:0',
      'eu.amazon.nova-lite-v1:0',
      'apac.amazon.nova-lite-v1:0',
      'ca.amazon.nova-lite-v1:0',
    ]);
  });

  test('batchRegions gives all 33 commercial Regions and both of GovCloud, sorted', () => {
    const regions = batchRegions();
    expect(regions).toHaveLength(35);
    expect(regions.filter((region) => region.startsWith('us-gov-'))).toEqual(['us-gov-east-1', 'us-gov-west-1']);
    expect(regions).toEqual([...regions].sort());
  });
});
