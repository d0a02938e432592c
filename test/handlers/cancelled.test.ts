import { type StoredJob, serviceError } from './fake-services';
import { create, hashOf, remove, type SentAnswer, Starter, unconfirmed, update } from './starter';

/**
 * Where another resource of the stack fails, CloudFormation does not wait for a request that is under way: it calls it cancelled
 * and sends the rollback beside it, the delete of a create under a physical id of its own making.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1730
 */

/** A physical id that CloudFormation has made up. */
const MADE_UP = 'Books-Chapters8A5F1E7C-1ABCDEFGHIJKL';

let starter: Starter;
beforeEach(() => {
  starter = new Starter();
});

/** Sends one event, holds it in a call for some time, and sends another while it is held. */
async function beside(held: unknown, method: string, forMs: number, other: unknown): Promise<SentAnswer[]> {
  const { services, clock } = starter;
  const until = clock.now() + forMs;
  let isHeld = false;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  services.wait = async (called) => {
    if (clock.now() >= until) release();
    // Lets the other run go as far as it can before more time passes.
    if (called === 'find') await new Promise(setImmediate);
    if (called !== method || isHeld) return;
    isHeld = true;
    await released;
  };
  const first = starter.invoke(held);
  for (let turn = 0; turn < 50 && !isHeld; turn += 1) await new Promise(setImmediate);
  expect(isHeld).toBe(true);
  clock.pass(2_000);
  await starter.invoke(other);
  clock.pass(Math.max(0, until - clock.now()));
  release();
  await first;
  return starter.answers;
}

const statuses = () => starter.services.stored.map(({ status }) => status);

describe('the delete of a create that was cancelled and goes on', () => {
  test.each([1_000, 20_000, 60_000, 120_000, 130_000])(
    'stops the job that the create starts %i ms after it was sent',
    async (forMs) => {
      const answers = await beside(create(), 'copy', forMs, remove(MADE_UP));
      expect(answers).toContainEqual(expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: MADE_UP }));
      expect(statuses()).toEqual(['Stopping']);
    },
  );

  test('finds nothing to stop where the paid call was ended before it had an effect', async () => {
    await beside(create(), 'create', 160_000, remove(MADE_UP));
    expect(statuses()).toEqual([]);
  });

  test('tells that it stopped the job, and not that there was nothing to stop', async () => {
    await beside(create(), 'copy', 60_000, remove(MADE_UP));
    const told = starter.lines.map(({ text }) => text);
    expect(told.filter((text) => text === 'stopped the job')).toHaveLength(1);
    expect(told).not.toContain('nothing to stop');
  });

  test('succeeds where the create starts nothing, and no job is started after it', async () => {
    const answers = await beside(create(), 'copy', 150_000, remove(MADE_UP));
    expect(answers).toContainEqual(expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: MADE_UP }));
    expect(answers).toContainEqual(
      expect.objectContaining({ Status: 'FAILED', Reason: expect.stringContaining('[OutOfTime]') }),
    );
    expect(statuses()).toEqual([]);
  });

  test('stops a job whose role was not usable for a while', async () => {
    starter.services.fail('create', serviceError('ValidationException', 'Could not assume provided IAM role'), {
      times: 5,
    });
    await beside(create(), 'create', 10_000, remove(MADE_UP));
    expect(statuses()).toEqual(['Stopping']);
  });

  test('goes on where it stops one that was left by choice: the create then starts another attempt', async () => {
    const left = starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-1` });
    await beside(create(), 'find', 60_000, remove(MADE_UP));
    expect(left.status).toBe('Stopping');
    expect(statuses()).toEqual(['Stopping', 'Stopping']);
  });

  test('goes on where it may not look yet: the rights of both are as old', async () => {
    const denied = serviceError('AccessDeniedException', 'not authorized to perform: bedrock:List', 403);
    starter.services.onCall = (method) => {
      if (method === 'find' && starter.clock.now() < 1_000_000 + 50_000) throw denied;
    };
    const deleted = starter.invoke(remove(MADE_UP));
    starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-1` });
    await deleted;
    expect(starter.answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
    expect(statuses()).toEqual(['Stopping']);
  });

  test('succeeds, and warns, where it may never look', async () => {
    starter.services.fail('find', serviceError('AccessDeniedException', 'with an explicit deny', 403), { times: 100 });
    expect((await starter.send(remove(MADE_UP))).Status).toBe('SUCCESS');
    expect(starter.warnings).toContain('may not look for a job that was never confirmed');
  });

  test('leaves the job by choice, and does not wait for it', async () => {
    await beside(create(), 'copy', 60_000, remove(MADE_UP, { stopPolicy: 'LeaveRunning' }));
    expect(statuses()).toEqual(['Submitted']);
    expect(starter.clock.sleeps).toEqual([]);
  });

  test('does not wait where a job of the identity is done, of which nobody starts another', async () => {
    starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-1`, status: 'Completed' });
    await starter.send(remove(MADE_UP));
    expect(starter.clock.sleeps).toEqual([]);
  });

  test('ends inside its time, and tells what it waits for', async () => {
    const start = starter.clock.now();
    await starter.send(remove(MADE_UP));
    const took = starter.clock.now() - start;
    expect(took).toBe(153_000);
    const told = starter.lines.filter(({ level, text }) => level === 'info' && !/CloudFormation$/.test(text));
    // The pauses before it are of 0.75, 1.5, 3 and 6 seconds.
    const waits = 'waiting for as long as a cancelled request may still start a job';
    expect(told.map(({ text, seconds }) => [text, seconds])).toEqual([
      [waits, 142],
      ['nothing to stop', undefined],
    ]);
  });
});

describe('the rollback of an update that was cancelled and goes on', () => {
  let job: StoredJob;
  const next = { runKey: '2' };
  beforeEach(async () => {
    await starter.send(create());
    job = starter.services.stored[0] as StoredJob;
    starter.services.files.delete('s3://books-chaptersinput-abcdef/staged/3f0c1d7e9a4b.jsonl');
  });

  test.each([1_000, 60_000, 130_000])('stops the job that the update starts %i ms after it was sent', async (forMs) => {
    const back = update(job.jobArn, {}, next, { RequestId: 'the-rollback' });
    const answers = await beside(update(job.jobArn, next), 'copy', forMs, back);
    expect(answers).toContainEqual(
      expect.objectContaining({ Status: 'SUCCESS', RequestId: 'the-rollback', PhysicalResourceId: job.jobArn }),
    );
    expect(statuses()).toEqual(['Submitted', 'Stopping']);
  });
});

describe('the delete of a create that failed', () => {
  test('leaves a job that a later request has started: the stack uses it', async () => {
    starter.services.fail('copy', serviceError('NoSuchKey', 'gone', 404));
    const failed = await starter.send(create());
    expect(failed).toMatchObject({ Status: 'FAILED', PhysicalResourceId: unconfirmed() });
    await starter.send(create({}, { RequestId: 'the-next-operation' }));
    expect((await starter.send(remove(failed.PhysicalResourceId))).Status).toBe('SUCCESS');
    expect(statuses()).toEqual(['Submitted']);
  });

  test('stops a job of which the service does not tell the token', async () => {
    starter.services.addJob({ jobName: `Books-Chapters-${hashOf()}-1` });
    await starter.send(remove(unconfirmed()));
    expect(statuses()).toEqual(['Stopping']);
  });

  test.each([
    'unconfirmed-',
    'unconfirmed-not a hash',
    `unconfirmed-${'a'.repeat(12)}`,
    `unconfirmed-${'a'.repeat(12)}-${'1'.repeat(12)}`,
    `unconfirmed-${'a'.repeat(12)}-${'a'.repeat(13)}`,
  ])('takes %j for a physical id that CloudFormation has made up', async (physicalId) => {
    const job = starter.services.addJob({ jobName: `Books-Chapters-${hashOf({ runKey: '7' })}-1` });
    await starter.send(remove(physicalId, { runKey: '7' }));
    expect(job.status).toBe('Stopping');
  });

  test('has an id that CloudFormation takes, however long the request id', async () => {
    starter.services.fail('find', serviceError('ValidationException', 'no'));
    const { PhysicalResourceId } = await starter.send(create({}, { RequestId: 'r'.repeat(5_000) }));
    expect(PhysicalResourceId).toBe(unconfirmed({}, 'r'.repeat(5_000)));
    expect(PhysicalResourceId).toHaveLength('unconfirmed-'.length + 25);
  });
});
