import { isPassing, mayBeNotYetUsable, mayHaveHadEffect } from '../../src/handlers/service-error';
import { networkError, serviceError } from './fake-services';

describe('an error that may pass once IAM has settled', () => {
  test.each([
    ['ValidationException', 'Could not assume provided IAM role'],
    ['AccessDeniedException', 'The role is not authorized to be assumed by bedrock.amazonaws.com'],
    ['ValidationException', 'The provided role does not have access to the S3 bucket'],
    [
      'AccessDeniedException',
      'User: x is not authorized to perform: bedrock:ListModelInvocationJobs because no identity-based policy allows it',
    ],
    ['AccessDeniedException', 'User: x is not authorized to perform: iam:PassRole on resource: r'],
    ['ValidationException', 'Access denied for arn:aws:iam::123456789012:role/r'],
    ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
    ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  ])('is %s: %s', (name, message) => {
    expect(mayBeNotYetUsable(serviceError(name, message, 403))).toBe(true);
  });

  test.each([
    [
      'AccessDeniedException',
      'User: x is not authorized to perform: iam:PassRole with an explicit deny in a service control policy',
    ],
    ['AccessDeniedException', "You don't have access to the model with the specified model ID."],
    [
      'AccessDeniedException',
      'not authorized to perform the required AWS Marketplace actions (aws-marketplace:Subscribe)',
    ],
    ['ValidationException', 'The provided model identifier is invalid.'],
    ['ValidationException', 'Your account is not authorized to perform this action. Please create a support case'],
    [
      'AccessDeniedException',
      'User: x is not authorized to perform: aws-marketplace:Subscribe, sts:AssumeRole must not be assumed to help',
    ],
    ['ValidationException', 'Your AWS Marketplace subscription gives the role no access'],
    ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
    ['SignatureDoesNotMatch', 'The request signature does not match'],
    ['ConflictException', 'role'],
    ['ServiceQuotaExceededException', 'role access'],
  ])('is not %s: %s', (name, message) => {
    expect(mayBeNotYetUsable(serviceError(name, message, 403))).toBe(false);
  });
});

describe('a name that a user chose', () => {
  const caller = (stack: string) => `User: arn:aws:sts::123456789012:assumed-role/${stack}-BatchInference-1/f`;

  test.each(['marketplace', 'marketplace-prod', 'kms-batch'])(
    'of stack %s does not keep a call from being tried again',
    (stack) => {
      const message = `${caller(stack)} is not authorized to perform: bedrock:ListModelInvocationJobs`;
      expect(mayBeNotYetUsable(serviceError('AccessDeniedException', message, 403))).toBe(true);
    },
  );

  test('of a bucket does not keep a call from being tried again, bare as it may be', () => {
    for (const bucket of ['marketplace-data', 'acme-marketplace', 'aws-marketplace-data']) {
      const error = serviceError('ValidationException', `The role has no access to S3 bucket ${bucket}`);
      expect(mayBeNotYetUsable(error)).toBe(true);
    }
  });

  test.each([
    `${caller('assume-prod')} asks for what is not there`,
    `${caller('x')} has no access to the model`,
    'Invalid job assume-prod, re-assumed or assumed-role',
    '"assume" is no value of this field',
    'No access as "role" or "bucket"',
  ])('has no call tried again that was refused for good: %s', (message) => {
    expect(mayBeNotYetUsable(serviceError('ValidationException', message))).toBe(false);
  });
});

test.each(['UnrecognizedClientException', 'InvalidAccessKeyId'])('%s passes, and had no effect', (name) => {
  const error = serviceError(name, '', 403);
  expect(isPassing(error)).toBe(true);
  expect(mayHaveHadEffect(error)).toBe(false);
});

describe('a call that failed', () => {
  test.each([networkError(), serviceError('InternalServerException', '', 500), serviceError('X', '', 400, 2)])(
    'may have had its effect all the same: %p',
    (error) => {
      expect(mayHaveHadEffect(error)).toBe(true);
    },
  );

  test('had none where its first answer is a refusal', () => {
    expect(mayHaveHadEffect(serviceError('ValidationException', '', 400, 1))).toBe(false);
  });
});
