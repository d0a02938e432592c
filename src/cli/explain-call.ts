import { hideSecrets } from '../handlers/hide-secrets';
import { isAccessDenied, isNotFound, isThrottled, type ServiceError, toServiceError } from '../handlers/service-error';
import type { ServiceCallError } from './services';
import { toPrintable } from './terminal';

/** How the way to a service fails: Node's codes, and what the SDK makes of them. */
const NETWORK_CODE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b|socket hang up|^aborted$/;
const NETWORK_NAME = /^(TimeoutError|NetworkingError)$/;
const MAX_QUOTE = 500;

interface Explanation {
  readonly when: (facts: CallFacts) => boolean;
  readonly words: (facts: CallFacts) => string;
}

interface CallFacts extends ServiceError {
  readonly code?: string;
  readonly action: string;
  /** `bedrock` or `s3`. */
  readonly service: string;
  readonly region: string;
  readonly subject: string;
}

const named =
  (pattern: RegExp) =>
  ({ name }: CallFacts) =>
    pattern.test(name);
const says =
  (pattern: RegExp) =>
  ({ message }: CallFacts) =>
    pattern.test(message);

const SIGN_IN = 'sign in again (with IAM Identity Center: `aws sso login`)';

/** In this order: the first that fits explains. The names are the SDK's and the services' own. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    when: says(/^region is missing/i),
    words: () => 'no Region is known; name one with --region, in AWS_REGION or in the profile',
  },
  {
    when: says(/could not resolve credentials using profile|profile .* (could not be found|not found)/i),
    words: () =>
      'the profile has no credentials that can be used; see that its name (--profile or AWS_PROFILE) is in ~/.aws/config or ~/.aws/credentials',
  },
  {
    when: (facts) =>
      named(/^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/)(facts) ||
      says(/\b(token|session|credentials?)\b.*\bexpired/i)(facts),
    words: () => `the credentials have expired; ${SIGN_IN}`,
  },
  {
    when: named(/^(CredentialsProviderError|TokenProviderError|ProviderError)$/),
    words: () =>
      'no AWS credentials were found; name a profile of ~/.aws/config with --profile or AWS_PROFILE, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in (`aws sso login`)',
  },
  {
    when: named(
      /^(UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature)$/,
    ),
    words: ({ region }) =>
      `the credentials are not accepted in ${region}; see that they belong to this partition and account, that the Region is on in the account, and that the clock of this machine is right`,
  },
  {
    when: isAccessDenied,
    words: ({ action, subject }) =>
      `access was denied; the caller must be allowed ${action}${subject === '' ? '' : ` on ${subject}`}, and no policy of the organization or of the bucket may deny it`,
  },
  {
    when: isThrottled,
    words: () => 'the service is slowing this account down; try again in a minute',
  },
  {
    when: named(/^NoSuchBucket$/),
    words: ({ subject }) => `there is no such bucket: ${subject}`,
  },
  {
    when: (facts) => facts.service === 's3' && isNotFound(facts),
    words: ({ subject }) => `there is no such object: ${subject}`,
  },
  {
    when: isNotFound,
    words: ({ subject, region }) =>
      `${subject} is not a batch inference job of this account in ${region}; jobs are listed by \`cdk-bedrock-batch jobs\`, and another Region is named with --region`,
  },
  {
    when: (facts) => isNetworkError(facts),
    words: ({ service, region }) =>
      `${service === 's3' ? 'S3' : 'Bedrock'} could not be reached in ${region}; see that the network is there, that the Region is one where the service is, and what AWS_ENDPOINT_URL says`,
  },
  {
    when: ({ httpStatus }) => httpStatus !== undefined && httpStatus >= 500,
    words: () => 'the service has a fault of its own; try again in a minute',
  },
];

/** What went wrong and what to do, and then the service's own code and words. */
export function explainCall(error: ServiceCallError): string {
  const facts = toFacts(error);
  const { words } = EXPLANATIONS.find(({ when }) => when(facts)) ?? { words: () => `${facts.action} was refused` };
  return toPrintable(`${words(facts)} (${quote(facts)})`);
}

/** Whether the same call may succeed in a while: what a long watch goes on after. */
export function isPassing(error: ServiceCallError): boolean {
  const facts = toFacts(error);
  return isThrottled(facts) || isNetworkError(facts) || (facts.httpStatus ?? 0) >= 500;
}

/** The service knows no such job, bucket or object. */
export function isMissing(error: ServiceCallError): boolean {
  return isNotFound(error.cause);
}

function toFacts({ cause, action, region = 'the Region', subject = '' }: ServiceCallError): CallFacts {
  const { code } = Object(cause) as { code?: unknown };
  return {
    ...toServiceError(cause),
    code: typeof code === 'string' ? code : undefined,
    action,
    service: action.slice(0, action.indexOf(':')),
    region,
    subject,
  };
}

function isNetworkError({ name, code, message, httpStatus }: CallFacts): boolean {
  return httpStatus === undefined && (NETWORK_NAME.test(name) || NETWORK_CODE.test(code ?? message));
}

function quote({ name, code, message, requestId }: CallFacts): string {
  const said = hideSecrets(
    message
      .replace(/^AWS SDK error wrapper for (Error: )?/, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  const words = said.length > MAX_QUOTE ? `${said.slice(0, MAX_QUOTE)}…` : said;
  // Node's errors are all called Error; their code tells more.
  const title = name === 'Error' && code !== undefined ? code : name;
  return `${title}: ${words}${requestId === undefined ? '' : `, request ${requestId}`}`;
}
