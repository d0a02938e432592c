import { ServiceCallError } from '../../src/cli/services';
import { FakeJobs, job, outside } from './fake-outside';
import { runLine } from './fake-terminal';

function refusal(name: string): ServiceCallError {
  return new ServiceCallError(Object.assign(new Error('no'), { name }), 'bedrock:StopModelInvocationJob', 'us-east-1');
}

const MISSING = refusal('ResourceNotFoundException');

describe('stop', () => {
  test('stops a job that is on its way', async () => {
    const service = new FakeJobs([job()]);
    const { code, out, err } = await runLine('stop abc123def456', {}, outside(service));
    expect(service.stopped).toEqual([job().arn]);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'chapters-1 (abc123def456) is being stopped; what it has processed is charged\n',
      err: '',
    });
  });

  test.each(['Completed', 'PartiallyCompleted', 'Failed', 'Stopped', 'Expired'])(
    'says of a job that is %s that it has ended, and asks for nothing',
    async (status) => {
      const service = new FakeJobs([job({ status })]);
      const { code, out } = await runLine('stop abc123def456', {}, outside(service));
      expect({ code, out }).toEqual({ code: 0, out: `chapters-1 (abc123def456) has ended already: ${status}\n` });
      expect(service.stopped).toEqual([]);
    },
  );

  test('says of a job that is being stopped that it is', async () => {
    const service = new FakeJobs([job({ status: 'Stopping' })]);
    const { code, out } = await runLine('stop abc123def456', {}, outside(service));
    expect({ code, out }).toEqual({ code: 0, out: 'chapters-1 (abc123def456) is being stopped already\n' });
    expect(service.stopped).toEqual([]);
  });

  test('says that it has ended of a job that ended just before the stop', async () => {
    const service = new FakeJobs([job(), job({ status: 'Completed' })], [], refusal('ConflictException'));
    const { code, out } = await runLine('stop abc123def456', {}, outside(service));
    expect({ code, out }).toEqual({ code: 0, out: 'chapters-1 (abc123def456) has ended already: Completed\n' });
  });

  test('fails on a conflict of any other kind', async () => {
    const service = new FakeJobs([job()], [], refusal('ConflictException'));
    expect(await runLine('stop abc123def456', {}, outside(service))).toMatchObject({ code: 1, out: '' });
  });

  test('fails where the service does', async () => {
    const service = new FakeJobs([job()], [], refusal('AccessDeniedException'));
    const { code, err } = await runLine('stop abc123def456', {}, outside(service));
    expect(code).toBe(1);
    expect(err).toMatch(/^error: access was denied; the caller must be allowed bedrock:StopModelInvocationJob/);
    expect(service.isClosed).toBe(true);
  });

  test('needs a job', async () => {
    expect(await runLine('stop')).toMatchObject({
      code: 2,
      err: expect.stringContaining("missing required argument 'job'"),
    });
  });

  test('takes one job only', async () => {
    expect(await runLine('stop a b', {}, outside(new FakeJobs([])))).toMatchObject({ code: 2 });
  });
});

describe('a job', () => {
  test('is found by its ARN, in the Region that the ARN names', async () => {
    const service = new FakeJobs([job()]);
    const world = outside(service);
    const arn = job().arn.replace('us-east-1', 'eu-west-1');
    await runLine(`stop ${arn} --region us-west-2`, {}, world);
    expect(world.connections).toMatchObject([{ region: 'eu-west-1' }]);
    expect(service.stopped).toHaveLength(1);
  });

  test('is found by its name, and is the newest of those', async () => {
    const named = [job({ arn: 'newest', name: 'mine' }), job({ arn: 'older', name: 'mine' })];
    const service = new FakeJobs([], [job({ arn: 'longer', name: 'mine-too' }), ...named]);
    await runLine('stop mine', {}, outside(service));
    expect(service.stopped).toEqual(['newest']);
  });

  test('is found by a name that looks like an id', async () => {
    const service = new FakeJobs([MISSING], [job({ name: 'twelveletter' })]);
    await runLine('stop twelveletter', {}, outside(service));
    expect(service.stopped).toHaveLength(1);
  });

  test('is not looked for by name where the service refuses the id for another reason', async () => {
    const service = new FakeJobs([refusal('AccessDeniedException')], [job({ name: 'twelveletter' })]);
    expect(await runLine('stop twelveletter', {}, outside(service))).toMatchObject({ code: 1 });
    expect(service.stopped).toEqual([]);
  });

  test('that is not there is an error that names those of a like name', async () => {
    const service = new FakeJobs([], [job({ name: 'mine-1' }), job({ name: 'mine-2' })]);
    expect(await runLine('stop mine', {}, outside(service))).toEqual({
      code: 1,
      out: '',
      err: 'error: job must be the ARN, the id or the name of a batch inference job in us-east-1, got mine; jobs with a name like it are mine-1, mine-2 [JobNotFound]\n',
    });
  });

  test('that is not there is an error where no name is like it, too', async () => {
    const { err } = await runLine('stop mine', {}, outside(new FakeJobs([])));
    expect(err).toMatch(/in us-east-1, got mine \[JobNotFound\]\n$/);
  });

  test('that an ARN names is not there: said by the service', async () => {
    const { err, code } = await runLine(`stop ${job().arn}`, {}, outside(new FakeJobs([MISSING])));
    expect(code).toBe(1);
    expect(err).toContain('is not a batch inference job of this account in us-east-1');
  });
});
