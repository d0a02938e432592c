import type { JobProperties } from '../../src/core/event';
import { jobIdentity } from '../../src/core/job-identity';

const resource = { stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/S/1', logicalId: 'Job' };
const properties: JobProperties = {
  namePrefix: 'Job',
  modelId: 'amazon.nova-lite-v1:0',
  invocationType: 'InvokeModel',
  roleArn: 'arn:aws:iam::123456789012:role/r',
  input: { bucket: 'in', key: 'a.jsonl' },
  outputBucket: 'out',
  outputPrefix: '',
  minRecords: 100,
  stopPolicy: 'Stop',
  tags: {},
};
const identity = (changes: Partial<JobProperties> = {}) => jobIdentity(resource, { ...properties, ...changes });

test('the identity is a wire format: this very text', () => {
  expect(identity()).toBe(
    '[["resource","arn:aws:cloudformation:us-east-1:123456789012:stack/S/1","Job"],' +
      '["model","amazon.nova-lite-v1:0","InvokeModel"],["input","in","a.jsonl",null,null],["output","out",""],["runKey",null]]',
  );
});

describe('another job is one with another', () => {
  test.each<[string, Partial<JobProperties>]>([
    ['model', { modelId: 'amazon.nova-pro-v1:0' }],
    ['invocation type', { invocationType: 'Converse' }],
    ['input bucket', { input: { bucket: 'in2', key: 'a.jsonl' } }],
    ['input key', { input: { bucket: 'in', key: 'b.jsonl' } }],
    ['kind of input', { input: { bucket: 'in', prefix: 'a.jsonl' } }],
    ['object version', { input: { bucket: 'in', key: 'a.jsonl', objectVersion: 'v2' } }],
    ['output bucket', { outputBucket: 'out2' }],
    ['output prefix', { outputPrefix: 'results/' }],
    ['run key', { runKey: '2' }],
  ])('%s', (_, changes) => {
    expect(identity(changes)).not.toBe(identity());
  });

  test('stack', () => {
    expect(jobIdentity({ ...resource, stackId: 'other' }, properties)).not.toBe(identity());
  });

  test('logical id', () => {
    expect(jobIdentity({ ...resource, logicalId: 'Job2' }, properties)).not.toBe(identity());
  });
});

describe('the same job is one with another', () => {
  test.each<[string, Partial<JobProperties>]>([
    ['role', { roleArn: 'arn:aws:iam::123456789012:role/other' }],
    ['timeout', { timeoutHours: 48 }],
    ['output key', { outputKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/k' }],
    ['name prefix', { namePrefix: 'Other' }],
    ['stop policy', { stopPolicy: 'LeaveRunning' }],
    ['minimum of records', { minRecords: 1 }],
    ['tags', { tags: { team: 'reading' } }],
    ['asset bucket', { stagedFrom: { bucket: 'assets', key: 'a.jsonl' } }],
  ])('%s', (_, changes) => {
    expect(identity(changes)).toBe(identity());
  });
});
