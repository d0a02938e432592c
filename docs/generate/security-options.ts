import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { GatewayVpcEndpointAwsService, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AccountRootPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunctionOfUser, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  BatchInferenceDashboard,
  BatchInferenceJob,
  type BatchInferenceJobProps,
  BatchModel,
  JobInput,
  ModelRouting,
} from '../../src';
import { keyOfStatement, type PlacedStatement, readStack, type SynthesisedStack } from './policy-statements';
import { ACCOUNT, IMPORTED_KEY_ID, REGION, STACK, THEIR_ACCOUNT } from './readable';

/** One thing that a user may ask for. */
export interface SecurityOption {
  readonly title: string;
  /** What is synthesised, in the words of an app. */
  readonly code: readonly string[];
  /** What a reader must know besides the statements. */
  readonly text?: string;
  /** What the difference is taken against, where it is not the default construct. */
  readonly against?: string;
  /** Makes what the user brings, and returns what makes the job, with the option and without it. */
  readonly bring: (stack: Stack) => (isOn: boolean) => void;
  /** CDK's feature flags, where the option depends on one. */
  readonly context?: Record<string, unknown>;
  /** A stack that does not know where it lands. */
  readonly hasNoRegion?: boolean;
}

/** What an option makes of the policies of a stack. */
export interface OptionDifference {
  readonly option: SecurityOption;
  readonly added: readonly PlacedStatement[];
  readonly removed: readonly PlacedStatement[];
  /** All that the library makes with the option. */
  readonly statements: readonly PlacedStatement[];
  /** What the policies of others must say, as the synthesis warns. */
  readonly theirs: readonly PlacedStatement[];
}

/** The construct with no more than what it requires: local records, a model that the Region has itself. */
export function synthesiseDefault(): SynthesisedStack {
  const stack = makeStack({});
  makeJob(stack);
  return readStack(stack);
}

/** Synthesises what the user brings alone, the stack without the option and the stack with it, and compares. */
export function compareOption(option: SecurityOption): OptionDifference {
  const [own, without, synthesised] = [undefined, false, true].map((isOn) => {
    const stack = makeStack(isOn === true ? option : { ...option, hasNoRegion: false });
    const make = option.bring(stack);
    if (isOn !== undefined) make(isOn);
    return readStack(stack);
  });
  const isUsers = isAmong(own.statements);
  const isBefore = isAmong(without.statements);
  const isAfter = isAmong(synthesised.statements);
  const statements = synthesised.statements.filter((each) => !isUsers(each));
  return {
    option,
    statements,
    added: statements.filter((each) => !isBefore(each)),
    removed: without.statements.filter((each) => !isAfter(each) && !isUsers(each)),
    theirs: synthesised.theirs,
  };
}

function isAmong(statements: readonly PlacedStatement[]): (each: PlacedStatement) => boolean {
  const keys = new Set(statements.map(keyOfStatement));
  return (each) => keys.has(keyOfStatement(each));
}

function makeStack({ context, hasNoRegion = false }: Pick<SecurityOption, 'context' | 'hasNoRegion'>): Stack {
  const app = new App({ context: { 'cdk-bedrock-batch:today': '2026-11-21', ...context } });
  return new Stack(app, STACK, hasNoRegion ? {} : { env: { account: ACCOUNT, region: REGION } });
}

function makeJob(stack: Stack, props: Partial<BatchInferenceJobProps> = {}): BatchInferenceJob {
  return new BatchInferenceJob(stack, 'Job', {
    model: BatchModel.AMAZON_NOVA_LITE,
    input: JobInput.fromRecords(RECORDS),
    ...props,
  });
}

const RECORDS = Array.from({ length: 100 }, (_, index) => ({
  recordId: `question-${index}`,
  modelInput: {
    messages: [{ role: 'user', content: [{ text: `Is ${index} a prime? Answer yes or no.` }] }],
    inferenceConfig: { maxTokens: 10 },
  },
}));

/** A key of the app, and one that is imported from an account. */
function bringKeys(stack: Stack, account: string): (isImported: boolean) => void {
  const own = new Key(stack, 'Key');
  const imported = Key.fromKeyArn(stack, 'Imported', `arn:aws:kms:${REGION}:${account}:key/${IMPORTED_KEY_ID}`);
  return (isImported) => void makeJob(stack, { encryptionKey: isImported ? imported : own });
}

/** In the order of the page. */
export const SECURITY_OPTIONS: readonly SecurityOption[] = [
  {
    title: 'Records that are in S3 already',
    code: ["{ model, input: JobInput.fromBucketPrefix(bucket, 'records/') }"],
    text: 'Nothing is staged, so the starter writes nothing and reads no asset. `JobInput.fromBucket` has the one key in place of `records/*`.',
    bring: (stack) => {
      const bucket = Bucket.fromBucketName(stack, 'Bucket', 'your-bucket');
      return (isOn) => void makeJob(stack, isOn ? { input: JobInput.fromBucketPrefix(bucket, 'records/') } : {});
    },
  },
  {
    title: 'A geographic inference profile',
    code: ['{ model, input, routing: ModelRouting.GEOGRAPHIC }'],
    text: 'Also what `ModelRouting.AUTO` takes where batch inference does not serve the model in the Region itself. AWS says that the destinations of such a profile do not change, so they are written out.',
    bring: (stack) => (isOn) => void makeJob(stack, isOn ? { routing: ModelRouting.GEOGRAPHIC } : {}),
  },
  {
    title: 'The global inference profile',
    code: ['{ model, input, routing: ModelRouting.GLOBAL }'],
    against: 'the geographic profile of the same model',
    text: 'Never chosen without being asked for: prompts may leave the geography. An SCP that denies Regions must let `unspecified` through.',
    bring: (stack) => (isOn) =>
      void makeJob(stack, {
        model: BatchModel.AMAZON_NOVA_2_LITE,
        routing: isOn ? ModelRouting.GLOBAL : ModelRouting.GEOGRAPHIC,
      }),
  },
  {
    title: 'An application inference profile',
    code: [
      "{ input, model: BatchModel.fromApplicationInferenceProfile('arn:…:application-inference-profile/a1b2c3d4e5f6') }",
    ],
    text: 'With `copiedFrom` the models behind the profile are known: then they are named, and the wildcard is gone.',
    bring: (stack) => (isOn) => {
      const arn = `arn:aws:bedrock:${REGION}:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`;
      makeJob(stack, isOn ? { model: BatchModel.fromApplicationInferenceProfile(arn) } : {});
    },
  },
  {
    title: 'A custom model',
    code: [
      "{ input, model: BatchModel.fromCustomModel('arn:…:custom-model/amazon.titan-embed-image-v1:0/a1b2c3d4e5f6') }",
    ],
    bring: (stack) => (isOn) => {
      const arn = `arn:aws:bedrock:${REGION}:${ACCOUNT}:custom-model/amazon.titan-embed-image-v1:0/a1b2c3d4e5f6`;
      const bucket = Bucket.fromBucketName(stack, 'Bucket', 'your-bucket');
      const input = JobInput.fromBucketPrefix(bucket, 'records/');
      makeJob(stack, isOn ? { input, model: BatchModel.fromCustomModel(arn) } : { input });
    },
    against: 'the same job with a foundation model, its records in S3',
  },
  {
    title: 'A stack that does not know its Region',
    code: ["new Stack(app, 'Stack'); // without env"],
    text: '`<modelId of the Region>` and `<each destination of the Region>` stand in a mapping of the template, with one row for each Region; a rule refuses Regions without a route before anything is made. Where the Region has the model itself, the statement that is conditioned on a profile never applies.',
    hasNoRegion: true,
    bring: (stack) => () => void makeJob(stack),
  },
  {
    title: 'A key of your own',
    code: ["{ model, input, encryptionKey: new kms.Key(this, 'Key') }"],
    text: 'The key policy must leave the decision to IAM, as CDK writes it. The results are encrypted with the key because the job names it, and both buckets have it as their default.',
    bring: (stack) => {
      const encryptionKey = new Key(stack, 'Key');
      return (isOn) => void makeJob(stack, isOn ? { encryptionKey } : {});
    },
  },
  {
    title: 'An imported key of the same account',
    code: ["{ model, input, encryptionKey: kms.Key.fromKeyArn(this, 'Key', 'arn:…:<account>:key/…') }"],
    against: 'a key of the app',
    text: 'The policy of an imported key cannot be changed from the app. The warning `KeyPolicyNotChecked` holds what must be added to it.',
    bring: (stack) => bringKeys(stack, ACCOUNT),
  },
  {
    title: 'A key of another account',
    code: ["{ model, input, encryptionKey: kms.Key.fromKeyArn(this, 'Key', 'arn:…:<their account>:key/…') }"],
    against: 'a key of the app',
    text: 'The key is not used for the log group: that CloudWatch Logs takes keys of other accounts is not documented. The roles have the rights as before, on that key, and the account that owns it must give them too.',
    bring: (stack) => bringKeys(stack, THEIR_ACCOUNT),
  },
  {
    title: 'A network of your own',
    code: ['{ model, input, vpc }'],
    text: "AWS's page gives these statements; here they name the subnets and security groups, and jobs of this account. The security group that is made where you bring none lets nothing in and everything out: which ports Bedrock needs is not documented, so what goes out is left to routes and endpoints.",
    bring: (stack) => {
      const vpc = new Vpc(stack, 'Network', {
        maxAzs: 2,
        subnetConfiguration: [{ name: 'Inner', subnetType: SubnetType.PRIVATE_ISOLATED }],
        gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      });
      return (isOn) => void makeJob(stack, isOn ? { vpc } : {});
    },
  },
  {
    title: 'Buckets of another account',
    code: [
      '{',
      '  model,',
      "  input: JobInput.fromBucketPrefix(records, 'records/'),",
      '  inputBucketOwner: theirs,',
      '  outputBucket: results,',
      "  outputPrefix: 'answers/',",
      '  outputBucketOwner: theirs,',
      '}',
    ],
    text: 'The owner is told to Bedrock as well (`s3BucketOwner`). What the policies of their buckets must say, `job.inputBucketPolicyStatements` and `job.outputBucketPolicyStatements` have as statements, and the warning `BucketPolicyNotChecked` as JSON.',
    bring: (stack) => {
      const [records, results] = ['their-records', 'their-results'].map((name) =>
        Bucket.fromBucketName(stack, name, name),
      );
      return (isOn) =>
        void makeJob(stack, {
          input: JobInput.fromBucketPrefix(records, 'records/'),
          outputBucket: results,
          outputPrefix: 'answers/',
          ...(isOn && { inputBucketOwner: THEIR_ACCOUNT, outputBucketOwner: THEIR_ACCOUNT }),
        });
    },
    against: 'the same buckets in the account of the stack',
  },
  {
    title: 'Local records staged in a bucket of another account',
    code: ['{ model, input, inputBucket: records, inputBucketOwner: theirs }'],
    bring: (stack) => {
      const inputBucket = Bucket.fromBucketName(stack, 'their-records', 'their-records');
      return (isOn) => void makeJob(stack, isOn ? { inputBucket, inputBucketOwner: THEIR_ACCOUNT } : { inputBucket });
    },
    against: 'the same bucket in the account of the stack',
  },
  {
    title: 'Access logs and retention',
    code: ['{ model, input, accessLogsBucket, dataRetention: Duration.days(30) }'],
    text: "Shown with CDK's flag `@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy`, as `cdk init` sets it; without it CDK uses an ACL of the bucket. `dataRetention` is lifecycle rules, which S3 carries out itself: no role gets a right for it.",
    context: { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true },
    bring: (stack) => {
      const accessLogsBucket = new Bucket(stack, 'AccessLogs');
      return (isOn) => void makeJob(stack, isOn ? { accessLogsBucket, dataRetention: Duration.days(30) } : {});
    },
  },
  {
    title: 'Events',
    code: [
      'job.notifyOn(topic);',
      "job.onFailed('Failed', { target: new targets.SqsQueue(queue) });",
      "job.onCompleted('Completed', { target: new targets.LambdaFunction(handler) });",
    ],
    text: "The rules need no role: EventBridge is let in by the policies of the targets, as CDK's targets write them. No role of the library changes.",
    bring: (stack) => {
      const topic = new Topic(stack, 'Topic');
      const queue = new Queue(stack, 'Queue');
      const handler = new LambdaFunctionOfUser(stack, 'Handler', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline('exports.handler = async () => {};'),
      });
      return (isOn) => {
        const job = makeJob(stack);
        if (!isOn) return;
        job.notifyOn(topic);
        job.onFailed('Failed', { target: new SqsQueue(queue) });
        job.onCompleted('Completed', { target: new LambdaFunction(handler) });
      };
    },
  },
  {
    title: '`BatchInferenceDashboard`',
    code: ["new BatchInferenceDashboard(this, 'Dashboard', { jobs: [job] });"],
    text: 'One resource policy of CloudWatch Logs, for one log group. With `encryptionKey` the policy of the key gets the same statement as for the logs of the starter, for this log group.',
    bring: (stack) => (isOn) => {
      const job = makeJob(stack);
      if (isOn) new BatchInferenceDashboard(stack, 'Dashboard', { jobs: [job] });
    },
  },
  {
    title: 'Traces of the starter',
    code: ['{ model, input, starterTracing: true }'],
    text: 'The jobs of a stack share one starter, so one that asks for it has all its runs traced.',
    bring: (stack) => (isOn) => void makeJob(stack, isOn ? { starterTracing: true } : {}),
  },
  {
    title: 'A service role of your own',
    code: ['{ model, input, role }'],
    text: 'Nothing is added to your role. `job.grantRun(role)` gives it what the service role has by default.',
    bring: (stack) => {
      const role = new Role(stack, 'YourRole', { assumedBy: new ServicePrincipal('bedrock.amazonaws.com') });
      return (isOn) => void makeJob(stack, isOn ? { role } : {});
    },
  },
  {
    title: 'Buckets that go with the stack',
    code: ['{ model, input, removalPolicy: RemovalPolicy.DESTROY }'],
    text: "CDK's own function empties the buckets before CloudFormation deletes them. This is the only thing that may delete an object, and it does so in the buckets that the construct has made.",
    bring: (stack) => (isOn) => void makeJob(stack, isOn ? { removalPolicy: RemovalPolicy.DESTROY } : {}),
  },
  {
    title: 'Rights that you give to others',
    code: ['job.grantSubmit(notebook);', 'job.grantReadResults(analyst);'],
    against: 'a job with a key, without the grants',
    text: '`job.grantPassRole` gives the `iam:PassRole` of `grantSubmit` alone.',
    bring: (stack) => {
      const encryptionKey = new Key(stack, 'Key');
      const [notebook, analyst] = ['Notebook', 'Analyst'].map(
        (id) => new Role(stack, id, { assumedBy: new AccountRootPrincipal() }),
      );
      return (isOn) => {
        const job = makeJob(stack, { encryptionKey });
        if (!isOn) return;
        job.grantSubmit(notebook);
        job.grantReadResults(analyst);
      };
    },
  },
];
