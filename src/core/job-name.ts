/**
 * A job's name: `<readable prefix>-<identity hash>-<attempt>`. The name is how the starter finds a job of its own again,
 * since Bedrock can search names and nothing else that the submitter chooses.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
 */

const MAX_JOB_NAME_LENGTH = 63;

/** Length of the identity hash, of which the starter makes one from the text of `jobIdentity`. */
export const IDENTITY_HASH_LENGTH = 12;

/** Letters of the identity hash: lower-case base32, legal both in a job's name and in a client request token. */
export const IDENTITY_HASH_LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** Room that is kept, so that the readable part is not cut before the thousandth attempt. */
const ATTEMPT_DIGITS = 3;

/** What is left of a job's name for its readable part. */
export const MAX_NAME_PREFIX_LENGTH = MAX_JOB_NAME_LENGTH - IDENTITY_HASH_LENGTH - ATTEMPT_DIGITS - '--'.length;

const LEGAL_NAME_PREFIX = new RegExp(`^[a-zA-Z0-9][a-zA-Z0-9+.-]{0,${MAX_NAME_PREFIX_LENGTH - 1}}$`);
const HASH = `[${IDENTITY_HASH_LETTERS}]{${IDENTITY_HASH_LENGTH}}`;
const OWN_JOB_NAME = new RegExp(`-(${HASH})-([1-9][0-9]*)$`);
const OWN_TOKEN = new RegExp(`^(${HASH})-${HASH}$`);

/** Whether Bedrock takes a job name that begins with this prefix, as it is. */
export function isLegalNamePrefix(prefix: string): boolean {
  return LEGAL_NAME_PREFIX.test(prefix);
}

/** A legal prefix for any construct path: the end of the path, which is what tells jobs of one stack apart. */
export function namePrefixFromPath(constructPath: string): string {
  const ascii = constructPath.normalize('NFKD').replace(/\p{M}/gu, '');
  const words = ascii.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '');
  let prefix = words.join('-');
  if (prefix.length > MAX_NAME_PREFIX_LENGTH) {
    prefix = prefix.slice(-MAX_NAME_PREFIX_LENGTH).replace(/^-/, '');
  }
  return prefix === '' ? 'job' : prefix;
}

export interface JobNameParts {
  readonly hash: string;
  /** 1 for the first job of an identity. */
  readonly attempt: number;
}

export function jobName(prefix: string, { hash, attempt }: JobNameParts): string {
  const identity = `-${hash}-${attempt}`;
  return `${prefix.slice(0, MAX_JOB_NAME_LENGTH - identity.length)}${identity}`;
}

/**
 * What makes a repeated create find the first one's job: Bedrock ignores a token it has seen. CloudFormation's request is part of
 * it and the attempt is not: a request that is delivered again must not start a further attempt, even if its job has ended since.
 */
export function clientRequestToken(identityHash: string, requestHash: string): string {
  return `${identityHash}-${requestHash}`;
}

/** Identity hash of a client request token; undefined for a text of any other making. */
export function readClientRequestToken(token: string): string | undefined {
  return OWN_TOKEN.exec(token)?.[1];
}

/** Identity and attempt of a job that a starter named; undefined for a job of any other making. */
export function readJobName(name: string): JobNameParts | undefined {
  const [, hash, attempt] = OWN_JOB_NAME.exec(name) ?? [];
  return hash === undefined ? undefined : { hash, attempt: Number(attempt) };
}
