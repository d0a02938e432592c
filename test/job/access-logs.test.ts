import { App, Aws, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { accessLogPrefix } from '../../src/job/access-logs';
import { makeJob, makeStack, refusalOf, TODAY, US_EAST_1 } from './synth-job';

const OTHER_REGION = { env: { account: '111122223333', region: 'eu-west-1' } };
const OTHER_ACCOUNT = { env: { account: '444455556666', region: 'us-east-1' } };
const context = { 'cdk-bedrock-batch:today': TODAY, '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true };

/** What is warned of a job whose logs go to a bucket. */
function warningsOf(make: (stack: Stack) => IBucket, stack: Stack = makeStack()): string[] {
  makeJob(stack, { accessLogsBucket: make(stack) });
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('^accessLogsBucket'))
    .map(({ entry }) => String(entry.data));
}

describe('the place of the bucket for access logs', () => {
  const theirs = (stack: Stack, env: { account?: string; region?: string }) =>
    Bucket.fromBucketAttributes(stack, 'Logs', { bucketName: 'their-logs', ...env });

  test.each([['us-east-1'], [undefined], [Aws.REGION]])('may be an imported one of Region %s', (region) => {
    expect(warningsOf((stack) => theirs(stack, { region }))).toEqual([]);
  });

  test('may be another stack of the same account and Region', () => {
    const app = new App({ context });
    const accessLogsBucket = new Bucket(new Stack(app, 'Shared', US_EAST_1), 'Logs');
    expect(() => makeJob(new Stack(app, 'Books', US_EAST_1), { accessLogsBucket })).not.toThrow();
  });

  test.each([
    ['Region', { region: 'eu-west-1' }, 'us-east-1', 'eu-west-1'],
    ['account', { account: '444455556666' }, '111122223333', '444455556666'],
  ])('is refused where the %s is another one, before a bucket is made', (name, env, must, got) => {
    const stack = makeStack();
    expect(refusalOf({ accessLogsBucket: theirs(stack, env) }, stack)).toEqual([
      {
        code: 'LogsBucketElsewhere',
        input: 'accessLogsBucket',
        message: `must be in the ${name} of the stack (${must}), as S3 asks for, got ${got}; give a bucket of that ${name}`,
      },
    ]);
  });

  test.each([
    ['Region', OTHER_REGION],
    ['account', OTHER_ACCOUNT],
  ])('is refused in a stack of another %s', (_, props) => {
    const app = new App({ context });
    const accessLogsBucket = new Bucket(new Stack(app, 'Shared', props), 'Logs', { bucketName: 'shared-logs' });
    expect(() => makeJob(new Stack(app, 'Books', US_EAST_1), { accessLogsBucket })).toThrow('[LogsBucketElsewhere]');
  });

  test('is refused for the one bucket that is made', () => {
    const stack = makeStack();
    const accessLogsBucket = theirs(stack, { region: 'eu-west-1' });
    const inputBucket = Bucket.fromBucketName(stack, 'Records', 'records');
    expect(refusalOf({ accessLogsBucket, inputBucket }, stack)).toMatchObject([{ code: 'LogsBucketElsewhere' }]);
  });

  test('is not judged where the stack does not know its own', () => {
    expect(warningsOf((stack) => theirs(stack, { region: 'eu-west-1' }), makeStack({}))).toEqual([]);
  });
});

describe('a bucket for access logs that S3 does not deliver to', () => {
  test.each<[string, (stack: Stack) => IBucket]>([
    ['a key', (stack) => new Bucket(stack, 'Logs', { encryptionKey: new Key(stack, 'Key') })],
    ['the KMS key of S3', (stack) => new Bucket(stack, 'Logs', { encryption: BucketEncryption.KMS_MANAGED })],
    ['two layers', (stack) => new Bucket(stack, 'Logs', { encryption: BucketEncryption.DSSE_MANAGED })],
    [
      'a key, imported',
      (stack) =>
        Bucket.fromBucketAttributes(stack, 'Logs', { bucketName: 'logs', encryptionKey: new Key(stack, 'Key') }),
    ],
  ])('with %s is warned of once', (_, make) => {
    expect(warningsOf(make)).toEqual([
      expect.stringMatching(/^accessLogsBucket: should have the default encryption of S3 .*LogsBucketEncrypted/),
    ]);
  });

  test.each<[string, (stack: Stack) => IBucket]>([
    ['with Object Lock', (stack) => new Bucket(stack, 'Logs', { objectLockEnabled: true })],
    [
      'with a default retention',
      (stack) =>
        new Bucket(stack, 'Logs', { objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(1)) }),
    ],
  ])('%s is warned of', (_, make) => {
    expect(warningsOf(make)).toEqual([expect.stringContaining('LogsBucketLocked')]);
  });

  test.each<[string, (stack: Stack) => IBucket]>([
    ['nothing said', (stack) => new Bucket(stack, 'Logs')],
    ['SSE-S3', (stack) => new Bucket(stack, 'Logs', { encryption: BucketEncryption.S3_MANAGED })],
    ['an imported name', (stack) => Bucket.fromBucketName(stack, 'Logs', 'logs')],
  ])('is not one with %s', (_, make) => {
    expect(warningsOf(make)).toEqual([]);
  });
});

describe('the prefix of access logs', () => {
  const prefixAt = (...ids: string[]) => {
    const scope = ids.reduce<Construct>((parent, id) => new Construct(parent, id), new App() as unknown as Construct);
    return { prefix: accessLogPrefix(scope, 'InputBucket'), path: scope.node.path, start: scope.node.addr.slice(0, 8) };
  };

  test('is the path, where that is of letters, digits and hyphens', () => {
    expect(prefixAt('Prod', 'Books-2', 'Chapters').prefix).toBe('Prod/Books-2/Chapters/InputBucket/');
  });

  test.each([
    ['*', ''],
    ['${aws:username}', 'aws-username'],
    ['my_job', 'my-job'],
    ['a.b', 'a-b'],
    ['Bücher', 'Bucher'],
    ['本', ''],
    ['a?b', 'a-b'],
  ])('has no %s in it, and the beginning of the address behind it', (id, clean) => {
    const { prefix, start } = prefixAt('Books', id);
    expect(prefix).toBe(`Books${clean === '' ? '' : `/${clean}`}-${start}/InputBucket/`);
  });

  test('is the address, where nothing of the path is left', () => {
    const { prefix, start } = prefixAt('本');
    expect(prefix).toBe(`${start}/InputBucket/`);
  });

  test('is as long as 256 characters, whole', () => {
    const id = 'x'.repeat(256 - '/InputBucket/'.length);
    expect(prefixAt(id).prefix).toBe(`${id}/InputBucket/`);
  });

  test('is cut from 257 characters on, so that the end of the path stays', () => {
    const { prefix, start } = prefixAt('Books', 'y'.repeat(257 - 'Books//Last/InputBucket/'.length), 'Last');
    expect(prefix).toHaveLength(256);
    expect(prefix).toMatch(new RegExp(`/?y+/Last-${start}/InputBucket/$`));
  });

  test('is never more than S3 and a policy take for what it is, and never that of another path', () => {
    // Not `__proto__`, which constructs do not take for a name.
    const id = fc.string({ maxLength: 90, unit: 'grapheme' }).map((name) => `c${name}`);
    const path = fc.array(id, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(path, path, (one, other) => {
        const [first, second] = [prefixAt(...one), prefixAt(...other)];
        expect(first.prefix).toMatch(/^[A-Za-z0-9][A-Za-z0-9/-]{0,255}$/);
        expect(first.prefix === second.prefix).toBe(first.path === second.path);
      }),
    );
  });

  test('is made of no token, since constructs take none in a name', () => {
    const stack = makeStack();
    expect(() => makeJob(stack, { accessLogsBucket: new Bucket(stack, 'Logs') }, Aws.REGION)).toThrow(/token/i);
  });

  test('is the only place of the logs that the policy of their bucket opens', () => {
    const stack = new Stack(new App({ context }), 'Books', US_EAST_1);
    makeJob(stack, { accessLogsBucket: new Bucket(stack, 'Logs') }, '${aws:username}*');
    const template = Template.fromStack(stack);
    const [policy] = Object.values(template.findResources('AWS::S3::BucketPolicy')).filter((each) =>
      JSON.stringify(each).includes('logging.s3.amazonaws.com'),
    );
    const resources = JSON.stringify(
      policy?.Properties.PolicyDocument.Statement.map(({ Resource }: { Resource: unknown }) => Resource),
    );
    expect(resources).toMatch(/Books\/aws-username-[0-9a-f]{8}\/InputBucket\/\*/);
    expect(resources).not.toContain('${');
  });
});
