import { conditionKeysOf, listOf, type PlacedStatement, type PolicyKind } from './policy-statements';

/** Why a statement is as it is. Each statement of the page has one of these, and each of these a statement. */
export interface StatementReason {
  /** To refer to it: stays when others come and go. */
  readonly id: string;
  readonly title: string;
  readonly holders: readonly string[];
  readonly kind: PolicyKind;
  /** All actions of the statement. */
  readonly actions: readonly string[];
  /** Tells statements of the same actions apart: some resource of it. */
  readonly resource?: RegExp;
  /** Which call uses it, and when. */
  readonly use: string;
  /** Why the resource is no narrower. */
  readonly scope: string;
  /** What each condition guards against, by its key. */
  readonly guards?: { readonly [conditionKey: string]: string };
  /** Why it holds a wildcard; only where the library writes no acknowledgement, which is quoted otherwise. */
  readonly wildcard?: string;
  /** How it reaches further than the call needs; collected at the top of the page. */
  readonly wider?: string;
  /** What no source confirms. */
  readonly unconfirmed?: string;
  readonly sources?: readonly string[];
}

const BEDROCK = 'https://docs.aws.amazon.com/bedrock/latest/userguide';
const SERVICE_ROLE = `${BEDROCK}/batch-iam-sr.html`;
const SUBMITTER = `${BEDROCK}/batch-inference-permissions.html`;
const NETWORK = `${BEDROCK}/batch-vpc.html`;
const GEOGRAPHIC = `${BEDROCK}/geographic-cross-region-inference.html`;
const GLOBAL = `${BEDROCK}/global-cross-region-inference.html`;
const BEDROCK_ACTIONS = 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_bedrock.html';
const PASS_ROLE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html';
const EXECUTION_ROLE = 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html';
const GET_OBJECT = 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html';
const COPY_OBJECT = 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html';
const S3_KMS = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html';
const VIA_SERVICE = 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html';
const LOGS_KEY = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html';
const EVENT_TARGETS = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html';
const CROSS_ACCOUNT_BUCKET =
  'https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html';

const OWNER = {
  'aws:ResourceAccount': 'a bucket whose name has come into the hands of another account: it gets and gives nothing.',
};
const THROUGH_S3 = {
  'kms:ViaService': 'use of the key by itself: it serves requests to Amazon S3 in this Region only.',
};
const ONLY_BEDROCK = {
  'iam:PassedToService': 'handing the role to any other service that would assume it.',
};
const THROUGH_PROFILE = 'use of these models other than through this profile.';
const NO_PREFIX =
  'The action has the bucket as its resource. There is no `s3:prefix` condition: S3 tells an object that is missing (404) from one that is forbidden (403) only to those who may list the bucket.';

export const STATEMENT_REASONS: readonly StatementReason[] = [
  {
    id: 'R1',
    title: 'Bedrock assumes the service role',
    holders: ['ServiceRole'],
    kind: 'trust',
    actions: ['sts:AssumeRole'],
    use: 'Bedrock, when a job starts and for as long as it runs.',
    scope:
      'One role for each `BatchInferenceJob`. It is the only statement of the trust policy: beside one without conditions they would guard nothing. AWS advises to put in the id of the job once there is one; then no later job could use the role, so the last part of the ARN stays `*`.',
    guards: {
      'aws:SourceAccount': 'Bedrock acting for another account that names this role (confused deputy).',
      'aws:SourceArn': 'other features of Bedrock, and jobs of other Regions.',
    },
    sources: [SERVICE_ROLE, SUBMITTER],
  },
  {
    id: 'R2',
    title: 'Bedrock reads the records',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['s3:GetObject'],
    use: '`GetObject` by Bedrock, when it validates the job and when it runs it.',
    scope: 'One object, under a key that holds the hash of its content; of an input that is a prefix, all below it.',
    guards: OWNER,
    sources: [SERVICE_ROLE],
  },
  {
    id: 'R3',
    title: 'Bedrock lists the bucket of the records',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['s3:ListBucket'],
    use: '`ListObjectsV2` by Bedrock, to find the files below a prefix; with one file, so that one that is missing is reported as missing.',
    scope: NO_PREFIX,
    guards: OWNER,
    unconfirmed: 'with which prefix Bedrock lists.',
    wider: 'every name in the bucket can be listed, not those of this job alone.',
    sources: [SERVICE_ROLE, GET_OBJECT],
  },
  {
    id: 'R4',
    title: 'Bedrock writes the results',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['s3:PutObject'],
    use: '`PutObject` by Bedrock, while the job runs and at its end.',
    scope:
      'Everything below `outputPrefix`, which by default is the whole bucket that is made for this job. It cannot read or delete what it has written.',
    guards: OWNER,
    unconfirmed:
      "that reading on the input and writing on the output are enough: AWS's example gives reading, writing and listing on both buckets.",
    sources: [SERVICE_ROLE],
  },
  {
    id: 'R5',
    title: 'Bedrock runs the model',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['bedrock:InvokeModel'],
    resource: /^arn:<partition>:bedrock:<region>:(?:<account>:custom-model|:foundation-model)\/[^*]+$/,
    use: 'Bedrock, for each record, in the name of the role.',
    scope: 'One model in one Region.',
    unconfirmed:
      'that a model without a profile needs it: AWS asks for the right where there is a profile, and gives no list for a bare model.',
    sources: [SERVICE_ROLE],
  },
  {
    id: 'R6',
    title: 'Bedrock runs the inference profile',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['bedrock:InvokeModel'],
    resource: /inference-profile\//,
    use: 'Bedrock, for each record, on the profile that the job names.',
    scope: 'One profile of this account, in the Region of the stack.',
    sources: [SERVICE_ROLE, GEOGRAPHIC],
  },
  {
    id: 'R7',
    title: 'Bedrock runs the models behind the profile',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['bedrock:InvokeModel'],
    resource: /foundation-model\//,
    use: 'Bedrock, on the model in whichever destination of the profile answers the record.',
    scope:
      'One model, in the destinations of the profile. Foundation models belong to AWS, so a condition on their account or organisation would deny them.',
    guards: { 'bedrock:InferenceProfileArn': THROUGH_PROFILE },
    sources: [GEOGRAPHIC, SUBMITTER],
  },
  {
    id: 'R8',
    title: 'Bedrock runs the model in no Region',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['bedrock:InvokeModel'],
    resource: /bedrock:::foundation-model\//,
    use: 'Bedrock, where the global profile sends a record: IAM sees an ARN without a Region.',
    scope: 'One model.',
    guards: {
      'bedrock:InferenceProfileArn': THROUGH_PROFILE,
      'aws:RequestedRegion': 'requests in a Region by name: `unspecified` is how a global profile asks.',
    },
    sources: [GLOBAL],
  },
  {
    id: 'N1',
    title: 'Bedrock looks at the network',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: [
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeVpcs',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
    ],
    use: 'Bedrock, when it validates the network of a job. Nothing can be changed with it.',
    scope: 'EC2 takes no resource for these actions.',
    wider: 'networks of the whole account and Region can be seen.',
    sources: [NETWORK],
  },
  {
    id: 'N2',
    title: 'Bedrock makes network interfaces',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['ec2:CreateNetworkInterface'],
    use: 'Bedrock, when a job starts.',
    scope: 'These subnets and these security groups.',
    guards: {
      'aws:RequestTag/BedrockManaged': 'interfaces that are not marked as made by Bedrock.',
      'aws:RequestTag/BedrockModelInvocationJobArn':
        'interfaces for anything but a batch job of this account and Region.',
    },
    sources: [NETWORK],
  },
  {
    id: 'N3',
    title: 'Bedrock uses and removes its network interfaces',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: [
      'ec2:CreateNetworkInterfacePermission',
      'ec2:DeleteNetworkInterface',
      'ec2:DeleteNetworkInterfacePermission',
    ],
    use: 'Bedrock, when a job starts and when it has ended.',
    scope: "As AWS's page has it: the conditions name what the resource does not.",
    guards: {
      'ec2:Subnet': 'interfaces in other subnets.',
      'ec2:ResourceTag/BedrockModelInvocationJobArn':
        "interfaces that are not a batch job's of this account and Region.",
    },
    sources: [NETWORK],
  },
  {
    id: 'N4',
    title: 'Bedrock tags its network interfaces',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['ec2:CreateTags'],
    use: 'Bedrock, in the call that makes a network interface.',
    scope: 'Network interfaces of this account and Region.',
    guards: {
      'ec2:CreateAction': 'tagging an interface that is there already.',
      'aws:TagKeys': 'any tags but the two of Bedrock.',
    },
    sources: [NETWORK],
  },
  {
    id: 'T1',
    title: 'Lambda assumes the role of the starter',
    holders: ['StarterRole'],
    kind: 'trust',
    actions: ['sts:AssumeRole'],
    use: 'Lambda, when CloudFormation calls the starter.',
    scope:
      'A function gets a role only from a principal with `iam:PassRole` on it, and only a role of its own account; so there is no deputy of another account to be guarded against.',
    wider:
      'names no account and no function: whoever may pass this role to Lambda in this account can run other code with it.',
    sources: [EXECUTION_ROLE, PASS_ROLE],
  },
  {
    id: 'T2',
    title: 'The starter writes its log',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    use: 'Lambda, in every run.',
    scope:
      'One log group. CloudFormation gives its ARN with `:*` at its end, which stands for its streams: Lambda names them.',
    sources: [EXECUTION_ROLE],
  },
  {
    id: 'T3',
    title: 'The starter starts, looks at, tags and stops jobs',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: [
      'bedrock:CreateModelInvocationJob',
      'bedrock:GetModelInvocationJob',
      'bedrock:StopModelInvocationJob',
      'bedrock:TagResource',
      'bedrock:UntagResource',
    ],
    use: '`CreateModelInvocationJob` when a resource is created or replaced; `GetModelInvocationJob` and `StopModelInvocationJob` when it is updated or deleted; `TagResource` with a new job that has tags, and when tags change.',
    scope:
      'All batch jobs of this account and Region: the id of a job is not known when the policy is written, and a job must still be stopped after its own resource has left the template. The code changes only the job of the resource that it is called for.',
    wider:
      'reaches the batch jobs of other stacks in the account and Region. IAM could narrow it by `aws:ResourceTag`; the library puts no tag of its own on jobs.',
    sources: [SUBMITTER, BEDROCK_ACTIONS],
  },
  {
    id: 'T4',
    title: 'The starter looks for a job that is there',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:ListModelInvocationJobs'],
    use: '`ListModelInvocationJobs` before a job is started, so that a deployment that is repeated does not start it twice; and when a quota is full, to say by how many jobs.',
    scope: 'Names and states of the batch jobs of this account and Region.',
    sources: [BEDROCK_ACTIONS],
  },
  {
    id: 'T5',
    title: 'The starter starts jobs of this model',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:CreateModelInvocationJob'],
    use: '`CreateModelInvocationJob`, which asks for the right on the model and on the job (T3).',
    scope:
      'The model of the job; of a profile also the models behind it. There is no condition: which keys the action takes is not documented. What a job can do is bounded by the service role, the only one that the starter may hand over (T6).',
    unconfirmed: 'on which of profile and models behind it the service asks for the right, so it is given on all.',
    wider:
      'of a profile, the models behind it are allowed without it as well; of an application inference profile without `copiedFrom`, all models.',
    sources: [SUBMITTER, BEDROCK_ACTIONS],
  },
  {
    id: 'T6',
    title: 'The starter hands the service role to Bedrock',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['iam:PassRole'],
    use: '`CreateModelInvocationJob`, with `roleArn`.',
    scope: 'The role of this job.',
    guards: ONLY_BEDROCK,
    sources: [PASS_ROLE, BEDROCK_ACTIONS],
  },
  {
    id: 'T7',
    title: 'The starter looks at the model',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:GetFoundationModel'],
    use: '`GetFoundationModel` before a job is started: whether the Region has the model, and until when.',
    scope: 'One model.',
    sources: [BEDROCK_ACTIONS],
  },
  {
    id: 'T8',
    title: 'The starter looks whether the model is open to the account',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:GetFoundationModelAvailability'],
    use: '`GetFoundationModelAvailability` before a job is started.',
    scope: 'Availability of models in this Region.',
    sources: [BEDROCK_ACTIONS],
  },
  {
    id: 'T9',
    title: 'The starter counts the records',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['s3:GetObject'],
    resource: /^(?!.*<AssetBucket>)/,
    use: "`GetObject` before a job is started: up to the service's minimum of records are counted, and an archived file is found out. The records are neither kept nor logged.",
    scope: 'What the service role may read, and no more (R2).',
    guards: OWNER,
  },
  {
    id: 'T10',
    title: 'The starter lists the bucket of the records',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['s3:ListBucket'],
    use: '`ListObjectsV2` with the key or the prefix of the input, before a job is started: whether the files are there, and how large.',
    scope: NO_PREFIX,
    guards: OWNER,
    wider: 'every name in the bucket can be listed, not those of this job alone.',
    sources: [GET_OBJECT],
  },
  {
    id: 'T11',
    title: 'The starter reads the local file from where CDK has put it',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['s3:GetObject'],
    resource: /<AssetBucket>/,
    use: '`CopyObject` before a job is started, as its source. S3 copies; the function does not see the content.',
    scope: "One object for each local file, in the bucket of CDK's bootstrap.",
    guards: OWNER,
    sources: [COPY_OBJECT],
  },
  {
    id: 'T12',
    title: 'The starter puts the local file where Bedrock reads it',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['s3:PutObject'],
    use: '`CopyObject` before a job is started, as its destination, unless the object is there.',
    scope: 'One object, under a key that holds the hash of its content; of a directory, all below such a prefix.',
    guards: OWNER,
    sources: [COPY_OBJECT],
  },
  {
    id: 'T13',
    title: 'The starter looks at the profile',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:GetInferenceProfile'],
    use: '`GetInferenceProfile` before a job is started: whether the profile is active, and routes only to models that the service role may use.',
    scope: 'One profile.',
    sources: ['https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html', BEDROCK_ACTIONS],
  },
  {
    id: 'T14',
    title: 'The starter looks at the custom model',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:GetCustomModel'],
    use: '`GetCustomModel` before a job is started: whether it is there and active.',
    scope: 'One model.',
    sources: [BEDROCK_ACTIONS],
  },
  {
    id: 'T15',
    title: 'The starter is traced',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    use: 'Lambda, in every run: how long it took and whether it failed.',
    scope: 'Traces of this account and Region: they can be added to, not read.',
    sources: ['https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html'],
  },
  {
    id: 'B1',
    title: 'Nobody reaches a bucket without TLS',
    holders: ['InputBucket', 'OutputBucket'],
    kind: 'resource',
    actions: ['s3:*'],
    use: 'Every request to the bucket.',
    scope: 'The bucket and all objects in it.',
    guards: { 'aws:SecureTransport': 'plain HTTP, by whomever.' },
    wildcard: 'it denies: wide is strict here.',
    sources: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html'],
  },
  {
    id: 'B2',
    title: 'S3 writes access logs',
    holders: ['AccessLogs'],
    kind: 'resource',
    actions: ['s3:PutObject'],
    use: 'Amazon S3, after requests to one of the two buckets.',
    scope: 'A folder for each bucket, named after its path in the app.',
    guards: {
      'aws:SourceArn': 'logs of any other bucket.',
      'aws:SourceAccount': 'a bucket of that name in another account.',
    },
    wildcard: 'S3 names the log files.',
    sources: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html'],
  },
  {
    id: 'B3',
    title: "CDK's function empties a bucket",
    holders: ['InputBucket', 'OutputBucket'],
    kind: 'resource',
    actions: ['s3:PutBucketPolicy', 's3:GetBucket*', 's3:List*', 's3:DeleteObject*'],
    use: "CDK's `autoDeleteObjects`, when CloudFormation deletes the bucket: it first has the bucket refuse new objects, then deletes all versions.",
    scope: 'The bucket that is being deleted, for one role.',
    wildcard: 'CDK writes the statement so, for all versions and markers of every object.',
    sources: ['https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3.Bucket.html#autodeleteobjects'],
  },
  {
    id: 'B4',
    title: "Lambda assumes the role of CDK's function",
    holders: ['EmptyingRole'],
    kind: 'trust',
    actions: ['sts:AssumeRole'],
    use: "Lambda, when CloudFormation calls CDK's function.",
    scope: 'As for the starter (T1).',
    sources: [EXECUTION_ROLE],
  },
  {
    id: 'B5',
    title: "CDK's function writes its log",
    holders: ['EmptyingRole'],
    kind: 'rights',
    actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    use: 'Lambda, in every run.',
    scope: 'What the managed policy `AWSLambdaBasicExecutionRole` says, which CDK attaches.',
    wildcard: 'the managed policy of AWS has it.',
    wider: 'any log group of the account, by the managed policy that CDK attaches.',
    sources: ['https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html'],
  },
  {
    id: 'K1',
    title: 'The roles decrypt the records',
    holders: ['ServiceRole', 'StarterRole'],
    kind: 'rights',
    actions: ['kms:Decrypt'],
    use: 'Amazon S3 in the name of the role, when the records are read (R2, T9).',
    scope: 'The one key of the bucket.',
    guards: THROUGH_S3,
    unconfirmed:
      'which rights on keys batch inference needs: no page of AWS lists them, so they are those that S3 asks of any reader and writer.',
    sources: [S3_KMS, VIA_SERVICE],
  },
  {
    id: 'K2',
    title: 'The roles encrypt what they write',
    holders: ['ServiceRole', 'StarterRole'],
    kind: 'rights',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    use: 'Amazon S3 in the name of the role, when Bedrock writes results (R4) and the starter copies a local file (T12); `kms:Decrypt` because a multipart upload reads the parts that it has written.',
    scope: 'The one key of the bucket that is written to, or that the job names for its results.',
    guards: THROUGH_S3,
    sources: [S3_KMS, VIA_SERVICE],
  },
  {
    id: 'K3',
    title: 'CloudWatch Logs encrypts a log group with the key',
    holders: ['Key', 'ImportedKey'],
    kind: 'resource',
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    use: 'CloudWatch Logs, when events are written to the log group of the starter and read from it.',
    scope:
      'One log group, by the beginning of the name that CloudFormation makes up for it: the log group waits for the key, so its name is not known when the policy is written.',
    guards: { 'kms:EncryptionContext:aws:logs:arn': 'other log groups, of this account and of others.' },
    wildcard: "in the policy of a key `*` is that key; the actions are those of AWS's page.",
    sources: [LOGS_KEY],
  },
  {
    id: 'K4',
    title: 'Another account lets this one use its key',
    holders: ['ImportedKey'],
    kind: 'resource',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    use: 'Amazon S3 in the name of the service role and of the starter.',
    scope: 'The account of the stack, whose principals need a right of their own as well (K1, K2).',
    guards: THROUGH_S3,
    wildcard: 'in the policy of a key `*` is that key.',
    sources: [S3_KMS, VIA_SERVICE],
  },
  {
    id: 'X1',
    title: 'Another account lets this one read the records',
    holders: ['TheirInputBucket'],
    kind: 'resource',
    actions: ['s3:GetObject'],
    use: 'Bedrock (R2) and the starter (T9).',
    scope:
      'The account of the stack, whose principals need a right of their own as well: S3 refuses a policy that names a role before there is one. The owner can name the two roles once they are there.',
    wildcard: 'every file below the prefix is read.',
    sources: [CROSS_ACCOUNT_BUCKET],
  },
  {
    id: 'X2',
    title: 'Another account lets this one list the bucket of the records',
    holders: ['TheirInputBucket'],
    kind: 'resource',
    actions: ['s3:ListBucket'],
    use: 'Bedrock (R3) and the starter (T10).',
    scope: 'As X1. The owner can add `s3:prefix`; a file that is missing then looks like one that is forbidden.',
    sources: [CROSS_ACCOUNT_BUCKET],
  },
  {
    id: 'X3',
    title: 'Another account lets this one write results',
    holders: ['TheirOutputBucket'],
    kind: 'resource',
    actions: ['s3:PutObject'],
    use: 'Bedrock (R4).',
    scope: 'As X1.',
    wildcard: 'Bedrock names the folder and the files of the results.',
    sources: [CROSS_ACCOUNT_BUCKET],
  },
  {
    id: 'X4',
    title: 'Another account lets this one stage records and read them',
    holders: ['TheirInputBucket'],
    kind: 'resource',
    actions: ['s3:GetObject', 's3:PutObject'],
    use: 'The starter (T12, T9) and Bedrock (R2).',
    scope: 'As X1; one object.',
    sources: [CROSS_ACCOUNT_BUCKET],
  },
  {
    id: 'E1',
    title: 'EventBridge publishes to the topic',
    holders: ['Topic'],
    kind: 'resource',
    actions: ['sns:Publish'],
    use: 'EventBridge, when the rule of `notifyOn` matches.',
    scope:
      'One topic. There is no condition on the rule: AWS says that topic policies for EventBridge cannot have any.',
    wider: 'names no rule.',
    sources: [EVENT_TARGETS],
  },
  {
    id: 'E2',
    title: 'EventBridge sends to the queue',
    holders: ['Queue'],
    kind: 'resource',
    actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
    use: "EventBridge, when the rule matches. CDK's target writes the statement.",
    scope: 'One queue.',
    guards: { 'aws:SourceArn': 'any other rule.' },
    sources: [EVENT_TARGETS],
  },
  {
    id: 'E3',
    title: 'EventBridge calls the function',
    holders: ['Handler'],
    kind: 'resource',
    actions: ['lambda:InvokeFunction'],
    use: "EventBridge, when the rule matches. CDK's target writes it, as an `AWS::Lambda::Permission`.",
    scope: 'One function.',
    guards: { 'AWS:SourceArn': 'any other rule.' },
    sources: [EVENT_TARGETS],
  },
  {
    id: 'E4',
    title: 'EventBridge makes a stream in the event log',
    holders: ['EventLog'],
    kind: 'resource',
    actions: ['logs:CreateLogStream'],
    use: 'EventBridge, with the first event of the rule.',
    scope: 'One log group. A condition on the rule is not possible: the stream is not made in its name.',
    wider: 'names no rule, so that any could make an empty stream.',
    sources: [EVENT_TARGETS, 'https://github.com/aws-samples/serverless-patterns/pull/618'],
  },
  {
    id: 'E5',
    title: 'EventBridge writes to the event log',
    holders: ['EventLog'],
    kind: 'resource',
    actions: ['logs:PutLogEvents'],
    use: 'EventBridge, with every event of the rule.',
    scope: 'One log group.',
    guards: { 'aws:SourceArn': 'any other rule.' },
    sources: [EVENT_TARGETS],
  },
  {
    id: 'G1',
    title: 'A principal of yours starts jobs',
    holders: ['Notebook'],
    kind: 'rights',
    actions: ['bedrock:CreateModelInvocationJob'],
    use: '`CreateModelInvocationJob`, by whom you name.',
    scope:
      'As for the starter: on the job, whose id is not known (T3), and on the model (T5). It may not look at jobs or stop them.',
    wildcard: 'Bedrock makes up the last part of the ARN of a job when the job starts.',
    sources: [SUBMITTER],
  },
  {
    id: 'G2',
    title: 'A principal of yours hands the service role to Bedrock',
    holders: ['Notebook'],
    kind: 'rights',
    actions: ['iam:PassRole'],
    use: '`CreateModelInvocationJob`, with `roleArn`.',
    scope: 'The role of this job.',
    guards: ONLY_BEDROCK,
    sources: [PASS_ROLE],
  },
  {
    id: 'G3',
    title: 'A principal of yours reads the results',
    holders: ['Analyst'],
    kind: 'rights',
    actions: ['s3:GetObject'],
    use: '`GetObject`, by whom you name.',
    scope: 'Everything below `outputPrefix`. The results repeat the records.',
    wildcard: 'Bedrock names the folder and the files of the results.',
    wider: 'names no owner of the bucket.',
  },
  {
    id: 'G4',
    title: 'A principal of yours lists the results',
    holders: ['Analyst'],
    kind: 'rights',
    actions: ['s3:ListBucket'],
    use: '`ListObjectsV2`, by whom you name.',
    scope: 'The bucket of the results.',
    wider: 'every name in the bucket can be listed.',
  },
  {
    id: 'G5',
    title: 'A principal of yours decrypts the results',
    holders: ['Analyst'],
    kind: 'rights',
    actions: ['kms:Decrypt'],
    use: 'Amazon S3 in the name of whom you name.',
    scope: "The one key of the results, by CDK's `grantDecrypt`.",
    wider: 'not limited to use through Amazon S3, as the rights of the two roles are.',
    sources: [S3_KMS],
  },
];

/** The reasons that a statement could have. Exactly one is right. */
export function reasonsOf(
  { holder, kind, statement }: PlacedStatement,
  reasons: readonly StatementReason[] = STATEMENT_REASONS,
): StatementReason[] {
  const actions = JSON.stringify([...listOf(statement.Action)].sort());
  const keys = JSON.stringify(conditionKeysOf(statement).sort());
  return reasons.filter(
    (reason) =>
      reason.kind === kind &&
      reason.holders.includes(holder) &&
      JSON.stringify([...reason.actions].sort()) === actions &&
      JSON.stringify(Object.keys(reason.guards ?? {}).sort()) === keys &&
      (reason.resource === undefined || listOf(statement.Resource).some((each) => reason.resource?.test(each))),
  );
}

/** The reason of a statement; throws where there is none, or more than one. */
export function readReason(placed: PlacedStatement): StatementReason {
  const [reason, ...others] = reasonsOf(placed);
  if (reason !== undefined && others.length === 0) return reason;
  const what = `${placed.holder} (${placed.kind}) ${JSON.stringify(placed.statement)}`;
  const found = reason === undefined ? 'none' : [reason, ...others].map(({ id }) => id).join(', ');
  throw new Error(`a statement must have one reason in docs/generate/statement-reasons.ts, got ${found}: ${what}`);
}

/** Actions and resources of a statement that stand for more than one. */
export function wildcardsOf({ kind, statement }: PlacedStatement): { actions: string[]; resources: string[] } {
  const withStar = (values: readonly string[]) => values.filter((each) => each.includes('*'));
  return {
    actions: withStar(listOf(statement.Action)),
    resources: kind === 'trust' ? [] : withStar(listOf(statement.Resource)),
  };
}

export interface WildcardReason {
  readonly wildcards: readonly string[];
  readonly why: string;
}

/** Why a statement holds wildcards: in the words of the library's acknowledgements, else in ours; throws where nobody says it. */
export function readWildcardReasons(placed: PlacedStatement): WildcardReason[] {
  const { actions, resources } = wildcardsOf(placed);
  if (actions.length + resources.length === 0) return [];
  const acknowledged = resources.flatMap((each) => {
    const why = placed.acknowledged.get(each)?.join(' ');
    return why === undefined ? [] : [{ wildcards: [each], why }];
  });
  if (actions.length === 0 && acknowledged.length === resources.length) return acknowledged;
  const { id, wildcard } = readReason(placed);
  if (wildcard !== undefined) return [{ wildcards: [...actions, ...resources], why: wildcard }];
  throw new Error(
    `nobody says why ${id} holds ${[...actions, ...resources].join(', ')}: ${JSON.stringify(placed.statement)}`,
  );
}
