import type { JobProperties } from '../core/event';
import { formatIssue, type Issue } from '../core/issue';
import { inputS3Uri, outputS3Uri } from '../core/s3-uri';
import { isThrottled, isUnanswered, type ServiceError, toServiceError } from './service-error';

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

interface Explanation {
  readonly code: string;
  /** Name of the prop at fault. */
  readonly input: string;
  readonly when: (error: ServiceError, step: Step) => boolean;
  /** Reads on from `input`: what is wrong, and the fix. */
  readonly message: (properties: JobProperties) => string;
}

const says =
  (text: RegExp) =>
  ({ message }: ServiceError) =>
    text.test(message);

const isNamed =
  (...names: string[]) =>
  ({ name }: ServiceError) =>
    names.includes(name);

/** In the order in which they are tried: a narrow one before a wide one that would match too. */
const EXPLANATIONS: readonly Explanation[] = [
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
    when: says(/assum(e|ed|ing)\b/i),
    message: ({ roleArn }) =>
      `${roleArn} cannot be assumed by Bedrock; its trust policy must allow sts:AssumeRole to bedrock.amazonaws.com, and aws:SourceAccount and aws:SourceArn in it, if any, must match this account and its model-invocation-job/*`,
  },
  {
    code: 'KeyAccessDenied',
    input: 'encryptionKey',
    when: (error) => /\bkms\b/i.test(error.message) || error.name.startsWith('KMS.'),
    message: ({ roleArn, outputKeyArn, outputBucket, input }) =>
      `denies its use; the policy of the key of ${outputKeyArn ?? `buckets ${input.bucket} and ${outputBucket}`} must allow kms:Decrypt and kms:GenerateDataKey to ${roleArn} and to the starter function's role, and the key must be enabled`,
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
    code: 'ModelAccessDenied',
    input: 'model',
    when: says(/access to (the )?model|model access|don.t have access|marketplace/i),
    message: ({ modelId }) =>
      `${modelId} is not open to this account; accept its agreement under "Model access" in the Bedrock console (Claude also asks for a use case form), then deploy again`,
  },
  {
    code: 'BucketElsewhere',
    input: 'inputBucket or outputBucket',
    when: (error) =>
      isNamed('PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException')(error) ||
      /must be addressed using the specified endpoint|bucket.*(different|another|wrong|same) region/i.test(
        error.message,
      ),
    message: (properties) =>
      `${inputS3Uri(properties.input)} and ${outputS3Uri(properties)} must be in the Region of the stack, one of the buckets is in another`,
  },
  {
    code: 'BucketMissing',
    input: 'inputBucket or outputBucket',
    when: (error) => error.name === 'NoSuchBucket' || /bucket does not exist/i.test(error.message),
    message: (properties) =>
      `${inputS3Uri(properties.input)} or ${outputS3Uri(properties)} names a bucket that does not exist`,
  },
  {
    code: 'StagedFileMissing',
    input: 'input',
    when: isNamed('NoSuchKey'),
    message: ({ stagedFrom, input }) =>
      stagedFrom === undefined
        ? `${inputS3Uri(input)} does not exist`
        : `was not found in CDK's asset bucket as s3://${stagedFrom.bucket}/${stagedFrom.key}; deploy with the CDK CLI, which uploads it`,
  },
  {
    code: 'TooManyJobs',
    input: 'model',
    when: isNamed('ServiceQuotaExceededException'),
    message: ({ modelId }) =>
      `${modelId} has as many submitted and running batch jobs as this account's quota allows in this Region; wait for one to end, stop one, or ask for more in Service Quotas`,
  },
  {
    code: 'StagingDenied',
    input: 'input',
    when: ({ name }, step) => step === 'staging the input' && /^AccessDenied/.test(name),
    message: ({ stagedFrom, input }) =>
      `${inputS3Uri(input)} could not be written; the starter function's role must be allowed s3:GetObject on s3://${stagedFrom?.bucket}/${stagedFrom?.key} and s3:PutObject on ${inputS3Uri(input)}, by its own policy and by the buckets'`,
  },
  {
    code: 'DataAccessDenied',
    input: 'role',
    when: (error) =>
      /\bs3:|\bs3\b|\bbucket\b/i.test(error.message) && /access|permission|authoriz|denied/i.test(error.message),
    message: (properties) =>
      `${properties.roleArn} must be allowed s3:GetObject and s3:ListBucket on ${inputS3Uri(properties.input)} and s3:PutObject on ${outputS3Uri(properties)}, by its own policy and by the buckets'`,
  },
  {
    code: 'Throttled',
    input: 'deployment',
    when: isThrottled,
    message: () =>
      'was slowed down by the service for too long; deploy again in a few minutes, with fewer jobs at once',
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

/** What is wrong, in whose words, and the fix, for an error that a service gave. */
export function explainServiceError(error: unknown, step: Step, properties: JobProperties): Issue {
  const facts = toServiceError(error);
  const { code, input, message } = EXPLANATIONS.find(({ when }) => when(facts, step)) ?? {
    code: 'Refused',
    input: 'job',
    message: () => 'was refused by the service',
  };
  return { code, input, message: message(properties) };
}

/** `AccessDeniedException: the service's words (request 1234)` */
export function quoteServiceError(error: unknown): string {
  const { name, message, requestId } = toServiceError(error);
  const words = message.length > MAX_QUOTE ? `${message.slice(0, MAX_QUOTE)}…` : message;
  return `${name}: ${words}${requestId === undefined ? '' : ` (request ${requestId})`}`;
}

/** The explanation and, after it, what the service said. */
export function explainError(error: unknown, step: Step, properties: JobProperties): string {
  return `${formatIssue(explainServiceError(error, step, properties))} while ${step}: ${quoteServiceError(error)}`;
}
