import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { App, Aws, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type BatchInferenceJobProps, BatchModel, InvocationType, JobInput, StopPolicy } from '../../src';
import { jobProperties, makeJob, makeRecords, makeStack, synthJob, US_EAST_1 } from './synth-job';

const JOB = 'Custom::BedrockBatchInferenceJob';

describe('what five lines create', () => {
  const template = synthJob();

  test('one job, one function with its settings, two roles, two buckets, one log group, and nothing else', () => {
    const types = Object.values(template.toJSON().Resources).map((resource) => (resource as { Type: string }).Type);
    expect(types.sort()).toEqual([
      'AWS::IAM::Policy',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::IAM::Role',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::S3::BucketPolicy',
      JOB,
    ]);
  });

  test('no physical name is fixed', () => {
    const fixed = ['BucketName', 'RoleName', 'FunctionName', 'LogGroupName'];
    for (const { Properties = {} } of Object.values<{ Properties?: object }>(template.toJSON().Resources)) {
      const literals = Object.entries(Properties).filter(([, value]) => typeof value === 'string');
      expect(literals.filter(([name]) => fixed.includes(name))).toEqual([]);
    }
  });

  test('the buckets are encrypted, versioned, closed to the public and kept', () => {
    template.allResources('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
  });

  test('the buckets refuse plain HTTP', () => {
    template.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      },
    });
  });

  test('Bedrock alone may assume the service role, only for jobs of this account and Region', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'bedrock.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': '111122223333' },
              ArnEquals: {
                'aws:SourceArn': 'arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/*',
              },
            },
          },
        ],
      },
    });
  });

  test('the function is arm64 with a log group that forgets', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('CloudFormation gives the function fifteen minutes to answer, not an hour, and Lambda runs no older event', () => {
    template.hasResourceProperties(JOB, { ServiceTimeout: '900' });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumEventAgeInSeconds: 720 });
  });

  test('the job waits for every right that it and its starter need', () => {
    const [job] = Object.values(template.findResources(JOB));
    const policies = Object.keys(template.findResources('AWS::IAM::Policy'));
    expect(job.DependsOn).toEqual(expect.arrayContaining(policies));
  });

  test('the properties of the job are those that the function reads', () => {
    expect(jobProperties(template)).toMatchObject({
      namePrefix: 'Books-Chapters',
      modelId: 'us.anthropic.claude-sonnet-4-6',
      invocationType: 'InvokeModel',
      minRecords: 100,
      outputPrefix: '',
      stopPolicy: 'Stop',
    });
  });
});

describe('attributes', () => {
  test('come from the job itself', () => {
    const stack = makeStack();
    const job = makeJob(stack);
    const resource = stack.getLogicalId(job.node.findChild('Resource').node.defaultChild as never);
    expect(stack.resolve([job.jobArn, job.jobId, job.jobName, job.outputS3Uri])).toEqual([
      { Ref: resource },
      { 'Fn::GetAtt': [resource, 'JobId'] },
      { 'Fn::GetAtt': [resource, 'JobName'] },
      { 'Fn::GetAtt': [resource, 'OutputS3Uri'] },
    ]);
    expect(job.modelId).toBe('us.anthropic.claude-sonnet-4-6');
  });
});

describe('what the starter is told, to check before the job is paid for', () => {
  const told = (props: Partial<BatchInferenceJobProps>, stack?: Stack) => {
    const { minRecords, maxFileMegabytes, maxJobMegabytes, maxActiveJobs, modelArns } = jobProperties(
      synthJob(props, stack),
    );
    return { minRecords, maxFileMegabytes, maxJobMegabytes, maxActiveJobs, modelArns };
  };
  const sizes = { minRecords: 100, maxFileMegabytes: 1000, maxJobMegabytes: 5000, maxActiveJobs: 100 };

  test('are the quotas of the model and the models that the role may use behind a profile', () => {
    expect(told({ model: BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6 })).toEqual({
      ...sizes,
      modelArns: ['us-east-1', 'us-east-2', 'us-west-2'].map(
        (region) => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-sonnet-4-6`,
      ),
    });
  });

  test('are no other models where there is no profile', () => {
    expect(told({ model: BatchModel.AMAZON_NOVA_MICRO })).toEqual({ ...sizes, modelArns: undefined });
  });

  test('are the larger jobs of a model that takes them', () => {
    expect(told({ model: BatchModel.AMAZON_NOVA_LITE }).maxJobMegabytes).toBe(100_000);
  });

  test('are no quotas of a model that the catalog does not know', () => {
    const model = BatchModel.of('acme.new-model-v1:0', { regions: ['us-east-1'] });
    expect(told({ model })).toEqual({ minRecords: 100 });
  });

  test('is the quota of custom models on jobs', () => {
    const arn = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.titan-embed-image-v1/abcdefabcdef';
    expect(told({ model: BatchModel.fromCustomModel(arn) }).maxActiveJobs).toBe(3);
  });

  test('are the same models that the role’s policy names', () => {
    const template = synthJob();
    const { modelArns } = jobProperties(template);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: 'bedrock:InvokeModel', Resource: modelArns })]),
      },
    });
  });

  test('are all models behind an application profile of which no more is known', () => {
    const arn = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefabcdef';
    expect(JSON.stringify(told({ model: BatchModel.fromApplicationInferenceProfile(arn) }).modelArns)).toContain(
      ':bedrock:*::foundation-model/*',
    );
  });

  test('is nothing of the rights of a role that the user brings', () => {
    const stack = makeStack();
    const role = Role.fromRoleArn(stack, 'Mine', 'arn:aws:iam::111122223333:role/mine');
    expect(told({ role }, stack).modelArns).toBeUndefined();
  });
});

describe('several jobs', () => {
  test("and a construct with the starter's id are told apart in words", () => {
    const stack = makeStack();
    new Bucket(stack, 'BatchInferenceJobStarter');
    expect(() => makeJob(stack)).toThrow('StarterIdTaken');
  });

  test('share one starter and have buckets and roles of their own', () => {
    const stack = makeStack();
    makeJob(stack, {}, 'First');
    makeJob(stack, {}, 'Second');
    const template = Template.fromStack(stack);
    template.resourceCountIs(JOB, 2);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::S3::Bucket', 4);
    template.resourceCountIs('AWS::IAM::Role', 3);
  });

  test('in two stacks and Regions of one app do not meet', () => {
    const app = new App();
    const stacks = ['us-east-1', 'eu-central-1'].map(
      (region) => new Stack(app, `Books-${region}`, { env: { account: '111122223333', region } }),
    );
    const models = stacks.map((stack) => makeJob(stack, { model: BatchModel.ANTHROPIC_CLAUDE_HAIKU_4_5 }).modelId);
    expect(models).toEqual([
      'us.anthropic.claude-haiku-4-5-20251001-v1:0',
      'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
    ]);
    for (const stack of stacks) Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
  });

  test('thirty of them fit the policies of the one starter', () => {
    const stack = makeStack();
    for (let index = 0; index < 30; index += 1) makeJob(stack, {}, `Job${index}`);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    for (const policy of Object.values(template.findResources('AWS::IAM::Policy'))) {
      expect(JSON.stringify(policy.Properties.PolicyDocument).length).toBeLessThan(20_000);
    }
  });
});

describe('what the user brings', () => {
  test('buckets are used, and none is created', () => {
    const stack = makeStack();
    const inputBucket = Bucket.fromBucketName(stack, 'Mine', 'my-input');
    const outputBucket = Bucket.fromBucketName(stack, 'Yours', 'my-output');
    makeJob(stack, { inputBucket, outputBucket, outputPrefix: 'results/' });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::S3::Bucket', 0);
    expect(jobProperties(template)).toMatchObject({
      input: { bucket: 'my-input' },
      outputBucket: 'my-output',
      outputPrefix: 'results/',
    });
  });

  test('a role is used as it is', () => {
    const stack = makeStack();
    const role = new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('bedrock.amazonaws.com') });
    makeJob(stack, { role });
    const template = Template.fromStack(stack);
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    const mine = stack.resolve(role.roleName);
    expect(policies.filter((policy) => JSON.stringify(policy.Properties.Roles) === JSON.stringify([mine]))).toEqual([]);
    expect(jobProperties(template).roleArn).toEqual(stack.resolve(role.roleArn));
  });

  test('the job waits for the rights that grantRun gives', () => {
    const stack = makeStack();
    const role = new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('bedrock.amazonaws.com') });
    makeJob(stack, { role }).grantRun(role);
    const [job] = Object.values(Template.fromStack(stack).findResources(JOB));
    expect(job.DependsOn).toContainEqual(expect.stringMatching(/^MineDefaultPolicy/));
  });

  test('a role gets its rights with grantRun', () => {
    const stack = makeStack();
    const role = new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('bedrock.amazonaws.com') });
    makeJob(stack, { role }).grantRun(role);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(role.roleName)],
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 's3:PutObject' })]) },
    });
  });

  test('a key encrypts both buckets and the results', () => {
    const stack = makeStack();
    const encryptionKey = new Key(stack, 'Key');
    const template = synthJob({ encryptionKey }, stack);
    template.allResourcesProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: stack.resolve(encryptionKey.keyArn),
            },
          },
        ],
      },
    });
    expect(jobProperties(template).outputKeyArn).toEqual(stack.resolve(encryptionKey.keyArn));
  });

  test('a key may be used only through S3', () => {
    const stack = makeStack();
    const template = synthJob({ encryptionKey: new Key(stack, 'Key') }, stack);
    const statements = Object.values(template.findResources('AWS::IAM::Policy'))
      .flatMap((policy) => policy.Properties.PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('kms:'));
    expect(statements.length).toBeGreaterThan(0);
    for (const { Condition } of statements) {
      expect(Condition).toEqual({ StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } });
    }
  });

  test('tags reach the job', () => {
    const stack = makeStack();
    Tags.of(makeJob(stack)).add('cost-centre', '4711');
    expect(jobProperties(Template.fromStack(stack)).tags).toEqual({ 'cost-centre': '4711' });
  });

  test('tags of the app reach the job too', () => {
    const stack = makeStack();
    makeJob(stack);
    Tags.of(stack.node.root).add('team', 'books');
    expect(jobProperties(Template.fromStack(stack)).tags).toEqual({ team: 'books' });
  });

  test('RemovalPolicy.DESTROY empties the buckets, which CloudFormation cannot delete full', () => {
    const template = synthJob({ removalPolicy: RemovalPolicy.DESTROY });
    template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 2);
    // Deleted in reverse: the job is stopped before its buckets are emptied.
    const [job] = Object.values(template.findResources(JOB));
    expect(job.DependsOn).toEqual(
      expect.arrayContaining(Object.keys(template.findResources('Custom::S3AutoDeleteObjects'))),
    );
  });

  test('everything else goes to the job as given', () => {
    const template = synthJob({
      invocationType: InvocationType.CONVERSE,
      jobName: 'november',
      timeout: Duration.days(3),
      runKey: 'again',
      stopPolicy: StopPolicy.LEAVE_RUNNING,
    });
    expect(jobProperties(template)).toMatchObject({
      invocationType: 'Converse',
      namePrefix: 'november',
      timeoutHours: 72,
      runKey: 'again',
      stopPolicy: 'LeaveRunning',
    });
  });
});

describe('input', () => {
  test('records are staged under their content hash, from the asset bucket', () => {
    const properties = jobProperties(synthJob());
    expect(properties.stagedFrom).toEqual({
      bucket: 'cdk-hnb659fds-assets-111122223333-us-east-1',
      key: expect.stringMatching(/^[0-9a-f]{64}\.jsonl$/),
    });
    expect(properties.input).toMatchObject({ key: expect.stringMatching(/^inputs\/[0-9a-f]{64}\/records\.jsonl$/) });
  });

  test('the same records are the same input, others are another', () => {
    const keyOf = (records: object[]) =>
      (jobProperties(synthJob({ input: JobInput.fromRecords(records) })).input as { key: string }).key;
    expect(keyOf(makeRecords(100))).toBe(keyOf(makeRecords(100)));
    expect(keyOf(makeRecords(101))).not.toBe(keyOf(makeRecords(100)));
  });

  test('the same records under another file name are the same input', () => {
    const folder = mkdtempSync(join(tmpdir(), 'job-input-'));
    const lines = makeRecords()
      .map((record) => JSON.stringify(record))
      .join('\n');
    const inputs = ['a.jsonl', 'Ünï cödé.jsonl'].map((name) => {
      writeFileSync(join(folder, name), lines);
      return jobProperties(synthJob({ input: JobInput.fromFile(join(folder, name)) })).input;
    });
    rmSync(folder, { recursive: true });
    expect(inputs[0]).toEqual(inputs[1]);
  });

  test('records are there to be published where the staging of assets is turned off', () => {
    const stack = makeStack(US_EAST_1, { 'aws:cdk:disable-asset-staging': true });
    makeJob(stack);
    const assembly = (stack.node.root as App).synth();
    const { files } = JSON.parse(readFileSync(join(assembly.directory, 'Books.assets.json'), 'utf8'));
    const paths = Object.values<{ source: { path: string } }>(files).map(({ source }) => source.path);
    const [records] = paths.filter((path) => path.endsWith('.jsonl'));
    expect(readFileSync(resolve(assembly.directory, records), 'utf8')).toContain('"recordId":"r0"');
    rmSync(dirname(resolve(assembly.directory, records)), { recursive: true });
  });

  test('an object in a bucket is read where it is', () => {
    const stack = makeStack();
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'my-bucket');
    const template = synthJob({ input: JobInput.fromBucket(bucket, 'a/b.jsonl', { objectVersion: 'v1' }) }, stack);
    expect(jobProperties(template).input).toEqual({ bucket: 'my-bucket', key: 'a/b.jsonl', objectVersion: 'v1' });
    expect(jobProperties(template).stagedFrom).toBeUndefined();
    template.resourceCountIs('AWS::S3::Bucket', 1);
  });

  test('a prefix in a bucket is read where it is', () => {
    const stack = makeStack();
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'my-bucket');
    const template = synthJob({ input: JobInput.fromBucketPrefix(bucket, 'records/') }, stack);
    expect(jobProperties(template).input).toEqual({ bucket: 'my-bucket', prefix: 'records/' });
  });

  test('a bucket and key known only at deployment are not judged', () => {
    const stack = makeStack();
    const bucket = Bucket.fromBucketName(stack, 'Mine', Aws.STACK_NAME);
    const template = synthJob({ input: JobInput.fromBucket(bucket, `${Aws.STACK_NAME}.jsonl`) }, stack);
    template.resourceCountIs(JOB, 1);
  });
});

describe('grants', () => {
  const grantee = (stack: Stack) =>
    new Role(stack, 'Grantee', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  const rightsOf = (stack: Stack, role: Role) => {
    const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const mine = policies.filter(
      (policy) => JSON.stringify(policy.Properties.Roles[0]) === JSON.stringify(stack.resolve(role.roleName)),
    );
    return mine.flatMap((policy) => policy.Properties.PolicyDocument.Statement);
  };

  test('grantPassRole hands the service role to Bedrock only', () => {
    const stack = makeStack();
    const role = grantee(stack);
    const job = makeJob(stack);
    job.grantPassRole(role);
    expect(rightsOf(stack, role)).toEqual([
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: stack.resolve(job.role.roleArn),
        Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
      },
    ]);
  });

  test('grantSubmit lets start jobs like this one, PassRole included', () => {
    const stack = makeStack();
    const role = grantee(stack);
    makeJob(stack).grantSubmit(role);
    const rights = rightsOf(stack, role);
    expect(rights.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining(['bedrock:CreateModelInvocationJob', 'iam:PassRole']),
    );
    expect(JSON.stringify(rights)).toContain('inference-profile/us.anthropic.claude-sonnet-4-6');
  });

  test('grantReadResults reaches another account through the bucket', () => {
    const stack = makeStack();
    expect(makeJob(stack).grantReadResults(new AccountPrincipal('444455556666')).success).toBe(true);
    Template.fromStack(stack).hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 's3:GetObject', Effect: 'Allow' })]) },
    });
  });

  test('grantReadResults reads below the output prefix only', () => {
    const stack = makeStack();
    const role = grantee(stack);
    const job = makeJob(stack, { outputPrefix: 'results/' });
    job.grantReadResults(role);
    const rights = rightsOf(stack, role);
    expect(rights.map(({ Action }) => Action)).toEqual(['s3:GetObject', 's3:ListBucket']);
    expect(rights[0].Resource).toEqual(stack.resolve(job.outputBucket.arnForObjects('results/*')));
  });
});
