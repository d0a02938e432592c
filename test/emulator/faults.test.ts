import { CreateModelInvocationJobCommand, ListModelInvocationJobsCommand } from '@aws-sdk/client-bedrock';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { EmulatedAccount, jobRequest } from './emulated-account';
import { type Moment, roleNotReady } from './faults';

let account: EmulatedAccount;
beforeEach(async () => {
  account = await EmulatedAccount.start();
});
afterEach(() => account.stop());

const create = () => account.bedrock.send(new CreateModelInvocationJobCommand(jobRequest({ clientRequestToken: 't' })));
const list = () => account.bedrock.send(new ListModelInvocationJobsCommand({}));
const jobs = () => account.emulator.listJobs().length;

describe('a dropped connection', () => {
  test('before the effect leaves nothing behind', async () => {
    account.emulator.faults.inject({ operation: 'CreateModelInvocationJob', phase: 'before', fault: 'drop' });
    await expect(create()).rejects.toThrow();
    expect(jobs()).toBe(0);
  });

  test('after the effect leaves the job, which the same token finds again', async () => {
    account.emulator.faults.inject({ operation: 'CreateModelInvocationJob', phase: 'after', fault: 'drop' });
    await expect(create()).rejects.toThrow();
    expect(jobs()).toBe(1);
    await create();
    expect(jobs()).toBe(1);
  });
});

describe('a service error', () => {
  test.each([
    ['throttle', 'ThrottlingException', 429],
    ['server-error', 'InternalServerException', 500],
  ] as const)('of Bedrock for %s is %s', async (fault, name, httpStatusCode) => {
    account.emulator.faults.inject({ phase: 'before', fault });
    await expect(create()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(jobs()).toBe(0);
  });

  test.each([
    ['throttle', 'SlowDown', 503],
    ['server-error', 'InternalError', 500],
  ] as const)('of S3 for %s is %s', async (fault, name, httpStatusCode) => {
    account.emulator.faults.inject({ service: 's3', phase: 'before', fault });
    const put = account.s3.send(new PutObjectCommand({ Bucket: 'input-bucket', Key: 'k', Body: 'x' }));
    await expect(put).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(account.emulator.s3.list('input-bucket')).toEqual([]);
  });

  test('may come after the effect', async () => {
    account.emulator.faults.inject({ phase: 'after', fault: 'server-error' });
    await expect(create()).rejects.toMatchObject({ name: 'InternalServerException' });
    expect(jobs()).toBe(1);
  });

  test('may be any that the service has', async () => {
    account.emulator.faults.inject({ phase: 'before', fault: roleNotReady() });
    await expect(create()).rejects.toThrow('Could not assume provided IAM role');
  });
});

describe('a rule', () => {
  test('strikes once, and then no more', async () => {
    account.emulator.faults.inject({ phase: 'before', fault: 'throttle' });
    await expect(list()).rejects.toThrow();
    await expect(list()).resolves.toBeDefined();
  });

  test('strikes as often as it says, after letting some pass', async () => {
    account.emulator.faults.inject({ phase: 'before', fault: 'throttle', skip: 1, times: 2 });
    const outcomes: string[] = [];
    for (let i = 0; i < 4; i += 1)
      outcomes.push(
        await list().then(
          () => 'ok',
          () => 'fault',
        ),
      );
    expect(outcomes).toEqual(['ok', 'fault', 'fault', 'ok']);
  });

  test('strikes only the operation that it names', async () => {
    account.emulator.faults.inject({ operation: 'StopModelInvocationJob', phase: 'before', fault: 'throttle' });
    await expect(list()).resolves.toBeDefined();
    expect(account.emulator.faults.pending()).toHaveLength(1);
  });

  test('is no longer pending once it has struck', async () => {
    account.emulator.faults.inject({ phase: 'before', fault: 'throttle' });
    await expect(list()).rejects.toThrow();
    expect(account.emulator.faults.pending()).toEqual([]);
  });

  test('may change the world in the middle of a call', async () => {
    const { jobArn = '' } = await create();
    account.emulator.faults.inject({ phase: 'before', fault: () => account.emulator.endJob(jobArn, 'Failed') });
    const { invocationJobSummaries } = await list();
    expect(invocationJobSummaries).toMatchObject([{ status: 'Failed' }]);
  });
});

describe('the hook', () => {
  test('sees each call before and after its effect, and who makes it', async () => {
    const seen: Moment[] = [];
    account.emulator.faults.hook = (moment) => {
      seen.push(moment);
      return undefined;
    };
    await list();
    const principal = 'arn:aws:iam::111122223333:user/user-0';
    expect(seen).toEqual([
      { service: 'bedrock', operation: 'ListModelInvocationJobs', phase: 'before', principal },
      { service: 'bedrock', operation: 'ListModelInvocationJobs', phase: 'after', principal },
    ]);
  });

  test('may answer with a fault', async () => {
    account.emulator.faults.hook = ({ phase }) => (phase === 'after' ? 'drop' : undefined);
    await expect(create()).rejects.toThrow();
    expect(jobs()).toBe(1);
  });
});

describe('a call that is never answered', () => {
  test('ends with the emulator', async () => {
    account.emulator.faults.inject({ phase: 'after', fault: 'hang' });
    const hanging = create();
    const ended = expect(hanging).rejects.toThrow();
    while (jobs() === 0) await new Promise((resolve) => setImmediate(resolve));
    await account.emulator.stop();
    await ended;
    account = await EmulatedAccount.start();
  });
});

describe('the record of calls', () => {
  test('holds what was answered and what was dropped', async () => {
    account.emulator.faults.inject({ phase: 'before', fault: 'throttle' });
    account.emulator.faults.inject({ phase: 'before', fault: 'drop' });
    for (let i = 0; i < 3; i += 1) await list().catch(() => undefined);
    expect(account.emulator.served.map(({ operation, status }) => [operation, status])).toEqual([
      ['ListModelInvocationJobs', 429],
      ['ListModelInvocationJobs', undefined],
      ['ListModelInvocationJobs', 200],
    ]);
  });

  test('is empty after a reset, and so is the account', async () => {
    await create();
    account.emulator.reset();
    expect(account.emulator.served).toEqual([]);
    expect(jobs()).toBe(0);
    expect(account.emulator.s3.bucketNames()).toEqual([]);
    await expect(list()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
