import { conditionKeysOf, listOf, type PlacedStatement, type PolicyKind, principalsOf } from './policy-statements';
import {
  ACCESS_LOGS,
  AUTO_DELETE,
  BASIC_EXECUTION,
  BEDROCK_ACTIONS,
  COPY_OBJECT,
  CROSS_ACCOUNT_BUCKET,
  EVENT_TARGETS,
  EXECUTION_ROLE,
  GEOGRAPHIC,
  GET_OBJECT,
  GET_PROFILE,
  GLOBAL,
  LOGS_KEY,
  LOGS_TARGET,
  NETWORK,
  PASS_ROLE,
  S3_KMS,
  S3_PRACTICES,
  SERVICE_ROLE,
  SNS_KEY,
  SQS_KEY,
  STACK_OUTPUT,
  SUBMITTER,
  VIA_SERVICE,
  XRAY,
} from './sources';

/** Why a statement is as it is. Each statement of the page has one of these, and each of these a statement. */
export interface StatementReason {
  /** To refer to it: stays when others come and go. */
  readonly id: string;
  readonly title: string;
  readonly holders: readonly string[];
  readonly kind: PolicyKind;
  /** It denies, rather than allows. */
  readonly denies?: boolean;
  /** Whom it names; none where it stands in a policy of a role. */
  readonly principals?: readonly string[];
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
  /** What no page of AWS says, as an indirect question, and what follows from it; collected at the top of the page. */
  readonly unconfirmed?: string;
  readonly sources?: readonly string[];
}

/** Conditions that stand in many statements: the page explains them once. */
export const COMMON_GUARDS = {
  'aws:ResourceAccount':
    'The bucket must belong to this account. If its name has come into the hands of another account, the statement neither reads from it nor writes to it. For a bucket of another account, the condition names that account.',
  'kms:ViaService':
    'The key serves requests to Amazon S3 in this Region only. Whoever has the role cannot call KMS with it directly.',
} as const;

const ACCOUNT_OF_STACK = ['arn:<partition>:iam::<account>:root'];
const EVENTS = ['events.amazonaws.com'];
const LOG_DELIVERY = ['events.amazonaws.com', 'delivery.logs.amazonaws.com'];
const OWNER = { 'aws:ResourceAccount': COMMON_GUARDS['aws:ResourceAccount'] };
const THROUGH_S3 = { 'kms:ViaService': COMMON_GUARDS['kms:ViaService'] };
const ONLY_BEDROCK = {
  'iam:PassedToService': 'handing the role to any other service that would assume it.',
};
const THROUGH_PROFILE = 'use of these models other than through this profile.';

export const STATEMENT_REASONS: readonly StatementReason[] = [
  {
    id: 'R1',
    title: 'Bedrock assumes the service role',
    holders: ['ServiceRole'],
    kind: 'trust',
    principals: ['bedrock.amazonaws.com'],
    actions: ['sts:AssumeRole'],
    use: 'Bedrock, when a job starts and for as long as it runs.',
    scope:
      'One role for each `BatchInferenceJob`. It is the only statement of the trust policy: a second one without conditions would make these conditions worthless. AWS recommends replacing `*` with the job id once the job exists. The next job, which a change of the resource starts, could then not use the role, so the library keeps `*`.',
    guards: {
      'aws:SourceAccount': 'Bedrock acting for another account that names this role (confused deputy).',
      'aws:SourceArn': 'use by other features of Bedrock, and by jobs in other Regions.',
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
    scope:
      'One object, under a key that holds the hash of its content. If the input is a prefix: every object below it.',
    guards: OWNER,
    sources: [SERVICE_ROLE],
  },
  {
    id: 'R3',
    title: 'Bedrock lists the bucket of the records',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['s3:ListBucket'],
    use: '`ListObjectsV2` by Bedrock, to find the files below a prefix; if the input is one file, so that a missing file is reported as missing.',
    scope:
      'The action takes the bucket as its resource. There is no `s3:prefix` condition: S3 answers that an object is missing (404), rather than forbidden (403), only to those who may list the bucket.',
    guards: OWNER,
    unconfirmed: 'which prefix Bedrock lists. A condition on `s3:prefix` could therefore deny what it needs.',
    wider: 'all object names in the bucket can be listed, not only those of this job.',
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
      'Everything below `outputPrefix`; by default that is the whole bucket, which is made for this job alone. The role cannot read or delete what it has written.',
    guards: OWNER,
    wildcard: 'Bedrock names the folder and the files of the results.',
    wider:
      'objects that are already below the prefix can be overwritten. The buckets that the construct makes keep the old versions.',
    unconfirmed:
      "whether reading from the input bucket and writing to the output bucket are enough. AWS's example gives reading, writing and listing on both.",
    sources: [SERVICE_ROLE],
  },
  {
    id: 'R5',
    title: 'Bedrock runs the model',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['bedrock:InvokeModel'],
    resource: /^arn:<partition>:bedrock:<region>:(?:<account>:custom-model|:foundation-model)\/[^*]+$/,
    use: 'Bedrock, for each record, with the role.',
    scope: 'One model in one Region.',
    unconfirmed:
      'whether a model that is used without a profile needs this right. AWS asks for it where there is a profile, and has no list for a model alone.',
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
    use: 'Bedrock, on the model in whichever of those Regions answers the record.',
    scope:
      'One model, in the Regions that the profile routes to. Foundation models belong to AWS, so a condition on their account or organisation would deny them.',
    guards: { 'bedrock:InferenceProfileArn': THROUGH_PROFILE },
    sources: [GEOGRAPHIC, SUBMITTER],
  },
  {
    id: 'R8',
    title: 'Bedrock runs the model behind a global profile',
    holders: ['ServiceRole'],
    kind: 'rights',
    actions: ['bedrock:InvokeModel'],
    resource: /bedrock:::foundation-model\//,
    use: 'Bedrock, wherever the global profile sends a record: IAM sees the ARN of the model without a Region.',
    scope: 'One model.',
    guards: {
      'bedrock:InferenceProfileArn': THROUGH_PROFILE,
      'aws:RequestedRegion': 'requests to a named Region: those of a global profile come with `unspecified`.',
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
    wider: 'all networks of the account in the Region can be seen.',
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
      'aws:RequestTag/BedrockManaged': 'network interfaces that are not marked as managed by Bedrock.',
      'aws:RequestTag/BedrockModelInvocationJobArn':
        'network interfaces for anything but a batch job of this account and Region.',
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
    scope: "As on AWS's page: `*`, narrowed by the conditions.",
    guards: {
      'ec2:Subnet': 'touching network interfaces in other subnets.',
      'ec2:ResourceTag/BedrockModelInvocationJobArn':
        'touching network interfaces that belong to no batch job of this account and Region.',
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
      'ec2:CreateAction': 'tagging a network interface that exists already.',
      'aws:TagKeys': "any tags but Bedrock's two.",
    },
    sources: [NETWORK],
  },
  {
    id: 'T1',
    title: 'Lambda assumes the role of the starter',
    holders: ['StarterRole'],
    kind: 'trust',
    principals: ['lambda.amazonaws.com'],
    actions: ['sts:AssumeRole'],
    use: 'Lambda, when CloudFormation calls the starter.',
    scope:
      'A function gets a role only from a principal that has `iam:PassRole` on the role, and only a role of its own account. There is no confused deputy from another account to guard against.',
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
    scope: 'One log group. The ARN that CloudFormation gives ends in `:*`, for the streams, which Lambda names.',
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
    use: '`CreateModelInvocationJob` when the resource is created or replaced; `GetModelInvocationJob` and `StopModelInvocationJob` when it is updated or deleted; `TagResource` for a new job with tags; `TagResource` and `UntagResource` when the tags change.',
    scope:
      'All batch jobs of this account and Region: the id of a job is not known when the policy is written, and a job must still be stopped after its resource has left the template. The code changes only the job of the resource that it is called for.',
    wider:
      'reaches the batch jobs of other stacks in the account and Region. IAM could narrow it by `aws:ResourceTag`, but the library puts no tag of its own on jobs.',
    sources: [SUBMITTER, BEDROCK_ACTIONS],
  },
  {
    id: 'T4',
    title: 'The starter looks for a job that exists already',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:ListModelInvocationJobs'],
    use: '`ListModelInvocationJobs` before a job is started, so that a repeated deployment does not start it twice; and when a quota is used up, to say by how many jobs.',
    scope: 'Names and states of the batch jobs of this account and Region.',
    sources: [BEDROCK_ACTIONS],
  },
  {
    id: 'T5',
    title: 'The starter starts jobs of this model',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:CreateModelInvocationJob'],
    use: '`CreateModelInvocationJob`, which needs the right on the model and on the job (T3).',
    scope:
      'The model of the job; with a profile also the models behind it. There is no condition. What a job can do is limited by the service role, the only role that the starter may hand over for it (T6).',
    unconfirmed:
      'whether Bedrock checks the right on the profile, on the models behind it, or on both, and which condition keys the action takes. The right is therefore given on all of them, without a condition.',
    wider:
      'with a profile, jobs on the models behind it are allowed without the profile, too; with an application inference profile without `copiedFrom`, jobs on all models.',
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
    title: 'The starter looks the model up',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:GetFoundationModel'],
    use: '`GetFoundationModel` before a job is started, to see whether the Region has the model and until when; with a profile, until when it has the model behind it.',
    scope: 'One model, in this Region.',
    wider: 'with an application inference profile without `copiedFrom`, all models can be looked up.',
    sources: [BEDROCK_ACTIONS],
  },
  {
    id: 'T8',
    title: 'The starter checks whether the account has access to the model',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:GetFoundationModelAvailability'],
    use: '`GetFoundationModelAvailability` before a job is started.',
    scope: 'The availability of all models in this Region; it changes nothing.',
    sources: [BEDROCK_ACTIONS],
  },
  {
    id: 'T9',
    title: 'The starter counts the records',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['s3:GetObject'],
    resource: /^(?!.*<AssetBucket>)/,
    use: "`GetObject` before a job is started: records are counted up to the service's minimum, and an archived file is noticed. The records are neither kept nor logged.",
    scope: 'What the service role may read (R2), and no more.',
    guards: OWNER,
  },
  {
    id: 'T10',
    title: 'The starter lists the bucket of the records',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['s3:ListBucket'],
    use: '`ListObjectsV2` with the key or the prefix of the input, before a job is started: to see whether the files exist, and how large they are.',
    scope: 'As R3.',
    guards: OWNER,
    wider: 'all object names in the bucket can be listed, not only those of this job.',
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
    use: '`CopyObject` before a job is started, as its destination, unless the object exists already.',
    scope:
      'One object, under a key that holds the hash of its content. If the input is a directory: all objects below such a prefix.',
    guards: OWNER,
    sources: [COPY_OBJECT],
  },
  {
    id: 'T13',
    title: 'The starter looks the profile up',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:GetInferenceProfile'],
    use: '`GetInferenceProfile` before a job is started, to see whether the profile is active and routes only to models that the service role may use.',
    scope: 'One profile.',
    sources: [GET_PROFILE, BEDROCK_ACTIONS],
  },
  {
    id: 'T14',
    title: 'The starter looks the custom model up',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['bedrock:GetCustomModel'],
    use: '`GetCustomModel` before a job is started, to see whether the model exists and is active.',
    scope: 'One model.',
    sources: [BEDROCK_ACTIONS],
  },
  {
    id: 'T15',
    title: 'The starter is traced',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    use: 'Lambda, in every run: it sends how long the run took and whether it failed.',
    scope: 'The traces of this account and Region. They can be added to, not read.',
    sources: [XRAY],
  },
  {
    id: 'T16',
    title: 'The starter reads the local file from an asset bucket of yours',
    holders: ['StarterRole'],
    kind: 'rights',
    actions: ['s3:GetObject'],
    resource: /:::your-assets-/,
    use: 'As T11.',
    scope:
      "One object for each local file. The bucket's name does not hold the account, so several accounts may share it: who owns it is not known.",
    wider: 'has no condition on the owner of the bucket (`aws:ResourceAccount`).',
    sources: [COPY_OBJECT],
  },
  {
    id: 'B1',
    title: 'Nobody reaches a bucket without TLS',
    holders: ['InputBucket', 'OutputBucket'],
    kind: 'resource',
    denies: true,
    principals: ['*'],
    actions: ['s3:*'],
    use: 'Every request to the bucket.',
    scope: 'The bucket and all objects in it.',
    guards: { 'aws:SecureTransport': 'plain HTTP, whoever uses it.' },
    wildcard: 'the statement denies, so the wildcard makes it stricter.',
    sources: [S3_PRACTICES],
  },
  {
    id: 'B2',
    title: 'S3 writes access logs',
    holders: ['AccessLogs'],
    kind: 'resource',
    principals: ['logging.s3.amazonaws.com'],
    actions: ['s3:PutObject'],
    use: 'Amazon S3, after requests to one of the two buckets.',
    scope: 'A folder for each bucket, named after its path in the app, cleaned to letters, digits and hyphens.',
    guards: {
      'aws:SourceArn': 'logs of any other bucket.',
      'aws:SourceAccount': 'a bucket of that name in another account.',
    },
    wildcard: 'S3 names the log files.',
    sources: [ACCESS_LOGS],
  },
  {
    id: 'B3',
    title: "CDK's function empties a bucket",
    holders: ['InputBucket', 'OutputBucket'],
    kind: 'resource',
    principals: ['<EmptyingRole>'],
    actions: ['s3:PutBucketPolicy', 's3:GetBucket*', 's3:List*', 's3:DeleteObject*'],
    use: "CDK's `autoDeleteObjects`, when CloudFormation deletes the bucket: it first makes the bucket refuse new objects, then deletes all versions.",
    scope: 'The bucket that is being deleted, for one role.',
    wildcard: 'CDK writes the statement this way, to reach all versions and delete markers of every object.',
    sources: [AUTO_DELETE],
  },
  {
    id: 'B4',
    title: "Lambda assumes the role of CDK's function",
    holders: ['EmptyingRole'],
    kind: 'trust',
    principals: ['lambda.amazonaws.com'],
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
    scope: 'The managed policy `AWSLambdaBasicExecutionRole`, which CDK attaches, says this.',
    wildcard: "it stands in AWS's managed policy.",
    wider: "any log group of the account can be written to, since CDK attaches AWS's managed policy.",
    sources: [BASIC_EXECUTION],
  },
  {
    id: 'B6',
    title: 'S3 writes access logs into a bucket of another stack',
    holders: ['LogsOfOtherStack'],
    kind: 'resource',
    principals: ['logging.s3.amazonaws.com'],
    actions: ['s3:PutObject'],
    use: 'As B2.',
    scope:
      'As B2. CDK writes the conditions only where both buckets are in one stack: across stacks, each would depend on the other.',
    wildcard: 'S3 names the log files.',
    wider:
      'names no source bucket and no account. With the log bucket in the stack of the job, CDK writes the conditions (B2).',
    sources: [ACCESS_LOGS],
  },
  {
    id: 'K1',
    title: 'The roles decrypt the records',
    holders: ['ServiceRole', 'StarterRole'],
    kind: 'rights',
    actions: ['kms:Decrypt'],
    use: 'Amazon S3 on behalf of the role, when records are read (R2, T9), and when a local file is copied from an asset bucket with a key of yours (T16).',
    scope: 'The one key of the bucket.',
    guards: THROUGH_S3,
    unconfirmed:
      'which rights on keys batch inference needs. The rights are therefore those that S3 asks of any reader (K1) and writer (K2).',
    sources: [S3_KMS, VIA_SERVICE],
  },
  {
    id: 'K2',
    title: 'The roles encrypt what they write',
    holders: ['ServiceRole', 'StarterRole'],
    kind: 'rights',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    use: 'Amazon S3 on behalf of the role, when Bedrock writes results (R4) and when the starter copies a local file (T12); `kms:Decrypt` because a multipart upload reads the parts that it has written.',
    scope: 'The one key of the bucket that is written to, or the key that the job names for its results.',
    guards: THROUGH_S3,
    sources: [S3_KMS, VIA_SERVICE],
  },
  {
    id: 'K3',
    title: 'CloudWatch Logs encrypts a log group with the key',
    holders: ['Key', 'ImportedKey'],
    kind: 'resource',
    principals: ['logs.<region>.amazonaws.com'],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    use: 'CloudWatch Logs, when events are written to the log group and read from it.',
    scope:
      'One log group, by the beginning of the name that CloudFormation makes up for it. The full name is not known when the policy is written, since the log group is made after the key.',
    guards: { 'kms:EncryptionContext:aws:logs:arn': 'other log groups, of this account and of others.' },
    wildcard: "in the policy of a key, the resource `*` is that key; the actions are those of AWS's page.",
    sources: [LOGS_KEY],
  },
  {
    id: 'K4',
    title: 'Another account lets this one use its key',
    holders: ['ImportedKey', 'Key'],
    kind: 'resource',
    principals: ACCOUNT_OF_STACK,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    use: 'Amazon S3 on behalf of the service role and of the starter.',
    scope: 'The account of the stack, whose principals need a right of their own as well (K1, K2).',
    guards: THROUGH_S3,
    wildcard: 'in the policy of a key, the resource `*` is that key.',
    sources: [S3_KMS, VIA_SERVICE],
  },
  {
    id: 'K5',
    title: 'EventBridge uses the key of a topic',
    holders: ['Key', 'ImportedKey'],
    kind: 'resource',
    principals: EVENTS,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    use: "EventBridge, when it publishes to the encrypted topic. CDK's target writes the statement into the key's policy.",
    scope: 'The one key, which CDK can change because it is a key of the app.',
    wildcard:
      'in the policy of a key, the resource `*` is that key; `kms:GenerateDataKey*` is what AWS asks of publishers.',
    wider:
      'has no condition: names no rule, no topic and no account. Give the topic a key of its own rather than that of the job.',
    sources: [SNS_KEY],
  },
  {
    id: 'K6',
    title: 'EventBridge uses the key of a queue',
    holders: ['Key'],
    kind: 'resource',
    principals: EVENTS,
    actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
    use: "EventBridge, when it sends to the encrypted queue. CDK's target writes the statement into the key's policy.",
    scope: 'The one key, which CDK can change because it is a key of the app.',
    wildcard: 'in the policy of a key, the resource `*` is that key; the actions are those that CDK gives to senders.',
    wider:
      'has no condition: names no rule, no queue and no account, and holds more actions than sending takes. Give the queue a key of its own rather than that of the job.',
    sources: [SQS_KEY],
  },
  {
    id: 'X1',
    title: 'Another account lets this one read the records',
    holders: ['TheirInputBucket'],
    kind: 'resource',
    principals: ACCOUNT_OF_STACK,
    actions: ['s3:GetObject'],
    use: 'Bedrock (R2) and the starter (T9).',
    scope:
      'The account of the stack, not its roles: S3 refuses a policy that names a role which does not exist yet. Within that account only principals with a right of their own get through. The owner can name the two roles once they exist.',
    wildcard: 'every file below the prefix is read.',
    sources: [CROSS_ACCOUNT_BUCKET],
  },
  {
    id: 'X2',
    title: 'Another account lets this one list the bucket of the records',
    holders: ['TheirInputBucket'],
    kind: 'resource',
    principals: ACCOUNT_OF_STACK,
    actions: ['s3:ListBucket'],
    use: 'Bedrock (R3) and the starter (T10).',
    scope: 'As X1. The owner can add `s3:prefix`; a missing file then looks like a forbidden one.',
    sources: [CROSS_ACCOUNT_BUCKET],
  },
  {
    id: 'X3',
    title: 'Another account lets this one write results',
    holders: ['TheirOutputBucket'],
    kind: 'resource',
    principals: ACCOUNT_OF_STACK,
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
    principals: ACCOUNT_OF_STACK,
    actions: ['s3:GetObject', 's3:PutObject'],
    use: 'The starter (T12, T9) and Bedrock (R2).',
    scope: 'As X1; one object.',
    sources: [CROSS_ACCOUNT_BUCKET],
  },
  {
    id: 'X5',
    title: 'CloudFormation assumes a role in the other account',
    holders: ['GetStackOutputRole'],
    kind: 'trust',
    principals: ['arn:<partition>:iam::<account>:role/<ExecutionRole>'],
    actions: ['sts:AssumeRole'],
    use: 'CloudFormation, when it deploys the stack of the job, with the execution role of that deployment.',
    scope:
      'CDK makes the role in the stack of the key, for the reference from one account to the other. It trusts one role.',
    sources: [STACK_OUTPUT],
  },
  {
    id: 'X6',
    title: 'CloudFormation reads the outputs of the other stack',
    holders: ['GetStackOutputRole'],
    kind: 'rights',
    actions: ['cloudformation:DescribeStacks'],
    use: "CloudFormation, to learn the ARN of the key from that stack's outputs.",
    scope: 'One stack, by its name.',
    wildcard: 'CloudFormation makes up the last part of the ARN of a stack.',
    wider: 'all outputs and parameters of that stack can be read, not only the ARN of the key.',
    sources: [STACK_OUTPUT],
  },
  {
    id: 'E1',
    title: 'EventBridge publishes to the topic',
    holders: ['Topic', 'ImportedTopic'],
    kind: 'resource',
    principals: EVENTS,
    actions: ['sns:Publish'],
    use: 'EventBridge, when the rule of `notifyOn` matches.',
    scope:
      'One topic. There is no condition on the rule: AWS says that topic policies for EventBridge cannot have one.',
    wider: 'names no rule and no account.',
    sources: [EVENT_TARGETS],
  },
  {
    id: 'E2',
    title: 'EventBridge sends to the queue',
    holders: ['Queue'],
    kind: 'resource',
    principals: EVENTS,
    actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
    use: "EventBridge, when the rule matches. CDK's target writes the statement.",
    scope: 'One queue.',
    guards: { 'aws:SourceArn': 'use by any other rule.' },
    sources: [EVENT_TARGETS],
  },
  {
    id: 'E3',
    title: 'EventBridge calls the function',
    holders: ['Handler'],
    kind: 'resource',
    principals: EVENTS,
    actions: ['lambda:InvokeFunction'],
    use: "EventBridge, when the rule matches. CDK's target writes it, as an `AWS::Lambda::Permission`.",
    scope: 'One function.',
    guards: { 'AWS:SourceArn': 'use by any other rule.' },
    sources: [EVENT_TARGETS],
  },
  {
    id: 'E4',
    title: 'EventBridge makes a stream in the event log',
    holders: ['EventLog'],
    kind: 'resource',
    principals: LOG_DELIVERY,
    actions: ['logs:CreateLogStream'],
    use: 'EventBridge, with the first event of the rule.',
    scope:
      'One log group. A condition on the rule is not possible, since the stream is not made on behalf of the rule.',
    wider: 'names no rule: any rule could have an empty stream made in this log group.',
    sources: [EVENT_TARGETS, LOGS_TARGET],
  },
  {
    id: 'E5',
    title: 'EventBridge writes to the event log',
    holders: ['EventLog'],
    kind: 'resource',
    principals: LOG_DELIVERY,
    actions: ['logs:PutLogEvents'],
    use: 'EventBridge, with every event of the rule.',
    scope: 'One log group.',
    guards: { 'aws:SourceArn': 'use by any other rule.' },
    sources: [EVENT_TARGETS],
  },
  {
    id: 'E6',
    title: 'EventBridge sends what it could not deliver to a queue',
    holders: ['Undelivered'],
    kind: 'resource',
    principals: EVENTS,
    actions: ['sqs:SendMessage'],
    use: 'EventBridge, when an event cannot be delivered to the target. CDK writes the statement for the `deadLetterQueue` of a target.',
    scope: 'One queue.',
    guards: { 'aws:SourceArn': 'use by any other rule.' },
    sources: [EVENT_TARGETS],
  },
  {
    id: 'E7',
    title: 'EventBridge sends to an encrypted queue',
    holders: ['Queue'],
    kind: 'resource',
    principals: EVENTS,
    actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
    use: 'As E2.',
    scope: 'One queue. CDK leaves the condition on the rule out where the queue has a key of yours.',
    wider: 'names no rule and no account.',
    sources: [EVENT_TARGETS],
  },
  {
    id: 'G1',
    title: 'A principal of yours starts jobs',
    holders: ['Notebook'],
    kind: 'rights',
    actions: ['bedrock:CreateModelInvocationJob'],
    use: '`CreateModelInvocationJob`, by the principal that you name.',
    scope:
      'As for the starter: on the job, whose id is not known (T3), and on the model (T5). The principal cannot look at jobs or stop them.',
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
    use: '`GetObject`, by the principal that you name.',
    scope: 'Everything below `outputPrefix`. The results repeat the records.',
    wildcard: 'Bedrock names the folder and the files of the results.',
    wider: 'has no condition on the owner of the bucket (`aws:ResourceAccount`).',
  },
  {
    id: 'G4',
    title: 'A principal of yours lists the results',
    holders: ['Analyst'],
    kind: 'rights',
    actions: ['s3:ListBucket'],
    use: '`ListObjectsV2`, by the principal that you name.',
    scope: 'The bucket of the results.',
    wider: 'all object names in the bucket can be listed; no condition on the owner of the bucket.',
  },
  {
    id: 'G5',
    title: 'A principal of yours decrypts the results',
    holders: ['Analyst'],
    kind: 'rights',
    actions: ['kms:Decrypt'],
    use: 'Amazon S3 on behalf of the principal that you name.',
    scope: "The one key of the results, by CDK's `grantDecrypt`.",
    wider: 'the principal may call KMS with the key directly; the two roles may use it through Amazon S3 only.',
    sources: [S3_KMS],
  },
];

/** The reasons that a statement could have. Exactly one is right. */
export function reasonsOf(
  { holder, kind, statement }: PlacedStatement,
  reasons: readonly StatementReason[] = STATEMENT_REASONS,
): StatementReason[] {
  const actions = sorted(listOf(statement.Action));
  const principals = sorted(principalsOf(statement));
  const keys = sorted(conditionKeysOf(statement));
  return reasons.filter(
    (reason) =>
      reason.kind === kind &&
      reason.holders.includes(holder) &&
      (reason.denies === true) === (statement.Effect === 'Deny') &&
      sorted(reason.principals ?? []) === principals &&
      sorted(reason.actions) === actions &&
      sorted(Object.keys(reason.guards ?? {})) === keys &&
      (reason.resource === undefined || listOf(statement.Resource).some((each) => reason.resource?.test(each))),
  );
}

function sorted(values: readonly string[]): string {
  return JSON.stringify([...values].sort());
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
