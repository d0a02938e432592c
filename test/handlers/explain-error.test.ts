import { type JobProperties, readJobProperties } from '../../src/core/event';
import { toBody } from '../../src/handlers/cloudformation-response';
import { explainError, explainServiceError, quoteServiceError, type Step } from '../../src/handlers/explain-error';
import createEvent from '../events/create.json';
import { networkError, serviceError } from './fake-services';
import { properties } from './starter';

let job: JobProperties;
beforeAll(() => {
  job = readJobProperties(properties());
});
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
    'RoleNotAssumable',
    serviceError('AccessDeniedException', 'bedrock.amazonaws.com is not authorized to perform: sts:AssumeRole', 403),
  ],
  [
    'AccessDenied',
    serviceError(
      'AccessDeniedException',
      'User: arn:aws:sts::123456789012:assumed-role/starter/f is not authorized to perform: bedrock:ListModelInvocationJobs',
      403,
    ),
  ],
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
  [
    'BucketElsewhere',
    serviceError(
      'AuthorizationHeaderMalformed',
      "The authorization header is malformed; the region 'us-east-1' is wrong",
    ),
  ],
  ['BucketElsewhere', serviceError('Unknown', 'UnknownError', 301)],
  [
    'TooFewRecords',
    serviceError(
      'ValidationException',
      'Batch job arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefabcdef contains less records (1) than the required minimum of: 100',
    ),
  ],
  [
    'InputOverQuota',
    serviceError(
      'ValidationException',
      'Batch job arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefabcdef contains more records (100001) than the allowed maximum of: 100000',
    ),
  ],
  ['InputOverQuota', serviceError('ValidationException', 'The input file exceeds the size that is allowed')],
  [
    'InputOverQuota',
    serviceError(
      'InvalidRequest',
      'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    ),
  ],
  ['InputOverQuota', serviceError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')],
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

describe('a name that a user chose', () => {
  const account = '123456789012';
  const callerIs = (stack: string) => `User: arn:aws:sts::${account}:assumed-role/${stack}-BatchInferenceRole-1/f`;
  const listing = 'is not authorized to perform: bedrock:ListModelInvocationJobs';
  const denied = (message: string) => serviceError('AccessDeniedException', message, 403);
  const codeOf = (error: Error, changes: Partial<JobProperties> = {}) =>
    explainServiceError(error, starting, { ...job, ...changes }).code;

  test.each(['marketplace', 'kms-batch', 'assume-prod', 's3-bucket'])(
    'of stack %s does not explain an error',
    (stack) => {
      expect(codeOf(denied(`${callerIs(stack)} ${listing}`))).toBe('AccessDenied');
    },
  );

  test.each(['marketplace', 'kms-batch', 'assume-prod'])('of stack %s does not hide what is wrong', (stack) => {
    const perform = (action: string) => denied(`${callerIs(stack)} is not authorized to perform: ${action}`);
    expect(codeOf(perform('kms:Decrypt'))).toBe('KeyAccessDenied');
    expect(codeOf(perform('sts:AssumeRole'))).toBe('RoleNotAssumable');
    expect(codeOf(perform('s3:GetObject'))).toBe('DataAccessDenied');
    expect(codeOf(perform('iam:PassRole'))).toBe('PassRoleMissing');
    expect(codeOf(perform('aws-marketplace:Subscribe'))).toBe('ModelAccessDenied');
  });

  test.each<[string, string, Partial<JobProperties>]>([
    ['input bucket', 'acme-kms-data', { input: { bucket: 'acme-kms-data', prefix: 'in/' } }],
    ['output bucket', 'acme-kms-data', { outputBucket: 'acme-kms-data' }],
    ['asset bucket', 'acme-kms-assets', { stagedFrom: { bucket: 'acme-kms-assets', key: 'k' } }],
    ['role', 'assume-prod', { roleArn: `arn:aws:iam::${account}:role/team/assume-prod` }],
  ])('of the %s does not explain an error, bare as it may be', (_, name, changes) => {
    const error = serviceError('ValidationException', `No access to S3 for ${name}, as it is set up`);
    expect(codeOf(error)).not.toBe('DataAccessDenied');
    expect(codeOf(error, changes)).toBe('DataAccessDenied');
  });

  test('of the job does not explain an error, whatever its prefix', () => {
    expect(codeOf(serviceError('ValidationException', 'No access to S3 for kms-batch-abcdefabcdef-1'))).toBe(
      'DataAccessDenied',
    );
  });

  test('does not hide that the bucket is meant', () => {
    const acme = { input: { bucket: 'acme-kms-data', prefix: 'in/' } };
    for (const where of ['s3://acme-kms-data/in/', 'arn:aws:s3:::acme-kms-data/in/', 'the S3 bucket acme-kms-data']) {
      expect(codeOf(serviceError('ValidationException', `The role has no access to ${where}`), acme)).toBe(
        'DataAccessDenied',
      );
    }
  });

  test('is still told of a key', () => {
    const key = `arn:aws:kms:us-east-1:${account}:key/marketplace`;
    const { code, message } = explainServiceError(denied(`${callerIs('x')} may not use ${key}`), starting, job);
    expect(code).toBe('KeyAccessDenied');
    expect(message).toContain(key);
  });
});

describe('an exact error name', () => {
  test.each([
    ['TooManyJobs', 'ServiceQuotaExceededException', 'The size of your queue exceeds the limit on jobs'],
    ['Throttled', 'ThrottlingException', 'You have exceeded the rate at which you may call KMS.'],
    ['KeyAccessDenied', 'KMS.DisabledException', 'The role cannot be assumed to have access to the model'],
    ['BucketMissing', 'NoSuchBucket', 'The file size exceeds'],
    ['StagedFileMissing', 'NoSuchKey', 'KMS'],
    ['InputOverQuota', 'EntityTooLarge', 'KMS'],
    ['BucketElsewhere', 'PermanentRedirect', 'KMS'],
  ])('is explained as %s, whatever the text: %s: %s', (code, name, message) => {
    expect(explainServiceError(serviceError(name, message), starting, job).code).toBe(code);
  });

  test('that says no more than “denied” leaves it to the text', () => {
    const error = serviceError('AccessDeniedException', 'not authorized to perform: kms:Decrypt', 403);
    expect(explainServiceError(error, starting, job).code).toBe('KeyAccessDenied');
  });

  test('wins over the status that many errors share', () => {
    const full = serviceError('ServiceQuotaExceededException', 'full', 429);
    expect(explainServiceError(full, starting, job).code).toBe('TooManyJobs');
  });
});

describe('words of missing access', () => {
  test.each([
    ['DataAccessDenied', "You don't have access to the S3 bucket of the input"],
    ['DataAccessDenied', "You don't have access to s3://books/in/"],
    ['ModelAccessDenied', "You don't have access to the model with the specified model ID."],
    ['ModelAccessDenied', "You don't have access"],
    ['ModelAccessDenied', 'Your AWS Marketplace subscription for this model cannot be completed at this time'],
  ])('are explained as %s: %s', (code, message) => {
    expect(explainServiceError(serviceError('ValidationException', message), starting, job).code).toBe(code);
  });
});

/** What goes wrong, in the service's words where they are known, and what a reason must name of it. */
const REASONS: [string, Step, Error, string[]][] = [
  [
    'a missing iam:PassRole',
    starting,
    serviceError(
      'AccessDeniedException',
      'User: arn:aws:sts::123456789012:assumed-role/starter/f is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/Books-ChaptersRole-ABCDEF',
      403,
    ),
    ['role arn:aws:iam::123456789012:role/Books-ChaptersRole-ABCDEF', 'allow iam:PassRole on it', '[PassRoleMissing]'],
  ],
  [
    'a trust policy that is wrong',
    starting,
    serviceError('ValidationException', 'Could not assume provided IAM role'),
    ['trust policy must allow sts:AssumeRole to bedrock.amazonaws.com', '[RoleNotAssumable]'],
  ],
  [
    'model access that was not granted',
    starting,
    serviceError('AccessDeniedException', "You don't have access to the model with the specified model ID.", 403),
    [
      'model us.anthropic.claude-sonnet-4-6 is not open to this account',
      'open it once in the model catalog of the Bedrock console',
      'may subscribe in AWS Marketplace',
      '[ModelAccessDenied]',
    ],
  ],
  [
    'a model or profile that is not in the Region',
    starting,
    serviceError('ValidationException', 'The provided model identifier is invalid.'),
    ['us.anthropic.claude-sonnet-4-6 is not known in this Region', 'past its end of life', '[ModelNotInRegion]'],
  ],
  [
    'a model without batch inference',
    starting,
    serviceError('ValidationException', 'Batch inference is not supported for the requested model'),
    ['takes no batch inference in this Region', 'choose another model', '[BatchNotSupported]'],
  ],
  [
    'a bare id of a model that has profiles only',
    starting,
    serviceError(
      'ValidationException',
      "Invocation of model ID anthropic.claude-sonnet-4-6 with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
    ),
    ['served through inference profiles only', 'routing GEOGRAPHIC or GLOBAL', '[ProfileOnlyModel]'],
  ],
  [
    'too few records',
    starting,
    serviceError(
      'ValidationException',
      'Batch job arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefabcdef contains less records (1) than the required minimum of: 100',
    ),
    ['must hold at least 100 records', 's3://books-chaptersinput-abcdef/staged/3f0c1d7e9a4b.jsonl', '[TooFewRecords]'],
  ],
  [
    'an input over the quota',
    'staging the input',
    serviceError(
      'InvalidRequest',
      'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    ),
    ['1000 MB in a file and 5000 MB in a job', 'split it over several jobs', '[InputOverQuota]'],
  ],
  [
    'a full job quota',
    starting,
    Object.assign(serviceError('ServiceQuotaExceededException', 'You have reached the limit'), { activeJobs: 97 }),
    ['97 of this model wait or run', 'is 100 for this model unless it was changed for you', '[TooManyJobs]'],
  ],
  [
    'a key that denies reading the records',
    starting,
    serviceError(
      'ValidationException',
      'The role is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:123456789012:key/in because no resource-based policy allows the kms:Decrypt action',
    ),
    [
      'arn:aws:kms:us-east-1:123456789012:key/in denies its use for reading the records at s3://books-chaptersinput-abcdef/',
      'must allow kms:Decrypt to arn:aws:iam::123456789012:role/Books-ChaptersRole-ABCDEF',
      '[KeyAccessDenied]',
    ],
  ],
  [
    'a key that denies writing the results',
    starting,
    serviceError(
      'ValidationException',
      'The role is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:us-east-1:123456789012:key/out because no resource-based policy allows it',
    ),
    [
      'arn:aws:kms:us-east-1:123456789012:key/out denies its use for writing the results to s3://books-chaptersoutput-abcdef/results/',
      'must allow kms:GenerateDataKey and kms:Decrypt',
      '[KeyAccessDenied]',
    ],
  ],
  [
    'a key that denies staging the records',
    'staging the input',
    serviceError(
      'AccessDenied',
      'User: arn:aws:sts::123456789012:assumed-role/starter/f is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:us-east-1:123456789012:key/in',
      403,
    ),
    ['kms:GenerateDataKey and kms:Decrypt to the starter function', '[KeyAccessDenied] while staging the input'],
  ],
  [
    "a key of CDK's asset bucket that denies reading what was uploaded",
    'staging the input',
    serviceError(
      'AccessDenied',
      'User: arn:aws:sts::123456789012:assumed-role/starter/f is not authorized to perform: kms:Decrypt on this resource',
      403,
    ),
    [
      'of bucket cdk-hnb659fds-assets-123456789012-us-east-1 denies its use for reading the files that CDK has uploaded',
      'as that of cdk bootstrap --bootstrap-customer-key does',
      '[KeyAccessDenied] while staging the input',
    ],
  ],
  [
    'a bucket in another Region',
    'looking at the input',
    serviceError(
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint.',
      301,
    ),
    ['must be in the Region of the stack', '[BucketElsewhere] while looking at the input'],
  ],
  [
    'an account that is not verified',
    starting,
    serviceError(
      'ValidationException',
      'Your account is not authorized to perform this action. Please create a support case',
    ),
    ['this account may not run batch inference yet', 'open a support case', '[AccountNotVerified]'],
  ],
];

describe('a reason', () => {
  const address = {
    responseUrl: 'https://example.com/',
    stackId: createEvent.StackId,
    requestId: createEvent.RequestId,
    logicalResourceId: createEvent.LogicalResourceId,
  };
  const reasonOf = (error: Error, step: Step) => {
    const body = toBody(
      { status: 'FAILED', physicalResourceId: 'not-started-x', reason: explainError(error, step, job) },
      address,
    );
    return { bytes: Buffer.byteLength(body), reason: (JSON.parse(body) as { Reason: string }).Reason };
  };

  test.each(REASONS)('for %s names what is wrong and the fix', (_, step, error, parts) => {
    const { reason } = reasonOf(error, step);
    for (const part of parts) expect(reason).toContain(part);
  });

  test.each(REASONS)('for %s ends with the code, the words and the request id of the service', (_, step, error) => {
    const { bytes, reason } = reasonOf(error, step);
    expect(reason.endsWith(`while ${step}: ${error.name}: ${error.message} (request request-1)`)).toBe(true);
    expect(bytes).toBeLessThan(4_096);
  });

  test.each(REASONS)(
    'for %s stays short, and keeps code and request id, however much the service says',
    (_, step, error) => {
      const wordy = Object.assign(serviceError(error.name, `${error.message} ${'𝔛'.repeat(5_000)}`), {
        activeJobs: 97,
      });
      const { bytes, reason } = reasonOf(wordy, step);
      expect(bytes).toBeLessThan(4_096);
      expect(reason).toContain(`${error.name}: ${error.message}`);
      expect(reason).toMatch(/… \(request request-1\)$/);
    },
  );

  test.each(REASONS)('for %s holds no secret that the service repeats', (_, step, error) => {
    const leaky = serviceError(
      error.name,
      `${error.message} https://b.s3.amazonaws.com/k?X-Amz-Signature=s3cret&X-Amz-Expires=9 x-amz-security-token:s3cret`,
    );
    expect(reasonOf(leaky, step).reason).not.toContain('s3cret');
  });
});

describe('a key’s denial without a name or an action', () => {
  const denied = serviceError('KMS.DisabledException', 'the key is disabled');

  test('is of either bucket', () => {
    expect(explainServiceError(denied, starting, job).message).toMatch(
      /^of bucket books-chaptersinput-abcdef or of bucket books-chaptersoutput-abcdef denies its use/,
    );
  });

  test('may be of the key that was given for the results', () => {
    const outputKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/out';
    const withKey = { ...job, outputKeyArn };
    expect(explainServiceError(denied, starting, withKey).message).toContain(`or of ${outputKeyArn} denies its use`);
    const named = serviceError('ValidationException', `may not use ${outputKeyArn} for kms:Decrypt`);
    expect(explainServiceError(named, starting, withKey).message).toContain('for writing the results');
  });

  test('on the way to the job is of the input bucket, and the starter’s affair', () => {
    expect(explainServiceError(denied, 'looking at the input', job).message).toMatch(
      /^of bucket books-chaptersinput-abcdef denies .* must allow kms:Decrypt to the starter function's role/,
    );
  });

  test('of an action is taken for the side that needs it', () => {
    const reads = serviceError('AccessDeniedException', 'kms:Decrypt is denied');
    const writes = serviceError('AccessDeniedException', 'kms:GenerateDataKey and kms:Decrypt are denied');
    expect(explainServiceError(reads, starting, job).message).toMatch(/^of bucket books-chaptersinput-abcdef/);
    expect(explainServiceError(writes, starting, job).message).toMatch(/^of bucket books-chaptersoutput-abcdef/);
  });
});

describe('a full job quota', () => {
  const full = serviceError('ServiceQuotaExceededException', 'full');

  test('is told without a number where the jobs could not be counted', () => {
    expect(explainServiceError(full, starting, job).message).toMatch(/cannot take another job: the quota/);
  });

  test('is told without the default where the stack does not tell it', () => {
    expect(explainServiceError(full, starting, { ...job, maxActiveJobs: undefined }).message).toContain(
      'is full; wait',
    );
  });

  test('can be raised, but not for a custom model', () => {
    const modelId = 'arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-embed-image-v1/abcdefabcdef';
    expect(explainServiceError(full, starting, job).message).toContain('or ask for more');
    expect(explainServiceError(full, starting, { ...job, modelId }).message).not.toContain('ask for more');
  });
});

test('an input over the quota is told without figures where they are not known', () => {
  const tooLarge = serviceError('EntityTooLarge', 'too large');
  for (const unknown of ['maxFileMegabytes', 'maxJobMegabytes']) {
    expect(explainServiceError(tooLarge, starting, { ...job, [unknown]: undefined }).message).not.toContain('MB');
  }
});

describe('the whole words', () => {
  const input = 's3://books-chaptersinput-abcdef/staged/3f0c1d7e9a4b.jsonl';
  const output = 's3://books-chaptersoutput-abcdef/results/';
  const asset = 's3://cdk-hnb659fds-assets-123456789012-us-east-1/3f0c1d7e9a4b.jsonl';
  const role = 'arn:aws:iam::123456789012:role/Books-ChaptersRole-ABCDEF';
  const directory = (...names: string[]) => ({
    input: { bucket: 'books', prefix: 'staged/' },
    stagedFrom: undefined,
    stagedFiles: names.map((name) => ({ name, bucket: 'assets', key: `hash-of-${name}` })),
  });

  test.each<[string, Step, Error, Record<string, unknown>, string]>([
    [
      'of a bucket that is not there',
      'looking at the input',
      serviceError('NoSuchBucket', 'The specified bucket does not exist', 404),
      {},
      `${input} or ${output} names a bucket that does not exist`,
    ],
    [
      'of an asset that is not there',
      'staging the input',
      serviceError('NoSuchKey', 'The specified key does not exist.', 404),
      {},
      `was not found in CDK's asset bucket as ${asset}; deploy with the CDK CLI, which uploads it`,
    ],
    [
      'of the asset of a directory of one file',
      'staging the input',
      serviceError('NoSuchKey', 'The specified key does not exist.', 404),
      directory('a.jsonl'),
      "was not found in CDK's asset bucket as s3://assets/hash-of-a.jsonl; deploy with the CDK CLI, which uploads it",
    ],
    [
      'of the assets of a directory',
      'staging the input',
      serviceError('NoSuchKey', 'The specified key does not exist.', 404),
      directory('a.jsonl', 'b.jsonl', 'c.jsonl'),
      "was not found in CDK's asset bucket as s3://assets/hash-of-a.jsonl (or one of 2 others); deploy with the CDK CLI, which uploads it",
    ],
    [
      'of an object that is not there',
      'looking at the input',
      serviceError('NoSuchKey', 'The specified key does not exist.', 404),
      { stagedFrom: undefined },
      `${input} does not exist`,
    ],
    [
      'of staging that is denied',
      'staging the input',
      serviceError('AccessDenied', 'Access Denied', 403),
      {},
      `${input} could not be written; the starter function's role must be allowed s3:GetObject on ${asset} and s3:PutObject on ${input}, by its own policy and by the buckets'; a bucket of another account is named by inputBucketOwner`,
    ],
    [
      'of a model that is not open',
      'starting the job',
      serviceError('AccessDeniedException', 'Model access is denied', 403),
      {},
      'us.anthropic.claude-sonnet-4-6 is not open to this account; open it once in the model catalog of the Bedrock console, with a role that may subscribe in AWS Marketplace (Claude asks for a use case form first), then deploy again in a few minutes',
    ],
    [
      'of data that is denied',
      'starting the job',
      serviceError('ValidationException', 'The provided role has no access to the S3 bucket of the input'),
      {},
      `${role} must be allowed s3:GetObject and s3:ListBucket on ${input} and s3:PutObject on ${output}, by its own policy and by the buckets'; a bucket of another account is named by inputBucketOwner or outputBucketOwner`,
    ],
    [
      'of a bucket elsewhere',
      'looking at the input',
      serviceError('IllegalLocationConstraintException', 'incompatible', 400),
      {},
      `${input} and ${output} must be in the Region of the stack, one of the buckets is in another`,
    ],
    [
      'of a service that is slow',
      'starting the job',
      serviceError('ThrottlingException', 'Rate exceeded', 429),
      {},
      'was slowed down by the service for too long; deploy again in a few minutes, with fewer jobs at once',
    ],
    [
      'of a denial that says no more',
      'starting the job',
      serviceError('AccessDeniedException', 'no', 403),
      {},
      `was denied by the service; the starter function's role or ${role} lacks a permission, a service control policy forbids it, or us.anthropic.claude-sonnet-4-6 is not open to this account`,
    ],
    [
      'of no answer',
      'starting the job',
      networkError(),
      {},
      'got no usable answer from the service, however often it was asked; deploy again',
    ],
    [
      'of what nobody has seen',
      'starting the job',
      serviceError('ValidationException', 'something new'),
      {},
      'was refused by the service',
    ],
    [
      'of too much, where nobody knows how much may be',
      'looking at the input',
      serviceError('EntityTooLarge', 'too large'),
      { maxFileMegabytes: undefined },
      `${input} is more than the service takes in one job; split it over several jobs, or ask for more records in Service Quotas`,
    ],
    [
      'of too much',
      'looking at the input',
      serviceError('EntityTooLarge', 'too large'),
      {},
      `${input} is more than the service takes in one job; 1000 MB in a file and 5000 MB in a job are the most for this model; split it over several jobs, or ask for more records in Service Quotas`,
    ],
    [
      'of a full quota on a custom model',
      'starting the job',
      serviceError('ServiceQuotaExceededException', 'full'),
      { modelId: 'arn:aws:bedrock:us-east-1:123456789012:custom-model/x/abcdefabcdef', maxActiveJobs: undefined },
      'arn:aws:bedrock:us-east-1:123456789012:custom-model/x/abcdefabcdef cannot take another job: the quota on submitted and in-progress batch inference jobs of one model in an account and Region is full; wait for a job to end or stop one',
    ],
  ])('%s', (_, step, error, changes, words) => {
    expect(explainServiceError(error, step, { ...job, ...changes }).message).toBe(words);
  });
});

describe('what the service said', () => {
  test('is quoted with the id of the request, if there is one', () => {
    expect(quoteServiceError(serviceError('Refused', 'no'))).toBe('Refused: no (request request-1)');
    expect(quoteServiceError(Object.assign(new Error('no'), { name: 'Refused' }))).toBe('Refused: no');
  });

  test('is quoted whole up to a length, and cut from there on', () => {
    const quoted = (length: number) => quoteServiceError(Object.assign(new Error('x'.repeat(length)), { name: 'E' }));
    const longest = quoted(10_000).length - 'E: …'.length;
    expect(quoted(longest)).toBe(`E: ${'x'.repeat(longest)}`);
    expect(quoted(longest + 1)).toBe(`E: ${'x'.repeat(longest)}…`);
  });
});
