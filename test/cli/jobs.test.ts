import { counts, FakeJobs, job, NOW, outside } from './fake-outside';
import { type FakeOptions, type Ran, runLine } from './fake-terminal';

const LISTED = [
  job({ counts: counts(400, 1000, 3), submitted: new Date(NOW - 3_900_000) }),
  job({
    id: 'ghi789jkl012',
    name: 'chapters-0',
    status: 'Completed',
    counts: counts(12_000, 12_000),
    submitted: new Date(NOW - 90_000_000),
  }),
  job({ id: 'mno345pqr678', name: 'other', status: 'Failed', counts: undefined, submitted: undefined }),
];

function jobs(line: string, options: FakeOptions = {}, listed = LISTED): Promise<Ran> {
  return runLine(`jobs ${line}`, options, outside(new FakeJobs([], listed)));
}

describe('jobs', () => {
  test('are a table on stdout, with counts and age', async () => {
    const { out, err, code } = await jobs('');
    expect(out).toMatchInlineSnapshot(`
"ID            NAME        MODEL                  STATUS          PROCESSED  SUCCEEDED  FAILED     AGE
abc123def456  chapters-1  amazon.nova-lite-v1:0  InProgress      400/1,000        397       3  1h 05m
ghi789jkl012  chapters-0  amazon.nova-lite-v1:0  Completed   12,000/12,000     12,000       0   1d 1h
mno345pqr678  other       amazon.nova-lite-v1:0  Failed                  -          -       -       -
"
`);
    expect({ err, code }).toEqual({ err: '', code: 0 });
  });

  test('are JSON with --json, dates in ISO', async () => {
    const { out } = await jobs('--json');
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(LISTED)));
  });

  test('are painted by their state in a terminal', async () => {
    const { out } = await jobs('', { isTty: true, columns: 200 });
    expect(out).toContain('\u001b[32mCompleted');
    expect(out).toContain('\u001b[31mFailed');
  });

  test('are not painted in a pipe', async () => {
    expect((await jobs('')).out).not.toContain('\u001b');
  });

  test('say on stderr when there are none, and it is no error', async () => {
    expect(await jobs('', {}, [])).toEqual({
      code: 0,
      out: '',
      err: 'no batch inference job in us-east-1 matches\n',
    });
  });

  test('are an empty list as JSON when there are none', async () => {
    expect((await jobs('--json', {}, [])).out).toBe('[]\n');
  });

  test('end at --max, and say that there are more', async () => {
    const { out, err } = await jobs('--max 2 --json');
    expect(JSON.parse(out)).toHaveLength(2);
    expect(err).toBe('there are more; --max 20 shows up to 20\n');
  });

  test('do not say that there are more where --max is just enough', async () => {
    const { out, err } = await jobs('--max 3 --json');
    expect(JSON.parse(out)).toHaveLength(3);
    expect(err).toBe('');
  });

  test('leave the service when they are listed', async () => {
    const service = new FakeJobs([], LISTED);
    await runLine('jobs', {}, outside(service));
    expect(service.isClosed).toBe(true);
  });

  test('are asked of the Region and the profile that are named', async () => {
    const world = outside(new FakeJobs([], LISTED));
    await runLine('jobs --region eu-west-1 --profile research', {}, world);
    expect(world.connections).toMatchObject([{ region: 'eu-west-1', profile: 'research' }]);
  });

  test.each(['in-progress', 'InProgress', 'INPROGRESS', 'in_progress'])('take %s as a state', async (status) => {
    expect((await jobs(`--status ${status}`)).code).toBe(0);
  });

  test('fail on a state that there is not', async () => {
    const { code, out, err } = await jobs('--status running');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('It must be one of Submitted, Validating,');
  });

  test.each(['0', '-1', '1.5', 'many', ''])('fail on --max %p', async (max) => {
    expect(await jobs(`--max=${max}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('a whole number from 1'),
    });
  });
});
