import { type App, type Stack, Stage } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { BatchModel, JobInput } from '../../src';
import { makeJob, makeStack } from './synth-job';

const ACKNOWLEDGED = 'aws:cdk:acknowledged-rules';

const findings = (stack: Stack) =>
  new AwsSolutionsChecks(Stage.of(stack) as App).validateScope(stack).violations.map(({ ruleName }) => ruleName);

/** Every acknowledgement below a construct: where, which finding. */
function acknowledged(scope: IConstruct): [path: string, id: string][] {
  return scope.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === ACKNOWLEDGED)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]): [string, string] => {
        expect(reason.length).toBeGreaterThan(20);
        return [construct.node.path, id];
      }),
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
      ['Books/Chapters/InputBucket', 'annotation::AwsSolutions-S1'],
      ['Books/Chapters/OutputBucket', 'annotation::AwsSolutions-S1'],
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

  test('would find what is not acknowledged: the check can fail', () => {
    const stack = makeStack();
    makeJob(stack);
    new Bucket(stack, 'Open');
    expect(findings(stack)).toEqual(['AwsSolutions-S1', 'AwsSolutions-S10']);
  });
});
