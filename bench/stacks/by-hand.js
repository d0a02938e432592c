// The resources of with-library.js, written out with CDK's own constructs.
const { basename, join } = require('node:path');
const { App, CustomResource, Duration, RemovalPolicy, Stack } = require('aws-cdk-lib');
const iam = require('aws-cdk-lib/aws-iam');
const lambda = require('aws-cdk-lib/aws-lambda');
const logs = require('aws-cdk-lib/aws-logs');
const s3 = require('aws-cdk-lib/aws-s3');
const { Asset } = require('aws-cdk-lib/aws-s3-assets');

const [records, outdir] = process.argv.slice(2);
const app = new App({ outdir });
const stack = new Stack(app, 'Bench', { env: { account: '111122223333', region: 'us-east-1' } });
const job = (id) => `arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/${id}`;
const profile = 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-sonnet-4-6';
const models = ['us-east-1', 'us-east-2', 'us-west-2'].map(
  (region) => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-sonnet-4-6`,
);

const asset = new Asset(stack, 'Records', { path: records });
const bucket = (id) =>
  new s3.Bucket(stack, id, {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
const input = bucket('InputBucket');
const output = bucket('OutputBucket');

const role = new iam.Role(stack, 'Role', {
  description: 'Assumed by Amazon Bedrock to read the records of a batch inference job and to write its results',
  assumedBy: new iam.ServicePrincipal('bedrock.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': stack.account },
      ArnEquals: { 'aws:SourceArn': job('*') },
    },
  }),
});
const allow = (to, actions, resources, conditions) =>
  to.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources, conditions })).policyDependable;
const mine = { StringEquals: { 'aws:ResourceAccount': stack.account } };
const key = `inputs/${asset.assetHash}/${basename(records)}`;
allow(role, ['s3:GetObject'], [input.arnForObjects(key)], mine);
allow(role, ['s3:ListBucket'], [input.bucketArn], mine);
allow(role, ['s3:PutObject'], [output.arnForObjects('*')], mine);
allow(role, ['bedrock:InvokeModel'], [profile]);
const mayRun = allow(role, ['bedrock:InvokeModel'], models, {
  StringEquals: { 'bedrock:InferenceProfileArn': profile },
});

const logGroup = new logs.LogGroup(stack, 'Logs', {
  retention: logs.RetentionDays.ONE_MONTH,
  removalPolicy: RemovalPolicy.DESTROY,
});
const starterRole = new iam.Role(stack, 'StarterRole', {
  description: 'Starts, finds, tags and stops the batch inference jobs of one stack',
  assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
});
const starter = new lambda.Function(stack, 'Starter', {
  description: 'Starts the batch inference jobs of this stack when it is deployed',
  code: lambda.Code.fromAsset(join(__dirname, '..', '..', 'assets', 'handlers', 'start-job.lambda')),
  handler: 'index.handler',
  runtime: lambda.Runtime.NODEJS_24_X,
  architecture: lambda.Architecture.ARM_64,
  memorySize: 512,
  timeout: Duration.minutes(3),
  maxEventAge: Duration.minutes(12),
  role: iam.Role.fromRoleArn(stack, 'RoleOfFunction', starterRole.roleArn, { mutable: false }),
  logGroup,
});
logGroup.grantWrite(starterRole);
allow(
  starterRole,
  [
    'bedrock:CreateModelInvocationJob',
    'bedrock:GetModelInvocationJob',
    'bedrock:StopModelInvocationJob',
    'bedrock:TagResource',
    'bedrock:UntagResource',
  ],
  [job('*')],
);
allow(starterRole, ['bedrock:ListModelInvocationJobs'], ['*']);
allow(starterRole, ['bedrock:CreateModelInvocationJob'], [profile, ...models]);
allow(starterRole, ['iam:PassRole'], [role.roleArn], {
  StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' },
});
allow(starterRole, ['bedrock:GetInferenceProfile'], [profile]);
allow(starterRole, ['bedrock:GetFoundationModel'], [models[0]]);
allow(starterRole, ['bedrock:GetFoundationModelAvailability'], ['*']);
allow(starterRole, ['s3:GetObject'], [input.arnForObjects(key)], mine);
allow(starterRole, ['s3:ListBucket'], [input.bucketArn], mine);
allow(starterRole, ['s3:GetObject'], [`arn:aws:s3:::${asset.s3BucketName}/${asset.s3ObjectKey}`], mine);
const mayStart = allow(starterRole, ['s3:PutObject'], [input.arnForObjects(key)], mine);

const resource = new CustomResource(stack, 'Job', {
  resourceType: 'Custom::BedrockBatchInferenceJob',
  serviceToken: starter.functionArn,
  serviceTimeout: Duration.minutes(15),
  properties: {
    namePrefix: 'Bench-Job',
    modelId: 'us.anthropic.claude-sonnet-4-6',
    invocationType: 'InvokeModel',
    roleArn: role.roleArn,
    input: { bucket: input.bucketName, key },
    stagedFrom: { bucket: asset.s3BucketName, key: asset.s3ObjectKey },
    outputBucket: output.bucketName,
    outputPrefix: '',
    minRecords: 100,
    maxFileMegabytes: 1000,
    maxJobMegabytes: 5000,
    maxActiveJobs: 100,
    modelArns: models,
    stopPolicy: 'Stop',
  },
});
resource.node.addDependency(mayRun, mayStart, input.policy, output.policy);
app.synth();
