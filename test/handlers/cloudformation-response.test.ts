import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReturnAddress } from '../../src/handlers/cloudformation-event';
import { putAnswer, toBody } from '../../src/handlers/cloudformation-response';
import { FakeClock } from './fake-clock';

const address: ReturnAddress = {
  responseUrl: 'https://example.com/answer?X-Amz-Signature=secret',
  stackId: 'stack',
  requestId: 'request',
  logicalResourceId: 'Job',
};

describe('the body of an answer', () => {
  test('of success holds the attributes and no reason', () => {
    const data = { JobArn: 'a', JobId: 'i', JobName: 'n', OutputS3Uri: 's3://o/i/' };
    expect(JSON.parse(toBody({ status: 'SUCCESS', physicalResourceId: 'p', data }, address))).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'p',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Job',
      Data: data,
    });
  });

  test('of failure holds the reason', () => {
    const body = JSON.parse(toBody({ status: 'FAILED', physicalResourceId: 'p', reason: 'because' }, address));
    expect(body).toMatchObject({ Status: 'FAILED', Reason: 'because' });
  });

  test.each([
    ['letters', 'x'.repeat(10_000)],
    ['quotes, which take two bytes each', '"'.repeat(4_000)],
    ['letters of four bytes', '𝔛'.repeat(4_000)],
    ['control characters, which take six', '\u0001'.repeat(4_000)],
  ])('is cut under 4,096 bytes for %s', (_, reason) => {
    const body = toBody({ status: 'FAILED', physicalResourceId: 'p', reason }, address);
    expect(Buffer.byteLength(body)).toBeLessThan(4_096);
    expect(Buffer.byteLength(body)).toBeGreaterThan(3_000);
    expect(JSON.parse(body).Reason).toMatch(/…$/);
  });

  test('is not cut when it just fits', () => {
    const empty = Buffer.byteLength(toBody({ status: 'FAILED', physicalResourceId: 'p', reason: '' }, address));
    const reason = 'x'.repeat(4_095 - empty);
    expect(JSON.parse(toBody({ status: 'FAILED', physicalResourceId: 'p', reason }, address)).Reason).toBe(reason);
  });

  test('is cut when it is one byte too long', () => {
    const empty = Buffer.byteLength(toBody({ status: 'FAILED', physicalResourceId: 'p', reason: '' }, address));
    const reason = 'x'.repeat(4_096 - empty);
    expect(JSON.parse(toBody({ status: 'FAILED', physicalResourceId: 'p', reason }, address)).Reason).toMatch(/x…$/);
  });

  test('is never longer than what is told: the id of the request stands there once', () => {
    const reason = `${'x'.repeat(3_990)} (request request-1)`;
    const body = toBody({ status: 'FAILED', physicalResourceId: 'p', reason }, address);
    expect(JSON.parse(body).Reason).toMatch(/^x+… \(request request-1\)$/);
  });

  test('takes for the id of the request only what stands at the end', () => {
    const reason = `a (request in-between) ${'x'.repeat(5_000)}`;
    expect(JSON.parse(toBody({ status: 'FAILED', physicalResourceId: 'p', reason }, address)).Reason).toMatch(/x…$/);
  });

  test('of failure holds no attributes', () => {
    const failed = { status: 'FAILED', physicalResourceId: 'p', reason: 'because', data: { JobArn: 'a' } } as const;
    expect(JSON.parse(toBody(failed, address))).not.toHaveProperty('Data');
  });

  test('keeps the id of the request at the end of a reason that is cut', () => {
    const reason = `${'x'.repeat(10_000)} (request 2e1a6b0f-6a0e-4c53-8d2f-51a0f2e6ad11)`;
    const body = toBody({ status: 'FAILED', physicalResourceId: 'p', reason }, address);
    expect(Buffer.byteLength(body)).toBeLessThan(4_096);
    expect(Buffer.byteLength(body)).toBeGreaterThan(3_000);
    expect(JSON.parse(body).Reason).toMatch(/^x{3000,}… \(request 2e1a6b0f-6a0e-4c53-8d2f-51a0f2e6ad11\)$/);
  });

  test('holds no signature of an address', () => {
    const reason = 'could not put https://bucket.s3.amazonaws.com/key?X-Amz-Signature=secret now';
    expect(JSON.parse(toBody({ status: 'FAILED', physicalResourceId: 'p', reason }, address)).Reason).toBe(
      'could not put https://bucket.s3.amazonaws.com/key?… now',
    );
  });
});

describe('putting an answer', () => {
  let server: Server;
  let url: string;
  const received: { method?: string; path?: string; headers: IncomingMessage['headers']; body: string }[] = [];
  let statuses: (number | 'break')[] = [];
  const clock = new FakeClock();

  beforeAll(async () => {
    server = createServer((request, response) => {
      const status = statuses.shift() ?? 200;
      if (status === 'break') {
        request.socket.destroy();
        return;
      }
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push({ method: request.method, path: request.url, headers: request.headers, body });
        response.writeHead(status).end('thanks');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a%3Ab%7Cc?X-Amz-Signature=secret`;
  });
  beforeEach(() => {
    received.length = 0;
    statuses = [];
    clock.sleeps.length = 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('is a PUT to the address as it is, with an empty content type and the length', async () => {
    await putAnswer(url, '{"a":"ä"}', clock);
    expect(received).toEqual([
      expect.objectContaining({ method: 'PUT', path: '/a%3Ab%7Cc?X-Amz-Signature=secret', body: '{"a":"ä"}' }),
    ]);
    expect(received[0]?.headers).toMatchObject({ 'content-type': '', 'content-length': '10' });
    expect(received[0]?.headers['transfer-encoding']).toBeUndefined();
  });

  test.each<[string, number | 'break']>([
    ['a server error', 503],
    ['a throttled request', 429],
    ['a broken connection', 'break'],
  ])('is tried again after %s', async (_, fault) => {
    statuses = [fault, fault];
    await putAnswer(url, '{}', clock);
    expect(received.at(-1)?.body).toBe('{}');
    expect(clock.sleeps).toEqual([150, 300]);
  });

  test.each([300, 400, 404])('is not tried again after HTTP status %d', async (status) => {
    statuses = [status, 200];
    await expect(putAnswer(url, '{}', clock)).rejects.toThrow(`HTTP status ${status}`);
    expect(received).toHaveLength(1);
  });

  test.each([408, 500])('is tried again after HTTP status %d', async (status) => {
    statuses = [status];
    await putAnswer(url, '{}', clock);
    expect(received).toHaveLength(2);
  });

  test.each([200, 204, 299])('is done with HTTP status %d', async (status) => {
    statuses = [status];
    await putAnswer(url, '{}', clock);
    expect(received).toHaveLength(1);
  });

  test('tells the code of a connection that broke, and an address that cannot be used', async () => {
    statuses = ['break', 'break', 'break', 'break'];
    await expect(putAnswer(url, '{}', clock)).rejects.toThrow('CloudFormation did not take the answer: ECONNRESET');
    await expect(putAnswer('http://[bad', '{}', clock)).rejects.toThrow(
      'CloudFormation did not take the answer: its address cannot be used',
    );
  });

  test('tries an address that cannot be used once', async () => {
    await expect(putAnswer('http://[bad', '{}', clock)).rejects.toThrow();
    expect(clock.sleeps).toEqual([]);
  });

  test('speaks TLS to an https address: a server without it gets no answer', async () => {
    await expect(putAnswer(url.replace('http:', 'https:'), '{}', clock)).rejects.toThrow(/EPROTO|ERR_SSL/);
    expect(received).toEqual([]);
  });

  test('is given up after four tries', async () => {
    statuses = [500, 500, 500, 500, 200];
    await expect(putAnswer(url, '{}', clock)).rejects.toThrow('HTTP status 500');
    expect(received).toHaveLength(4);
  });

  test('is not tried again where the address is refused', async () => {
    statuses = [403, 200];
    await expect(putAnswer(url, '{}', clock)).rejects.toThrow('HTTP status 403');
    expect(received).toHaveLength(1);
  });

  test.each(['https://127.0.0.1:1/x?X-Amz-Signature=secret', 'http://[bad?X-Amz-Signature=secret'])(
    'fails in words that do not hold the address %s',
    async (bad) => {
      const error = await putAnswer(bad, '{}', clock).catch((caught: Error) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(String((error as Error).stack)).not.toMatch(/secret|127\.0\.0\.1/);
    },
  );
});
