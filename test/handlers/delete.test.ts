import { networkError, type StoredJob, serviceError } from './fake-services';
import { create, remove, Starter, unconfirmed, update } from './starter';

let starter: Starter;
let job: StoredJob;
beforeEach(async () => {
  starter = new Starter();
  await starter.send(create());
  job = starter.services.stored[0] as StoredJob;
  starter.services.calls.length = 0;
});

const success = { Status: 'SUCCESS' };

describe('delete of a live job', () => {
  test.each(['Submitted', 'Validating', 'Scheduled', 'InProgress'])('stops one that is %s', async (status) => {
    job.status = status;
    expect(await starter.send(remove(job.jobArn))).toMatchObject({ ...success, PhysicalResourceId: job.jobArn });
    expect(job.status).toBe('Stopping');
  });

  test('leaves it running by choice', async () => {
    expect(await starter.send(remove(job.jobArn, { stopPolicy: 'LeaveRunning' }))).toMatchObject(success);
    expect(job.status).toBe('Submitted');
  });

  test('touches no other job', async () => {
    const other = starter.services.addJob({ jobName: 'Other-abcdefgh2345-1' });
    await starter.send(remove(job.jobArn));
    expect(other.status).toBe('InProgress');
  });

  test('succeeds the second time too', async () => {
    await starter.send(remove(job.jobArn));
    expect(await starter.send(remove(job.jobArn))).toMatchObject(success);
    expect(starter.services.count('stop')).toBe(1);
  });

  test.each(['ConflictException', 'ValidationException', 'ResourceNotFoundException'])(
    'succeeds where it ended between look and stop, told by %s',
    async (name) => {
      starter.services.onCall = (method) => {
        if (method === 'stop') job.status = 'Completed';
      };
      starter.services.fail('stop', serviceError(name, 'the job has ended'));
      expect(await starter.send(remove(job.jobArn))).toMatchObject(success);
    },
  );

  test('fails where it could not be stopped and goes on costing', async () => {
    starter.services.fail('stop', serviceError('AccessDeniedException', 'with an explicit deny', 403));
    expect(await starter.send(remove(job.jobArn))).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: job.jobArn,
      Reason: expect.stringContaining('while stopping the job'),
    });
  });

  test('tries again where the service is busy', async () => {
    starter.services.fail('stop', serviceError('ThrottlingException', 'slow down', 429), { times: 3 });
    expect(await starter.send(remove(job.jobArn))).toMatchObject(success);
    expect(job.status).toBe('Stopping');
  });

  test('succeeds with properties that this version cannot read', async () => {
    const event = remove(job.jobArn, {}, { ResourceProperties: { job: 'of version 0' } });
    expect(await starter.send(event)).toMatchObject(success);
    expect(job.status).toBe('Stopping');
  });

  test.each([undefined, null, 'text', []])('succeeds with %j for properties', async (ResourceProperties) => {
    expect(await starter.send(remove(job.jobArn, {}, { ResourceProperties }))).toMatchObject(success);
    expect(job.status).toBe('Stopping');
  });

  test('explains a failure in the words of the service where the properties cannot be read', async () => {
    starter.services.fail('get', serviceError('AccessDeniedException', 'with an explicit deny', 403));
    const event = remove(job.jobArn, {}, { ResourceProperties: {} });
    expect((await starter.send(event)).Reason).toBe('AccessDeniedException: with an explicit deny (request request-1)');
  });
});

describe('delete of a job that does not run', () => {
  test.each(['Completed', 'PartiallyCompleted', 'Failed', 'Stopping', 'Stopped', 'Expired'])(
    'leaves one that is %s as it is',
    async (status) => {
      job.status = status;
      expect(await starter.send(remove(job.jobArn))).toMatchObject(success);
      expect(starter.services.calls).toEqual(['get']);
    },
  );

  test.each(['ResourceNotFoundException', 'ValidationException'])(
    'succeeds where it is unknown, told by %s',
    async (name) => {
      starter.services.fail('get', serviceError(name, 'no such job'));
      expect(await starter.send(remove(job.jobArn))).toMatchObject(success);
      expect(starter.services.count('stop')).toBe(0);
    },
  );
});

describe('delete of a resource that never had a job', () => {
  test('succeeds and touches no other job where nothing was started', async () => {
    expect(await starter.send(remove(unconfirmed({ runKey: 'x' })))).toMatchObject(success);
    expect(new Set(starter.services.calls)).toEqual(new Set(['find']));
  });

  test('stops the job that a second delivery of the failed create has started meanwhile', async () => {
    expect(await starter.send(remove(unconfirmed()))).toMatchObject(success);
    expect(starter.services.calls).toEqual(['find', 'stop']);
  });

  test('asks for nothing where the create never knew which job it declares', async () => {
    expect(await starter.send(remove('not-started-Chapters8A5F1E7C'))).toMatchObject(success);
    expect(starter.services.calls).toEqual([]);
  });

  test('answers with a physical id even if none came', async () => {
    const event = { ...remove('', { runKey: 'x' }), PhysicalResourceId: undefined };
    expect(await starter.send(event)).toMatchObject({ ...success, PhysicalResourceId: 'not-started-Chapters8A5F1E7C' });
  });

  test('touches no job where neither physical id nor properties name one', async () => {
    expect(await starter.send(remove('made-up', {}, { ResourceProperties: {} }))).toMatchObject(success);
    expect(starter.services.calls).toEqual([]);
  });
});

describe('rollback of a create', () => {
  test('stops the job that it started', async () => {
    const { PhysicalResourceId } = await starter.send(create());
    await starter.send(remove(PhysicalResourceId));
    expect(job.status).toBe('Stopping');
  });

  test('stops a job whose create got no answer', async () => {
    starter.services.fail('create', networkError(), { after: true, times: 100 });
    starter.services.listIsStale = true;
    const failed = await starter.send(create({ runKey: 'lost' }));
    expect(failed.Status).toBe('FAILED');
    starter.services.listIsStale = false;
    await starter.send(remove(failed.PhysicalResourceId, { runKey: 'lost' }));
    expect(starter.services.stored[1]?.status).toBe('Stopping');
    expect(job.status).toBe('Submitted');
  });

  test('stops a job whose starter never answered, found by the properties', async () => {
    await starter.send(remove('Books-Chapters8A5F1E7C-1ABCDEFGHIJKL'));
    expect(job.status).toBe('Stopping');
  });

  test('succeeds where it may not look for a job that was never confirmed', async () => {
    starter.services.fail('find', serviceError('AccessDeniedException', 'with an explicit deny', 403));
    expect(await starter.send(remove(unconfirmed()))).toMatchObject(success);
  });

  test('fails, so that it is tried again, where it could not look for such a job', async () => {
    starter.services.fail('find', serviceError('InternalServerException', 'oops', 500), { times: 100 });
    expect((await starter.send(remove(unconfirmed()))).Status).toBe('FAILED');
  });
});

describe('the delete after an update', () => {
  test('stops the old job and not the new one', async () => {
    await starter.send(update(job.jobArn, { runKey: '2' }));
    await starter.send(remove(job.jobArn));
    expect(starter.services.stored.map(({ status }) => status)).toEqual(['Stopping', 'Submitted']);
  });
});
