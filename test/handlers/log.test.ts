import { consoleLog } from '../../src/handlers/log';

afterEach(() => jest.restoreAllMocks());

describe('the log', () => {
  test.each(['info', 'warn'] as const)('writes %s as one line of JSON', (level) => {
    const write = jest.spyOn(console, level === 'info' ? 'log' : 'warn').mockImplementation(() => undefined);
    consoleLog[level]('started\na job', { jobArn: 'arn', attempt: 2 });
    expect(write.mock.calls).toEqual([[`{"jobArn":"arn","attempt":2,"level":"${level}","message":"started\\na job"}`]]);
  });

  test('lets no fact hide the message', () => {
    const write = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    consoleLog.info('started', { message: 'another', level: 'none' });
    expect(JSON.parse(String(write.mock.calls[0]?.[0]))).toEqual({ message: 'started', level: 'info' });
  });
});
