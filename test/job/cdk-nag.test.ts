import { type App, Duration, type Stack, Stage } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { BatchModel, JobInput } from '../../src';
import { makeJob, makeStack } from './synth-job';

const ACKNOWLEDGED = 'aws:cdk:acknowledged-rules';

const findings = (stack: Stack) =>
  new AwsSolutionsChecks(Stage.of(stack) as App).validateScope(stack).violations.map(({ ruleName }) => ruleName);

/** Every acknowledgement of this pack below a construct: where, which finding. */
function acknowledged(scope: IConstruct): [path: string, id: string][] {
  return scope.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === ACKNOWLEDGED)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]): [string, string] => {
        expect(reason.length).toBeGreaterThan(20);
        return [construct.node.path, id];
      })
      .filter(([, id]) => id.startsWith('AwsSolutions-')),
  );
}

describe('AwsSolutions', () => {
  test('finds nothing in what five lines create', () => {
    const stack = makeStack();
    makeJob(stack);
    expect(findings(stack)).toEqual([]);
  });

  test('is acknowledged exactly: one finding, one place, one reason each', () => {
    const stack = makeStack();
    makeJob(stack);
    const job = 'arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/*';
    expect(acknowledged(stack)).toEqual([
      ['Books/Chapters/InputBucket', 'AwsSolutions-S1'],
      ['Books/Chapters/OutputBucket', 'AwsSolutions-S1'],
      [
        'Books/Chapters/Role',
        expect.stringMatching(/^AwsSolutions-IAM5\[Resource::<ChaptersOutputBucket[0-9A-F]{8}\.Arn>\/\*\]$/),
      ],
      ['Books/BatchInferenceJobStarter', `AwsSolutions-IAM5[Resource::${job}]`],
      ['Books/BatchInferenceJobStarter', 'AwsSolutions-IAM5[Resource::*]'],
    ]);
  });

  test('finds nothing in a stack whose Region is decided at deployment', () => {
    const stack = makeStack({});
    makeJob(stack);
    expect(findings(stack)).toEqual([]);
  });

  test('finds nothing with an input prefix in a bucket of the user', () => {
    const stack = makeStack();
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'my-bucket');
    makeJob(stack, { input: JobInput.fromBucketPrefix(bucket, 'records/') });
    expect(findings(stack)).toEqual([]);
  });

  test('finds nothing with an application inference profile', () => {
    const stack = makeStack();
    const arn = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6';
    makeJob(stack, { model: BatchModel.fromApplicationInferenceProfile(arn) });
    expect(findings(stack)).toEqual([]);
  });

  const inVpc = (env?: object) => {
    const stack = makeStack(env);
    const vpc = Vpc.fromVpcAttributes(stack, 'Theirs', {
      vpcId: 'vpc-1',
      availabilityZones: ['us-east-1a'],
      privateSubnetIds: ['subnet-1'],
    });
    makeJob(stack, { vpc });
    return stack;
  };

  test.each([
    ['in a known Region', undefined],
    ['where the Region is decided at deployment', {}],
  ])('finds nothing in a job in a VPC, %s', (_, env) => {
    expect(findings(inVpc(env))).toEqual([]);
  });

  test('is acknowledged exactly for a VPC: two wildcards of its page more, on the service role', () => {
    expect(acknowledged(inVpc()).filter(([path]) => path === 'Books/Chapters/Role')).toEqual([
      ['Books/Chapters/Role', expect.stringContaining('OutputBucket')],
      ['Books/Chapters/Role', 'AwsSolutions-IAM5[Resource::*]'],
      ['Books/Chapters/Role', 'AwsSolutions-IAM5[Resource::arn:aws:ec2:us-east-1:111122223333:network-interface/*]'],
    ]);
  });

  test('finds nothing with a key, access logs and retention, and needs no acknowledgement for logs', () => {
    const stack = makeStack();
    const accessLogsBucket = new Bucket(stack, 'Logs', {
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      serverAccessLogsPrefix: 'own/',
    });
    const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
    makeJob(stack, { encryptionKey, accessLogsBucket, dataRetention: Duration.days(30) });
    expect(findings(stack)).toEqual([]);
    expect(JSON.stringify(acknowledged(stack))).not.toContain('AwsSolutions-S1');
  });

  test('finds nothing with buckets of another account', () => {
    const stack = makeStack();
    const bucket = Bucket.fromBucketName(stack, 'Theirs', 'their-bucket');
    makeJob(stack, { outputBucket: bucket, outputBucketOwner: '444455556666' });
    expect(findings(stack)).toEqual([]);
  });

  test('would find what is not acknowledged: the check can fail', () => {
    const stack = makeStack();
    makeJob(stack);
    new Bucket(stack, 'Open');
    expect(findings(stack)).toEqual(['AwsSolutions-S1', 'AwsSolutions-S10']);
  });
});
