import { makeStartJob } from '../../src/handlers/start-job';
import createEvent from '../events/create.json';
import deleteEvent from '../events/delete.json';
import rollbackDeleteEvent from '../events/rollback-delete.json';
import rollbackUpdateEvent from '../events/rollback-update.json';
import updateEvent from '../events/update.json';
import { FakeClock } from './fake-clock';
import { FakeServices, serviceError } from './fake-services';
import { ASSET, create, hashOf, records, remove, Starter, unconfirmed, update } from './starter';

let starter: Starter;
beforeEach(() => {
  starter = new Starter();
});

describe('a real event', () => {
  test('of each type is answered with success', async () => {
    const { PhysicalResourceId } = await starter.send(createEvent);
    const job = { PhysicalResourceId };
    expect((await starter.send({ ...updateEvent, ...job })).Status).toBe('SUCCESS');
    expect((await starter.send({ ...deleteEvent, ...job })).Status).toBe('SUCCESS');
    expect(starter.services.stored.map(({ status }) => status)).toEqual(['Stopping']);
  });

  test('of the delete after a failed create is answered with success, and no job is touched', async () => {
    starter.services.fail('create', serviceError('ValidationException', 'Batch inference is not supported'));
    const failed = await starter.send(createEvent);
    expect(failed).toMatchObject({ Status: 'FAILED', PhysicalResourceId: rollbackDeleteEvent.PhysicalResourceId });
    expect(await starter.send(rollbackDeleteEvent)).toMatchObject({
      Status: 'SUCCESS',
      RequestId: rollbackDeleteEvent.RequestId,
      PhysicalResourceId: rollbackDeleteEvent.PhysicalResourceId,
    });
    expect(starter.services.count('stop')).toBe(0);
  });

  test('of the rollback of an update is answered with the job that there was before', async () => {
    const first = await starter.send(createEvent);
    const second = await starter.send(update(first.PhysicalResourceId, { runKey: '2026-11' }));
    expect(second.PhysicalResourceId).not.toBe(first.PhysicalResourceId);
    const back = await starter.send({ ...rollbackUpdateEvent, PhysicalResourceId: second.PhysicalResourceId });
    expect(back).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: first.PhysicalResourceId });
    expect(starter.services.stored).toHaveLength(2);
  });
});

describe('a malformed event', () => {
  test.each([
    undefined,
    null,
    'text',
    7,
    [],
    {},
    { ResponseURL: 7 },
    { ResponseURL: 'ftp://x' },
    { ResponseURL: 'https://' },
  ])('without a place to answer to is told and left: %j', async (event) => {
    await starter.invoke(event);
    expect(starter.answers).toEqual([]);
    expect(starter.warnings).toHaveLength(1);
  });

  test.each<[string, Record<string, unknown>]>([
    ['request type', { RequestType: undefined }],
    ['request type', { RequestType: 'Read' }],
    ['stack id', { StackId: undefined }],
    ['logical id', { LogicalResourceId: 7 }],
    ['properties', { ResourceProperties: undefined }],
    ['properties', { ResourceProperties: 'text' }],
  ])('with a bad %s is refused with a reason: %j', async (_, changes) => {
    const answer = await starter.send({ ...createEvent, ...changes });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/\[Malformed(Event|Property)]/) });
    expect(answer.PhysicalResourceId).toMatch(/^not-started-/);
    expect(starter.services.calls).toEqual([]);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ RequestType: 'Read' }, 'RequestType must be Create, Update or Delete [MalformedEvent]'],
    [{ StackId: '' }, 'StackId must be a text that is not empty [MalformedEvent]'],
    [{ LogicalResourceId: 7 }, 'LogicalResourceId must be a text that is not empty [MalformedEvent]'],
  ])('says what is wrong with %j', async (changes, reason) => {
    expect((await starter.send({ ...createEvent, ...changes })).Reason).toBe(reason);
  });

  test.each(['http://127.0.0.1:1/answer', 'https://example.com/answer'])(
    'may be answered at %s',
    async (ResponseURL) => {
      expect((await starter.send({ ...createEvent, ResponseURL })).Status).toBe('SUCCESS');
    },
  );

  test.each(['see https://example.com/', 'file:///https://'])('is not answered at %s', async (ResponseURL) => {
    await starter.invoke({ ...createEvent, ResponseURL });
    expect(starter.answers).toEqual([]);
  });

  test('keeps the physical id of an update', async () => {
    const answer = await starter.send(update('some-id', { roleArn: undefined }));
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'some-id' });
  });

  test.each([{ StackId: undefined }, { LogicalResourceId: [] }, { PhysicalResourceId: 7 }, { ResourceProperties: 7 }])(
    'of a delete succeeds: %j',
    async (changes) => {
      const event = remove('not-started-x', {}, changes as Record<string, unknown>);
      expect((await starter.send(event)).Status).toBe('SUCCESS');
    },
  );
});

describe('the time', () => {
  test('that ends in the middle of a call ends in a failure that names the step', async () => {
    starter.services.wait = async (method) => {
      if (method !== 'copy') return;
      starter.clock.pass(170_000);
      await new Promise(() => undefined);
    };
    expect(await starter.send(create())).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/while staging the input; deploy again \[OutOfTime]$/),
    });
  });

  test('leaves a reserve for the answer', async () => {
    starter.services.onCall = (method) => {
      if (method === 'copy') starter.clock.pass(165_001);
    };
    expect((await starter.send(create())).Reason).toContain('while staging the input; deploy again [OutOfTime]');
  });

  test.each([
    ['and is not made in the last 25 seconds before it', 140_000, 'FAILED', 0],
    ['and is made up to then', 139_999, 'SUCCESS', 1],
  ])('leaves a paid call to be seen by a delete that is sent at once, %s', async (_, spent, Status, creates) => {
    starter.services.onCall = (method) => {
      if (method === 'copy') starter.clock.pass(spent);
    };
    const { Status: got, Reason = '' } = await starter.send(create());
    expect(got).toBe(Status);
    expect(starter.services.count('create')).toBe(creates);
    expect(Reason.split('[OutOfTime]')).toHaveLength(creates === 0 ? 2 : 1);
    expect(starter.clock.sleeps).toEqual([]);
  });

  test('that is up lets nothing start when a call comes back after the answer', async () => {
    let comeBack: () => void = () => undefined;
    starter.services.wait = async (method) => {
      if (method !== 'open') return;
      starter.clock.pass(170_000);
      await new Promise<void>((resolve) => {
        comeBack = resolve;
      });
    };
    expect((await starter.send(create())).Status).toBe('FAILED');
    comeBack();
    await new Promise(setImmediate);
    expect(starter.services.count('open')).toBe(1);
    expect(starter.services.count('create')).toBe(0);
  });

  test('that ends during the paid call leaves the job to be looked for', async () => {
    starter.services.wait = async (method) => {
      if (method !== 'create') return;
      starter.clock.pass(170_000);
      await new Promise(() => undefined);
    };
    expect((await starter.send(create())).PhysicalResourceId).toBe(unconfirmed());
  });

  test('that ends during retries names the last error', async () => {
    starter.remaining = 45_000;
    starter.services.fail('create', serviceError('ThrottlingException', 'Rate exceeded', 429), { times: 100 });
    const { Reason = '' } = await starter.send(create());
    expect(Reason).toMatch(/ThrottlingException: Rate exceeded \(request request-1\)$/);
    expect(Reason.split('[OutOfTime]').length).toBeLessThanOrEqual(2);
  });

  test('leaves no alarm behind', async () => {
    await starter.send(create());
    await starter.send(create({ roleArn: undefined }));
    expect(starter.clock.pendingAlarms).toBe(0);
  });

  test('ends what is under way', async () => {
    const services = new FakeServices();
    const clock = new FakeClock();
    let signal: AbortSignal | undefined;
    services.onCall = () => clock.pass(170_000);
    const handler = makeStartJob({
      connect: (aborted) => {
        signal = aborted;
        return services;
      },
      putAnswer: async () => undefined,
      clock,
      log: { info: () => undefined, warn: () => undefined },
    });
    await handler(create(), { getRemainingTimeInMillis: () => 180_000 });
    expect(signal?.aborted).toBe(true);
  });
});

describe('an answer that cannot be delivered', () => {
  test('makes the invocation fail, so that Lambda tries the event again', async () => {
    const handler = makeStartJob({
      connect: () => new FakeServices(),
      putAnswer: async () => {
        throw new Error('CloudFormation did not take the answer: HTTP status 500');
      },
      clock: new FakeClock(),
      log: { info: () => undefined, warn: () => undefined },
    });
    await expect(handler(remove('x'), { getRemainingTimeInMillis: () => 60_000 })).rejects.toThrow('did not take');
  });

  test('leads to the same job the next time', async () => {
    const first = await starter.send(create());
    expect((await starter.send(create())).PhysicalResourceId).toBe(first.PhysicalResourceId);
  });
});

describe('the log', () => {
  test('holds neither the response URL nor records', async () => {
    starter.services.put(ASSET, records(3).replace('r0', 'very-private'));
    await starter.send(create());
    starter.services.put(ASSET, records(100).replace('r0', 'very-private'));
    const { PhysicalResourceId } = await starter.send(create());
    await starter.send(update(PhysicalResourceId, { tags: {} }));
    await starter.send(remove(PhysicalResourceId));
    const log = JSON.stringify(starter.lines);
    expect(log).toContain('started a job');
    expect(log).not.toMatch(/X-Amz|cloudformation-custom-resource-response|very-private/);
  });

  const context = (line?: (typeof starter.lines)[number]) => {
    if (line === undefined) throw new Error('there is no such line');
    const { requestId, stackId, logicalResourceId, identity, jobArn } = line;
    return { requestId, stackId, logicalResourceId, identity, jobArn };
  };
  const asked = {
    requestId: createEvent.RequestId,
    stackId: createEvent.StackId,
    logicalResourceId: createEvent.LogicalResourceId,
  };

  test('begins with what was asked for, and ends with what was answered', async () => {
    const { PhysicalResourceId } = await starter.send(createEvent);
    expect(starter.lines.at(0)).toMatchObject({ text: 'asked by CloudFormation', request: 'Create', ...asked });
    expect(starter.lines.at(-1)).toMatchObject({
      text: 'answered CloudFormation',
      status: 'SUCCESS',
      physicalResourceId: PhysicalResourceId,
      ...asked,
    });
  });

  test('tells identity and job from the line on in which they are known', async () => {
    const { PhysicalResourceId: jobArn } = await starter.send(createEvent);
    const identity = hashOf();
    expect(context(starter.lines.at(0))).toEqual(asked);
    expect(context(starter.lines.find(({ text }) => text === 'staged the input'))).toEqual({ ...asked, identity });
    expect(context(starter.lines.find(({ text }) => text === 'started a job'))).toEqual({ ...asked, identity, jobArn });
    expect(context(starter.lines.at(-1))).toEqual({ ...asked, identity, jobArn });
  });

  test('names the adopted job', async () => {
    const { PhysicalResourceId: jobArn } = await starter.send(createEvent);
    await starter.send(createEvent);
    expect(starter.lines.find(({ text }) => text === 'adopted a job')).toMatchObject({ jobArn, identity: hashOf() });
  });

  test('does not take the job that an update replaces for the one it starts', async () => {
    const { PhysicalResourceId: old } = await starter.send(createEvent);
    const before = starter.lines.length;
    const { PhysicalResourceId: jobArn } = await starter.send(update(old, { runKey: '2026-11' }));
    const told = starter.lines.slice(before);
    expect(told.find(({ text }) => text === 'staged the input')?.jobArn).toBeUndefined();
    expect(told.at(-1)).toMatchObject({ jobArn, identity: hashOf({ runKey: '2026-11' }) });
  });

  test.each<[string, (jobArn: string) => unknown]>([
    ['an update that starts nothing', (jobArn) => update(jobArn, { timeoutHours: '48' })],
    ['a delete', (jobArn) => remove(jobArn)],
    ['a delete of a create that failed', () => remove(unconfirmed())],
  ])('tells the identity in the last lines of %s', async (_, event) => {
    const { PhysicalResourceId: jobArn } = await starter.send(createEvent);
    await starter.send(event(jobArn));
    for (const line of starter.lines.slice(-2)) expect(line.identity).toBe(hashOf());
  });

  test('names the job that a delete stops', async () => {
    const { PhysicalResourceId: jobArn } = await starter.send(createEvent);
    await starter.send(remove(jobArn));
    expect(starter.lines.find(({ text }) => text === 'stopped the job')).toMatchObject({
      jobArn,
      requestId: deleteEvent.RequestId,
    });
    expect(starter.lines.at(-1)).toMatchObject({ jobArn, status: 'SUCCESS' });
  });

  test('names the job that had started without an answer', async () => {
    starter.services.fail('create', serviceError('ConflictException', 'a job of this name exists', 409), {
      after: true,
    });
    const { PhysicalResourceId: jobArn } = await starter.send(createEvent);
    const line = starter.lines.find(({ text }) => text === 'the job had started without an answer');
    expect(line).toMatchObject({ jobArn, status: 'Submitted' });
  });

  test('of a failure has the request, the identity and the reason', async () => {
    starter.services.fail('create', serviceError('ValidationException', 'Batch inference is not supported'));
    await starter.send(createEvent);
    expect(starter.lines.find(({ text }) => text === 'failed')).toMatchObject({
      request: 'Create',
      identity: hashOf(),
      reason: expect.stringContaining('Batch inference is not supported'),
      ...asked,
    });
    expect(starter.lines.at(-1)).toMatchObject({ text: 'answered CloudFormation', status: 'FAILED' });
  });

  test("has Lambda's own request id, which another delivery of the event does not share", async () => {
    await starter.invoke(createEvent, 'lambda-1');
    expect(new Set(starter.lines.map(({ lambdaRequestId }) => lambdaRequestId))).toEqual(new Set(['lambda-1']));
  });
});

test('a job of one identity is live at most once, whatever comes in whatever order', async () => {
  const ids: string[] = [];
  for (const event of [create(), create(), update('', {}), create()]) {
    ids.push((await starter.send(event)).PhysicalResourceId);
  }
  expect(new Set(ids).size).toBe(1);
  expect(starter.services.stored.filter(({ jobName }) => jobName.includes(hashOf()))).toHaveLength(1);
});
