import { readJobProperties } from '../../src/core/event';
import { explainError, explainServiceError, quoteServiceError } from '../../src/handlers/explain-error';
import { networkError, serviceError } from './fake-services';
import { properties } from './starter';

const job = readJobProperties(properties());
const starting = 'starting the job';

/** Texts that the service is known to give, or that its siblings give where those of batch are unconfirmed. */
const TEXTS: [string, Error][] = [
  [
    'PassRoleMissing',
    serviceError(
      'AccessDeniedException',
      'User: arn:aws:sts::123456789012:assumed-role/starter is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/r because no identity-based policy allows the iam:PassRole action',
      403,
    ),
  ],
  ['RoleNotAssumable', serviceError('ValidationException', 'Could not assume provided IAM role')],
  [
    'KeyAccessDenied',
    serviceError(
      'AccessDeniedException',
      'User is not authorized to perform: kms:GenerateDataKey on this resource',
      403,
    ),
  ],
  ['KeyAccessDenied', serviceError('KMS.DisabledException', 'key is disabled')],
  [
    'AccountNotVerified',
    serviceError(
      'ValidationException',
      'Your account is not authorized to perform this action. Please create a support case',
    ),
  ],
  [
    'BatchNotSupported',
    serviceError('ValidationException', 'Batch inference is not supported for the requested model'),
  ],
  [
    'ProfileOnlyModel',
    serviceError(
      'ValidationException',
      "Invocation of model ID x with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile",
    ),
  ],
  ['ModelNotInRegion', serviceError('ValidationException', 'The provided model identifier is invalid.')],
  [
    'ModelAccessDenied',
    serviceError('AccessDeniedException', "You don't have access to the model with the specified model ID.", 403),
  ],
  [
    'ModelAccessDenied',
    serviceError(
      'AccessDeniedException',
      'Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions',
      403,
    ),
  ],
  [
    'BucketElsewhere',
    serviceError('PermanentRedirect', 'The bucket you are attempting to access must be addressed', 301),
  ],
  ['BucketMissing', serviceError('NoSuchBucket', 'The specified bucket does not exist', 404)],
  ['TooManyJobs', serviceError('ServiceQuotaExceededException', 'too many jobs')],
  [
    'DataAccessDenied',
    serviceError('ValidationException', 'The provided role has no access to the S3 bucket of the input'),
  ],
  ['Throttled', serviceError('ThrottlingException', 'Rate exceeded', 429)],
  ['AccessDenied', serviceError('AccessDeniedException', 'no', 403)],
  ['ServiceFault', serviceError('InternalServerException', 'oops', 500)],
  ['ServiceFault', networkError()],
  ['Refused', serviceError('ValidationException', 'something that nobody has seen')],
];

describe('a service error', () => {
  test.each(TEXTS)('is explained as %s', (code, error) => {
    expect(explainServiceError(error, starting, job).code).toBe(code);
  });

  test('on staging is the starter function’s affair, not the job role’s', () => {
    const error = serviceError('AccessDenied', 'not authorized to perform: s3:PutObject', 403);
    expect(explainServiceError(error, 'staging the input', job).code).toBe('StagingDenied');
    expect(explainServiceError(error, starting, job).code).toBe('DataAccessDenied');
  });

  test('keeps its code, its words and its request id', () => {
    const error = serviceError('ValidationException', 'Could not assume provided IAM role');
    expect(explainError(error, starting, job)).toMatch(
      /^role arn:aws:iam::.*\[RoleNotAssumable] while starting the job: ValidationException: Could not assume provided IAM role \(request request-1\)$/,
    );
  });

  test('keeps its request id when its words are too long', () => {
    const quote = quoteServiceError(serviceError('ValidationException', 'x'.repeat(5_000)));
    expect(quote.length).toBeLessThan(1_100);
    expect(quote).toMatch(/… \(request request-1\)$/);
  });

  test.each(['text', undefined, null, 7, {}])('may be anything at all: %j', (thrown) => {
    expect(explainServiceError(thrown, starting, job).code).toBe('ServiceFault');
  });

  test.each(TEXTS)('%s reads as a sentence that begins lower-case and has no full stop', (_, error) => {
    const { input, message } = explainServiceError(error, starting, job);
    expect(`${input} ${message}`).toMatch(/^[a-z].*[^.]$/);
  });
});
