import { jsonLog, type Log, type LogFacts, withFacts } from '../../src/handlers/log';

const toldBy = (tell: (log: ReturnType<typeof jsonLog>) => void): string[] => {
  const lines: string[] = [];
  tell(jsonLog((line) => void lines.push(line)));
  return lines;
};

describe('the log', () => {
  test.each(['info', 'warn'] as const)('writes %s as one line of JSON', (level) => {
    const lines = toldBy((log) => log[level]('started\na job', { jobArn: 'arn', attempt: 2 }));
    expect(lines).toEqual([expect.stringMatching(/^\{[^\n]+\}\n$/)]);
    expect(JSON.parse(String(lines[0]))).toEqual({
      timestamp: expect.any(String),
      level,
      message: 'started\na job',
      jobArn: 'arn',
      attempt: 2,
    });
  });

  test('says when, in UTC', () => {
    jest.useFakeTimers({ now: new Date('2026-11-21T14:46:00Z') });
    const [line] = toldBy((log) => log.info('started'));
    jest.useRealTimers();
    expect(line).toBe('{"timestamp":"2026-11-21T14:46:00.000Z","level":"info","message":"started"}\n');
  });

  test('lets no fact hide the message', () => {
    const [line] = toldBy((log) => log.info('started', { message: 'another', level: 'none', timestamp: 'never' }));
    const told = JSON.parse(String(line));
    expect(told).toMatchObject({ message: 'started', level: 'info' });
    expect(told.timestamp).not.toBe('never');
  });
});

describe('a secret', () => {
  const address = 'https://books.s3.amazonaws.com/a.jsonl?X-Amz-Signature=s3cret';

  test.each<[string, (log: Log) => void]>([
    ['in the message', (log) => log.warn(`must be a key, got ${address}`)],
    ['in a fact', (log) => log.info('failed', { reason: `input must be a key, got ${address}` })],
    ['in a list', (log) => log.info('failed', { changed: ['input', address] })],
    ['in what is known of a request', (log) => withFacts(log, () => ({ requestId: address })).info('asked')],
  ])('is left out %s', (_, tell) => {
    const [line] = toldBy(tell);
    expect(line).toContain('https://books.s3.amazonaws.com/a.jsonl?…');
    expect(line).not.toContain('s3cret');
  });
});

describe('what is known of a request', () => {
  test.each(['info', 'warn'] as const)('stands in each line of %s, as it is known by then', (level) => {
    let known: LogFacts = { requestId: 'r-1' };
    const [first, second] = toldBy((log) => {
      const requestLog = withFacts(log, () => known);
      requestLog[level]('looking');
      known = { ...known, identity: 'abc' };
      requestLog[level]('found', { status: 'Completed' });
    }).map((line) => JSON.parse(line));
    expect(first).toEqual({ timestamp: expect.any(String), level, message: 'looking', requestId: 'r-1' });
    expect(second).toMatchObject({ level, requestId: 'r-1', identity: 'abc', status: 'Completed' });
  });

  test.each(['info', 'warn'] as const)('gives way to what a line of %s says itself', (level) => {
    const [line] = toldBy((log) => withFacts(log, () => ({ jobArn: 'old' }))[level]('stopped', { jobArn: 'new' }));
    expect(JSON.parse(String(line)).jobArn).toBe('new');
  });
});
