import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  App,
  Aspects,
  CfnResource,
  CliCredentialsStackSynthesizer,
  DefaultStackSynthesizer,
  type FileAssetLocation,
  type FileAssetSource,
  type IAspect,
  type IStackSynthesizer,
  LegacyStackSynthesizer,
  NestedStack,
  PermissionsBoundary,
  RemovalPolicies,
  RemovalPolicy,
  Stack,
  Stage,
  TagManager,
  Tags,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, PermissionsBoundary as RoleBoundary } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import type { IConstruct } from 'constructs';
import { RESOURCE_TYPE } from '../../src/core/event';
import type { Template as TemplateJson, TemplateResource } from '../emulator/assembly';
import { Deployment } from '../emulator/deployment';
import type { Statement } from '../emulator/policy';
import { brokenRules, resolve, type Scope } from '../emulator/template';
import { Account, type MakeJob } from './deploy-job';
import { makeJob, makeStack, TODAY, US_EAST_1 } from './synth-job';

const CONTEXT = { 'cdk-bedrock-batch:today': TODAY };

let account: Account;
beforeEach(async () => {
  account = await Account.start();
});
afterEach(() => account.stop());

const statuses = () => account.emulator.listJobs().map(({ status }) => status);
const templateOf = (stack: Stack) => Template.fromStack(stack).toJSON() as TemplateJson;
const resourcesOf = (stack: Stack, type: string): TemplateResource[] =>
  Object.values(templateOf(stack).Resources).filter(({ Type }) => Type === type);

describe('a permissions boundary', () => {
  const BOUNDARY = 'arn:aws:iam::111122223333:policy/boundary';
  const boundariesOf = (stack: Stack) =>
    resourcesOf(stack, 'AWS::IAM::Role').map(({ Properties }) => Properties?.PermissionsBoundary);

  test('on the stack is on every role, that of CDK’s bucket emptier included', () => {
    const stack = makeStack();
    makeJob(stack, { removalPolicy: RemovalPolicy.DESTROY });
    RoleBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', BOUNDARY));
    expect(boundariesOf(stack)).toEqual([BOUNDARY, BOUNDARY, BOUNDARY]);
  });

  test('on the job alone is on its service role, and not on the starter that other jobs share', () => {
    const stack = makeStack();
    const job = makeJob(stack);
    RoleBoundary.of(job).apply(ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', BOUNDARY));
    expect(boundariesOf(stack).filter((boundary) => boundary === BOUNDARY)).toHaveLength(1);
  });

  test('in the context of the app is on every role', () => {
    const context = { '@aws-cdk/core:permissionsBoundary': { name: 'cdk-${Qualifier}-boundary' } };
    const stack = makeStack(US_EAST_1, context);
    makeJob(stack);
    const name = {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:policy/cdk-hnb659fds-boundary']],
    };
    expect(boundariesOf(stack)).toEqual([name, name]);
  });

  test('as a prop of the stack is on every role', () => {
    const stack = makeStack({ ...US_EAST_1, permissionsBoundary: PermissionsBoundary.fromArn(BOUNDARY) });
    makeJob(stack);
    expect(boundariesOf(stack)).toEqual([BOUNDARY, BOUNDARY]);
  });

  test('must let these actions through, and needs no others, for a job that is deployed, retagged, run and deleted', async () => {
    const tagged =
      (team: string): MakeJob =>
      (stack) => {
        const job = makeJob(stack, { removalPolicy: RemovalPolicy.DESTROY });
        Tags.of(job).add(team, 'yes');
        RoleBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', BOUNDARY));
        return job;
      };
    const deployment = await account.deploy(tagged('books'));
    await deployment.update(account.synth(tagged('films')));
    await account.emulator.advanceTo(deployment.outputs.OutjobArn, 'InProgress');
    await deployment.delete();
    await account.emulator.finish(deployment.outputs.OutjobArn);

    const calls = account.emulator.iam.calls.filter(({ principal }) => principal.includes(':role/'));
    expect([...new Set(calls.map(({ action }) => action))].sort()).toEqual([
      'bedrock:CreateModelInvocationJob',
      'bedrock:GetFoundationModel',
      'bedrock:GetFoundationModelAvailability',
      'bedrock:GetInferenceProfile',
      'bedrock:GetModelInvocationJob',
      'bedrock:InvokeModel',
      'bedrock:ListModelInvocationJobs',
      'bedrock:StopModelInvocationJob',
      'bedrock:TagResource',
      'bedrock:UntagResource',
      'iam:PassRole',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
    expect(account.emulator.iam.deniedCalls()).toEqual([]);
  });
});

describe('an aspect that sets removal policies', () => {
  /** As a user writes it, who knows nothing of what the resources are for. */
  class SetEverywhere implements IAspect {
    constructor(private readonly policy: RemovalPolicy) {}

    public visit(node: IConstruct): void {
      if (CfnResource.isCfnResource(node)) node.applyRemovalPolicy(this.policy);
    }
  }
  const WAYS: [string, (stack: Stack, policy: RemovalPolicy) => void][] = [
    ['RemovalPolicies', (stack, policy) => RemovalPolicies.of(stack).apply(policy)],
    ['one by hand', (stack, policy) => Aspects.of(stack).add(new SetEverywhere(policy))],
    [
      'one by hand, after all others',
      (stack, policy) => Aspects.of(stack).add(new SetEverywhere(policy), { priority: 990 }),
    ],
  ];
  const withPolicy =
    (set: (stack: Stack) => void, props: Parameters<typeof makeJob>[1] = {}): MakeJob =>
    (stack) => {
      const job = makeJob(stack, props);
      set(stack);
      return job;
    };

  describe.each(WAYS)('%s', (_, apply) => {
    test('DESTROY takes everything away, and stops the job first', async () => {
      const destroy = (stack: Stack) => apply(stack, RemovalPolicy.DESTROY);
      const deployment = await account.deploy(withPolicy(destroy, { removalPolicy: RemovalPolicy.DESTROY }));
      await account.emulator.advanceTo(deployment.outputs.OutjobArn, 'InProgress');
      await deployment.delete();
      expect([deployment.status, ...statuses()]).toEqual(['DELETE_COMPLETE', 'Stopping']);
      expect(account.emulator.iam.deniedCalls()).toEqual([]);
      expect(account.emulator.s3.bucketNames().filter((name) => !name.startsWith('cdk-'))).toEqual([]);
    });

    test('DESTROY on buckets that nothing empties fails on them with the job stopped, and loses no records', async () => {
      const deployment = await account.deploy(withPolicy((stack) => apply(stack, RemovalPolicy.DESTROY)));
      await expect(deployment.delete()).rejects.toThrow('not empty');
      expect(statuses()).toEqual(['Stopping']);
    });

    test('RETAIN leaves a job that runs with all that it needs to end well', async () => {
      const deployment = await account.deploy(withPolicy((stack) => apply(stack, RemovalPolicy.RETAIN)));
      await deployment.delete();
      const { status } = await account.emulator.finish(deployment.outputs.OutjobArn);
      expect([deployment.status, status]).toEqual(['DELETE_COMPLETE', 'Completed']);
      expect(account.emulator.iam.deniedCalls()).toEqual([]);
    });
  });

  test('RETAIN with the jobs excluded keeps the data and stops the job', async () => {
    const excludeResourceTypes = [RESOURCE_TYPE];
    const deployment = await account.deploy(
      withPolicy((stack) => RemovalPolicies.of(stack).retain({ excludeResourceTypes })),
    );
    await deployment.delete();
    expect(statuses()).toEqual(['Stopping']);
    expect(account.emulator.s3.bucketNames().filter((name) => !name.startsWith('cdk-'))).toHaveLength(2);
  });

  test('RETAIN on buckets alone keeps the data and stops the job', async () => {
    const applyToResourceTypes = ['AWS::S3::Bucket'];
    const deployment = await account.deploy(
      withPolicy((stack) => RemovalPolicies.of(stack).retain({ applyToResourceTypes })),
    );
    await deployment.delete();
    expect(statuses()).toEqual(['Stopping']);
    expect(account.emulator.s3.bucketNames().filter((name) => !name.startsWith('cdk-'))).toHaveLength(2);
  });
});

describe('tags of the app', () => {
  const TAG = { Key: 'team', Value: 'books' };
  const TAGGED = ['AWS::S3::Bucket', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup'];

  class TagEverything implements IAspect {
    public visit(node: IConstruct): void {
      TagManager.of(node)?.setTag(TAG.Key, TAG.Value);
    }
  }
  const WAYS: [string, (stack: Stack) => void][] = [
    ['Tags.of(app)', (stack) => Tags.of(stack.node.root).add(TAG.Key, TAG.Value)],
    [
      'Tags.of(app) at another priority',
      (stack) => Tags.of(stack.node.root).add(TAG.Key, TAG.Value, { priority: 700 }),
    ],
    [
      'an aspect that changes tags after all others',
      (stack) => Aspects.of(stack).add(new TagEverything(), { priority: 990 }),
    ],
  ];

  test.each(WAYS)('reach buckets, roles, function and log group: %s', (_, tag) => {
    const stack = makeStack();
    makeJob(stack);
    tag(stack);
    const resources = Object.values(templateOf(stack).Resources).filter(({ Type }) => TAGGED.includes(Type));
    expect(new Set(resources.map(({ Type }) => Type)).size).toBe(TAGGED.length);
    for (const { Properties } of resources) expect(Properties?.Tags).toContainEqual(TAG);
  });

  test.each(WAYS)('reach the job in Bedrock: %s', async (_, tag) => {
    await account.deploy((stack) => {
      const job = makeJob(stack);
      tag(stack);
      return job;
    });
    expect(account.emulator.listJobs()[0].request.tags).toEqual([{ key: 'team', value: 'books' }]);
  });
});

/** A user's own bootstrap bucket with a key of theirs, told to CDK in the way that its synthesizers have for it. */
class KeyedSynthesizer extends DefaultStackSynthesizer {
  public static readonly KEY = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-4333-8444-555555555555';

  public addFileAsset(asset: FileAssetSource): FileAssetLocation {
    return { ...super.addFileAsset(asset), kmsKeyArn: KeyedSynthesizer.KEY };
  }
}

describe('a synthesizer', () => {
  const deployWith = (synthesizer: IStackSynthesizer, make: MakeJob = (stack) => makeJob(stack)) =>
    account.deploy(make, { ...US_EAST_1, synthesizer });
  const stagedFrom = (deployment: Deployment) =>
    deployment.exchanges[0].event.ResourceProperties.stagedFrom as { bucket: string; key: string };

  test.each<[string, () => IStackSynthesizer, { bucket: string; key: RegExp }]>([
    [
      'with a qualifier',
      () => new DefaultStackSynthesizer({ qualifier: 'books' }),
      { bucket: 'cdk-books-assets-111122223333-us-east-1', key: /^[0-9a-f]{64}\.jsonl$/ },
    ],
    [
      'with a bucket of the user’s own, and a prefix in it',
      () => new DefaultStackSynthesizer({ fileAssetsBucketName: 'assets-${AWS::Region}', bucketPrefix: 'cdk/' }),
      { bucket: 'assets-us-east-1', key: /^cdk\/[0-9a-f]{64}\.jsonl$/ },
    ],
    [
      'that deploys with the credentials of the terminal',
      () => new CliCredentialsStackSynthesizer({ bucketPrefix: 'cdk/' }),
      { bucket: 'cdk-hnb659fds-assets-111122223333-us-east-1', key: /^cdk\/[0-9a-f]{64}\.jsonl$/ },
    ],
  ])('%s puts local records where the starter may read them', async (_, synthesizer, { bucket, key }) => {
    const deployment = await deployWith(synthesizer());
    expect(stagedFrom(deployment)).toEqual({ bucket, key: expect.stringMatching(key) });
    const { status } = await account.emulator.finish(deployment.outputs.OutjobArn);
    expect(status).toBe('Completed');
    expect(account.emulator.iam.deniedCalls()).toEqual([]);
    expect(account.emulator.iam.unusedGrants().filter(({ resource }) => resource.includes('assets'))).toEqual([]);
  });

  test('with a qualifier works where account and Region are decided at deployment', async () => {
    const synthesizer = new DefaultStackSynthesizer({ qualifier: 'books' });
    const deployment = await account.deploy((stack) => makeJob(stack), { synthesizer });
    expect(stagedFrom(deployment).bucket).toBe('cdk-books-assets-111122223333-us-east-1');
    expect(account.emulator.iam.deniedCalls()).toEqual([]);
  });

  test('that tells the key of its bucket gives the starter the right to decrypt with it, through S3 alone', async () => {
    const bucket = 'cdk-hnb659fds-assets-111122223333-us-east-1';
    account.emulator.s3.createBucket(bucket, { versioned: true, keyArn: KeyedSynthesizer.KEY });
    const deployment = await deployWith(new KeyedSynthesizer());
    expect(deployment.status).toBe('CREATE_COMPLETE');
    const decrypted = account.emulator.iam.calls.filter(({ resource }) => resource === KeyedSynthesizer.KEY);
    expect(decrypted.map(({ action, allowed }) => [action, allowed])).toContainEqual(['kms:Decrypt', true]);
    for (const { statement } of decrypted) {
      expect(statement?.Condition).toEqual({ StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } });
    }
  });

  test('from before bootstrapping names the place of local records by parameters, which the right follows', () => {
    const stack = makeStack({ ...US_EAST_1, synthesizer: new LegacyStackSynthesizer() });
    makeJob(stack);
    expectRightOnStagedFile(templateOf(stack), {
      S3Bucket: 'cdktoolkit-stagingbucket',
      S3VersionKey: 'assets/||0123456789abcdef.jsonl',
    });
  });
});

describe('CDK’s own key for its bootstrap bucket', () => {
  test('lets in every role of the account that comes through S3, so that the starter needs no right on it', () => {
    const cli = dirname(require.resolve('aws-cdk/package.json'));
    const template = readFileSync(join(cli, 'lib', 'api', 'bootstrap', 'bootstrap-template.yaml'), 'utf8');
    const [, key] = /FileAssetsBucketEncryptionKey:\n([\s\S]*?)\n {2}\w/.exec(template) ?? [];
    const forEveryone = key.split('- Action:').find((statement) => statement.includes('kms:CallerAccount')) ?? '';
    expect(forEveryone).toContain('kms:Decrypt');
    expect(forEveryone).toMatch(/kms:CallerAccount:\s+Ref: AWS::AccountId/);
    expect(forEveryone).toMatch(/kms:ViaService:\s+- Fn::Sub: s3\.\$\{AWS::Region\}\.amazonaws\.com/);
    expect(forEveryone).toMatch(/AWS: "\*"/);
  });
});

describe('a stack within something else', () => {
  test('a nested stack has its own starter, and a right on its own records', () => {
    const parent = makeStack();
    const nested = new NestedStack(parent, 'Nested');
    makeJob(nested);
    const template = templateOf(nested);
    expect(Object.values(template.Resources).map(({ Type }) => Type)).toContain('AWS::Lambda::Function');
    expect(Object.values(templateOf(parent).Resources).map(({ Type }) => Type)).toEqual(['AWS::CloudFormation::Stack']);
    expectRightOnStagedFile(template, {});
  });

  test('a nested stack whose Region is decided at deployment carries rule and mapping itself', () => {
    const nested = new NestedStack(makeStack({}), 'Nested');
    makeJob(nested);
    const template = templateOf(nested);
    expect(brokenRules(scopeOf(template, {}, 'us-east-1'))).toEqual([]);
    expect(brokenRules(scopeOf(template, {}, 'cn-north-1'))).toHaveLength(1);
    expect(Object.keys(template.Mappings ?? {})).toHaveLength(1);
  });

  test('a job of a nested stack writes to a bucket of its parent, with a key of its parent', () => {
    const parent = makeStack();
    const nested = new NestedStack(parent, 'Nested');
    makeJob(nested, { outputBucket: new Bucket(parent, 'Results'), encryptionKey: new Key(parent, 'Key') });
    const [job] = resourcesOf(nested, RESOURCE_TYPE);
    expect(job.Properties?.outputBucket).toEqual({ Ref: expect.stringContaining('Results') });
    expect(job.Properties?.outputKeyArn).toEqual({ Ref: expect.stringContaining('Key') });
  });

  test('a stage of the app is deployed like any other', async () => {
    const outdir = mkdtempSync(join(tmpdir(), 'stack-settings-'));
    try {
      const app = new App({ outdir, context: CONTEXT });
      makeJob(new Stack(new Stage(app, 'Prod', US_EAST_1), 'Books'));
      app.synth();
      const deployment = await Deployment.create(account.emulator, { assembly: join(outdir, 'assembly-Prod') });
      await deployment.close();
      expect(deployment.stackName).toBe('Prod-Books');
      expect(statuses()).toEqual(['Submitted']);
      expect(account.emulator.iam.deniedCalls()).toEqual([]);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  test('a stage of a pipeline has its records published by the pipeline', () => {
    const app = new App({ context: CONTEXT });
    const stack = new Stack(app, 'Delivery', US_EAST_1);
    const source = CodePipelineSource.s3(new Bucket(stack, 'Source'), 'source.zip');
    const synth = new ShellStep('Synth', { input: source, commands: ['npx cdk synth'] });
    const pipeline = new CodePipeline(stack, 'Pipeline', { synth });
    const stage = new Stage(app, 'Prod', US_EAST_1);
    const books = new Stack(stage, 'Books');
    makeJob(books);
    pipeline.addStage(stage);
    const template = JSON.stringify(Template.fromStack(stack).toJSON());
    const [job] = resourcesOf(books, RESOURCE_TYPE);
    const key = (job.Properties as { stagedFrom: { key: string } }).stagedFrom.key;
    expect(template).toContain(`publish \\\\\\"${key.replace('.jsonl', '')}:`);
  });
});

/** The starter may read the one object that its event names, wherever a deployment puts it. */
function expectRightOnStagedFile(template: TemplateJson, assets: { [suffix: string]: string }): void {
  const scope = scopeOf(template, assets, 'us-east-1');
  const [job] = Object.values(template.Resources).filter(({ Type }) => Type === RESOURCE_TYPE);
  const { bucket, key } = resolve(job.Properties?.stagedFrom, scope) as { bucket: string; key: string };
  const statements = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(({ Properties }) => (resolve(Properties?.PolicyDocument, scope) as { Statement: Statement[] }).Statement);
  const read = statements.filter(({ Action }) => Action === 's3:GetObject').map(({ Resource }) => Resource);
  expect(key).toMatch(/\.jsonl$/);
  expect(read).toContain(`arn:aws:s3:::${bucket}/${key}`);
}

/** @param assets values of the parameters that a legacy synthesizer makes, by the end of their names */
function scopeOf(template: TemplateJson, assets: { [suffix: string]: string }, region: string): Scope {
  const given = (name: string) => Object.entries(assets).find(([part]) => name.includes(part))?.[1] ?? name;
  const names = Object.keys(template.Parameters ?? {});
  return {
    template,
    parameters: Object.fromEntries(names.map((name) => [name, given(name)])),
    pseudo: {
      'AWS::Region': region,
      'AWS::Partition': 'aws',
      'AWS::AccountId': '111122223333',
      'AWS::URLSuffix': 'amazonaws.com',
    },
    ref: (logicalId) => logicalId,
    getAtt: (logicalId, attribute) => `${logicalId}.${attribute}`,
    importValue: (name) => name,
  };
}
