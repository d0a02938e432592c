import { makeStartJob } from '../../src/handlers/start-job';
import { FakeClock } from './fake-clock';
import { networkError, type StoredJob, serviceError } from './fake-services';
import { create, hashOf, remove, Starter, unconfirmed, update } from './starter';

/** What the state-machine test found, each as one plain case. */

let starter: Starter;
beforeEach(() => {
  starter = new Starter();
});

async function createJob(): Promise<StoredJob> {
  await starter.send(create());
  return starter.services.stored[0] as StoredJob;
}

/** The list shows nothing until a time, and everything from then on. */
function lagUntil(milliseconds: number): void {
  const end = starter.clock.now() + milliseconds;
  starter.services.listIsStale = true;
  starter.services.onCall = () => {
    starter.services.listIsStale = starter.clock.now() < end;
  };
}

describe('an event that is delivered again after its job has ended', () => {
  test.each(['Failed', 'Stopped', 'Expired'])('starts nothing after one that is %s', async (status) => {
    const job = await createJob();
    job.status = status;
    expect((await starter.send(create())).PhysicalResourceId).toBe(job.jobArn);
    expect(starter.services.stored).toHaveLength(1);
  });

  test('is told from a new request for the same job, which starts another attempt', async () => {
    const job = await createJob();
    job.status = 'Stopped';
    await starter.send(create({}, { RequestId: 'another-request' }));
    expect(starter.services.stored.map(({ jobName }) => jobName)).toEqual([
      `Books-Chapters-${hashOf()}-1`,
      `Books-Chapters-${hashOf()}-2`,
    ]);
  });
});

describe('the delete of a create that failed', () => {
  test('stops what another delivery of the same create started', async () => {
    const job = await createJob();
    await starter.send(remove(unconfirmed()));
    expect(job.status).toBe('Stopping');
  });

  test('waits for a list that is behind', async () => {
    starter.services.fail('copy', serviceError('AccessDenied', 'not yet', 403));
    const failed = await starter.send(create());
    expect(failed.Status).toBe('FAILED');
    const job = await createJob();
    lagUntil(5_000);
    await starter.send(remove(failed.PhysicalResourceId));
    expect(job.status).toBe('Stopping');
  });

  test('waits no longer than a quarter of a minute', async () => {
    await starter.send(remove(unconfirmed()));
    expect(starter.clock.sleeps.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(15_000);
  });

  test('does not wait where the create never knew which job it declares', async () => {
    await starter.send(remove('not-started-Chapters8A5F1E7C'));
    expect(starter.clock.sleeps).toEqual([]);
  });
});

describe('a create that meets a name that is taken', () => {
  test('counts as one that may have started a job', async () => {
    starter.services.fail('create', serviceError('ConflictException', 'taken', 409), { times: 100 });
    expect((await starter.send(create())).PhysicalResourceId).toBe(unconfirmed());
  });

  test('stays uncertain where the list shows no job afterwards', async () => {
    starter.services.fail('create', serviceError('ConflictException', 'taken', 409));
    starter.services.fail('create', serviceError('ServiceQuotaExceededException', 'too many'));
    expect((await starter.send(create())).PhysicalResourceId).toBe(unconfirmed());
  });
});

describe('an update that failed, and may have started its job', () => {
  const lost = { runKey: 'lost' };
  let old: StoredJob;
  let stray: StoredJob;
  beforeEach(async () => {
    old = await createJob();
    stray = starter.services.addJob({ jobName: `Books-Chapters-${hashOf(lost)}-1` });
  });
  const rollBack = (oldChanges: Record<string, unknown> = lost) =>
    starter.send(update(old.jobArn, {}, { ...lost, ...oldChanges }));

  test('is taken back: the job that nobody has the ARN of is stopped', async () => {
    expect(await rollBack()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: old.jobArn });
    expect(stray.status).toBe('Stopping');
    expect(old.status).toBe('Submitted');
  });

  test('is taken back though the list is behind', async () => {
    lagUntil(5_000);
    await rollBack();
    expect(stray.status).toBe('Stopping');
  });

  test('is not taken back by the next update: its job is stopped all the same', async () => {
    const next = { runKey: '3' };
    const answer = await starter.send(update(old.jobArn, next, lost));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: starter.services.stored[2]?.jobArn });
    expect(starter.services.stored.map(({ status }) => status)).toEqual(['Submitted', 'Stopping', 'Submitted']);
  });

  test('is tried again: its job is adopted', async () => {
    const answer = await starter.send(
      update(old.jobArn, lost, { ...lost, roleArn: 'arn:aws:iam::123456789012:role/bad' }),
    );
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: stray.jobArn });
    expect(starter.services.count('stop')).toBe(0);
    expect(starter.services.stored).toEqual([old, stray]);
  });

  test('leaves its job by choice', async () => {
    await rollBack({ stopPolicy: 'LeaveRunning' });
    expect(stray.status).toBe('InProgress');
  });

  test('leaves a job that is done', async () => {
    stray.status = 'Completed';
    await rollBack();
    expect(starter.services.count('stop')).toBe(0);
  });

  test('fails to be taken back, so that it is tried again, where the job cannot be stopped', async () => {
    starter.services.fail('stop', serviceError('AccessDeniedException', 'with an explicit deny', 403));
    expect(await rollBack()).toMatchObject({ Status: 'FAILED', PhysicalResourceId: old.jobArn });
  });

  test('is taken back without its job where the starter may not list jobs', async () => {
    starter.services.fail('find', serviceError('AccessDeniedException', 'with an explicit deny', 403));
    expect((await rollBack()).Status).toBe('SUCCESS');
  });
});

describe('a stop that is refused', () => {
  test('is tried again while the job lives', async () => {
    const job = await createJob();
    starter.services.fail('stop', serviceError('ConflictException', 'busy', 409), { times: 2 });
    expect((await starter.send(remove(job.jobArn))).Status).toBe('SUCCESS');
    expect(job.status).toBe('Stopping');
  });

  test('fails in the end, where the job goes on', async () => {
    const job = await createJob();
    starter.services.fail('stop', serviceError('ConflictException', 'busy', 409), { times: 100 });
    expect(await starter.send(remove(job.jobArn))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('ConflictException'),
    });
  });

  test('is tried again for as long as there is time: a leftover that is not deleted is given up', async () => {
    const job = await createJob();
    const until = starter.clock.now() + 140_000;
    starter.services.onCall = (method) => {
      if (method === 'stop' && starter.clock.now() < until) throw serviceError('ConflictException', 'busy', 409);
    };
    expect((await starter.send(remove(job.jobArn))).Status).toBe('SUCCESS');
    expect(job.status).toBe('Stopping');
  });

  test('is enough where it had its effect without an answer', async () => {
    const job = await createJob();
    starter.services.fail('stop', networkError(), { after: true });
    expect((await starter.send(remove(job.jobArn))).Status).toBe('SUCCESS');
    expect(starter.services.count('stop')).toBe(1);
  });
});

describe('the tags of a job that is adopted', () => {
  const adopted = () => starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-1`, tags: { team: 'old' } });

  test('follow', async () => {
    const job = adopted();
    await starter.send(create({ tags: { team: 'new' } }));
    expect(job.tags).toEqual({ team: 'new' });
  });

  test('are not asked for where there are none', async () => {
    adopted();
    await starter.send(create({ tags: {} }));
    expect(starter.services.calls).toEqual(['find']);
  });

  test('do not make it fail: a rollback adopts, too', async () => {
    const job = adopted();
    starter.services.fail('tag', serviceError('AccessDeniedException', 'with an explicit deny', 403));
    expect(await starter.send(create({ tags: { team: 'new' } }))).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: job.jobArn,
    });
    expect(starter.warnings).toContain('could not tag the adopted job');
  });
});

describe('an answer that seems not to have been delivered', () => {
  const invoke = (event: unknown) =>
    makeStartJob({
      connect: () => starter.services,
      putAnswer: async () => {
        throw new Error('CloudFormation did not take the answer: ECONNRESET');
      },
      clock: new FakeClock(),
      log: { info: () => undefined, warn: () => undefined },
    })(event, { getRemainingTimeInMillis: () => 60_000 });

  test('is repeated with the whole event where it is a success', async () => {
    await expect(invoke(create())).rejects.toThrow('did not take');
  });

  test('is repeated where a delete failed', async () => {
    starter.services.fail('get', serviceError('AccessDeniedException', 'with an explicit deny', 403));
    const { jobArn } = starter.services.addJob({ jobName: 'x' });
    await expect(invoke(remove(jobArn))).rejects.toThrow('did not take');
  });

  test.each([
    ['create', create()],
    ['update', update('arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefabcdef', { runKey: '2' })],
  ])('is let be where a %s failed: another run might start a job that nobody asks to stop', async (_, event) => {
    starter.services.fail('find', serviceError('ValidationException', 'no'));
    await expect(invoke(event)).resolves.toBeUndefined();
  });
});
