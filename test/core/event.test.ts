import { BatchInferenceError } from '../../src/core/batch-inference-error';
import { findJobProperties, readJobProperties } from '../../src/core/event';
import { jobIdentity } from '../../src/core/job-identity';
import { MAX_NAME_PREFIX_LENGTH } from '../../src/core/job-name';
import createEvent from '../events/create.json';

const sent = createEvent.ResourceProperties;

function refusal(properties: unknown): { code: string; input: string; message: string } {
  try {
    readJobProperties(properties);
  } catch (error) {
    if (BatchInferenceError.is(error) && error.issues.length === 1) {
      return error.issues[0] as { code: string; input: string; message: string };
    }
    throw error;
  }
  throw new Error('was read');
}

describe('the properties of a real event', () => {
  test('are read, numbers out of text', () => {
    expect(readJobProperties(sent)).toEqual({
      namePrefix: 'Books-Chapters',
      modelId: 'us.anthropic.claude-sonnet-4-6',
      invocationType: 'InvokeModel',
      roleArn: 'arn:aws:iam::123456789012:role/Books-ChaptersRole-ABCDEF',
      input: { bucket: 'books-chaptersinput-abcdef', key: 'staged/3f0c1d7e9a4b.jsonl' },
      stagedFrom: { bucket: 'cdk-hnb659fds-assets-123456789012-us-east-1', key: '3f0c1d7e9a4b.jsonl' },
      outputBucket: 'books-chaptersoutput-abcdef',
      outputPrefix: 'results/',
      timeoutHours: 24,
      minRecords: 100,
      maxFileMegabytes: 1000,
      maxJobMegabytes: 5000,
      maxActiveJobs: 100,
      modelArns: ['us-east-1', 'us-east-2', 'us-west-2'].map(
        (region) => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-sonnet-4-6`,
      ),
      stopPolicy: 'Stop',
      tags: { team: 'reading', billable: 'true' },
    });
  });

  test('may name several local files', () => {
    const files = [
      { bucket: 'assets', key: 'a.jsonl', name: 'one.jsonl' },
      { bucket: 'assets', key: 'b.jsonl', name: 'two.jsonl' },
    ];
    const read = readJobProperties({ ...sent, input: { bucket: 'b', prefix: 'p/' }, stagedFiles: files });
    expect(read.stagedFiles).toEqual(files);
  });

  test('may name a network, and the owners of buckets', () => {
    const network = { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] };
    const owners = { inputBucketOwner: '444455556666', outputBucketOwner: '777788889999' };
    expect(readJobProperties({ ...sent, ...network, ...owners })).toMatchObject({ ...network, ...owners });
  });

  test.each([
    [{ subnetIds: ['subnet-1'] }, 'securityGroupIds'],
    [{ securityGroupIds: ['sg-1'] }, 'subnetIds'],
  ])('fail on half a network: %j', (half, input) => {
    expect(refusal({ ...sent, ...half })).toMatchObject({ code: 'MalformedProperty', input });
  });

  test('fail on subnets that are no list', () => {
    const network = { subnetIds: 'subnet-1', securityGroupIds: ['sg-1'] };
    expect(refusal({ ...sent, ...network })).toMatchObject({ code: 'MalformedProperty', input: 'subnetIds' });
  });

  test('may hold real numbers and booleans too', () => {
    const read = readJobProperties({
      ...sent,
      timeoutHours: 24,
      minRecords: 0,
      runKey: 7,
      tags: { a: true, b: 1, c: '' },
    });
    expect(read).toMatchObject({ timeoutHours: 24, minRecords: 0, runKey: '7', tags: { a: 'true', b: '1', c: '' } });
  });

  test.each([
    ...['stagedFrom', 'stagedFiles', 'outputPrefix', 'outputKeyArn', 'timeoutHours', 'runKey', 'tags'],
    ...['maxFileMegabytes', 'maxJobMegabytes', 'maxActiveJobs', 'modelArns'],
    ...['inputBucketOwner', 'outputBucketOwner', 'subnetIds', 'securityGroupIds'],
  ])('may lack %s, or have it empty', (name) => {
    const { [name as keyof typeof sent]: _, ...without } = sent;
    expect(readJobProperties({ ...sent, [name]: '' })).toEqual(readJobProperties(without));
  });

  test('of an older stack tell no quotas and no rights, so that none are judged', () => {
    const { maxFileMegabytes: _a, maxJobMegabytes: _b, maxActiveJobs: _c, modelArns: _d, ...older } = sent;
    const read = readJobProperties(older);
    expect([read.maxFileMegabytes, read.maxJobMegabytes, read.maxActiveJobs, read.modelArns]).toEqual(
      new Array(4).fill(undefined),
    );
  });

  test('are of the same identity whatever the quotas and the rights', () => {
    const resource = { stackId: createEvent.StackId, logicalId: createEvent.LogicalResourceId };
    const identity = (changes: object) => jobIdentity(resource, readJobProperties({ ...sent, ...changes }));
    const others = { maxFileMegabytes: '1', maxJobMegabytes: '', maxActiveJobs: '1', modelArns: ['*'] };
    expect(identity(others)).toBe(identity({}));
  });

  test('may hold what this version does not know', () => {
    expect(readJobProperties({ ...sent, fromTheFuture: { a: ['b'] } })).toEqual(readJobProperties(sent));
  });

  test('may name a prefix in place of a key', () => {
    expect(readJobProperties({ ...sent, input: { bucket: 'b', prefix: 'p/' } }).input).toEqual({
      bucket: 'b',
      prefix: 'p/',
    });
  });
});

describe('malformed properties', () => {
  test.each<[string, Record<string, unknown>]>([
    ['namePrefix', { namePrefix: undefined }],
    ['namePrefix', { namePrefix: '-a' }],
    ['namePrefix', { namePrefix: 'a'.repeat(MAX_NAME_PREFIX_LENGTH + 1) }],
    ['modelId', { modelId: '' }],
    ['modelId', { modelId: ['a'] }],
    ['invocationType', { invocationType: 'Invoke' }],
    ['roleArn', { roleArn: null }],
    ['input', { input: 's3://bucket/key' }],
    ['input', { input: ['a'] }],
    ['input', { input: { bucket: 'b' } }],
    ['input', { input: { bucket: 'b', key: 'k', prefix: 'p/' } }],
    ['input.bucket', { input: { key: 'k' } }],
    ['input.prefix', { input: { bucket: 'b', prefix: 'p' } }],
    ['input.objectVersion', { input: { bucket: 'b', key: 'k', objectVersion: {} } }],
    ['stagedFrom', { stagedFrom: 'asset' }],
    ['stagedFrom.key', { stagedFrom: { bucket: 'b' } }],
    ['stagedFiles', { stagedFiles: {} }],
    ['stagedFiles[0]', { stagedFiles: ['a'] }],
    [
      'stagedFiles[1].key',
      {
        stagedFiles: [
          { bucket: 'b', key: 'k', name: 'n' },
          { bucket: 'b', name: 'n' },
        ],
      },
    ],
    ['stagedFiles[0].name', { stagedFiles: [{ bucket: 'b', key: 'k' }] }],
    ['outputBucket', { outputBucket: {} }],
    ['outputPrefix', { outputPrefix: 'results' }],
    ['timeoutHours', { timeoutHours: '24.5' }],
    ['timeoutHours', { timeoutHours: '-1' }],
    ['timeoutHours', { timeoutHours: 'NaN' }],
    ['minRecords', { minRecords: undefined }],
    ['minRecords', { minRecords: 1.5 }],
    ['maxFileMegabytes', { maxFileMegabytes: '1.0E9' }],
    ['maxJobMegabytes', { maxJobMegabytes: [] }],
    ['maxActiveJobs', { maxActiveJobs: '-1' }],
    ['modelArns', { modelArns: 'arn' }],
    ['modelArns', { modelArns: { 0: 'arn' } }],
    ['modelArns[1]', { modelArns: ['arn', ''] }],
    ['runKey', { runKey: [] }],
    ['stopPolicy', { stopPolicy: 'stop' }],
    ['tags', { tags: [] }],
    ['tags.team', { tags: { team: { a: 1 } } }],
  ])('fail on %s in %j', (input, changes) => {
    expect(refusal({ ...sent, ...changes })).toMatchObject({ code: 'MalformedProperty', input });
  });

  test.each([undefined, null, 'text', 7, []])('fail as a whole when they are %j', (value) => {
    expect(refusal(value)).toMatchObject({ code: 'MalformedProperty', input: 'ResourceProperties' });
  });

  test.each<[object, string]>([
    [{ stopPolicy: 'Halt' }, 'stopPolicy must be "Stop" or "LeaveRunning", got "Halt"'],
    [{ invocationType: 'Batch' }, 'invocationType must be "InvokeModel" or "Converse", got "Batch"'],
    [{ input: { bucket: 'b' } }, 'input must have one of key and prefix, got neither'],
    [{ input: { bucket: 'b', key: 'k', prefix: 'p/' } }, 'input must have one of key and prefix, got both'],
    [{ input: { bucket: 'b', key: [] } }, 'input.key must be a text that is not empty, got []'],
    [{ input: { bucket: 'b', prefix: {} } }, 'input.prefix must be a text that is not empty, got {}'],
    [{ input: { bucket: 'b', prefix: 'p' } }, 'input.prefix must end in "/", got "p"'],
    [
      { namePrefix: 'a b' },
      'namePrefix must be 1 to 46 letters, digits, "-", "+" and ".", beginning with a letter or digit, got "a b"',
    ],
    [{ outputPrefix: 'results' }, 'outputPrefix must be empty or end in "/", got "results"'],
    [{ outputPrefix: [] }, 'outputPrefix must be a text that is not empty, got []'],
    [{ outputKeyArn: {} }, 'outputKeyArn must be a text that is not empty, got {}'],
    [{ stagedFrom: { key: 'k' } }, 'stagedFrom.bucket must be a text that is not empty, got nothing'],
    [{ tags: 'a' }, 'tags must be an object, got "a"'],
    [{ modelArns: 7 }, 'modelArns must be a list, got 7'],
    [{ timeoutHours: '24.5' }, 'timeoutHours must be a whole number, got "24.5"'],
    [{ timeoutHours: [] }, 'timeoutHours must be a whole number, got []'],
    [{ roleArn: undefined }, 'roleArn must be a text that is not empty, got nothing'],
  ])('say of %j what is allowed and what came', (changes, words) => {
    const { input, message } = refusal({ ...sent, ...changes });
    expect(`${input} ${message}`).toBe(words);
  });

  test('are repeated up to a hundred characters', () => {
    const quoted = (length: number) => refusal({ ...sent, stopPolicy: 'x'.repeat(length - 2) }).message;
    expect(quoted(100)).toBe(`must be "Stop" or "LeaveRunning", got "${'x'.repeat(98)}"`);
    expect(quoted(101)).toBe(`must be "Stop" or "LeaveRunning", got "${'x'.repeat(99)}…`);
  });

  test('may be null where they may be left out', () => {
    expect(readJobProperties({ ...sent, runKey: null, tags: null })).toMatchObject({ runKey: undefined, tags: {} });
  });

  test('are not repeated at length', () => {
    expect(refusal({ ...sent, minRecords: 'x'.repeat(5_000) }).message.length).toBeLessThan(200);
  });

  test('are not named at length either', () => {
    expect(refusal({ ...sent, tags: { ['x'.repeat(5_000)]: {} } }).input.length).toBeLessThan(200);
  });

  test('are passed over where a reader can do without', () => {
    expect(findJobProperties({ ...sent, stopPolicy: 'Halt' })).toBeUndefined();
    expect(findJobProperties(sent)).toEqual(readJobProperties(sent));
  });
});
