import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { S3Client } from '@aws-sdk/client-s3';
import { SdkBatchJobs } from '../../src/handlers/sdk-batch-jobs';
import { SdkModels } from '../../src/handlers/sdk-models';
import { SdkObjects } from '../../src/handlers/sdk-objects';

interface Sent {
  readonly command: string;
  readonly input: Record<string, unknown>;
  readonly options?: { abortSignal?: unknown; requestTimeout?: number };
}

/** A client that gives the answers in order and keeps what it was sent. */
function clientThatAnswers(...answers: object[]) {
  const sent: Sent[] = [];
  const send = async (command: { input: Record<string, unknown> }, options?: Sent['options']) => {
    sent.push({ command: command.constructor.name, input: command.input, options });
    return answers.shift() ?? {};
  };
  return { sent, client: { send } as unknown };
}

const { signal } = new AbortController();
const { signal: ownSignal } = new AbortController();
const jobArn = 'arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefabcdef';
const request = {
  jobName: 'Job-abcdefgh2345-1',
  clientRequestToken: 'abcdefgh2345-1',
  modelId: 'amazon.nova-lite-v1:0',
  invocationType: 'Converse',
  roleArn: 'arn:aws:iam::123456789012:role/r',
  inputS3Uri: 's3://in/a.jsonl',
  outputS3Uri: 's3://out/',
  tags: {},
} as const;

describe('batch jobs through the SDK', () => {
  const jobs = (client: unknown) => new SdkBatchJobs(client as BedrockClient, signal);

  test('are created with every field in its place', async () => {
    const { sent, client } = clientThatAnswers({ jobArn });
    const full = {
      ...request,
      outputKeyArn: 'key',
      inputBucketOwner: '444455556666',
      outputBucketOwner: '777788889999',
      subnetIds: ['subnet-1', 'subnet-2'],
      securityGroupIds: ['sg-1'],
      timeoutHours: 48,
      tags: { a: 'b' },
    };
    expect(await jobs(client).create(full, ownSignal)).toBe(jobArn);
    expect(sent).toEqual([
      {
        command: 'CreateModelInvocationJobCommand',
        input: {
          jobName: 'Job-abcdefgh2345-1',
          clientRequestToken: 'abcdefgh2345-1',
          modelId: 'amazon.nova-lite-v1:0',
          modelInvocationType: 'Converse',
          roleArn: 'arn:aws:iam::123456789012:role/r',
          inputDataConfig: {
            s3InputDataConfig: { s3Uri: 's3://in/a.jsonl', s3InputFormat: 'JSONL', s3BucketOwner: '444455556666' },
          },
          outputDataConfig: {
            s3OutputDataConfig: { s3Uri: 's3://out/', s3EncryptionKeyId: 'key', s3BucketOwner: '777788889999' },
          },
          vpcConfig: { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] },
          timeoutDurationInHours: 48,
          tags: [{ key: 'a', value: 'b' }],
        },
        options: { abortSignal: ownSignal },
      },
    ]);
  });

  test('are created outside of any network where there is none', async () => {
    const { sent, client } = clientThatAnswers({ jobArn });
    await jobs(client).create(request, ownSignal);
    expect(sent[0]?.input.vpcConfig).toBeUndefined();
  });

  test('are created without a list of tags where there are none', async () => {
    const { sent, client } = clientThatAnswers({ jobArn });
    await jobs(client).create(request, ownSignal);
    expect(sent[0]?.input.tags).toBeUndefined();
  });

  test('fail where no ARN comes back', async () => {
    await expect(jobs(clientThatAnswers({}).client).create(request, ownSignal)).rejects.toThrow('no ARN');
  });

  test('are found on every page', async () => {
    const job = (jobName: string) => ({ jobArn, jobName, status: 'Failed', message: 'why' });
    const { sent, client } = clientThatAnswers(
      { invocationJobSummaries: [job('a')], nextToken: 'more' },
      { invocationJobSummaries: [job('b')] },
    );
    expect(await jobs(client).find('hash')).toEqual([job('a'), job('b')]);
    expect(sent.map(({ input }) => [input.nameContains, input.nextToken])).toEqual([
      ['hash', undefined],
      ['hash', 'more'],
    ]);
  });

  test('are found by status, with the model of each', async () => {
    const job = {
      jobArn,
      jobName: 'a',
      status: 'InProgress',
      modelId: 'arn:aws:bedrock:us-east-1::foundation-model/m',
    };
    const { sent, client } = clientThatAnswers({ invocationJobSummaries: [job, { jobArn }, { jobName: 'b' }] });
    expect(await jobs(client).inStatus('InProgress')).toEqual([job]);
    expect(sent).toMatchObject([
      { command: 'ListModelInvocationJobsCommand', input: { statusEquals: 'InProgress', maxResults: 1000 } },
    ]);
    expect(sent[0]?.input).not.toHaveProperty('nameContains');
  });

  test('are looked at, stopped, tagged and untagged by ARN', async () => {
    const { sent, client } = clientThatAnswers({ jobName: 'n', status: 'InProgress' });
    expect(await jobs(client).get(jobArn)).toMatchObject({ jobArn, jobName: 'n', status: 'InProgress' });
    await jobs(client).stop(jobArn);
    await jobs(client).tag(jobArn, { a: 'b' });
    await jobs(client).untag(jobArn, ['c']);
    expect(sent.map(({ command, input }) => [command, input])).toEqual([
      ['GetModelInvocationJobCommand', { jobIdentifier: jobArn }],
      ['StopModelInvocationJobCommand', { jobIdentifier: jobArn }],
      ['TagResourceCommand', { resourceARN: jobArn, tags: [{ key: 'a', value: 'b' }] }],
      ['UntagResourceCommand', { resourceARN: jobArn, tagKeys: ['c'] }],
    ]);
  });
});

describe('models through the SDK', () => {
  const models = (client: unknown) => new SdkModels(client as BedrockClient, signal);

  test('tell their lifecycle', async () => {
    const endOfLifeTime = new Date(0);
    const { client } = clientThatAnswers({ modelDetails: { modelLifecycle: { status: 'LEGACY', endOfLifeTime } } });
    expect(await models(client).foundationModel('m')).toEqual({ lifecycle: 'LEGACY', endOfLife: endOfLifeTime });
  });

  test('tell their availability', async () => {
    const { client } = clientThatAnswers({
      authorizationStatus: 'AUTHORIZED',
      agreementAvailability: { status: 'PENDING' },
      entitlementAvailability: 'AVAILABLE',
      regionAvailability: 'NOT_AVAILABLE',
    });
    expect(await models(client).availability('m')).toEqual({
      authorization: 'AUTHORIZED',
      agreement: 'PENDING',
      entitlement: 'AVAILABLE',
      region: 'NOT_AVAILABLE',
    });
  });

  test('tell where a profile routes', async () => {
    const { client } = clientThatAnswers({ status: 'ACTIVE', models: [{ modelArn: 'a' }, {}] });
    expect(await models(client).inferenceProfile('p')).toEqual({ status: 'ACTIVE', modelArns: ['a'] });
  });

  test('tell the status of a custom model', async () => {
    expect(await models(clientThatAnswers({ modelStatus: 'Active' }).client).customModel('c')).toEqual({
      status: 'Active',
    });
  });
});

describe('objects through the SDK', () => {
  const objects = (client: unknown) => new SdkObjects(client as S3Client, signal);

  test('are listed page by page, no further than they are read', async () => {
    const { sent, client } = clientThatAnswers(
      { Contents: [{ Key: 'a', Size: 1, StorageClass: 'GLACIER' }, { Key: 'b' }, {}], NextContinuationToken: 'more' },
      { Contents: [{ Key: 'c', Size: 3 }], NextContinuationToken: 'yet more' },
    );
    const found: unknown[] = [];
    for await (const object of objects(client).list('bucket', 'prefix/')) {
      found.push(object);
      if (found.length === 3) break;
    }
    expect(found).toEqual([
      { key: 'a', bytes: 1, storageClass: 'GLACIER' },
      { key: 'b', bytes: 0 },
      { key: 'c', bytes: 3 },
    ]);
    expect(sent.map(({ input }) => input.ContinuationToken)).toEqual([undefined, 'more']);
  });

  test.each(['', undefined])('are listed to the end where the next token is %j', async (NextContinuationToken) => {
    const { sent, client } = clientThatAnswers(
      { Contents: [{ Key: 'a', Size: 1 }], NextContinuationToken },
      { Contents: [{ Key: 'never', Size: 1 }] },
    );
    const found: string[] = [];
    for await (const { key } of objects(client).list('bucket', 'prefix/')) found.push(key);
    expect(found).toEqual(['a']);
    expect(sent).toHaveLength(1);
  });

  test('are opened with their version', async () => {
    const Body = (async function* () {})();
    const { client } = clientThatAnswers({ Body, VersionId: 'v1' });
    expect(await objects(client).open({ bucket: 'b', key: 'k' })).toEqual({ versionId: 'v1', body: Body });
  });

  test('are copied within S3, the source encoded but for its slashes', async () => {
    const { sent, client } = clientThatAnswers({});
    await objects(client).copy({ bucket: 'from', key: 'a b/ü+%.jsonl' }, { bucket: 'to', key: 'k' });
    expect(sent[0]?.input).toEqual({ Bucket: 'to', Key: 'k', CopySource: 'from/a%20b/%C3%BC%2B%25.jsonl' });
    expect(sent[0]?.options?.abortSignal).toBe(signal);
  });
});
