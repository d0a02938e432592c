import type { JobProperties } from '../core/event';
import { formatIssue, type Issue } from '../core/issue';
import { inputS3Uri, outputS3Uri, toS3Uri } from '../core/s3-uri';
import { stagedCopies } from '../core/staged-copies';
import { hideSecrets } from './hide-secrets';
import { modelKind } from './model-kind';
import {
  isThrottled,
  isUnanswered,
  MARKETPLACE,
  toServiceError,
  type ServiceError as WhatServiceSaid,
} from './service-error';
import { withoutNames } from './without-names';

/** The longest that the service's own words are quoted; what is wrong and the fix must not be cut off for them. */
const MAX_QUOTE = 1_000;

/** What the starter was doing, in words that follow "while". */
export type Step =
  | 'looking for the job'
  | 'looking at the model'
  | 'staging the input'
  | 'looking at the input'
  | 'starting the job'
  | 'tagging the job'
  | 'stopping the job';

interface ServiceError extends WhatServiceSaid {
  /** How many jobs fill the quota, where that was counted. */
  readonly activeJobs?: number;
}

interface Explanation {
  readonly code: string;
  /** Name of the prop at fault. */
  readonly input: string;
  /** Told by the code or status alone; wins over whatever a text says. */
  readonly named?: (error: ServiceError) => boolean;
  /** Sees the message without the names that users chose. */
  readonly when?: (error: ServiceError, step: Step) => boolean;
  /** Reads on from `input`: what is wrong, and the fix. */
  readonly message: (properties: JobProperties, error: ServiceError, step: Step) => string;
}

const says =
  (text: RegExp) =>
  ({ message }: ServiceError) =>
    text.test(message);

const isNamed =
  (...names: string[]) =>
  ({ name }: ServiceError) =>
    names.includes(name);

/**
 * Bedrock subscribes an account to a third-party model at its first use, for a caller with rights in AWS Marketplace, which the
 * roles of a job do not have. Calls may be refused until that is done.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
 */
export const OPEN_MODEL =
  'open it once in the model catalog of the Bedrock console, with a role that may subscribe in AWS Marketplace (Claude asks for a use case form first), then deploy again in a few minutes';

/** In the order in which they are tried: a narrow one before a wide one that would match too. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    code: 'TooManyJobs',
    input: 'model',
    named: isNamed('ServiceQuotaExceededException'),
    message: ({ modelId, maxActiveJobs }, { activeJobs }) => {
      const counted = activeJobs === undefined ? '' : `, ${activeJobs} of this model wait or run`;
      const limit =
        maxActiveJobs === undefined ? '' : `, which is ${maxActiveJobs} for this model unless it was changed for you`;
      const more = modelKind(modelId) === 'custom-model' ? '' : ', or ask for more in Service Quotas';
      return `${modelId} cannot take another job${counted}: the quota on submitted and in-progress batch inference jobs of one model in an account and Region is full${limit}; wait for a job to end or stop one${more}`;
    },
  },
  {
    code: 'Throttled',
    input: 'deployment',
    named: isThrottled,
    message: () =>
      'was slowed down by the service for too long; deploy again in a few minutes, with fewer jobs at once',
  },
  {
    code: 'PassRoleMissing',
    input: 'role',
    when: says(/iam:PassRole/i),
    message: ({ roleArn }) =>
      `${roleArn} may not be handed to Bedrock by the starter function; allow iam:PassRole on it to the function's role, with iam:PassedToService bedrock.amazonaws.com`,
  },
  {
    code: 'RoleNotAssumable',
    input: 'role',
    when: says(/\bassum(e|ed|ing)\b|sts:AssumeRole\b/i),
    message: ({ roleArn }) =>
      `${roleArn} cannot be assumed by Bedrock; its trust policy must allow sts:AssumeRole to bedrock.amazonaws.com, and aws:SourceAccount and aws:SourceArn in it, if any, must match this account and its model-invocation-job/*`,
  },
  {
    code: 'KeyAccessDenied',
    input: 'encryptionKey',
    named: ({ name }) => name.startsWith('KMS.'),
    when: says(/\bkms\b/i),
    message: keyMessage,
  },
  {
    code: 'AccountNotVerified',
    input: 'model',
    when: says(/account is not authorized to perform this action|create a support case/i),
    message: () =>
      'cannot be used because this account may not run batch inference yet, as is the rule for new accounts; open a support case with AWS',
  },
  {
    code: 'BatchNotSupported',
    input: 'model',
    when: says(/batch inference is not supported|does not support batch/i),
    message: ({ modelId }) =>
      `${modelId} takes no batch inference in this Region; choose another model, its inference profile or another Region`,
  },
  {
    code: 'ProfileOnlyModel',
    input: 'model',
    when: says(/on-demand throughput isn.t supported/i),
    message: ({ modelId }) =>
      `${modelId} is served through inference profiles only; use routing GEOGRAPHIC or GLOBAL, or BatchModel.fromInferenceProfile`,
  },
  {
    code: 'ModelNotInRegion',
    input: 'model',
    when: says(
      /model identifier is invalid|could not resolve the foundation model|model .*(not found|does not exist)/i,
    ),
    message: ({ modelId }) =>
      `${modelId} is not known in this Region: a typing error, another Region's model or profile, or a model past its end of life`,
  },
  {
    code: 'TooFewRecords',
    input: 'input',
    when: says(/(less|fewer) records\b.*\bminimum/i),
    message: ({ minRecords, input }) =>
      `must hold at least ${minRecords} records, ${inputS3Uri(input)} holds fewer or the service's minimum has changed; for fewer, on-demand inference is the way`,
  },
  {
    // The texts of batch inference are unconfirmed; the one for a copy is S3's.
    code: 'InputOverQuota',
    input: 'input',
    named: isNamed('EntityTooLarge'),
    when: says(
      /larger than the maximum allowable size|more records\b.*\bmaximum|\b(records|file|size)\b.*\b(exceeds?|too (large|many))\b/i,
    ),
    message: ({ input, maxFileMegabytes, maxJobMegabytes }) => {
      const sizes =
        maxFileMegabytes === undefined || maxJobMegabytes === undefined
          ? ''
          : `; ${maxFileMegabytes} MB in a file and ${maxJobMegabytes} MB in a job are the most for this model`;
      return `${inputS3Uri(input)} is more than the service takes in one job${sizes}; split it over several jobs, or ask for more records in Service Quotas`;
    },
  },
  {
    code: 'BucketElsewhere',
    input: 'inputBucket or outputBucket',
    named: (error) =>
      error.httpStatus === 301 ||
      isNamed('PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException')(error),
    when: says(/must be addressed using the specified endpoint|bucket.*(different|another|wrong|same) region/i),
    message: (properties) =>
      `${inputS3Uri(properties.input)} and ${outputS3Uri(properties)} must be in the Region of the stack, one of the buckets is in another`,
  },
  {
    code: 'BucketMissing',
    input: 'inputBucket or outputBucket',
    named: isNamed('NoSuchBucket'),
    when: says(/bucket does not exist/i),
    message: (properties) =>
      `${inputS3Uri(properties.input)} or ${outputS3Uri(properties)} names a bucket that does not exist`,
  },
  {
    code: 'StagedFileMissing',
    input: 'input',
    named: isNamed('NoSuchKey'),
    message: (properties) => {
      const assets = sayAssets(properties);
      return assets === undefined
        ? `${inputS3Uri(properties.input)} does not exist`
        : `was not found in CDK's asset bucket as ${assets}; deploy with the CDK CLI, which uploads it`;
    },
  },
  {
    code: 'StagingDenied',
    input: 'input',
    when: ({ name }, step) => step === 'staging the input' && /^AccessDenied/.test(name),
    message: (properties) => {
      const to = inputS3Uri(properties.input);
      return `${to} could not be written; the starter function's role must be allowed s3:GetObject on ${sayAssets(properties)} and s3:PutObject on ${to}, by its own policy and by the buckets'; a bucket of another account is named by inputBucketOwner`;
    },
  },
  {
    code: 'DataAccessDenied',
    input: 'role',
    when: (error) =>
      /\bs3\b|\bbucket\b/i.test(error.message) && /access|permission|authoriz|denied/i.test(error.message),
    message: (properties) =>
      `${properties.roleArn} must be allowed s3:GetObject and s3:ListBucket on ${inputS3Uri(properties.input)} and s3:PutObject on ${outputS3Uri(properties)}, by its own policy and by the buckets'; a bucket of another account is named by inputBucketOwner or outputBucketOwner`,
  },
  {
    code: 'ModelAccessDenied',
    input: 'model',
    when: (error) =>
      MARKETPLACE.test(error.message) || says(/access to (the )?model|model access|don.t have access/i)(error),
    message: ({ modelId }) => `${modelId} is not open to this account; ${OPEN_MODEL}`,
  },
  {
    code: 'AccessDenied',
    input: 'deployment',
    when: isNamed('AccessDeniedException', 'AccessDenied', 'UnauthorizedException'),
    message: ({ roleArn, modelId }) =>
      `was denied by the service; the starter function's role or ${roleArn} lacks a permission, a service control policy forbids it, or ${modelId} is not open to this account`,
  },
  {
    code: 'ServiceFault',
    input: 'deployment',
    when: isUnanswered,
    message: () => 'got no usable answer from the service, however often it was asked; deploy again',
  },
];

/** Which key, what for, and who must be let use it, as far as the service's words tell. */
function keyMessage(properties: JobProperties, { message }: ServiceError, step: Step): string {
  const { roleArn, outputKeyArn, input, stagedFrom } = properties;
  const named = /arn:aws[a-z-]*:kms:[\w:/-]+/.exec(message)?.[0];
  const [reads, writes] = [/kms:Decrypt\b/.test(message), /kms:(GenerateDataKey|Encrypt)/.test(message)];
  if (step === 'staging the input' && reads && !writes && stagedFrom !== undefined) {
    return `${named ?? `of bucket ${stagedFrom.bucket}`} denies its use for reading the files that CDK has uploaded to ${stagedFrom.bucket}; its policy must let the roles of this account use it through S3, as that of cdk bootstrap --bootstrap-customer-key does`;
  }
  if (step !== 'starting the job') {
    const action = step === 'staging the input' ? 'kms:GenerateDataKey and kms:Decrypt' : 'kms:Decrypt';
    return `${named ?? `of bucket ${input.bucket}`} denies its use for the records at ${inputS3Uri(input)}; its policy must allow ${action} to the starter function's role, and it must be enabled`;
  }
  if (reads && !writes && (named === undefined || named !== outputKeyArn)) {
    return `${named ?? `of bucket ${input.bucket}`} denies its use for reading the records at ${inputS3Uri(input)}; its policy must allow kms:Decrypt to ${roleArn}, and it must be enabled`;
  }
  const key = named ?? outputKeyArn ?? `of bucket ${properties.outputBucket}`;
  if (writes || (named !== undefined && named === outputKeyArn)) {
    return `${key} denies its use for writing the results to ${outputS3Uri(properties)}; its policy must allow kms:GenerateDataKey and kms:Decrypt to ${roleArn}, and it must be enabled`;
  }
  return `${named ?? `of bucket ${input.bucket} or of ${outputKeyArn ?? `bucket ${properties.outputBucket}`}`} denies its use; the policy of the records' key must allow kms:Decrypt to ${roleArn}, that of the results' key kms:GenerateDataKey too, and both must be enabled`;
}

/** What is wrong, in whose words, and the fix, for an error that a service gave. */
export function explainServiceError(error: unknown, step: Step, properties: JobProperties): Issue {
  const facts = { ...toServiceError(error), activeJobs: findActiveJobs(error) };
  const nameless = { ...facts, message: withoutNames(facts.message, namesOf(properties)) };
  const { code, input, message } = EXPLANATIONS.find(({ named }) => named?.(facts)) ??
    EXPLANATIONS.find(({ when }) => when?.(nameless, step)) ?? {
      code: 'Refused',
      input: 'job',
      message: () => 'was refused by the service',
    };
  return { code, input, message: message(properties, facts, step) };
}

/** What a service's words may name without an ARN or an address around it. */
function namesOf(properties: JobProperties): string[] {
  const { roleArn, input, outputBucket } = properties;
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const assetBuckets = stagedCopies(properties).map(({ from }) => from.bucket);
  return [...new Set([role, input.bucket, outputBucket, ...assetBuckets])];
}

/** @see withActiveJobs */
function findActiveJobs(error: unknown): number | undefined {
  const { activeJobs } = Object(error) as { activeJobs?: unknown };
  return typeof activeJobs === 'number' ? activeJobs : undefined;
}

/** `AccessDeniedException: the service's words (request 1234)` */
export function quoteServiceError(error: unknown): string {
  const { name, message, requestId } = toServiceError(error);
  const said = hideSecrets(message);
  const words = said.length > MAX_QUOTE ? `${said.slice(0, MAX_QUOTE)}…` : said;
  return `${name}: ${words}${requestId === undefined ? '' : ` (request ${requestId})`}`;
}

/** The explanation and, after it, what the service said. */
export function explainError(error: unknown, step: Step, properties: JobProperties): string {
  return `${formatIssue(explainServiceError(error, step, properties))} while ${step}: ${quoteServiceError(error)}`;
}

/** Where CDK has put the local files. */
function sayAssets(properties: JobProperties): string | undefined {
  const [first, ...more] = stagedCopies(properties);
  if (first === undefined) {
    return undefined;
  }
  const uri = toS3Uri(first.from.bucket, first.from.key);
  return more.length === 0 ? uri : `${uri} (or one of ${more.length} others)`;
}
