import { App, Aws, CfnParameter, Duration, Fn, PhysicalName, Stack, Token } from 'aws-cdk-lib';
import { Annotations as Found, Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, AnyPrincipal, ArnPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Bucket,
  BucketPolicy,
  type BucketProps,
  type CfnBucket,
  CfnBucketPolicy,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import { type BatchInferenceJobProps, JobInput } from '../../src';
import { jobProperties, makeJob, makeStack, refusalOf, synthJob, TODAY, US_EAST_1 } from './synth-job';

const THEIRS = '444455556666';
const theirBucket = (stack: Stack, name = 'their-bucket') => Bucket.fromBucketName(stack, name, name);
const warnings = (stack: Stack) =>
  Found.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));
const notes = (stack: Stack) =>
  Found.fromStack(stack)
    .findInfo('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));

describe('buckets of another account', () => {
  const stack = makeStack();
  const job = makeJob(stack, {
    input: JobInput.fromBucketPrefix(theirBucket(stack), 'records/'),
    inputBucketOwner: THEIRS,
    outputBucket: theirBucket(stack, 'their-results'),
    outputPrefix: 'results/',
    outputBucketOwner: '777788889999',
  });
  const template = Template.fromStack(stack);

  test('are named to Bedrock with their owners', () => {
    expect(jobProperties(template)).toMatchObject({ inputBucketOwner: THEIRS, outputBucketOwner: '777788889999' });
  });

  test('are reached under no other owner: every right on them names the account', () => {
    const statements = Object.values(template.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('s3:'));
    expect(statements.length).toBeGreaterThan(2);
    for (const { Action, Condition } of statements) {
      const owner = Action === 's3:PutObject' ? '777788889999' : THEIRS;
      expect(Condition).toEqual({ StringEquals: { 'aws:ResourceAccount': owner } });
    }
  });

  test('get the policy that they need as a value', () => {
    const principal = {
      AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:root']] },
    };
    const bucket = (name: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${name}`]] });
    const json = (statements: typeof job.inputBucketPolicyStatements) =>
      stack.resolve(statements.map((statement) => statement.toStatementJson()));
    expect(json(job.inputBucketPolicyStatements)).toEqual([
      { Effect: 'Allow', Principal: principal, Action: 's3:GetObject', Resource: bucket('their-bucket/records/*') },
      { Effect: 'Allow', Principal: principal, Action: 's3:ListBucket', Resource: bucket('their-bucket') },
    ]);
    expect(json(job.outputBucketPolicyStatements)).toEqual([
      { Effect: 'Allow', Principal: principal, Action: 's3:PutObject', Resource: bucket('their-results/results/*') },
    ]);
  });

  test('are warned of with that policy, for it cannot be seen from here', () => {
    const found = warnings(stack);
    expect(found).toHaveLength(2);
    expect(found[0]).toContain(
      '{"Action":"s3:ListBucket","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Resource":"arn:aws:s3:::their-bucket"}',
    );
    expect(found[0]).toContain('job.inputBucketPolicyStatements');
    expect(found[1]).toContain('"Action":"s3:PutObject"');
    expect(found[1]).toContain('job.outputBucketPolicyStatements');
    for (const warning of found) expect(warning).toContain('cdk-bedrock-batch:BucketPolicyNotChecked');
  });
});

describe('the policy of a bucket of this app', () => {
  const bothStacks = (context: Record<string, unknown> = {}, props: BucketProps = {}) => {
    const stack = makeStack(undefined, context);
    const theirs = new Stack(stack.node.root, 'Theirs', { env: { account: THEIRS, region: 'us-east-1' } });
    const bucket = new Bucket(theirs, 'Bucket', { bucketName: PhysicalName.GENERATE_IF_NEEDED, ...props });
    const job = makeJob(stack, {
      input: JobInput.fromBucketPrefix(bucket, 'records/'),
      outputBucket: bucket,
      outputPrefix: 'results/',
    });
    return { stack, bucket, job };
  };

  test.each([true, false])('that lets the job in after all is no matter (policies minimised: %p)', (minimised) => {
    const { stack, bucket, job } = bothStacks({ '@aws-cdk/aws-iam:minimizePolicies': minimised });
    for (const statement of [...job.inputBucketPolicyStatements, ...job.outputBucketPolicyStatements]) {
      bucket.addToResourcePolicy(statement);
    }
    expect(warnings(stack)).toEqual([]);
  });

  test('that lets it in for the records alone leaves the warning of the results', () => {
    const { stack, bucket, job } = bothStacks();
    for (const statement of job.inputBucketPolicyStatements) bucket.addToResourcePolicy(statement);
    expect(warnings(stack)).toEqual([
      expect.stringMatching(
        /^outputBucketOwner: must let this account in by the policy of the bucket Theirs\/Bucket, got 444455556666; it needs \(job/,
      ),
    ]);
  });

  test.each<[string, PolicyStatement]>([
    [
      'everything to the account',
      new PolicyStatement({ principals: [new AccountPrincipal('111122223333')], actions: ['s3:*'], resources: ['*'] }),
    ],
    [
      'what begins with the names',
      new PolicyStatement({
        principals: [new AccountPrincipal('111122223333')],
        actions: ['s3:Get*', 's3:List*', 's3:Put*'],
        resources: ['*'],
      }),
    ],
    [
      'to the account by its number',
      new PolicyStatement({ principals: [new ArnPrincipal('111122223333')], actions: ['s3:*'], resources: ['*'] }),
    ],
    ['to everybody', new PolicyStatement({ principals: [new AnyPrincipal()], actions: ['s3:*'], resources: ['*'] })],
  ])('that gives %s is no matter', (_, statement) => {
    const { stack, bucket } = bothStacks();
    bucket.addToResourcePolicy(statement);
    expect(warnings(stack)).toEqual([]);
    expect(notes(stack)).toEqual([]);
  });

  test('that comes of a grant to the account is no matter', () => {
    const { stack, bucket } = bothStacks();
    bucket.grantReadWrite(new AccountPrincipal('111122223333'));
    expect(warnings(stack)).toEqual([]);
  });

  test('that lets another account in is one that does not let this one in', () => {
    const { stack, bucket } = bothStacks();
    bucket.grantReadWrite(new AccountPrincipal('999999999999'));
    expect(warnings(stack)).toHaveLength(2);
  });

  test('that lets it in on a condition only is no warning, and is told', () => {
    const { stack, bucket, job } = bothStacks();
    for (const statement of [...job.inputBucketPolicyStatements, ...job.outputBucketPolicyStatements]) {
      statement.addCondition('StringEquals', { 'aws:PrincipalOrgID': 'o-1' });
      bucket.addToResourcePolicy(statement);
    }
    expect(warnings(stack)).toEqual([]);
    expect(notes(stack)).toEqual([
      expect.stringMatching(/^inputBucketOwner: may let this account in .* Theirs\/Bucket on a condition.*OnCondition/),
      expect.stringMatching(/^outputBucketOwner: may let this account in .*"s3:PutObject"/),
    ]);
  });

  test('that lets a role of the account in is no warning, and is told', () => {
    const { stack, bucket } = bothStacks();
    bucket.grantReadWrite(new ArnPrincipal('arn:aws:iam::111122223333:role/Some'));
    expect(warnings(stack)).toEqual([]);
    expect(notes(stack)).toHaveLength(2);
  });

  test('that refuses what it allows is told to refuse it', () => {
    const { stack, bucket, job } = bothStacks();
    for (const statement of [...job.inputBucketPolicyStatements, ...job.outputBucketPolicyStatements]) {
      bucket.addToResourcePolicy(statement);
    }
    const [statement] = job.outputBucketPolicyStatements;
    bucket.addToResourcePolicy(statement.copy({ sid: 'Never', effect: Effect.DENY, principals: [new AnyPrincipal()] }));
    expect(warnings(stack)).toEqual([
      expect.stringMatching(/^outputBucketOwner: must .* bucket Theirs\/Bucket, which refuses it, got 444455556666/),
    ]);
  });

  test('that refuses plain HTTP lets the job in', () => {
    const { stack, bucket, job } = bothStacks({}, { enforceSSL: true });
    for (const statement of [...job.inputBucketPolicyStatements, ...job.outputBucketPolicyStatements]) {
      bucket.addToResourcePolicy(statement);
    }
    expect(warnings(stack)).toEqual([]);
  });

  test.each<[string, (bucket: Bucket) => string]>([
    ['attribute', ({ bucketArn }) => bucketArn],
    ['reference', ({ bucketName }) => `arn:${Aws.PARTITION}:s3:::${bucketName}`],
    ['name', () => 'arn:aws:s3:::their-own-bucket'],
    ['Fn::Sub', ({ stack, node }) => Fn.sub(`\${${stack.getLogicalId(node.defaultChild as CfnBucket)}.Arn}`)],
  ])("may be CloudFormation's own resource, with the bucket by its %s", (_, arnOf) => {
    const { stack, bucket } = bothStacks({}, { bucketName: 'their-own-bucket' });
    const allow = { Effect: 'Allow', Principal: { AWS: '111122223333' } };
    new CfnBucketPolicy(bucket.stack, 'Policy', {
      bucket: bucket.bucketName,
      policyDocument: {
        Statement: [
          { ...allow, Action: ['s3:GetObject', 's3:PutObject'], Resource: Fn.join('', [arnOf(bucket), '/*']) },
          { ...allow, Action: 's3:ListBucket', Resource: arnOf(bucket) },
        ],
      },
    });
    expect(warnings(stack)).toEqual([]);
  });

  test("that is CloudFormation's own resource for another bucket is not taken for it", () => {
    const { stack, bucket } = bothStacks();
    new CfnBucketPolicy(bucket.stack, 'Policy', {
      bucket: 'another-bucket',
      policyDocument: { Statement: { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' } },
    });
    expect(warnings(stack)).toHaveLength(2);
  });

  test('may be one that says nothing', () => {
    const { stack, bucket } = bothStacks();
    new CfnBucketPolicy(bucket.stack, 'Policy', { bucket: bucket.bucketName, policyDocument: {} });
    expect(warnings(stack)).toHaveLength(2);
    expect(warnings(stack)[0]).not.toContain('cannot be seen');
  });

  test('may be made for an imported bucket', () => {
    const stack = makeStack();
    const bucket = theirBucket(stack);
    const job = makeJob(stack, { outputBucket: bucket, outputBucketOwner: THEIRS });
    const theirs = new Stack(stack.node.root, 'Theirs', { env: { account: THEIRS, region: 'us-east-1' } });
    const { document } = new BucketPolicy(theirs, 'Policy', { bucket: theirBucket(theirs) });
    document.addStatements(...job.outputBucketPolicyStatements);
    expect(warnings(stack)).toEqual([]);
  });

  test('that names the account by a token of another stack does not let the job in', () => {
    const stack = makeStack({});
    const theirs = new Stack(stack.node.root, 'Theirs', { env: { account: THEIRS, region: 'us-east-1' } });
    const bucket = new Bucket(theirs, 'Bucket', { bucketName: 'their-bucket' });
    const job = makeJob(stack, { outputBucket: bucket });
    for (const statement of job.outputBucketPolicyStatements) bucket.addToResourcePolicy(statement);
    expect(warnings(stack)).toEqual([
      expect.stringMatching(/^outputBucketOwner: must let this account in .*Bucket, got/),
    ]);
  });

  test('is asked for in words that name no bucket unseen where there is one', () => {
    expect(warnings(bothStacks().stack)[0]).toContain('which cannot be seen from here');
  });
});

describe('a key of another account that comes with a bucket', () => {
  const keyed = (name: string, account: string) => {
    const stack = makeStack();
    const encryptionKey = Key.fromKeyArn(stack, 'TheirKey', `arn:aws:kms:us-east-1:${account}:key/1234`);
    return { stack, bucket: Bucket.fromBucketAttributes(stack, 'Keyed', { bucketName: name, account, encryptionKey }) };
  };
  const ofKeys = (stack: Stack) => warnings(stack).filter((text) => text.includes('KeyPolicyNotChecked'));

  test('is warned of for the results, with what its policy must say', () => {
    const { stack, bucket } = keyed('their-bucket', THEIRS);
    makeJob(stack, { outputBucket: bucket });
    expect(ofKeys(stack)).toEqual([
      expect.stringMatching(
        /^outputBucket: is not a key of this app.*use it through S3: .*"kms:Decrypt","kms:GenerateDataKey"/,
      ),
    ]);
  });

  test('is warned of for records that are there, which are only read', () => {
    const { stack, bucket } = keyed('their-bucket', THEIRS);
    makeJob(stack, { input: JobInput.fromBucketPrefix(bucket, 'records/') });
    expect(ofKeys(stack)).toEqual([expect.stringMatching(/^inputBucket: .*"Action":"kms:Decrypt"/)]);
  });

  test('is warned of for records that are copied there, which are written too', () => {
    const { stack, bucket } = keyed('their-bucket', THEIRS);
    makeJob(stack, { inputBucket: bucket });
    expect(ofKeys(stack)).toEqual([expect.stringMatching(/^inputBucket: .*"kms:GenerateDataKey"/)]);
  });

  test('is no matter where it is of this account', () => {
    const { stack, bucket } = keyed('my-bucket', '111122223333');
    makeJob(stack, { outputBucket: bucket });
    expect(ofKeys(stack)).toEqual([]);
  });
});

describe('the owner of a bucket', () => {
  test('is found where the bucket was imported with its account', () => {
    const stack = makeStack();
    const outputBucket = Bucket.fromBucketAttributes(stack, 'Theirs', { bucketName: 'their-bucket', account: THEIRS });
    makeJob(stack, { outputBucket });
    const properties = jobProperties(Template.fromStack(stack));
    expect(properties.outputBucketOwner).toBe(THEIRS);
    expect(properties.inputBucketOwner).toBeUndefined();
    expect(warnings(stack)).toHaveLength(1);
  });

  test('may differ for a bucket of the app: the warning names it as a template does', () => {
    const stack = makeStack();
    const bucket = new Bucket(stack, 'Mine');
    makeJob(stack, { outputBucket: bucket, outputBucketOwner: THEIRS });
    const logicalId = stack.getLogicalId(bucket.node.defaultChild as CfnBucket);
    expect(warnings(stack)).toEqual([expect.stringContaining(`"Resource":"\${${stack.resolve(logicalId)}.Arn}/*"`)]);
  });

  test('needs no mention, and no warning, where it is the account of the stack', () => {
    const stack = makeStack();
    makeJob(stack, { outputBucket: theirBucket(stack, 'mine'), outputBucketOwner: '111122223333' });
    expect(jobProperties(Template.fromStack(stack)).outputBucketOwner).toBeUndefined();
    expect(warnings(stack)).toEqual([]);
  });

  test('may be a token', () => {
    const stack = makeStack();
    makeJob(stack, { outputBucket: theirBucket(stack), outputBucketOwner: Aws.ACCOUNT_ID });
    expect(jobProperties(Template.fromStack(stack)).outputBucketOwner).toEqual({ Ref: 'AWS::AccountId' });
  });

  test('is said also where the account of the stack is decided at deployment', () => {
    const stack = makeStack({});
    makeJob(stack, { outputBucket: theirBucket(stack), outputBucketOwner: THEIRS });
    expect(jobProperties(Template.fromStack(stack)).outputBucketOwner).toBe(THEIRS);
    expect(warnings(stack)).toEqual([expect.stringContaining('arn:${AWS::Partition}:iam::${AWS::AccountId}:root')]);
  });

  test('is found there too, and may turn out to be that of the stack', () => {
    const stack = makeStack({});
    const outputBucket = Bucket.fromBucketAttributes(stack, 'Theirs', { bucketName: 'their-bucket', account: THEIRS });
    makeJob(stack, { outputBucket });
    expect(jobProperties(Template.fromStack(stack)).outputBucketOwner).toBe(THEIRS);
    expect(warnings(stack)).toEqual([
      expect.stringContaining('got 444455556666; it needs, unless that is the account of the stack (job.'),
    ]);
  });

  test('is not looked for where neither says: the buckets are then of the account that is decided at deployment', () => {
    const stack = makeStack({});
    makeJob(stack, { outputBucket: theirBucket(stack) });
    expect(jobProperties(Template.fromStack(stack)).outputBucketOwner).toBeUndefined();
    expect(warnings(stack)).toEqual([]);
  });

  test('that is a parameter is told by its name, as is a bucket of an export', () => {
    const stack = makeStack();
    const outputBucket = Bucket.fromBucketName(stack, 'Exported', Fn.importValue('SharedBucket'));
    makeJob(stack, { outputBucket, outputBucketOwner: new CfnParameter(stack, 'Owner').valueAsString });
    expect(warnings(stack)).toEqual([
      expect.stringMatching(/got \$\{Owner\}; it needs .*"arn:aws:s3:::<Fn::ImportValue SharedBucket>\/\*"/),
    ]);
  });

  test.each(['44445555666', '4444555566667', 'my-account'])('is refused when it is no account: %s', (owner) => {
    const stack = makeStack();
    const props = { outputBucket: theirBucket(stack), outputBucketOwner: owner };
    expect(refusalOf(props, stack)).toMatchObject([{ code: 'MalformedAccount', input: 'outputBucketOwner' }]);
  });

  test('is refused where the construct creates the bucket', () => {
    expect(refusalOf({ inputBucketOwner: THEIRS, outputBucketOwner: THEIRS })).toMatchObject([
      { code: 'UnusedBucketOwner', input: 'inputBucketOwner' },
      { code: 'UnusedBucketOwner', input: 'outputBucketOwner' },
    ]);
  });

  test('lets local records be copied to the bucket', () => {
    const stack = makeStack();
    const job = makeJob(stack, { inputBucket: theirBucket(stack), inputBucketOwner: THEIRS });
    expect(job.inputBucketPolicyStatements[0].actions).toEqual(['s3:GetObject', 's3:PutObject']);
  });
});

describe('access logs', () => {
  test('of both created buckets go to the bucket given, each below its own path', () => {
    const stack = makeStack();
    const accessLogsBucket = new Bucket(stack, 'Logs');
    const template = synthJob({ accessLogsBucket }, stack);
    const prefixes = Object.values(template.findResources('AWS::S3::Bucket'))
      .map(({ Properties }) => Properties?.LoggingConfiguration)
      .filter((logging) => logging !== undefined);
    expect(prefixes).toEqual(
      ['Input', 'Output'].map((which) => ({
        DestinationBucketName: stack.resolve(accessLogsBucket.bucketName),
        LogFilePrefix: `Books/Chapters/${which}Bucket/`,
      })),
    );
  });

  test('may go to a bucket of another stack, and the stacks do not wait for each other', () => {
    const app = new App({
      context: { 'cdk-bedrock-batch:today': TODAY, '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true },
    });
    const accessLogsBucket = new Bucket(new Stack(app, 'Shared', US_EAST_1), 'Logs');
    const template = synthJob({ accessLogsBucket }, new Stack(app, 'Books', US_EAST_1));
    expect(JSON.stringify(template.findResources('AWS::S3::Bucket'))).toContain('Shared:ExportsOutput');
  });

  test('are refused where every bucket is the user’s own', () => {
    const stack = makeStack();
    const [inputBucket, outputBucket] = ['a-bucket', 'b-bucket'].map((name) => theirBucket(stack, name));
    const props = { inputBucket, outputBucket, accessLogsBucket: theirBucket(stack) };
    expect(refusalOf(props, stack)).toMatchObject([{ code: 'UnusedBucketOption', input: 'accessLogsBucket' }]);
  });
});

describe('retention of data', () => {
  const rules = (props: Partial<BatchInferenceJobProps>) =>
    Object.values(synthJob(props).findResources('AWS::S3::Bucket')).map(
      ({ Properties }) => Properties.LifecycleConfiguration?.Rules,
    );

  test('removes records, results, their versions and parts of uploads in both created buckets', () => {
    const both = [
      {
        Status: 'Enabled',
        ExpirationInDays: 30,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 30 },
      },
      { Status: 'Enabled', ExpiredObjectDeleteMarker: true },
    ];
    expect(rules({ dataRetention: Duration.days(30) })).toEqual([both, both]);
  });

  test('is for ever where nothing is said', () => {
    expect(rules({})).toEqual([undefined, undefined]);
  });

  test('may be a token, in days', () => {
    const [[expiring]] = rules({ dataRetention: Duration.days(Token.asNumber({ Ref: 'Days' })) });
    expect(expiring.ExpirationInDays).toEqual({ Ref: 'Days' });
    expect(refusalOf({ dataRetention: Duration.hours(Token.asNumber({ Ref: 'Hours' })) })).toMatchObject([
      { code: 'RetentionNotInDays', input: 'dataRetention' },
    ]);
  });

  test('takes one day, and no less', () => {
    expect(rules({ dataRetention: Duration.hours(24) })[0][0].ExpirationInDays).toBe(1);
    expect(refusalOf({ dataRetention: Duration.hours(23) })).toMatchObject([{ code: 'RetentionTooShort' }]);
  });

  test('takes whole days', () => {
    expect(refusalOf({ dataRetention: Duration.hours(25) })).toMatchObject([{ code: 'RetentionNotWholeDays' }]);
  });

  test('is no shorter than the job may take', () => {
    expect(rules({ dataRetention: Duration.days(3), timeout: Duration.hours(72) })).toHaveLength(2);
    expect(refusalOf({ dataRetention: Duration.days(3), timeout: Duration.hours(73) })).toMatchObject([
      { code: 'RetentionShorterThanTimeout', input: 'dataRetention' },
    ]);
  });

  test('is refused where every bucket is the user’s own', () => {
    const stack = makeStack();
    const [inputBucket, outputBucket]: IBucket[] = ['a-bucket', 'b-bucket'].map((name) => theirBucket(stack, name));
    expect(refusalOf({ inputBucket, outputBucket, dataRetention: Duration.days(30) }, stack)).toMatchObject([
      { code: 'UnusedBucketOption', input: 'dataRetention' },
    ]);
  });

  test('holds for the one bucket that is created', () => {
    const stack = makeStack();
    const template = synthJob({ outputBucket: theirBucket(stack), dataRetention: Duration.days(30) }, stack);
    template.resourceCountIs('AWS::S3::Bucket', 1);
    template.hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: Match.anyValue() });
  });
});
