import {
  App,
  DefaultStackSynthesizer,
  Duration,
  type FileAssetLocation,
  type FileAssetSource,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
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
  /** What no page of AWS says, as an indirect question, and what follows from it. */
  readonly unconfirmed?: string;
  /** What the difference is taken against, where it is not the default construct. */
  readonly against?: string;
  /** Makes what the user brings, and returns what makes the job, with the option and without it. */
  readonly bring: (stack: Stack) => (isOn: boolean) => void;
  /** CDK's feature flags, where the option depends on one. */
  readonly context?: Record<string, unknown>;
  /** A stack that does not know where it lands. */
  readonly hasNoRegion?: boolean;
  /** A bootstrap of the user's own. */
  readonly hasOwnBootstrap?: boolean;
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
    const stack = makeStack(isOn === true ? option : { context: option.context });
    const make = option.bring(stack);
    if (isOn !== undefined) make(isOn);
    const read = stack.node.root.node.children.filter(Stack.isStack).map((each) => readStack(each));
    return {
      statements: read.flatMap(({ statements }) => statements),
      theirs: read.flatMap(({ theirs }) => theirs),
    };
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

type StackOptions = Pick<SecurityOption, 'context' | 'hasNoRegion' | 'hasOwnBootstrap'>;

function makeStack({ context, hasNoRegion = false, hasOwnBootstrap = false }: StackOptions): Stack {
  const app = new App({ context: { 'cdk-bedrock-batch:today': '2026-11-21', ...context } });
  const synthesizer = hasOwnBootstrap ? new OwnBootstrap() : undefined;
  return new Stack(app, STACK, { synthesizer, ...(!hasNoRegion && { env: ENVIRONMENT }) });
}

const ENVIRONMENT = { account: ACCOUNT, region: REGION };

/** A bucket for assets that several accounts share, under a key that CDK is told of. */
class OwnBootstrap extends DefaultStackSynthesizer {
  constructor() {
    super({ fileAssetsBucketName: 'your-assets-${AWS::Region}' });
  }

  public addFileAsset(asset: FileAssetSource): FileAssetLocation {
    return { ...super.addFileAsset(asset), kmsKeyArn: importedKeyArn(ACCOUNT) };
  }
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
  const imported = Key.fromKeyArn(stack, 'Imported', importedKeyArn(account));
  return (isImported) => void makeJob(stack, { encryptionKey: isImported ? imported : own });
}

function importedKeyArn(account: string): string {
  return `arn:aws:kms:${REGION}:${account}:key/${IMPORTED_KEY_ID}`;
}

const GEOGRAPHIC_JOB = 'the geographic profile above';

/** In the order of the page. */
export const SECURITY_OPTIONS: readonly SecurityOption[] = [
  {
    title: 'Records that are in S3 already',
    code: ["{ model, input: JobInput.fromBucketPrefix(bucket, 'records/') }"],
    text: 'Nothing is staged: the starter writes nothing and reads no asset. With `JobInput.fromBucket` the resource is the one object instead of `records/*`.',
    bring: (stack) => {
      const bucket = Bucket.fromBucketName(stack, 'Bucket', 'your-bucket');
      return (isOn) => void makeJob(stack, isOn ? { input: JobInput.fromBucketPrefix(bucket, 'records/') } : {});
    },
  },
  {
    title: 'A geographic inference profile',
    code: ['{ model, input, routing: ModelRouting.GEOGRAPHIC }'],
    text: '`ModelRouting.AUTO` chooses it, too, where batch inference does not serve the model in the Region itself. AWS says that the Regions that such a profile routes to do not change, so they are written out.',
    bring: (stack) => (isOn) => void makeJob(stack, isOn ? { routing: ModelRouting.GEOGRAPHIC } : {}),
  },
  {
    title: 'The global inference profile',
    code: ['{ model, input, routing: ModelRouting.GLOBAL }'],
    against: 'the geographic profile of the same model',
    text: 'Never chosen unless you ask for it: prompts may leave the geography. A service control policy that denies Regions must let `unspecified` through.',
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
    against: GEOGRAPHIC_JOB,
    text: 'With `copiedFrom` the models behind the profile are known: they are then named, without a wildcard.',
    bring: (stack) => (isOn) => {
      const arn = `arn:aws:bedrock:${REGION}:${ACCOUNT}:application-inference-profile/a1b2c3d4e5f6`;
      const model = isOn ? BatchModel.fromApplicationInferenceProfile(arn) : undefined;
      makeJob(stack, model === undefined ? { routing: ModelRouting.GEOGRAPHIC } : { model });
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
    text: '`<modelId of the Region>` and `<each destination of the Region>` come from a mapping in the template, with one row for each Region. `… or …` is one of the two, according to the Region. A rule of the template refuses Regions that cannot run the model. Where the Region serves the model itself, R7, whose condition asks for a profile, never applies.',
    against: GEOGRAPHIC_JOB,
    hasNoRegion: true,
    bring: (stack) => (isOn) => void makeJob(stack, isOn ? {} : { routing: ModelRouting.GEOGRAPHIC }),
  },
  {
    title: 'A key of your own',
    code: ["{ model, input, encryptionKey: new kms.Key(this, 'Key') }"],
    text: 'The key policy must leave the decision to IAM, as the one that CDK writes does. Both buckets have the key as their default, and the job names it for its results. A bucket of yours that comes with a key gets K1 or K2 on that key.',
    bring: (stack) => {
      const encryptionKey = new Key(stack, 'Key');
      return (isOn) => void makeJob(stack, isOn ? { encryptionKey } : {});
    },
  },
  {
    title: 'An imported key of the same account',
    code: ["{ model, input, encryptionKey: kms.Key.fromKeyArn(this, 'Key', 'arn:…:<account>:key/…') }"],
    against: 'a key of the app',
    text: 'The app cannot change the policy of an imported key. The warning `KeyPolicyNotChecked` has what must be added to it.',
    bring: (stack) => bringKeys(stack, ACCOUNT),
  },
  {
    title: 'A key of another account',
    code: ["{ model, input, encryptionKey: kms.Key.fromKeyArn(this, 'Key', 'arn:…:<their account>:key/…') }"],
    against: 'a key of the app',
    text: 'The roles get the same rights on that key, and the account that owns it must give them, too. The log group is not encrypted with it (`LogsWithoutKey`).',
    unconfirmed:
      'whether CloudWatch Logs takes a key of another account. The log group of the starter is therefore encrypted by CloudWatch Logs itself.',
    bring: (stack) => bringKeys(stack, THEIR_ACCOUNT),
  },
  {
    title: 'A key of another account, made in the same app',
    code: ['{ model, input, encryptionKey: stackOfTheirAccount.key }'],
    against: 'an imported key of that account',
    bring: (stack) => {
      const env = { account: THEIR_ACCOUNT, region: REGION };
      const key = new Key(new Stack(stack.node.root as App, 'Keys', { env }), 'Key');
      const imported = Key.fromKeyArn(stack, 'Imported', importedKeyArn(THEIR_ACCOUNT));
      return (isOn) => void makeJob(stack, { encryptionKey: isOn ? key : imported });
    },
  },
  {
    title: 'A network of your own',
    code: ['{ model, input, vpc }'],
    text: "The statements are those of AWS's page, narrowed to your subnets, to your security groups and to jobs of this account. The security group that is made where you bring none lets nothing in and everything out.",
    unconfirmed:
      'which ports Bedrock needs. The security group therefore lets everything out, and routes and endpoints decide where to.',
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
    text: 'Bedrock is told the owner, too (`s3BucketOwner`). What the policies of their buckets must say is in `job.inputBucketPolicyStatements` and `job.outputBucketPolicyStatements`, and as JSON in the warning `BucketPolicyNotChecked`.',
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
    text: "Shown with CDK's flag `@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy`, which `cdk init` sets; without it CDK uses an ACL of the bucket. `dataRetention` becomes lifecycle rules, which S3 itself carries out: no role gets a right for it.",
    context: { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true },
    bring: (stack) => {
      const accessLogsBucket = new Bucket(stack, 'AccessLogs');
      return (isOn) => void makeJob(stack, isOn ? { accessLogsBucket, dataRetention: Duration.days(30) } : {});
    },
  },
  {
    title: 'A log bucket in another stack',
    code: ['{ model, input, accessLogsBucket: otherStack.accessLogs }'],
    context: { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true },
    bring: (stack) => {
      const other = new Stack(stack.node.root as App, 'Logs', { env: ENVIRONMENT });
      const accessLogsBucket = new Bucket(other, 'LogsOfOtherStack');
      return (isOn) => void makeJob(stack, isOn ? { accessLogsBucket } : {});
    },
  },
  {
    title: 'Events',
    code: [
      'job.notifyOn(topic);',
      "job.onFailed('Failed', { target: new targets.SqsQueue(queue) });",
      "job.onCompleted('Completed', { target: new targets.LambdaFunction(handler, { deadLetterQueue }) });",
    ],
    text: "The rules need no role: EventBridge is let in by the policies of the targets, which CDK's targets write. No role of the library changes.",
    bring: (stack) => {
      const topic = new Topic(stack, 'Topic');
      const queue = new Queue(stack, 'Queue');
      const deadLetterQueue = new Queue(stack, 'Undelivered');
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
        job.onCompleted('Completed', { target: new LambdaFunction(handler, { deadLetterQueue }) });
      };
    },
  },
  {
    title: 'Events to an encrypted topic',
    code: ["const topic = new sns.Topic(this, 'Topic', { masterKey: key });", 'job.notifyOn(topic);'],
    against: '`job.notifyOn` with a topic that has no key',
    text: 'The same holds for a topic with a key of the app as the target of `onStateChange` and its like.',
    bring: (stack) => {
      const masterKey = new Key(stack, 'Key');
      return (isOn) => void makeJob(stack).notifyOn(new Topic(stack, 'Topic', isOn ? { masterKey } : {}));
    },
  },
  {
    title: 'Events to an encrypted queue',
    code: [
      "const queue = new sqs.Queue(this, 'Queue', { encryptionMasterKey: key });",
      "job.onFailed('Failed', { target: new targets.SqsQueue(queue) });",
    ],
    against: 'a queue that has no key of yours',
    text: 'Into the policy of the key of a dead-letter queue CDK writes nothing: let EventBridge use it, as in K5, by hand.',
    bring: (stack) => {
      const encryptionMasterKey = new Key(stack, 'Key');
      return (isOn) => {
        const queue = new Queue(stack, 'Queue', isOn ? { encryptionMasterKey } : {});
        makeJob(stack).onFailed('Failed', { target: new SqsQueue(queue) });
      };
    },
  },
  {
    title: 'Events to an imported topic',
    code: ["job.notifyOn(sns.Topic.fromTopicAttributes(this, 'Topic', { topicArn, keyArn }));"],
    text: 'The warning `TopicPolicyNotChecked` has what must be added to the policies of the topic and of its key. Of other imported targets nothing is said.',
    bring: (stack) => {
      const topic = Topic.fromTopicAttributes(stack, 'Topic', {
        topicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:your-topic`,
        keyArn: importedKeyArn(ACCOUNT),
      });
      return (isOn) => {
        const job = makeJob(stack);
        if (isOn) job.notifyOn(topic);
      };
    },
  },
  {
    title: '`BatchInferenceDashboard`',
    code: ["new BatchInferenceDashboard(this, 'Dashboard', { jobs: [job] });"],
    text: "One resource policy of CloudWatch Logs, for one log group. With the dashboard's own `encryptionKey` the policy of that key gets K3 for this log group.",
    bring: (stack) => (isOn) => {
      const job = makeJob(stack);
      if (isOn) new BatchInferenceDashboard(stack, 'Dashboard', { jobs: [job] });
    },
  },
  {
    title: 'A bootstrap bucket of your own',
    code: [
      "new Stack(app, 'Stack', { synthesizer }); // fileAssetsBucketName: 'your-assets-${AWS::Region}', and a key",
    ],
    text: "K1 is given where the synthesizer tells the key (`kmsKeyArn` of the asset's location). CDK's own synthesizers do not: then the policy of the key must let the roles of the account in.",
    hasOwnBootstrap: true,
    bring: (stack) => () => void makeJob(stack),
  },
  {
    title: 'Traces of the starter',
    code: ['{ model, input, starterTracing: true }'],
    text: 'The jobs of a stack share one starter: if one of them asks for traces, all runs are traced.',
    bring: (stack) => (isOn) => void makeJob(stack, isOn ? { starterTracing: true } : {}),
  },
  {
    title: 'A service role of your own',
    code: ['{ model, input, role }'],
    text: 'Nothing is added to your role. `job.grantRun(role)` gives it the rights that the service role would have; without it, the warning `RoleNotGranted` has them as JSON, here as those of `ServiceRole`. The trust policy should be that of R1.',
    bring: (stack) => {
      const role = new Role(stack, 'YourRole', { assumedBy: new ServicePrincipal('bedrock.amazonaws.com') });
      return (isOn) => void makeJob(stack, isOn ? { role } : {});
    },
  },
  {
    title: 'Buckets that go with the stack',
    code: ['{ model, input, removalPolicy: RemovalPolicy.DESTROY }'],
    text: "A function of CDK's empties the buckets before CloudFormation deletes them. Nothing else may delete an object, and this function only in buckets that the construct has made.",
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
