import { checkLiveModel, type LiveModelFacts } from '../../src/handlers/check-live-model';

const said = (facts: LiveModelFacts, modelArns?: string[], now?: number) =>
  checkLiveModel(facts, { modelArns }, now).map(({ severity = 'error', input, message, code }) =>
    [severity, input, message, `[${code}]`].join(' '),
  );

const lite = { modelId: 'amazon.nova-lite-v1:0', kind: 'foundation-model' } as const;
const profile = { modelId: 'us.amazon.nova-lite-v1:0', kind: 'inference-profile' } as const;
const application = {
  modelId: 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefabcdef',
  kind: 'application-inference-profile',
} as const;
const custom = { modelId: 'arn:aws:bedrock:us-east-1:123456789012:custom-model/x', kind: 'custom-model' } as const;
const arnIn = (region: string) => `arn:aws:bedrock:${region}::foundation-model/amazon.nova-lite-v1:0`;

test('of which nothing could be learnt, nothing is judged', () => {
  for (const facts of [lite, profile, application, custom]) expect(said(facts, [])).toEqual([]);
});

describe('what the service does not know is refused in words for its kind', () => {
  const missing = 'ResourceNotFoundException: no such thing';
  test.each<[LiveModelFacts, string]>([
    [
      lite,
      'error model must be a model of this Region, got amazon.nova-lite-v1:0, which it does not have: a typing error, a model of other Regions, or one past its end of life (ResourceNotFoundException: no such thing) [ModelNotInRegion]',
    ],
    [
      profile,
      'error model must be an inference profile of this Region, got us.amazon.nova-lite-v1:0, which is none here; profiles belong to their source Regions (ResourceNotFoundException: no such thing) [ModelNotInRegion]',
    ],
    [
      application,
      `error model must be an application inference profile of this account and Region, got ${application.modelId}, which does not exist (ResourceNotFoundException: no such thing) [ModelNotInRegion]`,
    ],
    [
      custom,
      `error model must be a custom model of this account and Region, got ${custom.modelId}, which does not exist (ResourceNotFoundException: no such thing) [ModelNotInRegion]`,
    ],
    [
      { modelId: 'my-model', kind: 'unknown' },
      'error model must be known to Bedrock, got my-model (ResourceNotFoundException: no such thing) [ModelNotInRegion]',
    ],
  ])('%j', (facts, words) => {
    expect(said({ ...facts, missing })).toEqual([words]);
  });
});

describe('a model', () => {
  test('that is legacy warns, with its end where the service tells it', () => {
    const endOfLife = new Date('2027-03-30T00:00:00Z');
    expect(said({ ...lite, foundationModel: { lifecycle: 'LEGACY', endOfLife } })).toEqual([
      'warning model amazon.nova-lite-v1:0 is legacy, and ends on 2027-03-30; plan for its successor [LegacyModel]',
    ]);
    expect(said({ ...lite, foundationModel: { lifecycle: 'LEGACY' } })).toEqual([
      'warning model amazon.nova-lite-v1:0 is legacy; plan for its successor [LegacyModel]',
    ]);
    expect(said({ ...lite, foundationModel: { lifecycle: 'ACTIVE' } })).toEqual([]);
  });

  test('behind a profile that is legacy warns as well', () => {
    const foundationModel = { lifecycle: 'LEGACY', endOfLife: new Date('2027-03-30T00:00:00Z') };
    for (const facts of [profile, application]) {
      expect(said({ ...facts, foundationModel })).toEqual([
        `warning model ${facts.modelId} routes to a model that is legacy, and ends on 2027-03-30; plan for its successor [LegacyModel]`,
      ]);
    }
  });

  describe('whose end of life', () => {
    const endOfLife = new Date('2027-03-30T00:00:00Z');
    const now = endOfLife.getTime();
    const ended =
      'reached its end of life on 2027-03-30, after which Bedrock serves it by private arrangement only; use its successor instead [ModelEndOfLife]';

    test('has come warns that it has, whatever its state', () => {
      for (const lifecycle of ['LEGACY', 'ACTIVE', undefined]) {
        expect(said({ ...lite, foundationModel: { lifecycle, endOfLife } }, [], now)).toEqual([
          `warning model amazon.nova-lite-v1:0 ${ended}`,
        ]);
      }
      expect(said({ ...profile, foundationModel: { lifecycle: 'LEGACY', endOfLife } }, [], now)).toEqual([
        `warning model us.amazon.nova-lite-v1:0 routes to a model that ${ended}`,
      ]);
    });

    test('is to come in a moment is legacy until then', () => {
      expect(said({ ...lite, foundationModel: { lifecycle: 'LEGACY', endOfLife } }, [], now - 1)).toEqual([
        expect.stringContaining('ends on 2027-03-30; plan for its successor [LegacyModel]'),
      ]);
      expect(said({ ...lite, foundationModel: { lifecycle: 'ACTIVE', endOfLife } }, [], now - 1)).toEqual([]);
    });

    test('is not known has none', () => {
      expect(said({ ...lite, foundationModel: { lifecycle: 'ACTIVE' } }, [], now)).toEqual([]);
    });

    test('is not held against a day that is not known', () => {
      const past = { lifecycle: 'LEGACY', endOfLife: new Date('2020-01-01T00:00:00Z') };
      expect(said({ ...lite, foundationModel: past })).toEqual([expect.stringContaining('[LegacyModel]')]);
    });
  });

  test('that is not in this Region is refused, and behind a profile no matter', () => {
    const availability = { region: 'NOT_AVAILABLE' };
    expect(said({ ...lite, availability })).toEqual([
      'error model must be available in this Region, amazon.nova-lite-v1:0 is not; choose an inference profile or another Region [ModelNotInRegion]',
    ]);
    expect(said({ ...profile, availability })).toEqual([]);
  });

  test.each([lite, profile])('that is not open to the account is refused: $kind', (facts) => {
    for (const agreement of ['AVAILABLE', 'NOT_AVAILABLE', undefined]) {
      expect(said({ ...facts, availability: { entitlement: 'NOT_AVAILABLE', agreement } })).toEqual([
        `error model must be open to this account, ${facts.modelId} is not; open it once in the model catalog of the Bedrock console, with a role that may subscribe in AWS Marketplace (Claude asks for a use case form first), then deploy again in a few minutes [ModelAccessDenied]`,
      ]);
    }
  });

  test('that is not in this Region is not judged by its access behind a profile', () => {
    for (const agreement of ['NOT_AVAILABLE', 'PENDING', 'ERROR']) {
      const availability = { region: 'NOT_AVAILABLE', entitlement: 'NOT_AVAILABLE', agreement };
      expect(said({ ...profile, availability })).toEqual([]);
      expect(said({ ...application, availability })).toEqual([]);
    }
  });

  test.each([lite, profile])('that nobody in the account has used yet warns: $kind', (facts) => {
    for (const entitlement of ['AVAILABLE', undefined]) {
      expect(said({ ...facts, availability: { agreement: 'NOT_AVAILABLE', entitlement } })).toEqual([
        `warning model ${facts.modelId} has no agreement yet; Bedrock makes one at first use, which needs rights in AWS Marketplace, and for Claude the use case form; if Bedrock refuses the job, open the model once in the model catalog of the Bedrock console, then deploy again [ModelAccessPending]`,
      ]);
    }
  });

  test('that is open to the account is taken', () => {
    const availability = { region: 'AVAILABLE', entitlement: 'AVAILABLE', agreement: 'AVAILABLE' };
    for (const facts of [lite, profile]) expect(said({ ...facts, availability })).toEqual([]);
  });

  test.each(['PENDING', 'ERROR'])('whose agreement is %s warns', (agreement) => {
    expect(said({ ...lite, availability: { agreement } })).toEqual([
      `warning model amazon.nova-lite-v1:0 has an agreement in state ${agreement}; if Bedrock refuses the job, deploy again in a few minutes [ModelAccessPending]`,
    ]);
  });
});

describe('a profile', () => {
  const inferenceProfile = {
    status: 'ACTIVE',
    modelArns: [arnIn('us-east-1'), arnIn('us-east-2'), arnIn('us-east-2')],
  };

  test('that is not active is refused', () => {
    expect(said({ ...profile, inferenceProfile: { status: 'DELETING', modelArns: [] } })).toEqual([
      'error model must be an active inference profile, us.amazon.nova-lite-v1:0 is DELETING [ProfileNotActive]',
    ]);
  });

  test('that routes where the role may not go is refused, with the call that names its Regions', () => {
    expect(said({ ...profile, inferenceProfile }, [arnIn('us-east-1')])).toEqual([
      `error model must route only to what the job's role may use, us.amazon.nova-lite-v1:0 routes to ${arnIn('us-east-2')}, ${arnIn('us-east-2')} as well; update cdk-bedrock-batch, or name its Regions: BatchModel.fromInferenceProfile('us.amazon.nova-lite-v1:0', { destinationRegions: ['us-east-1', 'us-east-2'] }) [ProfileRoutesElsewhere]`,
    ]);
  });

  test('of the application that routes elsewhere is told of copiedFrom', () => {
    expect(said({ ...application, inferenceProfile }, [arnIn('us-east-1')])[0]).toContain(
      'or leave copiedFrom out, so that the role may use whatever is behind this profile [',
    );
  });

  test.each([
    [[arnIn('us-east-1'), arnIn('us-east-2')]],
    [['arn:aws:bedrock:*::foundation-model/*']],
    [['arn:aws:bedrock:**::foundation-model/amazon.nova-lite-v1:0']],
    [['arn:aws:bedrock:::foundation-model/amazon.nova-lite-v1:0']],
  ])('routes only to what the role may use: %j', (modelArns) => {
    expect(said({ ...profile, inferenceProfile }, modelArns)).toEqual([]);
  });

  test.each([
    [['arn:aws:bedrock:us-east-?::foundation-model/amazon.nova-lite-v1:0']],
    [['arn:aws:bedrock:us-east-1::foundation-model/amazonXnova-lite-v1:0']],
    [[`x${arnIn('us-east-1')}`, `${arnIn('us-east-2')}x`]],
  ])('is not covered by what only looks alike: %j', (modelArns) => {
    expect(said({ ...profile, inferenceProfile }, modelArns)).toHaveLength(1);
  });
});

describe('a custom model', () => {
  test.each(['Creating', 'Failed'])('that is %s is refused', (status) => {
    expect(said({ ...custom, customModel: { status } })).toEqual([
      `error model must be an active custom model, ${custom.modelId} is ${status} [CustomModelNotActive]`,
    ]);
  });

  test('that is active is taken', () => {
    expect(said({ ...custom, customModel: { status: 'Active' } })).toEqual([]);
  });
});
