import { mayBeNotYetUsable, mayHaveHadEffect } from '../../src/handlers/service-error';
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
    ['ConflictException', 'role'],
    ['ServiceQuotaExceededException', 'role access'],
  ])('is not %s: %s', (name, message) => {
    expect(mayBeNotYetUsable(serviceError(name, message, 403))).toBe(false);
  });
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
