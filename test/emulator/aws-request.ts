import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from './iam';
import type { ServiceError } from './service-error';

/** One signed request, attributed to the principal whose access key it carries. */
export interface AwsRequest {
  readonly method: string;
  /** As it came: percent-encoded, so that a `/` inside a path member stays apart from the path's own. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly principal: Principal;
  /** Region of the signature's credential scope. */
  readonly region: string;
  readonly requestId: string;
}

export interface AwsReply {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Buffer;
}

export interface Operation {
  /** As the service names it: `CreateModelInvocationJob`. */
  readonly name: string;
  run(): AwsReply | Promise<AwsReply>;
}

/** One service's wire protocol. */
export interface AwsService {
  /** Service name in the signature's credential scope. */
  readonly name: 'bedrock' | 's3';
  /** Which operation a request asks for; throws a `ServiceError` for one that is not emulated. */
  route(request: AwsRequest): Operation;
  renderError(error: ServiceError, requestId: string): AwsReply;
}
