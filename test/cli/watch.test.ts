import { INTERRUPTED, run } from '../../src/cli/run';
import { type BatchJobs, type Job, ServiceCallError } from '../../src/cli/services';
import { counts, FakeClock, FakeJobs, job, NOW, outside } from './fake-outside';
import { type FakeOptions, FakeTerminal, type Ran, runLine } from './fake-terminal';

const ENDED = new Date(NOW + 125_000);
const COMPLETED = job({ status: 'Completed', counts: counts(1000, 1000, 10), ended: ENDED });

function watch(looks: readonly (Job | Error)[], line = '', options: FakeOptions = {}): Promise<Ran> {
  return runLine(`watch abc123def456 ${line}`, options, outside(new FakeJobs(looks)));
}

function refusal(name: string, httpStatusCode?: number): ServiceCallError {
  const cause = Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });
  return new ServiceCallError(cause, 'bedrock:GetModelInvocationJob', 'us-east-1', 'abc123def456');
}

describe('a watch', () => {
  test('ends with the job, and says on stdout where the results are', async () => {
    const { code, out } = await watch([job(), job({ counts: counts(400) }), COMPLETED]);
    expect({ code, out }).toEqual({
      code: 0,
      out: 'chapters-1 Completed: 1,000 of 1,000 records processed, 990 succeeded, 10 failed; in 12m 05s; read them with: cdk-bedrock-batch results s3://answers/out/abc123def456/\n',
    });
  });

  test('prints the ended job as JSON with --json', async () => {
    const { out } = await watch([job(), COMPLETED], '--json');
    expect(JSON.parse(out)).toMatchObject({
      status: 'Completed',
      counts: { total: 1000, processed: 1000, succeeded: 990, failed: 10 },
      resultsS3Uri: 's3://answers/out/abc123def456/',
    });
  });

  test('of a job that has ended says the same, at once', async () => {
    const service = new FakeJobs([COMPLETED]);
    const { code, out } = await runLine('watch abc123def456', {}, outside(service));
    expect(code).toBe(0);
    expect(out).toMatch(/^chapters-1 Completed: /);
    expect(service.asked).toBe(1);
    expect(service.isClosed).toBe(true);
  });

  test.each([
    ['Failed', 'chapters-1 Failed: the service says: no records\\x1b[2J\n'],
    ['Stopped', 'chapters-1 Stopped: it was stopped by a user; the service says: no records\\x1b[2J\n'],
    [
      'Expired',
      'chapters-1 Expired: it never started within its time; submit it again, with a longer timeout; the service says: no records\\x1b[2J\n',
    ],
  ])('of a job that ends as %s gives 1 and the reason', async (status, out) => {
    const end = job({ status, message: 'no records\u001b[2J' });
    expect(await watch([job(), end])).toMatchObject({ code: 1, out });
  });

  test('of a job whose time was up gives 1, and says how to get the rest', async () => {
    const { code, out } = await watch([job(), job({ status: 'PartiallyCompleted', counts: counts(400) })]);
    expect(code).toBe(1);
    expect(out).toContain('400 of 1,000 records processed, 400 succeeded, 0 failed; the deadline came before the end');
    expect(out).toContain('results s3://answers/out/abc123def456/');
  });

  test('says only what is known of a job that it knows little of', async () => {
    const end = job({ status: 'Failed', submitted: undefined });
    expect((await watch([end])).out).toBe('chapters-1 Failed\n');
  });

  test('asks as often as it is told', async () => {
    const clock = new FakeClock();
    await runLine('watch abc123def456 --interval 60', {}, outside(new FakeJobs([job(), COMPLETED]), clock));
    expect(clock.now()).toBe(NOW + 60_000);
  });

  test.each(['0', '3601', 'often'])('fails on an interval of %p', async (interval) => {
    expect(await watch([], `--interval ${interval}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('a number from 1 to 3600'),
    });
  });
});

describe('a watch without a terminal', () => {
  test('is one line for each state, on stderr', async () => {
    const { err } = await watch([
      job({ status: 'Submitted' }),
      job({ status: 'Submitted' }),
      job({ status: 'Submitted' }),
      job({ status: 'InProgress', counts: counts(0) }),
      job({ status: 'InProgress', counts: counts(400) }),
      COMPLETED,
    ]);
    expect(err).toMatchInlineSnapshot(`
"2026-11-21T12:00:00.000Z chapters-1 Submitted
2026-11-21T12:00:45.000Z chapters-1 InProgress, 0/1,000 records
2026-11-21T12:01:15.000Z chapters-1 Completed, 1,000/1,000 records
"
`);
  });
});

describe('a watch in a terminal', () => {
  const TTY = { isTty: true, columns: 100, env: { NO_COLOR: '1' } };

  test('is a bar on stderr, which is gone in the end; the end is on stdout', async () => {
    const { out, err } = await watch([job(), COMPLETED], '', TTY);
    expect(out).toMatch(/^chapters-1 Completed: /);
    expect(err).toContain('chapters-1 (abc123def456) in us-east-1\n');
    expect(err).toMatch(/job \[=+\] Completed {2}1,000\/1,000 records, 10 failed/);
    // The cursor is back, and the line is cleared.
    expect(err.lastIndexOf('\u001b[?25h')).toBeGreaterThan(err.lastIndexOf('\u001b[?25l'));
    expect(err.endsWith('\u001b[2K') || err.endsWith('\u001b[0K')).toBe(true);
  });

  test('goes on counting the time between two looks', async () => {
    const clock = new FakeClock();
    const sleeps: number[] = [];
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (milliseconds, signal) => {
      sleeps.push(milliseconds);
      return sleep(milliseconds, signal);
    };
    await runLine('watch abc123def456 --interval 3', TTY, outside(new FakeJobs([job(), COMPLETED]), clock));
    expect(sleeps).toEqual([1000, 1000, 1000]);
  });

  test('estimates the time left from the progress it saw, and says unknown before', async () => {
    const shown = await shownBeforeEnd([job({ counts: counts(0) })]);
    expect(shown).toMatch(/\[-+\] InProgress {2}0\/1,000 records, 10m \d\ds, time left unknown/);
    const looks = [0, 100, 200, 300].map((done) => job({ counts: counts(done) }));
    expect(await shownBeforeEnd(looks, 60)).toMatch(/300\/1,000 records, 15m 00s, about 6 min left/);
  });

  test('says that the service does not answer, while it does not', async () => {
    const looks = [job(), job(), refusal('ThrottlingException', 429)];
    expect(await shownBeforeEnd(looks)).toContain('no answer, asking again');
  });

  /** The last of the bar before an error that ends the watch. */
  async function shownBeforeEnd(looks: readonly (Job | Error)[], interval = 15): Promise<string> {
    const end = refusal('AccessDeniedException', 403);
    const { err } = await watch([...looks.slice(0, 1), ...looks, end], `--interval ${interval}`, TTY);
    const frames = err.split('\u001b[1G');
    return frames.filter((frame) => frame.includes('job [')).at(-1) ?? '';
  }
});

describe('a watch that meets trouble', () => {
  test.each([
    ['throttling', refusal('ThrottlingException', 429)],
    ['a fault of the service', refusal('InternalServerException', 500)],
    ['a broken connection', refusal('TimeoutError')],
  ])('goes on after %s', async (_, trouble) => {
    expect(await watch([job(), trouble, trouble, COMPLETED])).toMatchObject({ code: 0 });
  });

  test('gives up when the service has not answered for an hour', async () => {
    const clock = new FakeClock();
    const service = new FakeJobs([job(), job(), refusal('TimeoutError')]);
    const { code, err } = await runLine('watch abc123def456', {}, outside(service, clock));
    expect(code).toBe(1);
    expect(err).toContain('Bedrock could not be reached');
    expect(clock.now() - NOW).toBeGreaterThanOrEqual(3_600_000);
    expect(clock.now() - NOW).toBeLessThanOrEqual(3_600_000 + 30_000);
  });

  test('ends where asking again is of no use', async () => {
    const { code, err } = await watch([job(), refusal('ExpiredTokenException', 403)]);
    expect(code).toBe(1);
    expect(err).toContain('the credentials have expired');
  });

  test('fails at once where the first look does', async () => {
    const { code, err } = await watch([refusal('TimeoutError')]);
    expect(code).toBe(1);
    expect(err).toContain('Bedrock could not be reached');
  });
});

describe('Ctrl-C in a watch', () => {
  test('ends it with 130, and says that the job runs on', async () => {
    const abort = new AbortController();
    const service = new FakeJobs([job(), job()]);
    const get = service.get.bind(service);
    service.get = () => {
      if (service.asked === 3) abort.abort();
      return get();
    };
    const terminal = new FakeTerminal({ signal: abort.signal });
    const code = await run(['watch', 'abc123def456'], terminal, outside(service as BatchJobs));
    expect(code).toBe(INTERRUPTED);
    expect(terminal.out).toBe('');
    expect(terminal.err).toMatch(/chapters-1 runs on; cdk-bedrock-batch stop abc123def456 stops it\n$/);
    expect(service.isClosed).toBe(true);
  });
});
