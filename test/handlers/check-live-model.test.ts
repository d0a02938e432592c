import { checkLiveModel, type LiveModelFacts } from '../../src/handlers/check-live-model';

const said = (facts: LiveModelFacts, modelArns?: string[]) =>
  checkLiveModel(facts, { modelArns }).map(({ severity = 'error', input, message, code }) =>
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

  test('that is not in this Region is refused, and behind a profile no matter', () => {
    const availability = { region: 'NOT_AVAILABLE' };
    expect(said({ ...lite, availability })).toEqual([
      'error model must be available in this Region, amazon.nova-lite-v1:0 is not; choose an inference profile or another Region [ModelNotInRegion]',
    ]);
    expect(said({ ...profile, availability })).toEqual([]);
  });

  test.each(['entitlement', 'agreement'])('that is not open to the account is refused, told by its %s', (name) => {
    expect(said({ ...profile, availability: { [name]: 'NOT_AVAILABLE' } })).toEqual([
      'error model must be open to this account, us.amazon.nova-lite-v1:0 is not; accept its agreement under "Model access" in the Bedrock console (Claude also asks for a use case form), then deploy again [ModelAccessDenied]',
    ]);
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
