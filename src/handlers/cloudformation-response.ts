import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { JobAttributes } from '../core/event';
import type { Clock } from './clock';
import type { ReturnAddress } from './cloudformation-event';
import { hideSecrets } from './hide-secrets';

/** CloudFormation takes no answer that is longer. */
const MAX_BODY_BYTES = 4_096;
const ATTEMPTS = 4;
const FIRST_DELAY_MS = 200;
const TIMEOUT_MS = 2_500;

export type Answer =
  | { readonly status: 'SUCCESS'; readonly physicalResourceId: string; readonly data?: JobAttributes }
  | { readonly status: 'FAILED'; readonly physicalResourceId: string; readonly reason: string };

/** Sends a body to the address of a request; fails in words that do not hold the address. */
export type PutAnswer = (url: string, body: string, clock: Clock) => Promise<void>;

/** The answer as CloudFormation reads it; a reason that is too long is cut. */
export function toBody(answer: Answer, { stackId, requestId, logicalResourceId }: ReturnAddress): string {
  const write = (reason: string | undefined) =>
    JSON.stringify({
      Status: answer.status,
      Reason: reason,
      PhysicalResourceId: answer.physicalResourceId,
      StackId: stackId,
      RequestId: requestId,
      LogicalResourceId: logicalResourceId,
      Data: answer.status === 'SUCCESS' ? answer.data : undefined,
    });
  if (answer.status === 'SUCCESS') {
    return write(undefined);
  }
  const reason = hideSecrets(answer.reason);
  let body = write(reason);
  // Of a service's words the middle can be spared, the id by which it finds the request cannot.
  const end = / \(request [\w-]{1,100}\)$/.exec(reason)?.[0] ?? '';
  const letters = [...reason.slice(0, Math.min(reason.length - end.length, MAX_BODY_BYTES))];
  let kept = letters.length;
  while (Buffer.byteLength(body) >= MAX_BODY_BYTES && kept > 0) {
    kept = Math.floor(kept * 0.9);
    body = write(`${letters.slice(0, kept).join('')}…${end}`);
  }
  return body;
}

/** Puts the body, again if the network or the service fails. Putting it twice is harmless: the second is not looked at. */
export const putAnswer: PutAnswer = async (url, body, clock) => {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await putOnce(url, body);
    if (outcome === 'done') {
      return;
    }
    if (outcome.final || attempt === ATTEMPTS) {
      throw new Error(`CloudFormation did not take the answer: ${outcome.why}`);
    }
    await clock.sleep(FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + clock.random() / 2));
  }
};

type Outcome = 'done' | { readonly why: string; readonly final: boolean };

function putOnce(url: string, body: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const fail = (why: string, final = false) => resolve({ why, final });
    try {
      const { protocol, hostname, port, pathname, search } = new URL(url);
      const send = protocol === 'https:' ? requestHttps : requestHttp;
      const request = send(
        {
          method: 'PUT',
          hostname: hostname.replace(/^\[|\]$/g, ''),
          port,
          path: `${pathname}${search}`,
          // The address is signed for an empty content type.
          headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) },
          timeout: TIMEOUT_MS,
        },
        (response) => {
          response.resume();
          response.on('error', () => fail('the connection broke'));
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) {
            resolve('done');
          } else {
            fail(`HTTP status ${status}`, status < 500 && status !== 408 && status !== 429);
          }
        },
      );
      request.on('timeout', () => request.destroy());
      // A node error's message may name the host; its code never does.
      request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'the connection broke'));
      request.end(body);
    } catch {
      fail('its address cannot be used', true);
    }
  });
}
