import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { measureTemplate } from '../../bench/template';
import type { BatchInferenceJobProps } from '../../src';
import { makeJob, makeStack } from './synth-job';

const typesIn = (template: Template) =>
  Object.values<{ Type: string }>(template.toJSON().Resources)
    .map(({ Type }) => Type)
    .sort();
const synth = (...jobs: Partial<BatchInferenceJobProps>[]) => {
  const stack = makeStack();
  for (const [index, props] of jobs.entries()) makeJob(stack, props, `Job${index}`);
  return Template.fromStack(stack);
};

const STARTER = [
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
];
const JOB = [
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::S3::Bucket',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::S3::BucketPolicy',
  'Custom::BedrockBatchInferenceJob',
];

describe('the template', () => {
  test('of one job has what the job and the starter need, and nothing else', () => {
    expect(typesIn(synth({}))).toEqual([...STARTER, ...JOB].sort());
  });

  test('of two jobs has one starter', () => {
    expect(typesIn(synth({}, {}))).toEqual([...STARTER, ...JOB, ...JOB].sort());
  });

  test('does not grow from options that are not used', () => {
    const unused: { [Name in keyof Required<Omit<BatchInferenceJobProps, 'model' | 'input'>>]: undefined } = {
      accessLogsBucket: undefined,
      checkInput: undefined,
      dataRetention: undefined,
      encryptionKey: undefined,
      inputBucket: undefined,
      inputBucketOwner: undefined,
      invocationType: undefined,
      jobName: undefined,
      maxEstimatedCost: undefined,
      outputBucket: undefined,
      outputBucketOwner: undefined,
      outputPrefix: undefined,
      removalPolicy: undefined,
      role: undefined,
      routing: undefined,
      runKey: undefined,
      securityGroups: undefined,
      starterTracing: undefined,
      stopPolicy: undefined,
      timeout: undefined,
      vpc: undefined,
      vpcSubnets: undefined,
    };
    expect(synth(unused).toJSON()).toEqual(synth({}).toJSON());
  });
});

describe('the figures of the README', () => {
  const size = measureTemplate();

  test('count the resources that are there', () => {
    expect(size.default.resources).toBe(STARTER.length + JOB.length);
    expect(size.secondJob.resources).toBe(JOB.length);
  });

  test('stay in budget: 14,000 bytes for the first job, 9,000 for each other', () => {
    expect(size.default.bytes).toBeLessThan(14_000);
    expect(size.secondJob.bytes).toBeLessThan(9_000);
  });

  test('show that an option costs bytes where it is used', () => {
    for (const { bytes } of Object.values(size.addedBy)) expect(bytes).toBeGreaterThan(0);
  });

  test('are those of the README', () => {
    const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');
    const inKilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
    for (const { resources, bytes } of [size.default, size.secondJob]) {
      expect(readme).toContain(`| ${resources} resources, ${inKilobytes(bytes)} |`);
    }
    for (const [name, { bytes }] of Object.entries(size.addedBy)) {
      expect(readme).toContain(`\`${name}\` ${inKilobytes(bytes)}`);
    }
  });

  test('show what makes a resource: a network its security group, tracing the policy that it waits for', () => {
    const makers = Object.entries(size.addedBy).filter(([, { resources }]) => resources > 0);
    expect(makers).toEqual([
      ['vpc', expect.objectContaining({ resources: 1 })],
      ['starterTracing', expect.objectContaining({ resources: 1 })],
    ]);
  });
});
