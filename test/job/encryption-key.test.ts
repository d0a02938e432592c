import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations as Found, Match, Template } from 'aws-cdk-lib/assertions';
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { BatchInferenceJobProps } from '../../src';
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
    const [warning, ...others] = warnings(stack);
    expect(others).toEqual([]);
    expect(warning).toContain('cdk-bedrock-batch:KeyPolicyNotChecked');
    expect(warning).toContain('arn:aws:iam::111122223333:root');
    expect(warning).toContain('"kms:ViaService":"s3.us-east-1.amazonaws.com"');
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
    makeJob(stack, { encryptionKey: imported(stack, '111122223333', 'eu-west-1') });
    expect(logKeys(Template.fromStack(stack))).toHaveLength(1);
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
});
