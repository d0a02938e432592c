import { App, Aws, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Effect } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { BatchModel, type BatchModelConfig, ModelRouting } from '../../src';
import { TODAY } from '../job/synth-job';

const ACCOUNT = '111122223333';

const makeStack = (region?: string) => {
  const env = region === undefined ? undefined : { account: ACCOUNT, region };
  return new Stack(new App({ context: { 'cdk-bedrock-batch:today': TODAY } }), 'Books', { env });
};

/** The resolved config in a Region, with the partition filled in. */
function bind(model: BatchModel, region: string, routing = ModelRouting.AUTO) {
  const stack = makeStack(region);
  return fill(stack, model.bind(stack, { routing }));
}

function fill(stack: Stack, { invokeStatements, lookStatements, ...config }: BatchModelConfig) {
  const statements = (list: typeof invokeStatements) =>
    list.map(({ actions, resources, conditions, effect }) => {
      expect(effect).toBe(Effect.ALLOW);
      return { actions, resources, conditions };
    });
  const resolved = { ...config, invoke: statements(invokeStatements), look: statements(lookStatements) };
  return stack.resolve(resolved);
}

const fm = (region: string, modelId: string) => `arn:aws:bedrock:${region}::foundation-model/${modelId}`;
const profile = (region: string, id: string) => `arn:aws:bedrock:${region}:${ACCOUNT}:inference-profile/${id}`;

describe('in-Region', () => {
  const config = bind(BatchModel.AMAZON_NOVA_LITE, 'us-east-1');

  test('sends the model id', () => {
    expect(config.modelId).toBe('amazon.nova-lite-v1:0');
  });

  test('needs the one foundation model', () => {
    const arn = fm('us-east-1', 'amazon.nova-lite-v1:0');
    expect(config.submitArns).toEqual([arn]);
    expect(config.invoke).toEqual([{ actions: ['bedrock:InvokeModel'], resources: [arn], conditions: {} }]);
    expect(config.look).toMatchObject([
      { actions: ['bedrock:GetFoundationModel'], resources: [arn] },
      { actions: ['bedrock:GetFoundationModelAvailability'], resources: ['*'] },
    ]);
  });
});

describe('geographic profile', () => {
  const id = 'us.anthropic.claude-sonnet-4-6';
  const config = bind(BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6, 'us-west-1');
  const arn = profile('us-west-1', id);
  const models = ['us-west-1', 'us-east-1', 'us-east-2', 'us-west-2'].map((region) =>
    fm(region, 'anthropic.claude-sonnet-4-6'),
  );

  test('sends the profile id of the Region', () => {
    expect(config.modelId).toBe(id);
  });

  test('needs the profile, and the model in the source and every destination Region', () => {
    expect([...config.submitArns].sort()).toEqual([arn, ...models].sort());
  });

  test('lets the service role use the models behind the profile only through it', () => {
    expect(config.invoke).toEqual([
      { actions: ['bedrock:InvokeModel'], resources: [arn], conditions: {} },
      {
        actions: ['bedrock:InvokeModel'],
        resources: models,
        conditions: { StringEquals: { 'bedrock:InferenceProfileArn': arn } },
      },
    ]);
  });

  test('lets the starter look at the profile, and at the model behind it in this Region', () => {
    expect(config.look).toMatchObject([
      { actions: ['bedrock:GetInferenceProfile'], resources: [arn] },
      { actions: ['bedrock:GetFoundationModel'], resources: [fm('us-west-1', 'anthropic.claude-sonnet-4-6')] },
      { actions: ['bedrock:GetFoundationModelAvailability'], resources: ['*'] },
    ]);
  });

  test.each([
    ['eu-central-1', 'eu.anthropic.claude-sonnet-4-6'],
    ['ap-southeast-2', 'au.anthropic.claude-sonnet-4-6'],
    ['ap-northeast-1', 'jp.anthropic.claude-sonnet-4-6'],
  ])('is that of the geography: %s', (region, modelId) => {
    expect(bind(BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6, region).modelId).toBe(modelId);
  });
});

describe('routing', () => {
  test('AUTO prefers the Region itself where batch serves it', () => {
    expect(bind(BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6, 'eu-west-2').modelId).toBe('anthropic.claude-sonnet-4-6');
  });

  test('AUTO never goes global', () => {
    const stack = makeStack('ap-south-1');
    expect(() => BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6.bind(stack, { routing: ModelRouting.AUTO })).toThrow(
      /global\.anthropic\.claude-sonnet-4-6 \(ModelRouting\.GLOBAL\) in ap-south-1/,
    );
  });

  test('IN_REGION refuses a profile', () => {
    const stack = makeStack('us-east-1');
    expect(() => BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6.bind(stack, { routing: ModelRouting.IN_REGION })).toThrow(
      'ModelNotInRegion',
    );
  });

  test('GEOGRAPHIC takes the profile where the Region itself would do', () => {
    expect(bind(BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6, 'eu-west-2', ModelRouting.GEOGRAPHIC).modelId).toBe(
      'eu.anthropic.claude-sonnet-4-6',
    );
  });

  test('GLOBAL adds the Region-less model, requested in the Region "unspecified"', () => {
    const config = bind(BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6, 'us-east-1', ModelRouting.GLOBAL);
    const arn = profile('us-east-1', 'global.anthropic.claude-sonnet-4-6');
    const model = 'anthropic.claude-sonnet-4-6';
    expect(config.modelId).toBe('global.anthropic.claude-sonnet-4-6');
    expect(config.submitArns).toEqual([arn, fm('us-east-1', model), fm('', model)]);
    expect(config.invoke[2]).toEqual({
      actions: ['bedrock:InvokeModel'],
      resources: [fm('', model)],
      conditions: { StringEquals: { 'bedrock:InferenceProfileArn': arn, 'aws:RequestedRegion': 'unspecified' } },
    });
    expect(config.look[1]).toMatchObject({
      actions: ['bedrock:GetFoundationModel'],
      resources: [fm('us-east-1', model)],
    });
  });

  test('GLOBAL fails for a model without a global profile', () => {
    const stack = makeStack('us-east-1');
    expect(() => BatchModel.AMAZON_NOVA_LITE.bind(stack, { routing: ModelRouting.GLOBAL })).toThrow('ModelNotInRegion');
  });

  test('a profile whose destinations nobody confirms is refused, with the way out', () => {
    const stack = makeStack('us-east-1');
    expect(() => BatchModel.ANTHROPIC_CLAUDE_OPUS_5.bind(stack, { routing: ModelRouting.AUTO })).toThrow(
      /fromInferenceProfile\('us\.anthropic\.claude-opus-5'.*\[DestinationsUnconfirmed\]/,
    );
  });

  test('cannot be chosen for what is already a profile', () => {
    const stack = makeStack('us-east-1');
    const model = BatchModel.fromInferenceProfile('us.amazon.nova-lite-v1:0');
    expect(() => model.bind(stack, { routing: ModelRouting.GLOBAL })).toThrow('RoutingNotApplicable');
  });
});

describe('of', () => {
  test('a known id is the catalog row', () => {
    expect(bind(BatchModel.of('amazon.nova-lite-v1:0'), 'us-east-1')).toEqual(
      bind(BatchModel.AMAZON_NOVA_LITE, 'us-east-1'),
    );
  });

  test('`regions` widen what the catalog knows', () => {
    const model = BatchModel.of('meta.llama3-3-70b-instruct-v1:0', { regions: ['eu-central-1'] });
    expect(bind(model, 'eu-central-1').modelId).toBe('meta.llama3-3-70b-instruct-v1:0');
    expect(bind(model, 'us-east-2').modelId).toBe('meta.llama3-3-70b-instruct-v1:0');
  });

  test('`regions` bind an unknown model to them', () => {
    const model = BatchModel.of('acme.brand-new-v1:0', { regions: ['eu-central-1'] });
    expect(bind(model, 'eu-central-1').submitArns).toEqual([fm('eu-central-1', 'acme.brand-new-v1:0')]);
    expect(() => bind(model, 'us-east-1')).toThrow('in-Region in eu-central-1');
  });
});

describe('fromInferenceProfile', () => {
  test('a known profile brings its destinations', () => {
    const config = bind(BatchModel.fromInferenceProfile('us.amazon.nova-lite-v1:0'), 'us-east-2');
    expect(config.submitArns).toEqual(expect.arrayContaining([fm('us-west-2', 'amazon.nova-lite-v1:0')]));
  });

  test('a known profile from a Region that is no source of it is refused', () => {
    expect(() => bind(BatchModel.fromInferenceProfile('us.amazon.nova-lite-v1:0'), 'eu-central-1')).toThrow(
      'ModelNotInRegion',
    );
  });

  test('an unknown profile needs its destinations', () => {
    expect(() => bind(BatchModel.fromInferenceProfile('us.acme.new-v1:0'), 'us-east-1')).toThrow(
      /destinationRegions.*\[UnknownProfile\]/,
    );
    const model = BatchModel.fromInferenceProfile('us.acme.new-v1:0', { destinationRegions: ['us-west-2'] });
    expect(bind(model, 'us-east-1').submitArns).toEqual([
      profile('us-east-1', 'us.acme.new-v1:0'),
      fm('us-east-1', 'acme.new-v1:0'),
      fm('us-west-2', 'acme.new-v1:0'),
    ]);
  });

  test.each(['amazon.nova-lite-v1:0', 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.a.b', ''])(
    '%p is malformed',
    (id) => {
      expect(() => BatchModel.fromInferenceProfile(id)).toThrow('MalformedProfileId');
    },
  );
});

describe('fromApplicationInferenceProfile', () => {
  const arn = `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`;

  test('with its source, the role may use exactly the models behind it', () => {
    const model = BatchModel.fromApplicationInferenceProfile(arn, { copiedFrom: BatchModel.AMAZON_NOVA_LITE });
    const config = bind(model, 'us-east-1');
    expect(config.invoke[1]).toEqual({
      actions: ['bedrock:InvokeModel'],
      resources: [fm('us-east-1', 'amazon.nova-lite-v1:0')],
      conditions: { StringEquals: { 'bedrock:InferenceProfileArn': arn } },
    });
    expect(config.look[1].resources).toEqual([fm('us-east-1', 'amazon.nova-lite-v1:0')]);
  });

  test('without it, any model, but only through this profile', () => {
    const config = bind(BatchModel.fromApplicationInferenceProfile(arn), 'us-east-1');
    expect(config.modelId).toBe(arn);
    expect(config.invoke[1]).toMatchObject({
      resources: ['arn:aws:bedrock:*::foundation-model/*'],
      conditions: { StringEquals: { 'bedrock:InferenceProfileArn': arn } },
    });
    expect(config.look[1]).toMatchObject({
      actions: ['bedrock:GetFoundationModel'],
      resources: ['arn:aws:bedrock:*::foundation-model/*'],
    });
  });

  test('made from a global profile, the Region-less model is among them', () => {
    const copiedFrom = BatchModel.fromInferenceProfile('global.amazon.nova-2-lite-v1:0');
    const model = BatchModel.fromApplicationInferenceProfile(arn, { copiedFrom });
    expect(bind(model, 'us-east-1').submitArns).toContain(fm('', 'amazon.nova-2-lite-v1:0'));
  });

  test('whose ARN is known only at deployment is used as it is', () => {
    const stack = makeStack();
    const token = stack.formatArn({
      service: 'bedrock',
      resource: 'application-inference-profile',
      resourceName: 'a1',
    });
    const config = BatchModel.fromApplicationInferenceProfile(token).bind(stack, { routing: ModelRouting.AUTO });
    expect(config.modelId).toBe(token);
    expect(Template.fromStack(stack).toJSON().Mappings).toBeUndefined();
  });

  test('whose ARN names the Region by a token is taken for one of the stack', () => {
    const token = `arn:aws:bedrock:${Aws.REGION}:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`;
    expect(bind(BatchModel.fromApplicationInferenceProfile(token), 'us-east-1').modelId).toEqual(expect.anything());
  });

  test('made from a profile with stated destinations needs no table', () => {
    const stack = makeStack();
    const copiedFrom = BatchModel.fromInferenceProfile('us.acme.new-v1:0', { destinationRegions: ['us-west-2'] });
    const token = stack.formatArn({
      service: 'bedrock',
      resource: 'application-inference-profile',
      resourceName: 'a1',
    });
    BatchModel.fromApplicationInferenceProfile(token, { copiedFrom }).bind(stack, { routing: ModelRouting.AUTO });
    expect(Template.fromStack(stack).toJSON().Mappings).toBeUndefined();
  });

  test('in another Region than the stack is refused', () => {
    expect(() => bind(BatchModel.fromApplicationInferenceProfile(arn), 'eu-west-1')).toThrow('ModelNotInRegion');
  });

  test('a malformed ARN is refused', () => {
    expect(() => BatchModel.fromApplicationInferenceProfile('a1b2c3')).toThrow('MalformedArn');
  });

  test('made from an ARN is refused', () => {
    const copiedFrom = BatchModel.fromApplicationInferenceProfile(arn);
    expect(() => BatchModel.fromApplicationInferenceProfile(arn, { copiedFrom })).toThrow('IllegalCopiedFrom');
  });
});

describe('fromCustomModel', () => {
  const arnIn = (region: string, base = 'amazon.titan-embed-image-v1:0') =>
    `arn:aws:bedrock:${region}:${ACCOUNT}:custom-model/${base}/a1b2c3d4e5f6`;

  test('is used by its ARN', () => {
    const config = bind(BatchModel.fromCustomModel(arnIn('us-west-2')), 'us-west-2');
    expect([config.modelId, config.submitArns]).toEqual([arnIn('us-west-2'), [arnIn('us-west-2')]]);
    expect(config.look).toMatchObject([{ actions: ['bedrock:GetCustomModel'], resources: [arnIn('us-west-2')] }]);
  });

  test('fails where batch serves no custom model', () => {
    expect(() => bind(BatchModel.fromCustomModel(arnIn('eu-west-1')), 'eu-west-1')).toThrow('CustomModelNotServed');
    expect(() => bind(BatchModel.fromCustomModel(arnIn('us-east-1', 'amazon.nova-lite-v1:0')), 'us-east-1')).toThrow(
      'CustomModelNotServed',
    );
  });

  test('in another Region than the stack is refused', () => {
    expect(() => bind(BatchModel.fromCustomModel(arnIn('us-west-2')), 'us-east-1')).toThrow('ModelNotInRegion');
  });

  test('a malformed ARN is refused', () => {
    expect(() => BatchModel.fromCustomModel('custom-model/x')).toThrow('MalformedArn');
  });
});

describe('a stack whose Region is decided at deployment', () => {
  const bindAgnostic = (model: BatchModel, routing = ModelRouting.AUTO) => {
    const stack = makeStack();
    const config = model.bind(stack, { routing });
    return { stack, config, template: Template.fromStack(stack).toJSON() };
  };

  test('carries a rule that names the Regions served', () => {
    const { template } = bindAgnostic(BatchModel.META_LLAMA_3_3_70B_INSTRUCT, ModelRouting.IN_REGION);
    const rules = Object.entries<{ Assertions: object[] }>(template.Rules).filter(
      ([name]) => name !== 'CheckBootstrapVersion',
    );
    expect(rules).toHaveLength(1);
    expect(rules[0][1].Assertions).toEqual([
      {
        Assert: { 'Fn::Contains': [['us-east-2'], { Ref: 'AWS::Region' }] },
        AssertDescription: expect.stringContaining('only in us-east-2'),
      },
    ]);
  });

  test('carries no mapping where nothing differs between Regions', () => {
    const { template, config } = bindAgnostic(BatchModel.META_LLAMA_3_3_70B_INSTRUCT, ModelRouting.IN_REGION);
    expect(template.Mappings).toBeUndefined();
    expect(config.modelId).toBe('meta.llama3-3-70b-instruct-v1:0');
  });

  test('maps every Region that batch knows, so that the rule speaks before a missing key does', () => {
    const { template } = bindAgnostic(BatchModel.ANTHROPIC_CLAUDE_HAIKU_4_5);
    const [mapping] = Object.values<Record<string, { modelId: string; destinations: string[] }>>(template.Mappings);
    expect(mapping['eu-central-1'].modelId).toBe('eu.anthropic.claude-haiku-4-5-20251001-v1:0');
    expect(mapping['sa-east-1'].modelId).toBe('not-served');
    expect(new Set(Object.values(mapping).map(({ destinations }) => destinations.length)).size).toBe(1);
  });

  test('decides the form of the ARN by a condition where some Regions have the model and others a profile', () => {
    const lite = 'amazon.nova-lite-v1:0';
    const { template, config, stack } = bindAgnostic(BatchModel.AMAZON_NOVA_LITE);
    const [condition] = Object.keys(template.Conditions);
    expect(stack.resolve(config.modelArn)).toEqual({ 'Fn::If': [condition, expect.anything(), expect.anything()] });
    const region = { Ref: 'AWS::Region' };
    expect(config.lookStatements.map(({ actions, resources }) => [actions, stack.resolve(resources)])).toEqual([
      [['bedrock:GetInferenceProfile'], [stack.resolve(config.modelArn)]],
      [
        ['bedrock:GetFoundationModel'],
        [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':bedrock:', region, `::foundation-model/${lite}`]] }],
      ],
      [['bedrock:GetFoundationModelAvailability'], ['*']],
    ]);
  });

  test('shares rule and mapping between jobs of the same model', () => {
    const stack = makeStack();
    for (let count = 0; count < 2; count += 1)
      BatchModel.ANTHROPIC_CLAUDE_HAIKU_4_5.bind(stack, { routing: ModelRouting.AUTO });
    expect(Object.keys(Template.fromStack(stack).toJSON().Mappings)).toHaveLength(1);
  });

  test('keeps apart the same id with other regions', () => {
    const stack = makeStack();
    const id = 'meta.llama3-3-70b-instruct-v1:0';
    BatchModel.of(id).bind(stack, { routing: ModelRouting.IN_REGION });
    BatchModel.of(id, { regions: ['eu-west-1'] }).bind(new Construct(stack, 'Job'), {
      routing: ModelRouting.IN_REGION,
    });
    const rules = Object.values(Template.fromStack(stack).toJSON().Rules).map((rule) => JSON.stringify(rule));
    expect(rules.filter((rule) => rule.includes('["us-east-2"]'))).toHaveLength(1);
    expect(rules.filter((rule) => rule.includes('["eu-west-1","us-east-2"]'))).toHaveLength(1);
  });

  test('fails at synth where no Region has a route', () => {
    const stack = makeStack();
    expect(() => BatchModel.AMAZON_NOVA_LITE.bind(stack, { routing: ModelRouting.GLOBAL })).toThrow('ModelNotInRegion');
  });

  test('has neither rule nor mapping for a model that the catalog does not know', () => {
    const { template, config } = bindAgnostic(BatchModel.of('acme.brand-new-v1:0'));
    expect(template.Mappings).toBeUndefined();
    expect(Object.keys(template.Rules ?? {}).filter((name) => name !== 'CheckBootstrapVersion')).toEqual([]);
    expect(config.modelId).toBe('acme.brand-new-v1:0');
  });
});
