import { type StoredJob, serviceError } from './fake-services';
import { create, hashOf, Starter, update } from './starter';

let starter: Starter;
let job: StoredJob;
beforeEach(async () => {
  starter = new Starter();
  await starter.send(create());
  job = starter.services.stored[0] as StoredJob;
  starter.services.calls.length = 0;
});

describe('update with the same identity', () => {
  test('starts nothing, and keeps physical id and attributes', async () => {
    const answer = await starter.send(update(job.jobArn, {}));
    expect(answer).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: job.jobArn,
      Data: { JobArn: job.jobArn, JobId: '000000000001', JobName: job.jobName },
    });
    expect(starter.services.calls).toEqual(['get']);
  });

  test.each(['Failed', 'Stopped', 'Expired', 'Completed'])('starts nothing for a job that is %s', async (status) => {
    job.status = status;
    expect((await starter.send(update(job.jobArn, {}))).PhysicalResourceId).toBe(job.jobArn);
    expect(starter.services.stored).toHaveLength(1);
  });

  test('lets the tags follow', async () => {
    await starter.send(update(job.jobArn, { tags: { team: 'writing', project: 'moby' } }));
    expect(job.tags).toEqual({ team: 'writing', project: 'moby' });
  });

  test('touches only tags that differ', async () => {
    await starter.send(update(job.jobArn, { tags: { team: 'reading', billable: 'true', project: 'moby' } }));
    expect(starter.services.calls).toEqual(['get', 'tag']);
  });

  test('takes tags off without putting any on', async () => {
    await starter.send(update(job.jobArn, { tags: {} }));
    expect(job.tags).toEqual({});
    expect(starter.services.calls).toEqual(['get', 'untag']);
  });

  test.each(['constructor', 'toString', '__proto__'])('takes a tag off that is called %s', async (key) => {
    const tags = JSON.parse(`{"team":"reading","${key}":"yes"}`);
    job.tags = { ...tags };
    await starter.send(update(job.jobArn, { tags: { team: 'reading' } }, { tags }));
    expect(starter.services.calls).toEqual(['get', 'untag']);
    expect(Object.keys(job.tags)).toEqual(['team']);
  });

  test.each(['constructor', 'toString', '__proto__'])('puts a tag on that is called %s', async (key) => {
    await starter.send(update(job.jobArn, { tags: JSON.parse(`{"${key}":"yes"}`) }, { tags: {} }));
    expect(starter.services.calls).toEqual(['get', 'tag']);
  });

  test('takes tags off though the rest of the old properties cannot be read', async () => {
    const OldResourceProperties = { from: 'another version', tags: { team: 'reading', billable: 'true' } };
    await starter.send(update(job.jobArn, { tags: { team: 'reading' } }, {}, { OldResourceProperties }));
    expect(job.tags).toEqual({ team: 'reading' });
  });

  test.each([undefined, null, 'text', { tags: 'text' }])('has no old tags where they are %j', async (old) => {
    await starter.send(update(job.jobArn, { tags: { a: 'b' } }, {}, { OldResourceProperties: old }));
    expect(starter.services.calls).toEqual(['get', 'tag']);
  });

  test('fails, and keeps the physical id, where the tags may not follow', async () => {
    starter.services.fail('tag', serviceError('ValidationException', 'bad tag'));
    expect(await starter.send(update(job.jobArn, { tags: { a: 'b' } }))).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: job.jobArn,
      Reason: expect.stringContaining('while tagging the job'),
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['roleArn', { roleArn: 'arn:aws:iam::123456789012:role/other' }],
    ['timeoutHours', { timeoutHours: '48' }],
    ['outputKeyArn', { outputKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/k' }],
    ['inputBucketOwner', { inputBucketOwner: '444455556666' }],
    ['outputBucketOwner', { outputBucketOwner: '444455556666' }],
  ])('tells that a change of %s starts nothing', async (name, changes) => {
    const answer = await starter.send(update(job.jobArn, changes));
    expect(answer.PhysicalResourceId).toBe(job.jobArn);
    expect(starter.lines).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('start no new job'), changed: [name] }),
    );
  });

  test('tells that a change of the network starts nothing, and takes no equal list for a change', async () => {
    const network = { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] };
    await starter.send(update(job.jobArn, { ...network, subnetIds: ['subnet-1', 'subnet-3'] }, network));
    expect(starter.lines).toContainEqual(expect.objectContaining({ changed: ['subnetIds'] }));
    const before = starter.lines.length;
    await starter.send(update(job.jobArn, network, network));
    expect(starter.lines.slice(before).filter(({ changed }) => changed !== undefined)).toEqual([]);
  });

  test('tells no such thing where nothing changed', async () => {
    await starter.send(update(job.jobArn, {}));
    expect(starter.lines.filter(({ text }) => text.includes('start no new job'))).toEqual([]);
  });

  test('starts nothing, and warns, where Bedrock no longer knows the job', async () => {
    starter.services.stored.length = 0;
    expect(await starter.send(update(job.jobArn, {}))).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: job.jobArn,
      Data: { JobName: `Books-Chapters-${hashOf()}-1` },
    });
    expect(starter.services.count('create')).toBe(0);
    expect(starter.warnings).toHaveLength(1);
  });

  test('is known by the job itself where the old properties cannot be read', async () => {
    const event = update(job.jobArn, {}, {}, { OldResourceProperties: { from: 'another version' } });
    expect((await starter.send(event)).PhysicalResourceId).toBe(job.jobArn);
    expect(starter.services.count('create')).toBe(0);
  });

  test('is not what the old properties say where the job is another one: they may be those of an update that failed', async () => {
    const next = { runKey: '2' };
    const failedBefore = { ...next, roleArn: 'arn:aws:iam::123456789012:role/bad' };
    const answer = await starter.send(update(job.jobArn, next, failedBefore));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: starter.services.stored[1]?.jobArn });
    expect(starter.services.stored[1]?.jobName).toBe(`Books-Chapters-${hashOf(next)}-1`);
  });

  test('is known by the old properties where another version named the job', async () => {
    starter.services.stored[0] = { ...job, jobName: 'named-otherwise' };
    expect((await starter.send(update(job.jobArn, {}))).PhysicalResourceId).toBe(job.jobArn);
    expect(starter.services.count('create')).toBe(0);
  });
});

describe('update with another identity', () => {
  test('starts another job, with another physical id', async () => {
    const answer = await starter.send(update(job.jobArn, { runKey: '2' }));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: starter.services.stored[1]?.jobArn });
    expect(starter.services.stored[1]?.jobName).toBe(`Books-Chapters-${hashOf({ runKey: '2' })}-1`);
  });

  test('leaves the old job to the delete that follows', async () => {
    await starter.send(update(job.jobArn, { runKey: '2' }));
    expect(starter.services.count('stop')).toBe(0);
  });

  test('adopts a job of the new identity', async () => {
    const other = starter.services.addJob({ jobName: `X-${hashOf({ runKey: '2' })}-1`, status: 'Completed' });
    expect((await starter.send(update(job.jobArn, { runKey: '2' }))).PhysicalResourceId).toBe(other.jobArn);
    expect(starter.services.count('create')).toBe(0);
  });

  test('keeps the old physical id when it fails', async () => {
    starter.services.fail('create', serviceError('ServiceQuotaExceededException', 'too many'));
    expect(await starter.send(update(job.jobArn, { runKey: '2' }))).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: job.jobArn,
    });
  });

  test('starts no second job when it is repeated', async () => {
    const event = update(job.jobArn, { runKey: '2' });
    expect(await starter.send(event)).toEqual(await starter.send(event));
    expect(starter.services.stored).toHaveLength(2);
  });
});

describe('rollback of an update', () => {
  test('adopts the old job again', async () => {
    const { PhysicalResourceId } = await starter.send(update(job.jobArn, { runKey: '2' }));
    const answer = await starter.send(update(PhysicalResourceId, {}, { runKey: '2' }));
    expect(answer.PhysicalResourceId).toBe(job.jobArn);
    expect(starter.services.stored).toHaveLength(2);
  });

  test('starts nothing where the update had failed', async () => {
    job.status = 'Failed';
    const answer = await starter.send(update(job.jobArn, {}, { runKey: '2' }));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: job.jobArn });
    expect(starter.services.stored).toHaveLength(1);
  });
});

describe('update of a resource that never had a job', () => {
  test.each(['not-started-abcdefgh2345', 'Books-Chapters-1ABCDEF', ''])('starts one for %j', async (physicalId) => {
    const answer = await starter.send(update(physicalId, { runKey: '2' }, { runKey: '2' }));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: starter.services.stored[1]?.jobArn });
  });
});
