import { networkError, type StoredJob, serviceError } from './fake-services';
import { create, hashOf, remove, STAGED, Starter, unconfirmed, update } from './starter';

/** What someone who reads the log is told of each thing that can happen, beside request, identity and job. */

let starter: Starter;
beforeEach(() => {
  starter = new Starter();
});

const CONTEXT = ['requestId', 'lambdaRequestId', 'stackId', 'logicalResourceId', 'identity'];

/** The lines between the question and the answer, as text and facts. */
async function told(event: unknown): Promise<[level: string, text: string, facts: Record<string, unknown>][]> {
  const before = starter.lines.length;
  await starter.send(event);
  return starter.lines.slice(before + 1, -1).map(({ level, text, ...facts }) => {
    const own = Object.entries(facts).filter(([name]) => !CONTEXT.includes(name));
    return [level, text, Object.fromEntries(own)];
  });
}

async function startedJob(changes: Record<string, unknown> = {}): Promise<StoredJob> {
  await starter.send(create(changes));
  return starter.services.stored.at(-1) as StoredJob;
}

describe('a create', () => {
  test('tells what was staged and which job was started', async () => {
    expect(await told(create())).toEqual([
      ['info', 'staged the input', { to: STAGED, jobArn: undefined }],
      [
        'info',
        'started a job',
        { jobName: `Books-Chapters-${hashOf()}-1`, jobArn: starter.services.stored[0]?.jobArn },
      ],
    ]);
  });

  test('tells which job was adopted, and its state', async () => {
    const { jobArn } = await startedJob();
    expect(await told(create())).toEqual([['info', 'adopted a job', { jobArn, status: 'Submitted' }]]);
  });

  test('tells of the attempt before, which ended without answers', async () => {
    const { jobArn } = await startedJob();
    (starter.services.stored[0] as StoredJob).status = 'Expired';
    const [first] = await told(create({}, { RequestId: 'another' }));
    expect(first).toEqual([
      'info',
      'an earlier job ended without answers, starting another attempt',
      { jobArn, status: 'Expired', attempt: 2 },
    ]);
  });

  test('tells nothing of an earlier attempt where there was none', async () => {
    expect((await told(create())).map(([, text]) => text)).not.toContainEqual(expect.stringContaining('earlier'));
  });

  test('tells each time that it tries again, why and after what time', async () => {
    starter.services.fail('create', serviceError('ThrottlingException', 'Rate exceeded', 429), { times: 2 });
    const retries = (await told(create())).filter(([, text]) => text.startsWith('trying'));
    const error = 'ThrottlingException: Rate exceeded (request request-1)';
    expect(retries).toEqual([
      ['warn', 'trying again to start the job', { error, delayMs: expect.any(Number), jobArn: undefined }],
      ['warn', 'trying again to start the job', { error, delayMs: expect.any(Number), jobArn: undefined }],
    ]);
    expect(Number(retries[1]?.[2].delayMs)).toBeGreaterThan(Number(retries[0]?.[2].delayMs));
  });

  test('tells that a name is taken and no job of it shows yet', async () => {
    starter.services.fail('create', serviceError('ConflictException', 'taken', 409));
    const lines = await told(create());
    expect(lines).toContainEqual([
      'warn',
      'a job of this name is there already, looking again',
      { error: 'ConflictException: taken (request request-1)', jobArn: undefined },
    ]);
  });

  test('tells that a job which may have started could not be looked for', async () => {
    starter.services.fail('create', networkError(), { times: 100 });
    starter.services.onCall = (method) => {
      if (method === 'create') {
        starter.services.fail('find', serviceError('AccessDeniedException', 'with an explicit deny', 403));
      }
    };
    expect(await told(create())).toContainEqual([
      'warn',
      'could not look for the job that may have started',
      { error: 'AccessDeniedException: with an explicit deny (request request-1)', jobArn: undefined },
    ]);
  });

  test('goes on with the job where its tags may not follow, and says so', async () => {
    const { jobArn } = await startedJob();
    starter.services.fail('tag', serviceError('AccessDeniedException', 'with an explicit deny', 403));
    expect(await told(create())).toContainEqual([
      'warn',
      'could not tag the adopted job',
      { jobArn, error: 'AccessDeniedException: with an explicit deny (request request-1)' },
    ]);
  });

  test('tells a warning with its code, and an error as the reason of the failure alone', async () => {
    starter.services.listedAs.set(STAGED, { bytes: 2 ** 30 - 1 });
    const lines = await told(create());
    const warnings = lines.filter(([level]) => level === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toEqual([
      'warn',
      expect.stringMatching(/^input /),
      expect.objectContaining({ code: expect.any(String) }),
    ]);
  });
});

describe('an update', () => {
  test('tells that Bedrock no longer knows the job', async () => {
    const { jobArn } = await startedJob();
    starter.services.stored.length = 0;
    expect(await told(update(jobArn, { timeoutHours: '48' }))).toEqual([
      ['warn', 'Bedrock no longer knows the job; it is left as done', { jobArn }],
    ]);
  });

  test('tells what starts nothing, prop by prop', async () => {
    const { jobArn } = await startedJob();
    expect(await told(update(jobArn, { timeoutHours: '48', minRecords: '50' }))).toEqual([
      [
        'info',
        'these changes start no new job and do not reach the one there is; change runKey to run again',
        { jobArn, changed: ['timeoutHours', 'minRecords'] },
      ],
    ]);
  });

  test('tells nothing where nothing changed, or where nobody knows what was before', async () => {
    const { jobArn } = await startedJob();
    expect(await told(update(jobArn, {}))).toEqual([]);
    expect(await told(update(jobArn, {}, {}, { OldResourceProperties: {} }))).toEqual([]);
  });

  test('that is taken back tells the stray job that it leaves running by choice', async () => {
    const lost = { runKey: 'lost', stopPolicy: 'LeaveRunning' };
    const { jobArn } = await startedJob();
    starter.services.addJob({ jobName: `Books-Chapters-${hashOf(lost)}-1` });
    expect(await told(update(jobArn, {}, lost))).toContainEqual([
      'info',
      'left the job of the update running, if there is one',
      { jobArn },
    ]);
  });
});

describe('a delete', () => {
  test('tells the job that it stopped', async () => {
    const { jobArn } = await startedJob();
    expect(await told(remove(jobArn))).toEqual([['info', 'stopped the job', { jobArn }]]);
  });

  test('tells the job that it left running by choice', async () => {
    const { jobArn } = await startedJob();
    expect(await told(remove(jobArn, { stopPolicy: 'LeaveRunning' }))).toEqual([
      ['info', 'left the job running, if there is one', { jobArn: undefined, physicalResourceId: jobArn }],
    ]);
  });

  test('tells that there was nothing to stop, and the state of the job', async () => {
    const job = await startedJob();
    job.status = 'Completed';
    expect(await told(remove(job.jobArn))).toEqual([
      ['info', 'nothing to stop', { jobArn: job.jobArn, status: 'Completed' }],
    ]);
  });

  test.each<[string, string | undefined]>([
    ['with its state', 'Completed'],
    ['even if Bedrock no longer knows it', undefined],
  ])('tells that the job had ended before it could be stopped, %s, and not that it was stopped', async (_, status) => {
    const job = await startedJob();
    starter.services.onCall = (method) => {
      if (method !== 'stop') return;
      if (status === undefined) starter.services.stored.length = 0;
      else job.status = status;
    };
    starter.services.fail('stop', serviceError('ConflictException', 'the job has ended', 409));
    expect(await told(remove(job.jobArn))).toEqual([
      ['info', 'the job had ended before it could be stopped', { jobArn: job.jobArn, status }],
    ]);
  });

  test('tells that it may not look for a job that was never confirmed', async () => {
    starter.services.fail('find', serviceError('AccessDeniedException', 'with an explicit deny', 403));
    expect(await told(remove(unconfirmed()))).toContainEqual([
      'warn',
      'may not look for a job that was never confirmed',
      { error: 'AccessDeniedException: with an explicit deny (request request-1)', jobArn: undefined },
    ]);
  });
});

describe('the step in which the time ran out', () => {
  const reasonWhere = async (slow: string, event: unknown): Promise<string> => {
    starter.services.wait = async (method) => {
      if (method !== slow) return;
      starter.clock.pass(170_000);
      await new Promise(() => undefined);
    };
    return (await starter.send(event)).Reason ?? '';
  };

  test.each([
    ['find', 'looking for the job'],
    ['inferenceProfile', 'looking at the model'],
    ['copy', 'staging the input'],
    ['open', 'looking at the input'],
    ['create', 'starting the job'],
  ])('of a create, at %s, is %s', async (method, step) => {
    expect(await reasonWhere(method, create())).toContain(`while ${step};`);
  });

  test('of tags on an adopted job is tagging', async () => {
    await startedJob();
    expect(await reasonWhere('tag', create())).toContain('while tagging the job;');
  });

  test.each([
    ['get', 'looking for the job'],
    ['tag', 'tagging the job'],
  ])('of an update, at %s, is %s', async (method, step) => {
    const { jobArn } = await startedJob();
    expect(await reasonWhere(method, update(jobArn, { tags: { team: 'writing' } }))).toContain(`while ${step};`);
  });

  test.each([
    ['get', 'looking for the job'],
    ['stop', 'stopping the job'],
  ])('of a delete, at %s, is %s', async (method, step) => {
    const { jobArn } = await startedJob();
    expect(await reasonWhere(method, remove(jobArn))).toContain(`while ${step};`);
  });
});

describe('a service that is busy', () => {
  const busy = serviceError('ThrottlingException', 'slow down', 429);

  test.each(['tag', 'untag'])('is asked again to %s the job of an update', async (method) => {
    const { jobArn } = await startedJob();
    starter.services.fail(method, busy, { times: 2 });
    const { Status } = await starter.send(update(jobArn, { tags: { team: 'writing' } }));
    expect(Status).toBe('SUCCESS');
    expect(starter.services.stored[0]?.tags).toEqual({ team: 'writing' });
  });

  test('is asked again to tag an adopted job', async () => {
    await startedJob({ tags: {} });
    starter.services.fail('tag', busy, { times: 2 });
    await starter.send(create());
    expect(starter.services.stored[0]?.tags).toEqual({ team: 'reading', billable: 'true' });
  });
});
