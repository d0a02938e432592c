import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type CfnElement, CfnOutput, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, type IRole, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { BatchInferenceJob, BatchModel, type BatchModelConfig, JobInput, ModelRouting } from '../../src';
import { BatchInferenceError } from '../../src/core/batch-inference-error';
import type { Template as TemplateJson } from '../emulator/assembly';
import { brokenRules, resolve, type Scope } from '../emulator/template';
import { recordsFor } from '../job/synth-job';

/**
 * What a job may use, in every Region and by every way, against a reference that shares nothing with the library: the
 * reviewed rows of `resources/model-catalog.json`, and the rules of the user guide.
 *
 * A geographic profile (https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html): the
 * profile in its source Region, and the foundation model in the source and in every destination Region, the latter only for
 * requests with the profile's ARN as `bedrock:InferenceProfileArn`.
 *
 * A global one (https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html): the profile in its
 * source Region, the foundation model in the source Region, and the foundation model with an empty Region, for which
 * `aws:RequestedRegion` is the word `unspecified`.
 */
interface Row {
  readonly id: string;
  readonly regions: { readonly inRegion: string[]; readonly byProfile: string[]; readonly custom: string[] };
  readonly lifecycle: { readonly ended?: boolean };
}
interface ProfileRow {
  readonly id: string;
  readonly modelId: string;
  readonly geography: string;
  readonly sources: string[];
  readonly destinations?: { readonly [source: string]: string[] };
}
const CATALOG: { regions: string[]; models: Row[]; profiles: ProfileRow[] } = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'resources', 'model-catalog.json'), 'utf8'),
);

const ACCOUNT = '111122223333';
/** Regions with Bedrock, those of China and one of each other partition, where batch inference serves nothing. */
const REGIONS = [...CATALOG.regions, 'cn-north-1', 'cn-northwest-1', 'us-iso-east-1', 'eusc-de-east-1'];
/** A day before any date in the catalog, so that the ARNs of models that have ended since are compared as well. */
const EARLY = '2024-01-01';
const NOT_SERVED = 'ModelNotInRegion';

/** What a principal may use: each ARN, followed by the condition on it. */
type Rights = string[];
interface Served {
  readonly modelId: string;
  /** With `bedrock:InvokeModel`, what the service role may use. */
  readonly run: Rights;
  /** With `bedrock:CreateModelInvocationJob`, what the submitter may use. */
  readonly submit: Rights;
}
interface Refused {
  readonly codes: string[];
}
type Outcome = Served | Refused;

/** https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('us-iso-')) return 'aws-iso';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

const fm = (home: string, region: string, modelId: string) =>
  `arn:${partitionOf(home)}:bedrock:${region}::foundation-model/${modelId}`;
const profileArn = (region: string, id: string) =>
  `arn:${partitionOf(region)}:bedrock:${region}:${ACCOUNT}:inference-profile/${id}`;

function right(arn: string, conditions: Record<string, string> = {}): string {
  const said = Object.entries(conditions).map(([key, value]) => `${key} = ${value}`);
  return [arn, ...said.sort()].join(' if ');
}

function served(modelId: string, rights: [arn: string, conditions?: Record<string, string>][]): Served {
  return {
    modelId,
    run: rights.map(([arn, conditions]) => right(arn, conditions)).sort(),
    submit: rights.map(([arn]) => arn).sort(),
  };
}

/** The rights for a profile, or for an application profile that was made from it. */
function byProfile(
  profile: ProfileRow,
  region: string,
  arn = profileArn(region, profile.id),
  sent = profile.id,
): Outcome {
  const through = { 'bedrock:InferenceProfileArn': arn };
  if (profile.geography === 'global') {
    return served(sent, [
      [arn],
      [fm(region, region, profile.modelId), through],
      [fm(region, '', profile.modelId), { ...through, 'aws:RequestedRegion': 'unspecified' }],
    ]);
  }
  const destinations = profile.destinations?.[region];
  if (destinations === undefined) return { codes: ['DestinationsUnconfirmed'] };
  const places = [...new Set([region, ...destinations])];
  return served(sent, [
    [arn],
    ...places.map((place): [string, typeof through] => [fm(region, place, profile.modelId), through]),
  ]);
}

/** Batch inference takes a profile where the batch table says so, which is in fewer Regions than the profile is called from. */
function isTaken(profile: ProfileRow, region: string): boolean {
  const { regions } = CATALOG.models.find(({ id }) => id === profile.modelId) as Row;
  return profile.sources.includes(region) && regions.byProfile.includes(region);
}

function profilesIn(modelId: string, region: string, isGlobal: boolean): ProfileRow[] {
  return CATALOG.profiles.filter(
    (profile) =>
      profile.modelId === modelId && (profile.geography === 'global') === isGlobal && isTaken(profile, region),
  );
}

function expectedRoute(row: Row, region: string, routing: ModelRouting): Outcome {
  const mayStay = routing === ModelRouting.AUTO || routing === ModelRouting.IN_REGION;
  if (mayStay && row.regions.inRegion.includes(region)) return served(row.id, [[fm(region, region, row.id)]]);
  if (routing === ModelRouting.IN_REGION) return { codes: [NOT_SERVED] };
  const [profile] = profilesIn(row.id, region, routing === ModelRouting.GLOBAL);
  return profile === undefined ? { codes: [NOT_SERVED] } : byProfile(profile, region);
}

function expectedModel(row: Row, region: string, routing: ModelRouting): Outcome {
  return withLifecycle(row, expectedRoute(row, region, routing));
}

/** @param applicationArn an application profile that was made from the profile, and is used in its place */
function expectedProfile(profile: ProfileRow, region: string, applicationArn?: string): Outcome {
  const row = CATALOG.models.find(({ id }) => id === profile.modelId) as Row;
  const outcome = isTaken(profile, region)
    ? byProfile(profile, region, applicationArn, applicationArn)
    : { codes: [NOT_SERVED] };
  return withLifecycle(row, outcome);
}

/** One model has ended on a day that no source names, so that no day is early enough for it. */
function withLifecycle({ lifecycle }: Row, outcome: Outcome): Outcome {
  if (lifecycle.ended !== true) return outcome;
  return { codes: ['ModelEndOfLife', ...('codes' in outcome ? outcome.codes : [])] };
}

interface StatementJson {
  readonly Effect: string;
  readonly Action: string;
  readonly Resource: string | string[];
  readonly Condition?: { readonly StringEquals: Record<string, string> };
}

/** Rights in policy statements; a conditioned one that is there without condition, too, adds nothing and is left out. */
function rightsIn(statements: StatementJson[], action: string): Rights {
  const rights = statements.flatMap(({ Effect, Action, Resource, Condition }) => {
    expect([Effect, Action]).toEqual(['Allow', action]);
    expect(Object.keys(Condition ?? { StringEquals: {} })).toEqual(['StringEquals']);
    return [Resource].flat().map((arn) => right(arn, Condition?.StringEquals));
  });
  const free = rights.filter((each) => !each.includes(' if '));
  return [...new Set(rights)].filter((each) => free.includes(each) || !free.includes(each.split(' if ')[0])).sort();
}

function bindIn(stack: Stack, model: BatchModel, routing: ModelRouting, id: string): Outcome {
  const { submitArns, modelId, invokeStatements } = model.bind(new Construct(stack, id), { routing });
  const statements: StatementJson[] = stack.resolve(
    invokeStatements.map((each: PolicyStatement) => each.toStatementJson()),
  );
  return {
    modelId: stack.resolve(modelId),
    run: rightsIn(statements, 'bedrock:InvokeModel'),
    submit: [...new Set<string>(stack.resolve(submitArns))].sort(),
  };
}

/** What binding gives, or the codes with which it is refused. */
function attempt(bind: () => Outcome): Outcome {
  try {
    return bind();
  } catch (error) {
    if (!BatchInferenceError.is(error)) throw error;
    return { codes: error.issues.map(({ code }) => code) };
  }
}

const makeApp = (today = EARLY) => new App({ context: { 'cdk-bedrock-batch:today': today } });
const ROUTINGS = Object.values(ModelRouting);
const count = (outcomes: Outcome[]) => ({
  served: outcomes.filter((outcome) => 'run' in outcome).length,
  refused: outcomes.filter((outcome) => 'codes' in outcome).length,
});

describe('the reference', () => {
  test('has profiles in every geography', () => {
    const geographies = new Set(CATALOG.profiles.map(({ geography }) => geography));
    expect([...geographies].sort()).toEqual(['apac', 'au', 'ca', 'eu', 'global', 'jp', 'us', 'us-gov']);
  });

  test('leaves no choice between two profiles, so that it needs no rule to choose by', () => {
    for (const { id } of CATALOG.models) {
      for (const region of REGIONS) {
        expect(profilesIn(id, region, false).length).toBeLessThan(2);
        expect(profilesIn(id, region, true).length).toBeLessThan(2);
      }
    }
  });

  test('knows the parts of a global profile as the user guide writes them', () => {
    const row = CATALOG.models.find(({ id }) => id === 'amazon.nova-2-lite-v1:0') as Row;
    const through = `bedrock:InferenceProfileArn = arn:aws:bedrock:eu-west-2:${ACCOUNT}:inference-profile/global.amazon.nova-2-lite-v1:0`;
    expect(expectedModel(row, 'eu-west-2', ModelRouting.GLOBAL)).toMatchObject({
      run: [
        `arn:aws:bedrock:::foundation-model/amazon.nova-2-lite-v1:0 if aws:RequestedRegion = unspecified if ${through}`,
        `arn:aws:bedrock:eu-west-2:${ACCOUNT}:inference-profile/global.amazon.nova-2-lite-v1:0`,
        `arn:aws:bedrock:eu-west-2::foundation-model/amazon.nova-2-lite-v1:0 if ${through}`,
      ],
    });
  });
});

/** How many pairs of a model and a Region are served and refused: counted from the catalog by hand, so that no row is lost. */
const COUNTS = {
  AUTO: { served: 640, refused: 1973 },
  IN_REGION: { served: 403, refused: 2210 },
  GEOGRAPHIC: { served: 262, refused: 2351 },
  GLOBAL: { served: 200, refused: 2413 },
};
/** The same for pairs of a profile and a Region. */
const PROFILE_COUNTS = { served: 462, refused: 2541 };

describe('a stack of a Region', () => {
  test.each(ROUTINGS)(
    'has the rights of the reference for every model with ModelRouting.%s, or its refusal',
    (routing) => {
      const outcomes = inEveryRegion((stack, region) =>
        CATALOG.models.map((row) => {
          const got = attempt(() => bindIn(stack, BatchModel.of(row.id), routing, row.id));
          expectSame([row.id, region], got, expectedModel(row, region, routing));
          return got;
        }),
      );
      expect(count(outcomes)).toEqual(COUNTS[routing]);
    },
  );

  test('has the rights of the reference for every profile that is named, or its refusal', () => {
    const outcomes = inEveryRegion((stack, region) =>
      CATALOG.profiles.map((profile) => {
        const got = attempt(() =>
          bindIn(stack, BatchModel.fromInferenceProfile(profile.id), ModelRouting.AUTO, profile.id),
        );
        expectSame([profile.id, region], got, expectedProfile(profile, region));
        return got;
      }),
    );
    expect(count(outcomes)).toEqual(PROFILE_COUNTS);
  });

  test('has the rights of the reference for an application profile of its own made from every profile', () => {
    const outcomes = inEveryRegion((stack, region) =>
      CATALOG.profiles.map((profile) => {
        const arn = `arn:${partitionOf(region)}:bedrock:${region}:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`;
        const copiedFrom = BatchModel.fromInferenceProfile(profile.id);
        const model = BatchModel.fromApplicationInferenceProfile(arn, { copiedFrom });
        const got = attempt(() => bindIn(stack, model, ModelRouting.AUTO, profile.id));
        expectSame([profile.id, region], got, expectedProfile(profile, region, arn));
        return got;
      }),
    );
    expect(count(outcomes)).toEqual(PROFILE_COUNTS);
  });

  test('has a right on the custom model alone where batch inference takes custom models of its base', () => {
    const outcomes = inEveryRegion((stack, region) =>
      CATALOG.models.map((row) => {
        const base = /:\d+$/.test(row.id) ? row.id : `${row.id}:0`;
        const arn = `arn:${partitionOf(region)}:bedrock:${region}:${ACCOUNT}:custom-model/${base}/a1b2c3d4e5f6`;
        const got = attempt(() => bindIn(stack, BatchModel.fromCustomModel(arn), ModelRouting.AUTO, row.id));
        const isTaken = row.regions.custom.includes(region);
        const expected = isTaken ? served(arn, [[arn]]) : { codes: ['CustomModelNotServed'] };
        expectSame([row.id, region], got, withLifecycle(row, expected));
        return got;
      }),
    );
    expect(count(outcomes)).toEqual({ served: 2, refused: 2611 });
  });
});

describe('a stack whose Region is decided at deployment', () => {
  test.each(ROUTINGS)(
    'has in every Region the rights of the reference for every model with ModelRouting.%s',
    (routing) => {
      const outcomes = compareAgnostic(
        CATALOG.models.map((row) => ({
          name: row.id,
          bind: (scope) => BatchModel.of(row.id).bind(scope, { routing }),
          expected: (region) => expectedModel(row, region, routing),
        })),
      );
      expect(count(outcomes)).toEqual(COUNTS[routing]);
    },
  );

  test('has in every Region the rights of the reference for every profile that is named', () => {
    const outcomes = compareAgnostic(
      CATALOG.profiles.map((profile) => ({
        name: profile.id,
        bind: (scope) => BatchModel.fromInferenceProfile(profile.id).bind(scope, { routing: ModelRouting.AUTO }),
        expected: (region) => expectedProfile(profile, region),
      })),
    );
    expect(count(outcomes)).toEqual(PROFILE_COUNTS);
  });
});

describe('what a stack whose Region is decided at deployment carries', () => {
  const synth = (model: BatchModel, routing = ModelRouting.AUTO) => {
    const stack = new Stack(makeApp(), 'Books');
    writePolicies(stack, model.bind(new Construct(stack, 'Job'), { routing }));
    return Template.fromStack(stack).toJSON() as TemplateJson;
  };

  test('is a row for every Region that there is, so that nothing but the rule can refuse', () => {
    const template = synth(BatchModel.AMAZON_NOVA_LITE);
    for (const { name: region } of RegionInfo.regions) {
      expect(() => resolve(template.Resources, scopeIn(template, region))).not.toThrow();
    }
    expect(() => resolve(template.Resources, scopeIn(template, 'xx-nowhere-1'))).toThrow('Unable to get mapping');
  });

  test('is no mapping for a global profile, since its source Region is the stack’s and all else is the same', () => {
    expect(synth(BatchModel.AMAZON_NOVA_2_LITE, ModelRouting.GLOBAL).Mappings).toBeUndefined();
  });

  test('is a rule and no mapping for an ARN, which names its Region', () => {
    const arn = `arn:aws:bedrock:eu-west-1:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`;
    const template = synth(BatchModel.fromApplicationInferenceProfile(arn));
    expect(template.Mappings).toBeUndefined();
    expect(brokenRules(scopeIn(template, 'eu-west-1'))).toEqual([]);
    expect(brokenRules(scopeIn(template, 'eu-west-2'))).toHaveLength(1);
  });

  test('names neither a partition nor a wildcard', () => {
    const text = JSON.stringify(synth(BatchModel.AMAZON_NOVA_LITE).Resources);
    expect(text).not.toContain('arn:aws');
    expect(text).not.toContain('*');
  });
});

describe('a partition that the user gives', () => {
  const profile = (partition: string, region: string) =>
    BatchModel.fromApplicationInferenceProfile(
      `arn:${partition}:bedrock:${region}:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`,
    );
  const custom = (partition: string, region: string) =>
    BatchModel.fromCustomModel(
      `arn:${partition}:bedrock:${region}:${ACCOUNT}:custom-model/amazon.titan-embed-image-v1:0/a1b2c3d4e5f6`,
    );

  test.each([
    ['aws-us-gov', 'us-gov-west-1'],
    ['aws-cn', 'cn-north-1'],
    ['aws', 'us-east-1'],
    // A Region that CDK does not know may be in any.
    ['aws', 'xx-nowhere-1'],
  ])('is taken where it is that of the Region: %s, %s', (partition, region) => {
    expect(profile(partition, region).modelId).toContain(partition);
    expect(custom(partition, region).modelId).toContain(partition);
  });

  test.each([
    ['aws', 'us-gov-west-1', 'arn:aws-us-gov:'],
    ['aws-us-gov', 'us-east-1', 'arn:aws:'],
    ['aws', 'cn-north-1', 'arn:aws-cn:'],
  ])('is refused where it is that of another Region: %s, %s', (partition, region, right) => {
    const words = new RegExp(`arn must begin with "${right}" for ${region}.*\\[WrongPartition\\]`);
    expect(() => profile(partition, region)).toThrow(words);
    expect(() => custom(partition, region)).toThrow(words);
  });

  test.each([
    ['us-gov-west-1', ['us-gov-east-1'], []],
    ['us-gov-west-1', ['us-east-1'], ['DestinationInOtherPartition']],
    ['us-east-1', ['us-west-2', 'us-gov-west-1'], ['DestinationInOtherPartition']],
    ['us-east-1', ['us-west-2', 'xx-nowhere-1'], []],
  ])('is left by no profile: from %s to %j', (region, destinationRegions, codes) => {
    const stack = new Stack(makeApp(), 'Books', { env: { account: ACCOUNT, region } });
    const model = BatchModel.fromInferenceProfile('us-gov.acme.new-v1:0', { destinationRegions });
    const got = attempt(() => bindIn(stack, model, ModelRouting.AUTO, 'Job'));
    expect('codes' in got ? got.codes : []).toEqual(codes);
  });
});

describe('the policies of a job', () => {
  /** One of each geography and each way, in a Region that has it. */
  const SAMPLE: [geography: string, region: string, modelId: string, routing: ModelRouting][] = [
    ['us', 'us-west-1', 'anthropic.claude-sonnet-4-6', ModelRouting.AUTO],
    ['eu', 'eu-central-2', 'anthropic.claude-haiku-4-5-20251001-v1:0', ModelRouting.AUTO],
    ['apac', 'ap-south-1', 'amazon.nova-lite-v1:0', ModelRouting.GEOGRAPHIC],
    ['au', 'ap-southeast-4', 'anthropic.claude-sonnet-4-5-20250929-v1:0', ModelRouting.AUTO],
    ['jp', 'ap-northeast-3', 'anthropic.claude-haiku-4-5-20251001-v1:0', ModelRouting.AUTO],
    ['ca', 'ca-central-1', 'amazon.nova-lite-v1:0', ModelRouting.AUTO],
    ['us-gov', 'us-gov-east-1', 'anthropic.claude-sonnet-4-5-20250929-v1:0', ModelRouting.AUTO],
    ['global', 'af-south-1', 'anthropic.claude-sonnet-4-5-20250929-v1:0', ModelRouting.GLOBAL],
    ['in-Region', 'us-gov-west-1', 'openai.gpt-oss-120b-1:0', ModelRouting.IN_REGION],
  ];

  test.each(SAMPLE)('hold the rights of the reference: %s, from %s', (geography, region, modelId, routing) => {
    const stack = new Stack(makeApp(), 'Books', { env: { account: ACCOUNT, region } });
    const model = BatchModel.of(modelId);
    const input = JobInput.fromRecords(recordsFor(model));
    const job = new BatchInferenceJob(stack, 'Chapters', { model, routing, input });
    const template = Template.fromStack(stack).toJSON() as TemplateJson;
    const expected = expectedModel(CATALOG.models.find(({ id }) => id === modelId) as Row, region, routing) as Served;

    expect(expected.modelId.startsWith(`${geography}.`)).toBe(geography !== 'in-Region');
    const scope = scopeIn(template, region);
    const run = statementsOf(template, job.role, scope).filter(({ Action }) => Action === 'bedrock:InvokeModel');
    expect(rightsIn(run, 'bedrock:InvokeModel')).toEqual(expected.run);
    const jobs = `arn:${partitionOf(region)}:bedrock:${region}:${ACCOUNT}:model-invocation-job/*`;
    const starter = stack.node.findChild('BatchInferenceJobStarter').node.findChild('Role') as Role;
    expect(createdBy(statementsOf(template, starter, scope))).toEqual([...expected.submit, jobs].sort());
  });

  /** On what the starter may create a job. */
  function createdBy(statements: StatementJson[]): string[] {
    const isCreate = ({ Action }: StatementJson) => [Action].flat().includes('bedrock:CreateModelInvocationJob');
    return statements
      .filter(isCreate)
      .flatMap(({ Resource }) => Resource)
      .sort();
  }
});

function expectSame([what, region]: [string, string], got: Outcome, expected: Outcome): void {
  expect({ what, region, ...got }).toEqual({ what, region, ...expected });
}

function inEveryRegion(each: (stack: Stack, region: string) => Outcome[]): Outcome[] {
  const app = makeApp();
  return REGIONS.flatMap((region) => each(new Stack(app, region, { env: { account: ACCOUNT, region } }), region));
}

interface AgnosticCase {
  readonly name: string;
  bind(scope: Construct): BatchModelConfig;
  expected(region: string): Outcome;
}

/** One template for each case, evaluated as each Region's CloudFormation would; where no Region is served, the refusal at synth. */
function compareAgnostic(cases: AgnosticCase[]): Outcome[] {
  const app = makeApp();
  const stacks = cases.map(({ bind }, index) => {
    const stack = new Stack(app, `Stack${index}`);
    const refusal = attempt(() => writePolicies(stack, bind(new Construct(stack, 'Job'))));
    return { stack, refusal: 'codes' in refusal ? refusal : undefined };
  });
  return cases.flatMap(({ name, expected }, index) => {
    const { stack, refusal } = stacks[index];
    const outcomes = REGIONS.map((region) => ({ region, expected: expected(region) }));
    if (refusal !== undefined) {
      const codes = outcomes.map((each) => ('codes' in each.expected ? each.expected.codes : ['served']));
      // What any Region is refused for, each once. With the way open, the model's end is all that there is to say.
      const told = codes.some((each) => each.join() === 'ModelEndOfLife')
        ? ['ModelEndOfLife']
        : [...new Set(codes.flat())];
      expect({ name, codes: [...refusal.codes].sort() }).toEqual({ name, codes: told.sort() });
      return REGIONS.map(() => refusal);
    }
    const template = Template.fromStack(stack).toJSON() as TemplateJson;
    return outcomes.map((each) => {
      const got = evaluate(template, each.region);
      const refused = { codes: [expect.stringContaining('is served by batch inference')] };
      expectSame([name, each.region], got, 'codes' in each.expected ? refused : each.expected);
      return got;
    });
  });
}

/** The rights as a user's own role and a submitter get them. */
function writePolicies(stack: Stack, { invokeStatements, submitArns, modelId }: BatchModelConfig): Outcome {
  const assumedBy = new AccountPrincipal(ACCOUNT);
  const runner = new Role(stack, 'Runner', { assumedBy });
  for (const statement of invokeStatements) runner.addToPolicy(statement);
  const submitter = new Role(stack, 'Submitter', { assumedBy });
  submitter.addToPolicy(new PolicyStatement({ actions: ['bedrock:CreateModelInvocationJob'], resources: submitArns }));
  new CfnOutput(stack, 'ModelId', { value: modelId });
  return { modelId, run: [], submit: [] };
}

function evaluate(template: TemplateJson, region: string): Outcome {
  const scope = scopeIn(template, region);
  const broken = brokenRules(scope);
  if (broken.length > 0) return { codes: broken };
  const statements = (name: string) =>
    Object.entries(template.Resources)
      .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(name))
      .flatMap(([, { Properties }]) => documentOf(Properties, scope));
  return {
    modelId: resolve(template.Outputs?.ModelId.Value, scope) as string,
    run: rightsIn(statements('Runner'), 'bedrock:InvokeModel'),
    submit: rightsIn(statements('Submitter'), 'bedrock:CreateModelInvocationJob'),
  };
}

/** The statements of the policies that are attached to a role. */
function statementsOf(template: TemplateJson, role: IRole, scope: Scope): StatementJson[] {
  const logicalId = Stack.of(role).getLogicalId(role.node.defaultChild as CfnElement);
  return Object.values(template.Resources)
    .filter(({ Type, Properties }) => {
      return Type === 'AWS::IAM::Policy' && JSON.stringify(Properties?.Roles) === JSON.stringify([{ Ref: logicalId }]);
    })
    .flatMap(({ Properties }) => documentOf(Properties, scope));
}

function documentOf(properties: { readonly [name: string]: unknown } | undefined, scope: Scope): StatementJson[] {
  return (resolve(properties?.PolicyDocument, scope) as { Statement: StatementJson[] }).Statement;
}

/** A Region as a template sees it; what is made by other resources keeps its logical id for a name. */
function scopeIn(template: TemplateJson, region: string): Scope {
  return {
    template,
    parameters: { BootstrapVersion: '30' },
    pseudo: {
      'AWS::Region': region,
      'AWS::Partition': partitionOf(region),
      'AWS::AccountId': ACCOUNT,
      'AWS::URLSuffix': 'amazonaws.com',
    },
    ref: (logicalId) => logicalId,
    getAtt: (logicalId, attribute) => `${logicalId}.${attribute}`,
    importValue: (name) => name,
  };
}
