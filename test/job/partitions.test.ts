import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaConstruct, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  BatchInferenceDashboard,
  BatchInferenceJob,
  BatchModel,
  JobInput,
  ModelRouting,
  StuckQueueAlarm,
} from '../../src';
import { BatchInferenceError } from '../../src/core/batch-inference-error';
import { Deployment } from '../emulator/deployment';
import { Emulator } from '../emulator/emulator';
import { recordsFor, TODAY } from './synth-job';

const ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';
const placeholder = (name: string) => `\${${name}}`;
const OWN = placeholder('AWS::Partition');
const REGION = placeholder('AWS::Region');

const makeStack = (region?: string) => {
  const env = region === undefined ? undefined : { account: ACCOUNT, region };
  const context = {
    'cdk-bedrock-batch:today': TODAY,
    // As a new app has it: a bucket policy with ARNs in it, where older apps have an ACL.
    '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  };
  return new Stack(new App({ context }), 'Books', { env });
};

/** Every option of every construct, so that whatever writes an ARN has written it. */
function makeEverything(stack: Stack, model: BatchModel): void {
  const encryptionKey = new Key(stack, 'Key');
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0 });
  const input = () => JobInput.fromRecords(recordsFor(model));
  const hardened = new BatchInferenceJob(stack, 'Hardened', {
    model,
    input: input(),
    encryptionKey,
    vpc,
    vpcSubnets: { subnets: vpc.isolatedSubnets },
    accessLogsBucket: new Bucket(stack, 'AccessLogs'),
    dataRetention: Duration.days(30),
    removalPolicy: RemovalPolicy.DESTROY,
    outputBucket: Bucket.fromBucketName(stack, 'TheirResults', 'their-results'),
    outputBucketOwner: OTHER_ACCOUNT,
    outputPrefix: 'books/',
  });
  const role = new Role(stack, 'OwnRole', { assumedBy: new ServicePrincipal('bedrock.amazonaws.com') });
  const own = new BatchInferenceJob(stack, 'Own', {
    model,
    input: JobInput.fromBucketPrefix(Bucket.fromBucketName(stack, 'TheirRecords', 'their-records'), 'books/'),
    inputBucketOwner: OTHER_ACCOUNT,
    outputBucket: new Bucket(stack, 'OwnResults', { encryption: BucketEncryption.KMS, encryptionKey }),
    role,
  });
  own.grantRun(role);
  const notebook = new Role(stack, 'Notebook', { assumedBy: new ServicePrincipal('sagemaker.amazonaws.com') });
  for (const job of [hardened, own]) {
    job.grantSubmit(notebook);
    job.grantPassRole(notebook);
    job.grantReadResults(notebook);
  }
  // What the other account is to paste is written here as it would be there.
  const statements = [...hardened.outputBucketPolicyStatements, ...own.inputBucketPolicyStatements];
  new CfnOutput(stack, 'Theirs', {
    value: stack.toJsonString(statements.map((statement) => statement.toStatementJson())),
  });
  const code = Code.fromInline('exports.handler = async () => {};');
  const runtime = Runtime.NODEJS_LATEST;
  const target = new LambdaFunction(new LambdaConstruct(stack, 'Target', { code, runtime, handler: 'index.handler' }));
  hardened.onStateChange('Changed', { target });
  hardened.onCompleted('Completed', { target });
  hardened.onPartiallyCompleted('PartiallyCompleted', { target });
  hardened.onFailed('Failed', { target });
  hardened.notifyOn(new Topic(stack, 'Topic'));
  new StuckQueueAlarm(stack, 'Stuck', { model });
  new BatchInferenceDashboard(stack, 'Page', { jobs: [hardened, own], encryptionKey });
}

/** Texts of a template and of the warnings about it; what a deployment fills in stands as `${AWS::Partition}` and its like. */
function textsOf(stack: Stack): string[] {
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
  return [...textsIn(Template.fromStack(stack).toJSON()), ...warnings.map(({ entry }) => String(entry.data))];
}

function textsIn(value: unknown): string[] {
  const text = findText(value);
  if (text !== undefined) return [text];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member)]);
}

/** A text, or what an intrinsic function makes one of; undefined for all else, whose members are looked at one by one. */
function findText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length > 0) return undefined;
  if (name === 'Ref') return placeholder(String(argument));
  if (name === 'Fn::GetAtt') return placeholder((argument as string[]).join('.'));
  if (name === 'Fn::Sub') return String(Array.isArray(argument) ? argument[0] : argument);
  if (name !== 'Fn::Join') return undefined;
  const [separator, parts] = argument as [string, unknown[]];
  // An unknown intrinsic among the parts is looked at by itself as well, and cannot hold the beginning of an ARN here.
  return parts.map((part) => findText(part) ?? JSON.stringify(part)).join(separator);
}

/** Every ARN in texts, as far as partition and service. */
function arnsIn(texts: string[]): { partition: string; service: string }[] {
  const pattern = /(?<![a-zA-Z])arn:(\$\{AWS::Partition\}|[^:]*):([^:]*):/g;
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([, partition, service]) => ({ partition, service })));
}
const partitionsOf = (stack: Stack) => arnsIn(textsOf(stack)).map(({ partition }) => partition);
/** What the ARNs above are of: a service that is missing here is a part of the template that was not looked at. */
const servicesOf = (stack: Stack) => sorted(arnsIn(textsOf(stack)).map(({ service }) => service));

/** Every service principal of every policy, those included that are JSON in a text. */
function principalsIn(value: unknown): string[] {
  const text = findText(value);
  if (text?.startsWith('{')) return principalsIn(JSON.parse(text));
  if (Array.isArray(value)) return value.flatMap(principalsIn);
  if (text !== undefined || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const service = name === 'Principal' ? (member as { Service?: unknown }).Service : undefined;
    return service === undefined ? principalsIn(member) : [service].flat().map((each) => findText(each) ?? '');
  });
}

const sorted = (texts: string[]) => [...new Set(texts)].sort();

describe('every ARN of a stack with every option', () => {
  const SERVICES = ['bedrock', 'ec2', 'iam', 'logs', 's3'];

  test.each([
    ['us-gov-west-1', 'aws-us-gov', BatchModel.AMAZON_NOVA_LITE],
    ['us-gov-east-1', 'aws-us-gov', BatchModel.ANTHROPIC_CLAUDE_SONNET_4_5],
    ['us-east-1', 'aws', BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6],
    // On the word of the user that batch inference has come there.
    ['cn-north-1', 'aws-cn', BatchModel.of('acme.new-v1:0', { regions: ['cn-north-1'] })],
    ['us-iso-east-1', 'aws-iso', BatchModel.of('acme.new-v1:0', { regions: ['us-iso-east-1'] })],
  ])('is in the partition of %s', (region, partition, model) => {
    const stack = makeStack(region);
    makeEverything(stack, model);
    expect(servicesOf(stack)).toEqual(SERVICES);
    expect(sorted(partitionsOf(stack))).toEqual(sorted([OWN, partition]));
  });

  test('is in the partition that it is deployed to where the Region is decided then', () => {
    const stack = makeStack();
    makeEverything(stack, BatchModel.AMAZON_NOVA_LITE);
    expect(servicesOf(stack)).toEqual(SERVICES);
    expect(sorted(partitionsOf(stack))).toEqual([OWN]);
  });

  test.each<[string, (stack: Stack) => string]>([
    ['a text', () => 'arn:aws:s3:::planted'],
    ['a text with tokens', (stack) => `arn:aws:s3:::${stack.stackName}-planted`],
    ['JSON in a text', (stack) => stack.toJsonString({ Resource: `arn:aws:s3:::${stack.stackName}` })],
  ])('would be found in another partition: %s', (_, plant) => {
    const stack = makeStack('us-gov-west-1');
    const properties = { Deep: [{ Down: plant(stack) }] };
    new CfnResource(stack, 'Planted', { type: 'AWS::Example::Planted', properties });
    expect(partitionsOf(stack)).toEqual(['aws']);
  });
});

describe('the service principals of a stack with every option', () => {
  test.each([
    ['us-gov-west-1', 'us-gov-west-1'],
    ['us-east-1', 'us-east-1'],
    [undefined, REGION],
  ])('are those of every commercial and GovCloud Region: %s', (region, shown) => {
    const stack = makeStack(region);
    makeEverything(stack, BatchModel.AMAZON_NOVA_LITE);
    expect(sorted(principalsIn(Template.fromStack(stack).toJSON()))).toEqual(
      [
        'bedrock.amazonaws.com',
        'delivery.logs.amazonaws.com',
        'events.amazonaws.com',
        'lambda.amazonaws.com',
        'logging.s3.amazonaws.com',
        `logs.${shown}.amazonaws.com`,
        'sagemaker.amazonaws.com',
      ].sort(),
    );
  });
});

describe('China, where Bedrock has no batch inference', () => {
  const MODELS = Object.values(BatchModel).filter((value) => value instanceof BatchModel);

  test.each(['cn-north-1', 'cn-northwest-1'])('is refused in words for every model and routing: %s', (region) => {
    const stack = makeStack(region);
    for (const [index, model] of MODELS.entries()) {
      for (const routing of Object.values(ModelRouting)) {
        const refusal = catchRefusal(() => model.bind(new Construct(stack, `${index}${routing}`), { routing }));
        expect(refusal).toMatch(new RegExp(`is not served by batch inference in ${region}.*it is served `));
      }
    }
    expect(MODELS.length).toBeGreaterThan(60);
  });

  test('is refused for a whole job before anything is made', () => {
    const stack = makeStack('cn-north-1');
    const input = JobInput.fromRecords(recordsFor(BatchModel.AMAZON_NOVA_LITE));
    const make = () => new BatchInferenceJob(stack, 'Chapters', { model: BatchModel.AMAZON_NOVA_LITE, input });
    expect(catchRefusal(make)).toMatch(/Nova Lite.*not served by batch inference in cn-north-1/);
    expect(Template.fromStack(stack).toJSON().Resources ?? {}).toEqual({});
  });

  function catchRefusal(act: () => void): string {
    try {
      act();
    } catch (error) {
      if (BatchInferenceError.is(error)) return error.message;
      throw error;
    }
    throw new Error('nothing was refused');
  }
});

describe('a stack whose Region is decided at deployment', () => {
  let assembly: string;
  let emulator: Emulator;
  beforeAll(() => {
    assembly = mkdtempSync(join(tmpdir(), 'partitions-'));
    const app = new App({ outdir: assembly, context: { 'cdk-bedrock-batch:today': TODAY } });
    const stack = new Stack(app, 'Books');
    const model = BatchModel.AMAZON_NOVA_LITE;
    new BatchInferenceJob(stack, 'Chapters', { model, input: JobInput.fromRecords(recordsFor(model)) });
    app.synth();
  });
  afterEach(() => emulator.stop());
  afterAll(() => rmSync(assembly, { recursive: true }));

  const deployTo = async (region: string, partition: string) => {
    const clock = () => new Date(`${TODAY}T12:00:00Z`);
    emulator = await Emulator.start({ clock, region, partition });
    return Deployment.create(emulator, { assembly });
  };

  test('runs its job in GovCloud with rights on ARNs of GovCloud alone', async () => {
    const deployment = await deployTo('us-gov-west-1', 'aws-us-gov');
    const [{ arn }] = emulator.listJobs();
    const { status } = await emulator.finish(arn);
    expect([deployment.status, status]).toEqual(['CREATE_COMPLETE', 'Completed']);
    expect(arn).toMatch(/^arn:aws-us-gov:bedrock:us-gov-west-1:/);
    expect(emulator.iam.deniedCalls()).toEqual([]);
    const called = emulator.iam.calls.map(({ resource }) => resource).filter((resource) => resource !== '*');
    expect(called.filter((resource) => !resource.startsWith('arn:aws-us-gov:'))).toEqual([]);
    expect(called.length).toBeGreaterThan(10);
    await deployment.close();
  });

  test.each(['cn-north-1', 'cn-northwest-1'])('is refused in China by its rule, in words: %s', async (region) => {
    await expect(deployTo(region, 'aws-cn')).rejects.toThrow(
      /^Nova Lite is served by batch inference with ModelRouting\.AUTO only in ap-east-2, .*Deploy the stack to one of these Regions/,
    );
    expect(emulator.listJobs()).toEqual([]);
  });
});
