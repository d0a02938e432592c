import { hashIdentity } from '../../src/handlers/hash-identity';
import { networkError, serviceError } from './fake-services';
import { ASSET, create, hashOf, records, STAGED, Starter, unconfirmed } from './starter';

let starter: Starter;
beforeEach(() => {
  starter = new Starter();
});

describe('create of a job that is not there', () => {
  test('starts attempt 1 and answers with its ARN', async () => {
    const answer = await starter.send(create());
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: starter.services.stored[0]?.jobArn });
    expect(starter.services.stored.map(({ jobName }) => jobName)).toEqual([`Books-Chapters-${hashOf()}-1`]);
  });

  test('repeats what CloudFormation matches the answer by', async () => {
    const event = create();
    expect(await starter.send(event)).toMatchObject({
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
    });
  });

  test('gives the attributes of the job', async () => {
    const { Data } = await starter.send(create());
    expect(Data).toEqual({
      JobArn: 'arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/000000000001',
      JobId: '000000000001',
      JobName: `Books-Chapters-${hashOf()}-1`,
      OutputS3Uri: 's3://books-chaptersoutput-abcdef/results/000000000001/',
    });
  });

  test('sends the properties, the name and the token', async () => {
    const event = create({ outputKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/k', timeoutHours: '48' });
    await starter.send(event);
    expect(starter.services.stored[0]?.request).toEqual({
      jobName: `Books-Chapters-${hashOf()}-1`,
      clientRequestToken: `${hashOf()}-${hashIdentity(event.RequestId)}`,
      modelId: 'us.anthropic.claude-sonnet-4-6',
      invocationType: 'InvokeModel',
      roleArn: 'arn:aws:iam::123456789012:role/Books-ChaptersRole-ABCDEF',
      inputS3Uri: STAGED,
      outputS3Uri: 's3://books-chaptersoutput-abcdef/results/',
      outputKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/k',
      timeoutHours: 48,
      tags: { team: 'reading', billable: 'true' },
    });
  });

  test('stages the local file first', async () => {
    await starter.send(create());
    expect(starter.services.files.get(STAGED)).toEqual(starter.services.files.get(ASSET));
    expect(starter.services.calls.indexOf('copy')).toBeLessThan(starter.services.calls.indexOf('create'));
  });

  const MINUTES = 60_000;

  test('does not stage what an earlier delivery of the event has staged', async () => {
    starter.services.put(STAGED, records(100));
    starter.services.listedAs.set(STAGED, { writtenAt: starter.clock.now() - 15 * MINUTES + 1 });
    await starter.send(create());
    expect(starter.services.count('copy')).toBe(0);
  });

  test.each<[string, (now: number) => number | undefined]>([
    ['by an earlier deployment, since a retention counts from then', (now) => now - 15 * MINUTES],
    ['at a time that nobody knows', () => undefined],
  ])('stages again what was staged %s', async (_, writtenAt) => {
    starter.services.put(STAGED, records(100));
    starter.services.listedAs.set(STAGED, { writtenAt: writtenAt(starter.clock.now()) });
    await starter.send(create());
    expect(starter.services.count('copy')).toBe(1);
  });

  test('stages again what is staged as an empty file', async () => {
    starter.services.put(STAGED, '');
    starter.services.listedAs.set(STAGED, { writtenAt: starter.clock.now() });
    await starter.send(create());
    expect(starter.services.count('copy')).toBe(1);
  });

  test('stages every file of a directory below the prefix, but for those that are there', async () => {
    const files = Array.from({ length: 12 }, (_, i) => ({ bucket: 'assets', key: `${i}.jsonl`, name: `${i}.jsonl` }));
    for (const { key } of files) starter.services.put(`s3://assets/${key}`, records(10));
    starter.services.put('s3://in/p/3.jsonl', records(10));
    starter.services.listedAs.set('s3://in/p/3.jsonl', { writtenAt: starter.clock.now() });
    const input = { bucket: 'in', prefix: 'p/' };
    const answer = await starter.send(create({ stagedFrom: undefined, stagedFiles: files, input }));
    expect(answer.Status).toBe('SUCCESS');
    expect(starter.services.count('copy')).toBe(11);
    for (const { key } of files) expect(starter.services.files.has(`s3://in/p/${key}`)).toBe(true);
  });

  test('stages nothing where the input is in place', async () => {
    starter.services.put(STAGED, records(100));
    const answer = await starter.send(create({ stagedFrom: undefined }));
    expect(answer.Status).toBe('SUCCESS');
    expect(starter.services.count('copy')).toBe(0);
  });

  test('takes no notice of a job of another identity, even with the hash inside its name', async () => {
    starter.services.addJob({ jobName: `Other-${hashOf({ runKey: 'x' })}-1` });
    starter.services.addJob({ jobName: `${hashOf()}-copy` });
    expect((await starter.send(create())).PhysicalResourceId).toMatch(/000000000003$/);
  });
});

describe('create of a job that is there already', () => {
  test.each(['Submitted', 'Validating', 'Scheduled', 'InProgress', 'Completed', 'PartiallyCompleted', 'SomethingNew'])(
    'adopts one that is %s',
    async (status) => {
      const job = starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-1`, status });
      const answer = await starter.send(create());
      expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: job.jobArn });
      expect(starter.services.stored).toHaveLength(1);
    },
  );

  test('needs no checks, no staging and no second look: only its tags follow', async () => {
    starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-1` });
    await starter.send(create());
    expect(starter.services.calls).toEqual(['find', 'tag']);
  });

  test('tells the name that the job has, not the one that it would be given', async () => {
    starter.services.addJob({ jobName: `Older-${hashOf()}-3` });
    expect((await starter.send(create())).Data?.JobName).toBe(`Older-${hashOf()}-3`);
  });

  test.each(['Failed', 'Stopping', 'Stopped', 'Expired'])(
    'makes another attempt after one that is %s',
    async (status) => {
      starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-1`, status });
      await starter.send(create());
      expect(starter.services.stored[1]?.jobName).toBe(`Books-Chapters-${hashOf()}-2`);
    },
  );

  test('goes by the newest attempt, by number and not by text', async () => {
    const failed = (attempt: number) =>
      starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-${attempt}`, status: 'Failed' });
    for (const attempt of [10, 9, 2]) failed(attempt);
    await starter.send(create());
    expect(starter.services.stored.at(-1)?.jobName).toBe(`Books-Chapters-${hashOf()}-11`);
  });
});

describe('a create that is repeated', () => {
  test('gets the same answer and starts no second job', async () => {
    const first = await starter.send(create());
    expect(await starter.send(create())).toEqual(first);
    expect(starter.services.stored).toHaveLength(1);
  });

  test('finds the job by its token while the list does not show it yet', async () => {
    const first = await starter.send(create());
    starter.services.listIsStale = true;
    expect(await starter.send(create())).toEqual(first);
    expect(starter.services.stored).toHaveLength(1);
  });

  test('starts no second job where an answer to the paid call was lost', async () => {
    starter.services.fail('create', networkError(), { after: true });
    const answer = await starter.send(create());
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: starter.services.stored[0]?.jobArn });
    expect(starter.services.stored).toHaveLength(1);
  });

  test('looks for the job where no answer comes however often it tries', async () => {
    starter.services.fail('create', networkError(), { after: true, times: 100 });
    const answer = await starter.send(create());
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: starter.services.stored[0]?.jobArn });
  });

  test('looks again where the service says that the name is taken', async () => {
    const job = starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-1` });
    starter.services.listIsStale = true;
    starter.services.onCall = (method) => {
      if (method === 'create') starter.services.listIsStale = false;
    };
    expect((await starter.send(create())).PhysicalResourceId).toBe(job.jobArn);
    expect(starter.services.stored).toHaveLength(1);
  });

  test('takes the service at its word where the name stays taken and no job shows', async () => {
    starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-1` });
    starter.services.listIsStale = true;
    const answer = await starter.send(create());
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('ConflictException') });
    expect(starter.services.count('create')).toBe(4);
  });
});

describe('a role that is not usable yet', () => {
  const notYet = serviceError('ValidationException', 'Could not assume provided IAM role');

  test('is waited for', async () => {
    starter.services.fail('create', notYet, { times: 3 });
    expect((await starter.send(create())).Status).toBe('SUCCESS');
    expect(starter.services.stored).toHaveLength(1);
  });

  test('is waited for with growing delays', async () => {
    starter.services.fail('create', notYet, { times: 6 });
    await starter.send(create());
    expect(starter.clock.sleeps).toEqual([750, 1_500, 3_000, 6_000, 7_500, 7_500]);
  });

  test('is given up before the time is up', async () => {
    starter.services.fail('create', notYet, { times: 100 });
    const answer = await starter.send(create());
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('[RoleNotAssumable]') });
    expect(starter.clock.sleeps.reduce((sum, next) => sum + next)).toBeLessThanOrEqual(90_000);
  });

  test('is not waited for where the refusal is of another kind', async () => {
    starter.services.fail('create', serviceError('ServiceQuotaExceededException', 'too many'));
    expect((await starter.send(create())).Status).toBe('FAILED');
    expect(starter.clock.sleeps).toEqual([]);
  });
});

describe('the physical id of a create that failed', () => {
  test('is made from the logical id where the properties cannot be read', async () => {
    expect(await starter.send(create({ roleArn: undefined }))).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: 'not-started-Chapters8A5F1E7C',
      Reason: expect.stringContaining('roleArn must be a text'),
    });
  });

  test.each<[string, () => void]>([
    ['a check refused the job', () => starter.services.put(ASSET, records(3))],
    [
      'the service refused it',
      () => starter.services.fail('create', serviceError('ServiceQuotaExceededException', 'too many')),
    ],
    ['the paid call got no answer', () => starter.services.fail('create', networkError(), { times: 100 })],
    [
      'no job could be looked for',
      () => starter.services.fail('find', serviceError('InternalServerException', 'oops', 500), { times: 100 }),
    ],
  ])('is the identity where %s, so that its delete can look for a job', async (_, arrange) => {
    arrange();
    expect(await starter.send(create())).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: unconfirmed(),
    });
  });
});

describe('a paid call that may have had its effect', () => {
  const looks = () =>
    starter.services.calls.filter((name, index, all) => name === 'find' && all[index - 1] === 'create');

  test('is followed by a look for its job', async () => {
    starter.services.fail('create', networkError(), { after: true, times: 100 });
    expect(await starter.send(create())).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: starter.services.stored[0]?.jobArn,
    });
    expect(looks()).toHaveLength(1);
  });

  test('keeps its doubt through a refusal that comes after it', async () => {
    starter.services.fail('create', networkError());
    starter.services.fail('create', serviceError('ServiceQuotaExceededException', 'too many'));
    await starter.send(create());
    expect(looks()).toHaveLength(1);
  });

  test('is one that the SDK tried more than once', async () => {
    starter.services.fail('create', serviceError('ServiceQuotaExceededException', 'too many', 400, 2));
    await starter.send(create());
    expect(looks()).toHaveLength(1);
  });

  test('is not one that was refused at once', async () => {
    starter.services.fail('create', serviceError('ServiceQuotaExceededException', 'too many'));
    await starter.send(create());
    expect(looks()).toHaveLength(0);
  });

  test('fails with its own error where its job cannot be looked for', async () => {
    starter.services.fail('create', networkError(), { after: true, times: 100 });
    starter.services.onCall = (method) => {
      if (method === 'create') starter.services.fail('find', serviceError('ValidationException', 'no'), { times: 1 });
    };
    expect(await starter.send(create())).toMatchObject({
      Status: 'FAILED',
      Reason: expect.not.stringContaining('ValidationException'),
    });
  });
});
