import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ServiceToken: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: { readonly [name: string]: unknown };
  readonly OldResourceProperties?: { readonly [name: string]: unknown };
}

export interface CustomResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly PhysicalResourceId: string;
  readonly Reason?: string;
  readonly NoEcho?: boolean;
  readonly Data?: { readonly [attribute: string]: unknown };
}

/** What was sent to one ResponseURL. The first is the answer; CloudFormation looks at no other. */
export interface Response {
  readonly bodies: readonly string[];
}

/** Longest answer that CloudFormation reads. */
const MAX_RESPONSE_BYTES = 4096;

/** The loopback twin of the pre-signed URLs to which a custom resource's function sends its answer. */
export class ResponseServer {
  private readonly server: Server;
  private readonly bodies = new Map<string, string[]>();
  private url = '';

  constructor() {
    this.server = createServer(async (message, response) => {
      const refusal = refusalOf(message);
      const body = await read(message);
      // The function died in the middle of its answer: that is none.
      if (body === undefined) return;
      if (refusal === undefined) this.bodies.get(String(message.url))?.push(body);
      response.writeHead(refusal ?? 200, { 'content-length': '0', connection: 'close' }).end();
    });
  }

  public async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public urlFor(requestId: string): string {
    const path = `/${requestId}?X-Amz-Signature=emulated`;
    this.bodies.set(path, []);
    return `${this.url}${path}`;
  }

  public responseTo(responseUrl: string): Response {
    return { bodies: this.bodies.get(responseUrl.slice(this.url.length)) ?? [] };
  }

  public async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}

/** The answer to an event, or what CloudFormation says to a function that gave none that it can use. */
export function readAnswer(event: CustomResourceEvent, response: Response): CustomResourceAnswer {
  const failed = (Reason: string): CustomResourceAnswer => ({
    Status: 'FAILED',
    Reason,
    PhysicalResourceId: event.PhysicalResourceId ?? `${event.LogicalResourceId}-${event.RequestId}`,
  });
  const [body] = response.bodies;
  if (body === undefined) {
    return failed(
      `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${event.RequestId}].`,
    );
  }
  if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) return failed('Response object is too long.');
  let answer: CustomResourceAnswer & { readonly [name: string]: unknown };
  try {
    answer = JSON.parse(body);
  } catch {
    return failed('Invalid Response object: it is not JSON');
  }
  if (answer.Status !== 'SUCCESS' && answer.Status !== 'FAILED') return failed(`Invalid Status: ${answer.Status}`);
  for (const name of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    if (answer[name] !== event[name]) return failed(`Invalid ${name}: ${answer[name]}`);
  }
  if (typeof answer.PhysicalResourceId !== 'string' || answer.PhysicalResourceId === '') {
    return failed('Invalid PhysicalResourceId');
  }
  if (answer.Status === 'FAILED' && !answer.Reason) return failed('FAILED without a Reason');
  return answer;
}

/** CloudFormation turns every scalar of a custom resource's properties into text. */
export function toText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toText);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toText(member)]));
  }
  return value === undefined ? undefined : String(value);
}

/**
 * A pre-signed URL takes a PUT of known length. Its signature may cover an empty Content-Type, so any other is refused: the
 * strictest form that is known.
 */
function refusalOf(message: IncomingMessage): number | undefined {
  if (message.method !== 'PUT') return 405;
  if (message.headers['content-length'] === undefined) return 411;
  if ((message.headers['content-type'] ?? '') !== '') return 403;
  return undefined;
}

async function read(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
