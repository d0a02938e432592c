import { App, Aspects, Aws, CfnParameter, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations as Found, Match, Template } from 'aws-cdk-lib/assertions';
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { CfnLogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type BatchInferenceJobProps, JobInput } from '../../src';
import { admitLogs } from '../../src/job/job-key';
import { jobProperties, makeJob, makeStack, refusalOf, TODAY, US_EAST_1 } from './synth-job';

const imported = (stack: Stack, account = '111122223333', region = 'us-east-1') =>
  Key.fromKeyArn(stack, `Key-${account}`, `arn:aws:kms:${region}:${account}:key/12345678-1234-1234-1234-123456789012`);
const warnings = (stack: Stack) =>
  Found.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));
const logKeys = (template: Template) =>
  Object.values(template.findResources('AWS::Logs::LogGroup')).map(({ Properties }) => Properties.KmsKeyId);
/** What keys let CloudWatch Logs do, as the template has it. */
const logStatements = (template: Template) =>
  Object.values(template.findResources('AWS::KMS::Key'))
    .flatMap(({ Properties }) => Properties.KeyPolicy.Statement)
    .filter(({ Principal }) => JSON.stringify(Principal).includes('logs.'));

/** What keys let another account do, as the template has it. */
const accountStatements = (template: Template) =>
  Object.values(template.findResources('AWS::KMS::Key'))
    .flatMap(({ Properties }) => Properties.KeyPolicy.Statement)
    .filter(({ Condition }) => Condition?.StringEquals?.['kms:ViaService'] !== undefined);

describe('a key of the stack', () => {
  const stack = makeStack();
  const encryptionKey = new Key(stack, 'Key');
  makeJob(stack, { encryptionKey });
  const template = Template.fromStack(stack);
  const [logGroup] = Object.keys(template.findResources('AWS::Logs::LogGroup'));

  test('encrypts the log group of the starter', () => {
    expect(logKeys(template)).toEqual([stack.resolve(encryptionKey.keyArn)]);
  });

  test('lets CloudWatch Logs use it for that log group and no other', () => {
    expect(logStatements(template)).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'logs.us-east-1.amazonaws.com' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        Resource: '*',
        Condition: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-east-1:111122223333:log-group:Books-${logGroup}-*`,
          },
        },
      },
    ]);
  });

  test('needs no warning', () => {
    expect(warnings(stack)).toEqual([]);
  });
});

describe('the log group that the jobs of a stack share', () => {
  test('has no key where no job has one', () => {
    const stack = makeStack();
    makeJob(stack);
    expect(logKeys(Template.fromStack(stack))).toEqual([undefined]);
  });

  test('has the key of the job that brings one, the first or not', () => {
    const stack = makeStack();
    const encryptionKey = new Key(stack, 'Key');
    makeJob(stack, {}, 'Without');
    makeJob(stack, { encryptionKey }, 'With');
    expect(logKeys(Template.fromStack(stack))).toEqual([stack.resolve(encryptionKey.keyArn)]);
    expect(warnings(stack)).toEqual([]);
  });

  test('admits a key of two jobs once', () => {
    const stack = makeStack();
    const encryptionKey = new Key(stack, 'Key');
    for (const id of ['First', 'Second']) makeJob(stack, { encryptionKey }, id);
    expect(logStatements(Template.fromStack(stack))).toHaveLength(1);
    expect(warnings(stack)).toEqual([]);
  });

  test('keeps the first of two keys, and the second job says so', () => {
    const stack = makeStack();
    const keys = ['Key1', 'Key2'].map((id) => new Key(stack, id));
    for (const [index, encryptionKey] of keys.entries()) makeJob(stack, { encryptionKey }, `Job${index}`);
    expect(logKeys(Template.fromStack(stack))).toEqual([stack.resolve(keys[0].keyArn)]);
    expect(warnings(stack)).toEqual([expect.stringMatching(/Books\/Key2 after Books\/Key1.*LogsHaveOtherKey/)]);
  });
});

describe('a key from elsewhere', () => {
  test('of another stack is extended there, and the stacks do not wait for each other', () => {
    const app = new App({ context: { 'cdk-bedrock-batch:today': TODAY } });
    const keys = new Stack(app, 'Keys', US_EAST_1);
    const encryptionKey = new Key(keys, 'Key');
    const stack = new Stack(app, 'Books', US_EAST_1);
    makeJob(stack, { encryptionKey });
    expect(JSON.stringify(logKeys(Template.fromStack(stack)))).toContain('Keys:ExportsOutput');
    expect(JSON.stringify(logStatements(Template.fromStack(keys)))).toContain(':log-group:Books-BatchInference');
    expect(warnings(stack)).toEqual([]);
  });

  test('of a parent stack does not make a circle with the nested one', () => {
    const stack = makeStack();
    const encryptionKey = new Key(stack, 'Key');
    const nested = new NestedStack(stack, 'Nested');
    makeJob(nested as unknown as Stack, { encryptionKey });
    const given = JSON.stringify(logStatements(Template.fromStack(stack)));
    expect(given).toContain(':log-group:*-BatchInferenceJobStarterLogs');
    expect(JSON.stringify(logKeys(Template.fromStack(nested)))).toContain('"Ref":"referenceto');
  });

  test('that is imported encrypts all the same, and a warning tells the statement that its policy must have', () => {
    const stack = makeStack();
    const encryptionKey = imported(stack);
    makeJob(stack, { encryptionKey });
    const template = Template.fromStack(stack);
    expect(logKeys(template)).toEqual([encryptionKey.keyArn]);
    expect(jobProperties(template).outputKeyArn).toBe(encryptionKey.keyArn);
    const [warning, ...others] = warnings(stack);
    expect(others).toEqual([]);
    expect(warning).toContain('cdk-bedrock-batch:KeyPolicyNotChecked');
    expect(warning).toContain('"Principal":{"Service":"logs.us-east-1.amazonaws.com"}');
    expect(warning).toContain('log-group:Books-BatchInferenceJobStarterLogs');
  });

  test('of another account is used through S3 and not for the logs, and a warning tells what its policy must say', () => {
    const stack = makeStack();
    const encryptionKey = imported(stack, '444455556666');
    makeJob(stack, { encryptionKey });
    const template = Template.fromStack(stack);
    expect(logKeys(template)).toEqual([undefined]);
    expect(jobProperties(template).outputKeyArn).toBe(encryptionKey.keyArn);
    expect(warnings(stack)).toEqual([
      expect.stringContaining('arn:aws:iam::111122223333:root'),
      expect.stringMatching(
        /^encryptionKey: must be of the account of the stack .*got Books\/Key-444.*:LogsWithoutKey/,
      ),
    ]);
    expect(warnings(stack)[0]).toContain('"kms:ViaService":"s3.us-east-1.amazonaws.com"');
    expect(warnings(stack)[0]).toContain('cdk-bedrock-batch:KeyPolicyNotChecked');
  });

  test('of another Region is refused', () => {
    const stack = makeStack();
    const encryptionKey = imported(stack, '111122223333', 'eu-west-1');
    const [issue] = refusalOf({ encryptionKey }, stack);
    expect(issue).toMatchObject({ code: 'KeyInOtherRegion', input: 'encryptionKey' });
    expect(issue.message).toMatch(/us-east-1.*eu-west-1/);
  });

  test('of any Region is taken where that of the stack is not known', () => {
    const stack = makeStack({});
    const encryptionKey = imported(stack, '111122223333', 'eu-west-1');
    makeJob(stack, { encryptionKey });
    expect(logKeys(Template.fromStack(stack))).toEqual([encryptionKey.keyArn]);
  });
});

describe('a key where the account of the stack is decided at deployment', () => {
  const stack = makeStack({});
  const encryptionKey = imported(stack);
  makeJob(stack, { encryptionKey });

  test('encrypts the logs, as it does where it turns out to be of that account', () => {
    expect(logKeys(Template.fromStack(stack))).toEqual([encryptionKey.keyArn]);
  });

  test('must be of that account for the logs, and a warning tells how to say that it is not', () => {
    expect(warnings(stack)).toContainEqual(
      expect.stringMatching(
        /CloudWatch Logs .*; the key must be of the account of the stack, which says so in env where that is not 111122223333: \[/,
      ),
    );
  });

  test('is told to let that account in, unless it is its own', () => {
    expect(warnings(stack)).toContainEqual(
      expect.stringMatching(
        /through S3, unless the stack is deployed to 111122223333: .*"arn:\$\{AWS::Partition\}:iam::\$\{AWS::AccountId\}:root"/,
      ),
    );
  });

  test('needs no such words where the account is that of the stack', () => {
    const known = makeStack();
    makeJob(known, { encryptionKey: imported(known) });
    expect(warnings(known)).toEqual([expect.not.stringContaining('must be of the account')]);
  });

  test('is not told of where it is made there', () => {
    const own = makeStack({});
    makeJob(own, { encryptionKey: new Key(own, 'Key') });
    expect(warnings(own)).toEqual([]);
  });

  test('is not let in by a key of the app whose account is known: there, the token would be another account', () => {
    const agnostic = makeStack({ env: { region: 'us-east-1' } });
    const theirs = new Stack(agnostic.node.root, 'Keys', { env: { account: '444455556666', region: 'us-east-1' } });
    const bucket = new Bucket(theirs, 'Bucket', { bucketName: 'their-bucket', encryptionKey: new Key(theirs, 'Key') });
    makeJob(agnostic, { outputBucket: bucket });
    expect(accountStatements(Template.fromStack(theirs))).toEqual([]);
    expect(warnings(agnostic)).toContainEqual(
      expect.stringMatching(
        /^outputBucket: is a key of this app whose policy is not changed from here, got Keys\/Key;/,
      ),
    );
  });
});

describe('a key of the app in another account', () => {
  const bothStacks = () => {
    const app = new App({ context: { 'cdk-bedrock-batch:today': TODAY } });
    const keys = new Stack(app, 'Keys', { env: { account: '444455556666', region: 'us-east-1' } });
    return { keys, stack: new Stack(app, 'Books', US_EAST_1), key: new Key(keys, 'Key') };
  };
  const ofKeys = (stack: Stack) => warnings(stack).filter((text) => /LogsWithoutKey|KeyPolicyNotChecked/.test(text));
  const throughS3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };

  test('lets the account of the job use it through S3', () => {
    const { keys, stack, key } = bothStacks();
    makeJob(stack, { encryptionKey: key });
    expect(accountStatements(Template.fromStack(keys))).toMatchObject([
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*', Condition: throughS3 },
    ]);
  });

  test('is reached from the stack of the job, which waits for that of the key and not the other way round', () => {
    const { keys, stack, key } = bothStacks();
    makeJob(stack, { encryptionKey: key });
    const { 'Fn::GetStackOutput': output } = jobProperties(Template.fromStack(stack)).outputKeyArn as never;
    expect(output).toMatchObject({ StackName: 'Keys' });
    const waitsFor = (one: Stack) => one.dependencies.map(({ stackName }) => stackName);
    expect([waitsFor(stack), waitsFor(keys)]).toEqual([['Keys'], []]);
  });

  test('does not encrypt the logs, which is all that is left to be told', () => {
    const { stack, key } = bothStacks();
    makeJob(stack, { encryptionKey: key });
    expect(logKeys(Template.fromStack(stack))).toEqual([undefined]);
    expect(ofKeys(stack)).toEqual([expect.stringContaining('LogsWithoutKey')]);
  });

  test('lets the account of two jobs in once', () => {
    const { keys, stack, key } = bothStacks();
    for (const id of ['First', 'Second']) makeJob(stack, { encryptionKey: key }, id);
    expect(accountStatements(Template.fromStack(keys))).toHaveLength(1);
  });

  test('that comes with a bucket is extended as well, and needs no warning', () => {
    const { keys, stack, key } = bothStacks();
    const bucket = new Bucket(keys, 'Bucket', { bucketName: 'their-bucket', encryptionKey: key });
    makeJob(stack, { input: JobInput.fromBucketPrefix(bucket, 'records/') });
    expect(accountStatements(Template.fromStack(keys))).toMatchObject([
      { Action: 'kms:Decrypt', Condition: throughS3 },
    ]);
    expect(ofKeys(stack)).toEqual([]);
  });
});

describe('a log group elsewhere in the app', () => {
  const issuesOf = (account: string) => {
    const stack = makeStack();
    const logGroup = new LogGroup(stack, 'Events').node.defaultChild as CfnLogGroup;
    return admitLogs(imported(stack, account), logGroup).map(({ message }) => message);
  };

  test('is told to have a key of the account of its stack', () => {
    expect(issuesOf('444455556666')).toEqual([
      expect.stringContaining('; the key must be of the account of the stack: ['),
    ]);
  });

  test('is told no such thing where the key is', () => {
    expect(issuesOf('111122223333')).toEqual([expect.not.stringContaining('account of the stack')]);
  });
});

describe('a log group that is given a name', () => {
  const named = (
    logGroupName: (stack: Stack) => string,
    key: (stack: Stack) => IKey = (stack) => new Key(stack, 'Key'),
  ) => {
    const stack = makeStack();
    const encryptionKey = key(stack);
    makeJob(stack, { encryptionKey });
    Aspects.of(stack).add({
      visit: (node) => {
        if (node instanceof CfnLogGroup) node.logGroupName = logGroupName(stack);
      },
    });
    const [statement] = logStatements(Template.fromStack(Stack.of(encryptionKey)));
    return statement.Condition.ArnLike['kms:EncryptionContext:aws:logs:arn'];
  };
  const keyOfAnotherStack = (stack: Stack) => new Key(new Stack(stack.node.root, 'Keys', US_EAST_1), 'Key');

  test('by an aspect is the one for which the key may be used', () => {
    expect(named(() => '/books/starter')).toBe('arn:aws:logs:us-east-1:111122223333:log-group:/books/starter');
    expect(named(() => '/books/starter', keyOfAnotherStack)).toContain(':log-group:/books/starter');
  });

  test('that is a token is so too in the stack of the key', () => {
    expect(named(() => `/${Aws.STACK_NAME}/starter`)).toEqual({
      'Fn::Join': ['', ['arn:aws:logs:us-east-1:111122223333:log-group:/', { Ref: 'AWS::StackName' }, '/starter']],
    });
  });

  test('that is a token is not told to the stack of a key elsewhere, which the job waits for', () => {
    const name = (stack: Stack) =>
      ((stack.node.tryFindChild('Name') as CfnParameter | undefined) ?? new CfnParameter(stack, 'Name')).valueAsString;
    expect(named(name, keyOfAnotherStack)).toBe('arn:aws:logs:us-east-1:111122223333:log-group:*');
  });
});

describe('an alias', () => {
  test('stands for its key, on which the rights are given', () => {
    const stack = makeStack();
    const key = new Key(stack, 'Key');
    makeJob(stack, { encryptionKey: new Alias(stack, 'Alias', { aliasName: 'alias/books', targetKey: key }) });
    const template = Template.fromStack(stack);
    expect(jobProperties(template).outputKeyArn).toEqual(stack.resolve(key.keyArn));
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('alias/books');
  });

  test('of which no more is known than its name is refused, with what to use instead', () => {
    const stack = makeStack();
    const props: Partial<BatchInferenceJobProps> = {
      encryptionKey: Alias.fromAliasName(stack, 'Alias', 'alias/books') as IKey,
    };
    const [issue] = refusalOf(props, stack);
    expect(issue).toMatchObject({ code: 'KeyIsAlias', input: 'encryptionKey' });
    expect(issue.message).toContain('Key.fromLookup');
  });

  test('that is a token is refused by a name that can be read', () => {
    const stack = makeStack();
    const aliasName = Fn.join('/', ['alias', Aws.REGION]);
    const [issue] = refusalOf({ encryptionKey: Alias.fromAliasName(stack, 'Alias', aliasName) as IKey }, stack);
    expect(issue.message).toContain('got the alias "alias/${AWS::Region}"');
  });
});

describe('an alias that comes with a bucket', () => {
  const theirs = (stack: Stack, encryptionKey: IKey) =>
    Bucket.fromBucketAttributes(stack, 'Aliased', { bucketName: 'a-bucket', encryptionKey });
  const byName = (stack: Stack) => Alias.fromAliasName(stack, 'Alias', 'alias/books') as IKey;
  const keyResources = (template: Template) =>
    Object.values(template.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('kms:'))
      .map(({ Resource }) => Resource);

  test('stands for its key, for results and for records', () => {
    const stack = makeStack();
    const key = new Key(stack, 'Key');
    const bucket = new Bucket(stack, 'Mine', { encryptionKey: key.addAlias('alias/books') });
    makeJob(stack, { input: JobInput.fromBucketPrefix(bucket, 'in/'), outputBucket: bucket, outputPrefix: 'out/' });
    const resources = keyResources(Template.fromStack(stack));
    expect(resources.length).toBeGreaterThan(1);
    for (const resource of resources) expect(resource).toEqual(stack.resolve(key.keyArn));
  });

  test('of which no more is known than its name is refused, for the results', () => {
    const stack = makeStack();
    const [issue, ...others] = refusalOf({ outputBucket: theirs(stack, byName(stack)) }, stack);
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ code: 'KeyIsAlias', input: 'outputBucket' });
    expect(issue.message).toMatch(/"alias\/books".*Key\.fromLookup/);
  });

  test.each<[string, (bucket: ReturnType<typeof theirs>) => Partial<BatchInferenceJobProps>]>([
    ['that are there', (bucket) => ({ input: JobInput.fromBucketPrefix(bucket, 'in/') })],
    ['that are copied', (inputBucket) => ({ inputBucket })],
  ])('is refused so for records %s', (_, props) => {
    const stack = makeStack();
    expect(refusalOf(props(theirs(stack, byName(stack))), stack)).toMatchObject([
      { code: 'KeyIsAlias', input: 'inputBucket' },
    ]);
  });

  test('is no matter for results that the job encrypts with a key of its own', () => {
    const stack = makeStack();
    const encryptionKey = new Key(stack, 'Key');
    makeJob(stack, { outputBucket: theirs(stack, byName(stack)), encryptionKey });
    const template = Template.fromStack(stack);
    expect(jobProperties(template).outputKeyArn).toEqual(stack.resolve(encryptionKey.keyArn));
    expect(JSON.stringify(template.toJSON())).not.toContain('alias/books');
  });

  test('that is a token is refused by a name that can be read', () => {
    const stack = makeStack();
    const name = `alias/${new CfnParameter(new Stack(), 'Which').valueAsString}`;
    const alias = Alias.fromAliasName(stack, 'Alias', name) as IKey;
    const [issue] = refusalOf({ outputBucket: theirs(stack, alias) }, stack);
    expect(issue.message).toContain('got the alias "alias/${Which}"');
  });
});
