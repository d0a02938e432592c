import { explainCall, isMissing, isPassing } from '../../src/cli/explain-call';
import { explainFileError } from '../../src/cli/explain-file-error';
import { ServiceCallError } from '../../src/cli/services';

function called(
  cause: { name?: string; message?: string; code?: string; httpStatusCode?: number; requestId?: string },
  action = 'bedrock:GetModelInvocationJob',
  subject?: string,
): ServiceCallError {
  const { name = 'Error', message = 'words of the service', code, httpStatusCode, requestId } = cause;
  const error = Object.assign(new Error(message), { name, code, $metadata: { httpStatusCode, requestId } });
  return new ServiceCallError(error, action, 'us-east-1', subject);
}

describe('an error of a service', () => {
  test.each<[string, ServiceCallError, RegExp]>([
    [
      'no Region',
      called({ message: 'Region is missing' }),
      /^no Region is known; name one with --region, in AWS_REGION/,
    ],
    [
      'a profile that is not there',
      called({
        name: 'CredentialsProviderError',
        message: 'Could not resolve credentials using profile: [x] in configuration/credentials file(s).',
      }),
      /^the profile has no credentials that can be used; .*~\/\.aws\/config/,
    ],
    [
      'no credentials',
      called({ name: 'CredentialsProviderError', message: 'Could not load credentials from any providers' }),
      /^no AWS credentials were found; name a profile of ~\/\.aws\/config with --profile/,
    ],
    [
      'credentials that have expired',
      called({ name: 'ExpiredTokenException', httpStatusCode: 403 }),
      /^the credentials have expired; sign in again/,
    ],
    [
      'a single sign-on that has expired',
      called({
        name: 'CredentialsProviderError',
        message:
          'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login.',
      }),
      /^the credentials have expired; sign in again/,
    ],
    [
      'credentials of nobody',
      called({ name: 'UnrecognizedClientException', httpStatusCode: 403 }),
      /^the credentials are not accepted in us-east-1; .*Region is on/,
    ],
    [
      'a right that is not there',
      called({ name: 'AccessDeniedException', httpStatusCode: 403 }, 'bedrock:StopModelInvocationJob', 'job-1'),
      /^access was denied; the caller must be allowed bedrock:StopModelInvocationJob on job-1/,
    ],
    [
      'a right to a list, which is on nothing',
      called({ name: 'AccessDeniedException', httpStatusCode: 403 }, 'bedrock:ListModelInvocationJobs'),
      /must be allowed bedrock:ListModelInvocationJobs, and/,
    ],
    [
      'throttling',
      called({ name: 'ThrottlingException', httpStatusCode: 429 }),
      /^the service is slowing this account/,
    ],
    [
      'a job that is not there',
      called({ name: 'ResourceNotFoundException', httpStatusCode: 404 }, 'bedrock:GetModelInvocationJob', 'abc'),
      /^abc is not a batch inference job of this account in us-east-1; .*--region/,
    ],
    [
      'a bucket that is not there',
      called({ name: 'NoSuchBucket', httpStatusCode: 404 }, 's3:ListBucket', 's3://none/'),
      /^there is no such bucket: s3:\/\/none\//,
    ],
    [
      'an object that is not there',
      called({ name: 'NoSuchKey', httpStatusCode: 404 }, 's3:GetObject', 's3://some/key'),
      /^there is no such object: s3:\/\/some\/key/,
    ],
    [
      'no way to Bedrock',
      called({ code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND bedrock.example' }),
      /^Bedrock could not be reached in us-east-1; .*AWS_ENDPOINT_URL says \(ENOTFOUND: /,
    ],
    [
      'no way to Bedrock, as the SDK wraps it',
      called({ message: 'AWS SDK error wrapper for Error: connect ECONNREFUSED 127.0.0.1:9' }),
      /^Bedrock could not be reached in us-east-1; .* \(Error: connect ECONNREFUSED/,
    ],
    ['no way to S3', called({ name: 'TimeoutError' }, 's3:GetObject', 's3://a/b'), /^S3 could not be reached/],
    [
      'a fault',
      called({ name: 'InternalServerException', httpStatusCode: 500 }),
      /^the service has a fault of its own/,
    ],
    [
      'anything else',
      called({ name: 'ValidationException', httpStatusCode: 400 }),
      /^bedrock:GetModelInvocationJob was refused \(ValidationException: words of the service/,
    ],
  ])('tells of %s and of the fix', (_, error, words) => {
    expect(explainCall(error)).toMatch(words);
  });

  test('is quoted with its code, its words and the request', () => {
    const error = called({ name: 'ThrottlingException', message: 'Too many\nrequests', requestId: '1234' });
    expect(explainCall(error)).toMatch(/ \(ThrottlingException: Too many requests, request 1234\)$/);
  });

  test('is not quoted at any length', () => {
    expect(explainCall(called({ message: 'x'.repeat(5000) })).length).toBeLessThan(700);
  });

  test('is quoted without keys and signatures', () => {
    const message = 'The AWS Access Key Id AKIAABCDEFGHIJKLMNOP is not there, Signature=abcdef';
    expect(explainCall(called({ name: 'InvalidAccessKeyId', message }))).not.toMatch(/AKIAABC|abcdef/);
  });

  test('cannot steer the terminal', () => {
    expect(explainCall(called({ message: '\u001b[2J' }))).toContain('\\x1b[2J');
  });

  test('may be one that was no error object', () => {
    expect(explainCall(new ServiceCallError('text', 's3:GetObject'))).toBe('s3:GetObject was refused (Error: text)');
  });
});

describe('an error that passes', () => {
  test.each<[string, ServiceCallError, boolean]>([
    ['throttling', called({ name: 'ThrottlingException', httpStatusCode: 429 }), true],
    ['a fault of the service', called({ name: 'InternalServerException', httpStatusCode: 500 }), true],
    ['a broken connection', called({ code: 'ECONNRESET' }), true],
    ['a right that is not there', called({ name: 'AccessDeniedException', httpStatusCode: 403 }), false],
    ['no credentials', called({ name: 'CredentialsProviderError' }), false],
    ['a job that is not there', called({ name: 'ResourceNotFoundException', httpStatusCode: 404 }), false],
  ])('%s: %#', (_, error, expected) => {
    expect(isPassing(error)).toBe(expected);
  });

  test('is another thing than one of something that is not there', () => {
    expect(isMissing(called({ name: 'ResourceNotFoundException' }))).toBe(true);
    expect(isMissing(called({ name: 'ThrottlingException' }))).toBe(false);
  });
});

describe('an error of the file system', () => {
  test('tells of the file', () => {
    const error = Object.assign(new Error('x'), { code: 'ENOENT', syscall: 'open', path: 'a.csv' });
    expect(explainFileError(error)).toBe('a.csv does not exist (ENOENT)');
  });

  test('tells of the place that something was moved to', () => {
    const error = Object.assign(new Error('x'), { code: 'EISDIR', syscall: 'rename', path: 'a.part', dest: 'a' });
    expect(explainFileError(error)).toBe('a is a folder, a file was wanted (EISDIR)');
  });

  test('tells of a disk that is full, which Node names no file for', () => {
    const error = Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write' });
    expect(explainFileError(error)).toBe('a file could not be written: the disk is full (ENOSPC)');
  });

  test.each([
    ['of a connection', Object.assign(new Error('x'), { code: 'ECONNRESET', syscall: 'read' })],
    ['of something that only has the code', Object.assign(new Error('x'), { code: 'ENOENT' })],
    ['that is none', undefined],
  ])('is not one %s', (_, error) => {
    expect(explainFileError(error)).toBeUndefined();
  });
});
