import { allModels, batchRegions } from '../../src/catalog/model-catalog';
import { lifecycleOn } from '../../src/catalog/model-lifecycle';
import { FakeClock, FakeJobs, outside } from './fake-outside';
import { type FakeOptions, type Ran, runLine } from './fake-terminal';

const DAY = '2026-11-21';

/** On the day of the catalog, and without a service to ask. */
function models(line: string, options: FakeOptions = {}, day = DAY): Promise<Ran> {
  return runLine(`models ${line}`, options, outside(new FakeJobs([]), new FakeClock(Date.parse(`${day}T12:00:00Z`))));
}

interface Row {
  readonly id: string;
  readonly provider: string;
  readonly regions: { readonly inRegion: readonly string[]; readonly byProfile: readonly string[] };
  readonly route: { readonly destinationRegions: readonly string[] };
}

async function json(line: string): Promise<Row[]> {
  const { out, code } = await models(`${line} --json`);
  expect(code).toBe(0);
  return JSON.parse(out);
}

async function ids(line: string): Promise<string[]> {
  return (await json(line)).map(({ id }) => id);
}

describe('models without a filter', () => {
  test('lists every model that has not ended', async () => {
    const living = allModels().filter((model) => lifecycleOn(model, DAY) !== 'ended');
    expect(await ids('')).toEqual(living.map(({ id }) => id));
  });

  test('lists those that have ended with --all', async () => {
    expect(await ids('--all')).toEqual(allModels().map(({ id }) => id));
  });

  test('says on stderr how many have ended', async () => {
    const { err } = await models('');
    expect(err).toMatch(/^\d+ more reached end of life; --all shows them\n$/);
  });

  test('prints one line of titles and one for each model', async () => {
    const { out } = await models('');
    expect(out.trimEnd().split('\n')).toHaveLength(1 + (await ids('')).length);
  });
});

describe('models by text', () => {
  test('looks for every word in id, name and provider, in any case', async () => {
    expect(await ids('AMAZON lite')).toEqual(['amazon.nova-2-lite-v1:0', 'amazon.nova-lite-v1:0']);
  });

  test('says what is near where nothing matches, and it is no error', async () => {
    const { out, err, code } = await models('amazon.nova-lit-v1:0');
    expect({ out, err, code }).toEqual({
      out: '',
      err: 'no model matches; near are amazon.nova-lite-v1:0\n',
      code: 0,
    });
  });

  test('prints an empty list as JSON where nothing matches', async () => {
    expect(await json('nothing-like-it')).toEqual([]);
  });
});

describe('models of a provider', () => {
  test('are all of its, in any case', async () => {
    expect(new Set((await json('--provider amazon --all')).map(({ provider }) => provider))).toEqual(
      new Set(['Amazon']),
    );
  });

  test('fail on a provider that the catalog does not have, and name those it has', async () => {
    const { code, err, out } = await models('--provider Amazn');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: --provider must be one that the catalog knows \(.*Amazon, Anthropic.*\), got Amazn/);
  });
});

describe('models from a Region', () => {
  test('are those that a job can reach there', async () => {
    for (const { regions, route } of await json('--region eu-west-1 --all')) {
      expect([...regions.inRegion, ...regions.byProfile]).toContain('eu-west-1');
      expect(route.destinationRegions).toContain('eu-west-1');
    }
  });

  test('are reached in the Region where batch takes the bare id', async () => {
    const [row] = await json('amazon.nova-lite-v1:0 --region us-east-1');
    expect(row?.route).toMatchObject({ routing: 'AUTO', kind: 'in-region', modelId: 'amazon.nova-lite-v1:0' });
  });

  test('are else reached by the profile of the geography', async () => {
    const [row] = await json('anthropic.claude-sonnet-4-6 --region eu-west-1');
    expect(row?.route).toMatchObject({
      routing: 'AUTO',
      kind: 'geographic',
      modelId: 'eu.anthropic.claude-sonnet-4-6',
    });
  });

  test('are reached by the global profile where --routing asks for it', async () => {
    const [row] = await json('anthropic.claude-sonnet-4-6 --region eu-west-1 --routing global');
    expect(row?.route).toMatchObject({
      routing: 'GLOBAL',
      kind: 'global',
      modelId: 'global.anthropic.claude-sonnet-4-6',
    });
  });

  test('leave out what is not reached the way that --routing asks for', async () => {
    expect(await ids('anthropic.claude-sonnet-4-6 --region eu-west-1 --routing IN_REGION')).toEqual([]);
  });

  test('say so where a text matches and the Region does not', async () => {
    const { err, code } = await models('anthropic.claude-sonnet-4-6 --region eu-west-1 --routing IN_REGION');
    expect(err).toBe('anthropic.claude-sonnet-4-6 is not served by batch inference from eu-west-1 with IN_REGION\n');
    expect(code).toBe(0);
  });

  test('fail on a Region where batch inference serves nothing', async () => {
    const { code, err } = await models('--region eu-wst-1');
    expect(code).toBe(2);
    expect(err).toContain(`--region must be one that the catalog knows (${batchRegions().join(', ')}), got eu-wst-1`);
  });

  test('fail on --routing without --region', async () => {
    const { code, err } = await models('--routing GLOBAL');
    expect({ code, err }).toEqual({ code: 2, err: 'error: --routing must come with --region [RegionMissing]\n' });
  });
});

describe('the table of models', () => {
  test('shows the ways without a Region', async () => {
    expect((await models('amazon.nova')).out).toMatchInlineSnapshot(`
"MODEL ID                                  NAME                               PROVIDER  WHERE                                                                              LIFECYCLE
amazon.nova-2-multimodal-embeddings-v1:0  Amazon Nova Multimodal Embeddings  Amazon    in-Region in us-east-1                                                             active
amazon.nova-2-lite-v1:0                   Nova 2 Lite                        Amazon    by profile (us, eu, jp, global) in 25 Regions                                      active
amazon.nova-lite-v1:0                     Nova Lite                          Amazon    in-Region in 3 Regions; by profile (us, eu, apac, ca) in 24 Regions                active
amazon.nova-micro-v1:0                    Nova Micro                         Amazon    in-Region in us-east-1 and us-gov-west-1; by profile (us, eu, apac) in 20 Regions  active
amazon.nova-pro-v1:0                      Nova Pro                           Amazon    in-Region in 4 Regions; by profile (us, eu, apac) in 22 Regions                    active
"
`);
  });

  test('shows the way and what becomes of a model from a Region', async () => {
    expect((await models('anthropic --region us-west-2 --all')).out).toMatchInlineSnapshot(`
"MODEL ID                                   NAME                  PROVIDER   FROM US-WEST-2                                                              LIFECYCLE
anthropic.claude-3-haiku-20240307-v1:0     Claude 3 Haiku        Anthropic  in-Region                                                                   ended 2026-09-10; then anthropic.claude-haiku-4-5-20251001-v1:0
anthropic.claude-3-opus-20240229-v1:0      Claude 3 Opus         Anthropic  in-Region                                                                   ended; then anthropic.claude-opus-4-6-v1
anthropic.claude-3-sonnet-20240229-v1:0    Claude 3 Sonnet       Anthropic  in-Region                                                                   ended 2026-07-30; then anthropic.claude-sonnet-4-6
anthropic.claude-3-5-haiku-20241022-v1:0   Claude 3.5 Haiku      Anthropic  in-Region                                                                   ended 2026-06-19; then anthropic.claude-haiku-4-5-20251001-v1:0
anthropic.claude-3-5-sonnet-20240620-v1:0  Claude 3.5 Sonnet     Anthropic  in-Region                                                                   ended 2026-07-30; then anthropic.claude-sonnet-4-6
anthropic.claude-3-5-sonnet-20241022-v2:0  Claude 3.5 Sonnet v2  Anthropic  in-Region                                                                   ended 2026-07-30; then anthropic.claude-sonnet-4-6
anthropic.claude-3-7-sonnet-20250219-v1:0  Claude 3.7 Sonnet     Anthropic  profile us.anthropic.claude-3-7-sonnet-20250219-v1:0                        ended 2026-04-28; then anthropic.claude-sonnet-4-6
anthropic.claude-haiku-4-5-20251001-v1:0   Claude Haiku 4.5      Anthropic  profile us.anthropic.claude-haiku-4-5-20251001-v1:0                         active
anthropic.claude-opus-4-5-20251101-v1:0    Claude Opus 4.5       Anthropic  profile us.anthropic.claude-opus-4-5-20251101-v1:0                          active
anthropic.claude-opus-4-6-v1               Claude Opus 4.6       Anthropic  profile us.anthropic.claude-opus-4-6-v1                                     active
anthropic.claude-opus-5                    Claude Opus 5         Anthropic  profile global.anthropic.claude-opus-5 (ModelRouting.GLOBAL) (unconfirmed)  active
anthropic.claude-sonnet-4-20250514-v1:0    Claude Sonnet 4       Anthropic  profile us.anthropic.claude-sonnet-4-20250514-v1:0                          ended 2026-10-14; then anthropic.claude-sonnet-4-6
anthropic.claude-sonnet-4-5-20250929-v1:0  Claude Sonnet 4.5     Anthropic  profile us.anthropic.claude-sonnet-4-5-20250929-v1:0                        active
anthropic.claude-sonnet-4-6                Claude Sonnet 4.6     Anthropic  profile us.anthropic.claude-sonnet-4-6                                      active
"
`);
  });

  test('gives way to a narrow terminal', async () => {
    const { out } = await models('anthropic.claude --region us-east-1', {
      isTty: true,
      columns: 100,
      env: { NO_COLOR: '1' },
    });
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(out).toContain('Claude Sonnet 4.6');
  });

  test('judges the lifecycle on the day of the reader', async () => {
    const { out } = await models('claude-3-haiku', {}, '2026-05-01');
    expect(out).toContain('legacy since 2026-03-10, ends 2026-09-10; then');
  });

  test('names the successors where every match has ended', async () => {
    const { err, out } = await models('claude-3-opus');
    expect(out).toBe('');
    expect(err).toMatch(/^every model that matches has reached its end of life .* their successors are anthropic\./);
  });
});
