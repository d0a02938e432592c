import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsReply, AwsService } from './aws-request';
import { DroppedConnection, type Faults } from './faults';
import type { Iam } from './iam';
import { ServiceError } from './service-error';

/** One answered call, for tests that count them. */
export interface ServedCall {
  readonly service: string;
  readonly operation: string;
  readonly principal: string;
  /** Absent where the connection was dropped. */
  readonly status?: number;
}

/**
 * Speaks for every emulated service on one loopback port. Which service a request is for, and who sends it, is read from
 * the SigV4 credential scope (`Credential=<access key>/<date>/<region>/<service>/aws4_request`); signatures are not verified.
 */
export class AwsServer {
  public readonly served: ServedCall[] = [];
  /** Errors that are the emulator's own: each one is a bug here, not an answer. */
  public readonly defects: Error[] = [];

  private readonly server: Server;
  private requests = 0;

  constructor(
    private readonly services: readonly AwsService[],
    private readonly iam: Iam,
    private readonly faults: Faults,
  ) {
    this.server = createServer((message, response) => {
      this.serve(message, response).catch((error) => {
        this.defects.push(error instanceof Error ? error : new Error(String(error)));
        response.socket?.destroy();
      });
    });
  }

  public async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const requestId = `00000000-0000-4000-8000-${String(this.requests).padStart(12, '0')}`;
    const scope = /Credential=([^/]+)\/[^/]+\/([^/]+)\/([^/]+)\/aws4_request/.exec(message.headers.authorization ?? '');
    const service = this.services.find((candidate) => candidate.name === scope?.[3]);
    if (scope === null || service === undefined) {
      message.resume();
      send(response, message, { status: 403, body: 'the request carries no signature of an emulated service' });
      return;
    }

    const body = await readBody(message);
    // The caller went away in the middle of its request, so nothing was asked.
    if (body === undefined) return;
    let operation = 'unknown';
    let principal = 'unknown';
    let reply: AwsReply;
    try {
      const url = new URL(message.url ?? '/', 'http://loopback');
      const caller = this.iam.principalByAccessKey(scope[1]);
      principal = caller.arn;
      const routed = service.route({
        method: message.method ?? 'GET',
        path: (message.url ?? '/').split('?')[0],
        query: url.searchParams,
        headers: message.headers,
        body,
        principal: caller,
        region: scope[2],
        requestId,
      });
      operation = routed.name;
      await this.faults.at({ service: service.name, operation, phase: 'before', principal });
      reply = await routed.run();
      await this.faults.at({ service: service.name, operation, phase: 'after', principal });
    } catch (error) {
      if (error instanceof DroppedConnection) {
        this.served.push({ service: service.name, operation, principal });
        response.socket?.destroy();
        return;
      }
      if (!(error instanceof ServiceError)) throw error;
      reply = service.renderError(error, requestId);
    }
    this.served.push({ service: service.name, operation, principal, status: reply.status });
    send(response, message, {
      ...reply,
      headers: { ...reply.headers, 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId },
    });
  }
}

async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, message: IncomingMessage, reply: AwsReply): void {
  const body = Buffer.from(reply.body ?? '');
  response.writeHead(reply.status, { 'content-length': String(body.length), ...reply.headers });
  response.end(message.method === 'HEAD' ? undefined : body);
}
