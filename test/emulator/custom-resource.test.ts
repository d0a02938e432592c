import { type CustomResourceEvent, ResponseServer, readAnswer, toText } from './custom-resource';

const event: CustomResourceEvent = {
  RequestType: 'Create',
  ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:f',
  ResponseURL: 'http://127.0.0.1/',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Thing',
  ResourceType: 'Custom::Thing',
  ResourceProperties: {},
};
const good = {
  Status: 'SUCCESS',
  PhysicalResourceId: 'id',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Thing',
};
const read = (...bodies: unknown[]) =>
  readAnswer(event, { bodies: bodies.map((body) => (typeof body === 'string' ? body : JSON.stringify(body))) });

describe('an answer', () => {
  test('counts when it is whole', () => {
    expect(read({ ...good, Data: { a: 'b' } })).toMatchObject({ Status: 'SUCCESS', Data: { a: 'b' } });
  });

  test('counts when it is the first; later ones are not looked at', () => {
    expect(read(good, { ...good, PhysicalResourceId: 'other' }).PhysicalResourceId).toBe('id');
  });

  test.each<[string, unknown[], string]>([
    ['is missing', [], 'did not receive a response'],
    ['is not JSON', ['{'], 'not JSON'],
    ['has no status', [{ ...good, Status: 'OK' }], 'Invalid Status'],
    ['is for another request', [{ ...good, RequestId: 'other' }], 'Invalid RequestId'],
    ['is for another stack', [{ ...good, StackId: undefined }], 'Invalid StackId'],
    ['is for another resource', [{ ...good, LogicalResourceId: 'other' }], 'Invalid LogicalResourceId'],
    ['names no physical id', [{ ...good, PhysicalResourceId: undefined }], 'Invalid PhysicalResourceId'],
    ['has more than 4,096 bytes', [{ ...good, Data: { a: 'x'.repeat(4000) } }], 'Response object is too long.'],
    ['fails without a reason', [{ ...good, Status: 'FAILED' }], 'FAILED without a Reason'],
  ])('is a failure when it %s', (_, bodies, reason) => {
    expect(read(...bodies)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(reason) });
  });

  test('counts up to exactly 4,096 bytes', () => {
    const room = 4096 - JSON.stringify({ ...good, Data: { a: '' } }).length;
    expect(read({ ...good, Data: { a: 'x'.repeat(room) } }).Status).toBe('SUCCESS');
    expect(read({ ...good, Data: { a: 'x'.repeat(room + 1) } }).Status).toBe('FAILED');
  });
});

describe('the response URL', () => {
  let server: ResponseServer;
  beforeEach(async () => {
    server = new ResponseServer();
    await server.listen();
  });
  afterEach(() => server.close());

  test('takes a PUT with no content type, and keeps every one', async () => {
    const url = server.urlFor('request');
    for (const body of ['a', 'b']) {
      const { status } = await fetch(url, { method: 'PUT', body: Buffer.from(body) });
      expect(status).toBe(200);
    }
    expect(server.responseTo(url).bodies).toEqual(['a', 'b']);
  });

  test.each<[string, RequestInit & { duplex?: 'half' }, number]>([
    ['a content type, which fetch adds to text', { method: 'PUT', body: 'a' }, 403],
    ['another method', { method: 'POST', body: Buffer.from('a') }, 405],
    ['a body of unknown length', { method: 'PUT', body: new Blob(['a']).stream(), duplex: 'half' }, 411],
  ])('refuses %s', async (_, init, status) => {
    const url = server.urlFor('request');
    expect((await fetch(url, init)).status).toBe(status);
    expect(server.responseTo(url).bodies).toEqual([]);
  });
});

describe('properties', () => {
  test('reach the function as text, however deep', () => {
    expect(toText({ a: 1, b: [true, { c: 2.5 }], d: 'x' })).toEqual({ a: '1', b: ['true', { c: '2.5' }], d: 'x' });
  });
});
