import { withoutNames } from './without-names';

/** What is known of an error that a service call threw, whichever client it came from. */
export interface ServiceError {
  /** The service's code, such as `ValidationException`. */
  readonly name: string;
  readonly message: string;
  readonly requestId?: string;
  /** Absent when no answer came at all. */
  readonly httpStatus?: number;
  /** How often the SDK sent the request; earlier answers than the last one are not known. */
  readonly attempts?: number;
}

export function toServiceError(error: unknown): ServiceError {
  if (typeof error !== 'object' || error === null) {
    return { name: 'Error', message: String(error) };
  }
  const { name, message, $metadata } = error as {
    name?: unknown;
    message?: unknown;
    $metadata?: { requestId?: unknown; httpStatusCode?: unknown; attempts?: unknown };
  };
  return {
    name: typeof name === 'string' && name !== '' ? name : 'Error',
    message: typeof message === 'string' ? message : '',
    requestId: typeof $metadata?.requestId === 'string' ? $metadata.requestId : undefined,
    httpStatus: typeof $metadata?.httpStatusCode === 'number' ? $metadata.httpStatusCode : undefined,
    attempts: typeof $metadata?.attempts === 'number' ? $metadata.attempts : undefined,
  };
}

const NAMES_OF_NOTHING_THERE = ['ResourceNotFoundException', 'NoSuchKey', 'NoSuchBucket', 'NotFound'];
const NAMES_OF_DENIED = ['AccessDeniedException', 'AccessDenied', 'UnauthorizedException', 'Forbidden'];

/** The service knows no such thing. */
export function isNotFound(error: unknown): boolean {
  return NAMES_OF_NOTHING_THERE.includes(toServiceError(error).name);
}

export function isAccessDenied(error: unknown): boolean {
  return NAMES_OF_DENIED.includes(toServiceError(error).name);
}

export function isThrottled({ name, httpStatus }: ServiceError): boolean {
  return httpStatus === 429 || /throttl|slowdown|toomanyrequests/i.test(name);
}

/** No answer came, or one that says nothing of whether the call had its effect. */
export function isUnanswered({ httpStatus }: ServiceError): boolean {
  return httpStatus === undefined || httpStatus >= 500;
}

/** Whether a call that failed may have had its effect all the same, at its last try or at one that the SDK made before. */
export function mayHaveHadEffect(error: unknown): boolean {
  const facts = toServiceError(error);
  return isUnanswered(facts) || (facts.attempts ?? 1) > 1;
}

/** Whether the same call may succeed in a while. */
export function isPassing(error: unknown): boolean {
  const facts = toServiceError(error);
  return isThrottled(facts) || isUnanswered(facts) || mayBeNotYetUsable(error);
}

const NAMES_OF_UNKNOWN_CREDENTIALS = ['UnrecognizedClientException', 'InvalidAccessKeyId'];

/** AWS Marketplace or an action of it, and no name with such a part. */
export const MARKETPLACE = /(?<![\w-])(aws-)?marketplace(?![\w-])/i;

/**
 * A role, a policy or a credential that was made seconds ago may not be known everywhere yet, and the services then say the same
 * as for one that is wrong. Which texts batch inference uses for it is unconfirmed; these cover what is known of its siblings.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
 */
export function mayBeNotYetUsable(error: unknown): boolean {
  const { name, message } = toServiceError(error);
  if (NAMES_OF_UNKNOWN_CREDENTIALS.includes(name)) {
    return true;
  }
  if (!isAccessDenied(error) && name !== 'ValidationException') {
    return false;
  }
  const words = withoutNames(message);
  if (/explicit deny/i.test(words) || MARKETPLACE.test(words)) {
    return false;
  }
  return (
    /not authorized to perform: ?[a-z0-9]+:[a-z]+/i.test(words) ||
    /(?<![\w-])assum(e|ed|ing)(?![\w-])/i.test(words) ||
    (/\brole\b|\bs3\b|\bbucket\b/i.test(words) && /access|permission|authoriz/i.test(words))
  );
}
