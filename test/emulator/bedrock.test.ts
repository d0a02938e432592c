import {
  type BedrockClient,
  CreateModelInvocationJobCommand,
  type CreateModelInvocationJobCommandInput,
  GetCustomModelCommand,
  GetFoundationModelAvailabilityCommand,
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
  GetModelInvocationJobCommand,
  ListModelInvocationJobsCommand,
  ListTagsForResourceCommand,
  StopModelInvocationJobCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-bedrock';
import {
  ACCOUNT,
  ANY_JOB,
  APPLICATION_ARN,
  BEDROCK_TRUST,
  CUSTOM_ARN,
  EmulatedAccount,
  GLOBAL_ARN,
  jobRequest,
  MODELS,
  PROFILE_ARN,
  ROLE_ARN,
} from './emulated-account';
import type { Statement } from './policy';

let account: EmulatedAccount;
let bedrock: BedrockClient;

beforeEach(async () => {
  account = await EmulatedAccount.start();
  bedrock = account.bedrock;
});
afterEach(() => account.stop());

async function create(
  changes: Partial<CreateModelInvocationJobCommandInput> = {},
  client: BedrockClient = bedrock,
): Promise<string> {
  const { jobArn } = await client.send(new CreateModelInvocationJobCommand(jobRequest(changes)));
  return jobArn ?? '';
}

const VALIDATION = { name: 'ValidationException', $metadata: { httpStatusCode: 400 } };
const DENIED = { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } };

describe('creating a job', () => {
  test('gives an ARN with an id of twelve lower-case letters and digits', async () => {
    expect(await create()).toMatch(/^arn:aws:bedrock:us-east-1:111122223333:model-invocation-job\/[a-z0-9]{12}$/);
  });

  test('gives each job its own id', async () => {
    expect(await create()).not.toBe(await create());
  });

  test('answers a repeated token with the same job, and starts no other', async () => {
    const first = await create({ clientRequestToken: 'token-1' });
    expect(await create({ clientRequestToken: 'token-1' })).toBe(first);
    expect(account.emulator.listJobs()).toHaveLength(1);
  });

  test('starts another job for another token', async () => {
    await create({ clientRequestToken: 'token-1' });
    await create({ clientRequestToken: 'token-2' });
    expect(account.emulator.listJobs()).toHaveLength(2);
  });

  test('works in another partition, in its ARNs', async () => {
    const gov = await EmulatedAccount.start({ partition: 'aws-us-gov', iam: false });
    try {
      expect(await create({}, gov.bedrock)).toMatch(/^arn:aws-us-gov:bedrock:/);
    } finally {
      await gov.stop();
    }
  });
});

describe('the shape of a request', () => {
  const location = (s3Uri: string) => ({ inputDataConfig: { s3InputDataConfig: { s3Uri } } });

  test.each<[string, Partial<CreateModelInvocationJobCommandInput>]>([
    ['a job name of 63 characters', { jobName: 'a'.repeat(63) }],
    ['a job name with dots, plus and hyphens', { jobName: 'a.b+c-d' }],
    ['the shortest timeout', { timeoutDurationInHours: 24 }],
    ['the longest timeout', { timeoutDurationInHours: 168 }],
    ['a token of 256 characters', { clientRequestToken: 'a'.repeat(256) }],
    ['a folder as its input', location('s3://input-bucket/in/')],
    ['a whole bucket as its input', location('s3://input-bucket')],
    ['200 tags', { tags: Array.from({ length: 200 }, (_, i) => ({ key: `k${i}`, value: '' })) }],
    ['the Converse type', { modelInvocationType: 'Converse' }],
  ])('may have %s', async (_, changes) => {
    await expect(create(changes)).resolves.toBeDefined();
  });

  test.each<[string, Partial<CreateModelInvocationJobCommandInput>, string]>([
    ['a job name of 64 characters', { jobName: 'a'.repeat(64) }, 'jobName'],
    ['an empty job name', { jobName: '' }, 'jobName'],
    ['a job name with an underscore', { jobName: 'a_b' }, 'jobName'],
    ['a job name that starts with a hyphen', { jobName: '-a' }, 'jobName'],
    ['a job name of hyphens and a wrong end, at once', { jobName: `a${'-'.repeat(50)}_` }, 'jobName'],
    ['a timeout of 23 hours', { timeoutDurationInHours: 23 }, 'timeoutDurationInHours'],
    ['a timeout of 169 hours', { timeoutDurationInHours: 169 }, 'timeoutDurationInHours'],
    ['a token with an underscore', { clientRequestToken: 'a_b' }, 'clientRequestToken'],
    ['a token that ends in a hyphen', { clientRequestToken: 'a-' }, 'clientRequestToken'],
    ['a token of 257 characters', { clientRequestToken: 'a'.repeat(257) }, 'clientRequestToken'],
    ['a role that is none', { roleArn: 'BatchRole' }, 'roleArn'],
    ['no model', { modelId: undefined }, 'modelId'],
    ['a key with a space', location('s3://input-bucket/a b.jsonl'), 's3Uri'],
    ['a key with an equals sign', location('s3://input-bucket/year=2026/a.jsonl'), 's3Uri'],
    ['a key with an empty part', location('s3://input-bucket/a//b.jsonl'), 's3Uri'],
    ['a bucket in capitals', location('s3://Input-Bucket/a.jsonl'), 's3Uri'],
    [
      'an input format that is not JSONL',
      { inputDataConfig: { s3InputDataConfig: { s3Uri: 's3://abc/d', s3InputFormat: 'CSV' as 'JSONL' } } },
      's3InputFormat',
    ],
    [
      'a key that is no KMS key',
      { outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://abc/d/', s3EncryptionKeyId: 'mine' } } },
      's3EncryptionKeyId',
    ],
    ['201 tags', { tags: Array.from({ length: 201 }, (_, i) => ({ key: `k${i}`, value: '' })) }, 'tags'],
    ['a tag with a comma', { tags: [{ key: 'a,b', value: '' }] }, 'tags.1.member.key'],
    ['an unknown invocation type', { modelInvocationType: 'Chat' as 'Converse' }, 'modelInvocationType'],
    ['a VPC without subnets', { vpcConfig: { subnetIds: [], securityGroupIds: ['sg-1'] } }, 'vpcConfig.subnetIds'],
    [
      'six security groups',
      { vpcConfig: { subnetIds: ['subnet-1'], securityGroupIds: Array(6).fill('sg-1') } },
      'vpcConfig.securityGroupIds',
    ],
  ])('may not have %s', async (_, changes, path) => {
    await expect(create(changes)).rejects.toMatchObject({ ...VALIDATION, message: expect.stringContaining(path) });
    expect(account.emulator.listJobs()).toHaveLength(0);
  });

  test('is told everything that is wrong with it at once', async () => {
    const both = create({ jobName: '', timeoutDurationInHours: 1 });
    await expect(both).rejects.toThrow(/^3 validation errors detected: .*jobName.*jobName.*timeoutDurationInHours/);
  });
});

describe('the rights of the caller', () => {
  const alpha = 'arn:aws:bedrock:us-east-1::foundation-model/example.alpha-v1:0';
  const beta = (region: string) => `arn:aws:bedrock:${region}::foundation-model/example.beta-v1:0`;
  const passRole: Statement = {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: ROLE_ARN,
    Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
  };
  const mayCreate = (...Resource: string[]): Statement => ({
    Effect: 'Allow',
    Action: 'bedrock:CreateModelInvocationJob',
    Resource,
  });
  const as = (...statements: Statement[]) => account.clientsOf(statements).bedrock;

  test('are enough with the model, any job and the role', async () => {
    await expect(create({}, as(mayCreate(alpha, ANY_JOB), passRole))).resolves.toBeDefined();
  });

  test('fail without the model', async () => {
    const job = create({}, as(mayCreate(ANY_JOB), passRole));
    await expect(job).rejects.toMatchObject({ ...DENIED, message: expect.stringContaining(alpha) });
  });

  test('fail without model-invocation-job/*', async () => {
    const job = create({}, as(mayCreate(alpha), passRole));
    await expect(job).rejects.toMatchObject({ ...DENIED, message: expect.stringContaining(ANY_JOB) });
  });

  test('fail without PassRole', async () => {
    const job = create({}, as(mayCreate(alpha, ANY_JOB)));
    await expect(job).rejects.toThrow(`is not authorized to perform: iam:PassRole on resource: ${ROLE_ARN}`);
  });

  test('fail with PassRole to another service only', async () => {
    const Condition = { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } };
    const job = create({}, as(mayCreate(alpha, ANY_JOB), { ...passRole, Condition }));
    await expect(job).rejects.toThrow('iam:PassRole');
  });

  test('fail on tags without TagResource, and only then', async () => {
    const tags = [{ key: 'team', value: 'a' }];
    const mayTag: Statement = { Effect: 'Allow', Action: 'bedrock:TagResource', Resource: ANY_JOB };
    const rights = [mayCreate(alpha, ANY_JOB), passRole];
    await expect(create({ tags }, as(...rights))).rejects.toThrow('bedrock:TagResource');
    await expect(create({ tags }, as(...rights, mayTag))).resolves.toBeDefined();
  });

  test('take a profile and every model behind it', async () => {
    const modelId = 'us.example.beta-v1:0';
    const all = [PROFILE_ARN, beta('us-east-1'), beta('us-west-2'), ANY_JOB];
    for (const missing of all) {
      const rights = mayCreate(...all.filter((arn) => arn !== missing));
      await expect(create({ modelId }, as(rights, passRole))).rejects.toThrow(missing);
    }
    await expect(create({ modelId }, as(mayCreate(...all), passRole))).resolves.toBeDefined();
  });

  test('take, for a global profile, the model that has no Region', async () => {
    const modelId = 'global.example.beta-v1:0';
    const rights = [GLOBAL_ARN, beta('us-east-1'), ANY_JOB];
    await expect(create({ modelId }, as(mayCreate(...rights), passRole))).rejects.toThrow(beta(''));
    const regionless: Statement = {
      ...mayCreate(beta('')),
      Condition: { StringEquals: { 'aws:RequestedRegion': 'unspecified' } },
    };
    await expect(create({ modelId }, as(mayCreate(...rights), regionless, passRole))).resolves.toBeDefined();
  });

  test('fail on a Deny, whatever is allowed', async () => {
    const deny: Statement = { Effect: 'Deny', Action: 'bedrock:*', Resource: alpha };
    const job = create({}, as(mayCreate(alpha, ANY_JOB), passRole, deny));
    await expect(job).rejects.toThrow('with an explicit deny in an identity-based policy');
  });

  test('fail on an unknown access key', async () => {
    await expect(create({}, account.clientsWith('AKIAUNKNOWN').bedrock)).rejects.toMatchObject(DENIED);
  });

  test('fail on a role of another account', async () => {
    const job = create({ roleArn: 'arn:aws:iam::999999999999:role/BatchRole' });
    await expect(job).rejects.toMatchObject({ ...DENIED, message: 'Cross-account pass role is not allowed.' });
  });
});

describe('the service role', () => {
  const { Statement: trust } = BEDROCK_TRUST as { Statement: Statement };

  test.each<[string, Statement]>([
    ['trusts another service', { ...trust, Principal: { Service: 'lambda.amazonaws.com' } }],
    ['trusts another account', { ...trust, Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } } }],
    [
      'trusts jobs of another Region',
      { ...trust, Condition: { ArnEquals: { 'aws:SourceArn': ANY_JOB.replace('us-east-1', 'eu-west-1') } } },
    ],
    ['denies Bedrock', { ...trust, Effect: 'Deny' }],
  ])('cannot be assumed where it %s', async (_, statement) => {
    account.emulator.iam.putRole({ arn: ROLE_ARN, trust: { Statement: [statement] } });
    await expect(create()).rejects.toMatchObject({ ...VALIDATION, message: 'Could not assume provided IAM role' });
    expect(account.emulator.listJobs()).toHaveLength(0);
  });

  test('cannot be assumed where there is none', async () => {
    const job = create({ roleArn: `arn:aws:iam::${ACCOUNT}:role/None` });
    await expect(job).rejects.toThrow('Could not assume provided IAM role');
  });
});

describe('the model', () => {
  test.each([
    ['a foundation model by its id', 'example.alpha-v1:0'],
    ['a foundation model by its ARN', 'arn:aws:bedrock:us-east-1::foundation-model/example.alpha-v1:0'],
    ['a profile by its id', 'us.example.beta-v1:0'],
    ['a profile by its ARN', PROFILE_ARN],
    ['an application profile by its ARN', APPLICATION_ARN],
    ['a custom model', CUSTOM_ARN],
  ])('may be %s', async (_, modelId) => {
    await expect(create({ modelId })).resolves.toBeDefined();
  });

  test.each([
    ['served only by a profile', 'example.beta-v1:0'],
    ['served only as a base for custom models', 'example.gamma-v1:0'],
  ])('is refused by its bare id where it is %s', async (_, modelId) => {
    const message = 'Batch inference is not supported for the requested model';
    await expect(create({ modelId })).rejects.toMatchObject({ ...VALIDATION, message });
  });

  test.each([
    ['nobody knows', 'example.unknown-v1:0'],
    ['is past its end of life', 'example.ended-v1:0'],
    ['is in another Region', 'arn:aws:bedrock:eu-west-1::foundation-model/example.alpha-v1:0'],
    ['is a profile of another geography', 'eu.example.beta-v1:0'],
  ])('is refused where it %s', async (_, modelId) => {
    await expect(create({ modelId })).rejects.toThrow('The provided model identifier is invalid.');
  });

  test('is refused where access to it was not granted', async () => {
    await expect(create({ modelId: 'example.locked-v1:0' })).rejects.toMatchObject(DENIED);
  });

  test('takes as many jobs at a time as its quota says', async () => {
    const [alpha, ...others] = MODELS.models;
    const models = {
      ...MODELS,
      models: [{ ...alpha, quotas: { minRecordsPerJob: 100, maxActiveJobs: 2 } }, ...others],
    };
    const small = await EmulatedAccount.start({ models });
    try {
      const first = await create({}, small.bedrock);
      await create({}, small.bedrock);
      await expect(create({}, small.bedrock)).rejects.toMatchObject({ name: 'ServiceQuotaExceededException' });
      await small.emulator.endJob(first, 'Stopped');
      await expect(create({}, small.bedrock)).resolves.toBeDefined();
    } finally {
      await small.stop();
    }
  });
});

describe('looking at a job', () => {
  test('gives what was asked for, and the state', async () => {
    const jobIdentifier = await create({ timeoutDurationInHours: 48, clientRequestToken: 'token-1' });
    const job = await bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier }));
    expect(job).toMatchObject({
      ...jobRequest(),
      jobArn: jobIdentifier,
      clientRequestToken: 'token-1',
      status: 'Submitted',
      modelInvocationType: 'InvokeModel',
      submitTime: new Date('2026-11-21T12:00:00Z'),
      jobExpirationTime: new Date('2026-11-23T12:00:00Z'),
      totalRecordCount: 0,
    });
  });

  test('takes the id alone, too', async () => {
    const jobArn = await create();
    const jobIdentifier = jobArn.split('/')[1];
    expect(await bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier }))).toMatchObject({ jobArn });
  });

  test('names a profile by its full ARN, whatever was sent', async () => {
    const jobIdentifier = await create({ modelId: 'us.example.beta-v1:0' });
    const { modelId } = await bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier }));
    expect(modelId).toBe(PROFILE_ARN);
  });

  test('fails on a job that is not there', async () => {
    const jobIdentifier = ANY_JOB.replace('*', 'abcdefghijkl');
    const look = bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier }));
    await expect(look).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404, requestId: expect.stringMatching(/^0{8}-/) },
    });
  });

  test('fails on what is no job', async () => {
    const look = bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier: 'not a job' }));
    await expect(look).rejects.toMatchObject(VALIDATION);
  });

  test('fails where the caller may look at no such job', async () => {
    const jobIdentifier = await create();
    const look = account.clientsOf([]).bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier }));
    await expect(look).rejects.toMatchObject(DENIED);
  });
});

describe('the list of jobs', () => {
  const names = async (input: object) => {
    const { invocationJobSummaries = [] } = await bedrock.send(new ListModelInvocationJobsCommand(input));
    return invocationJobSummaries.map(({ jobName }) => jobName);
  };

  test('holds the newest first, unless asked otherwise', async () => {
    for (const jobName of ['a', 'b']) await create({ jobName });
    expect(await names({})).toEqual(['b', 'a']);
    expect(await names({ sortBy: 'CreationTime', sortOrder: 'Ascending' })).toEqual(['a', 'b']);
  });

  test('is narrowed by a part of the name', async () => {
    for (const jobName of ['chapters-x1', 'letters-x2']) await create({ jobName });
    expect(await names({ nameContains: 'x1' })).toEqual(['chapters-x1']);
  });

  test('is narrowed by the state', async () => {
    const first = await create({ jobName: 'a' });
    await create({ jobName: 'b' });
    await account.emulator.endJob(first, 'Failed');
    expect(await names({ statusEquals: 'Failed' })).toEqual(['a']);
  });

  test('goes on from page to page, and is not shifted by a job that starts meanwhile', async () => {
    for (const jobName of ['a', 'b', 'c']) await create({ jobName });
    const first = await bedrock.send(new ListModelInvocationJobsCommand({ maxResults: 2 }));
    expect(first.invocationJobSummaries?.map(({ jobName }) => jobName)).toEqual(['c', 'b']);
    await create({ jobName: 'd' });
    const second = await bedrock.send(
      new ListModelInvocationJobsCommand({ maxResults: 2, nextToken: first.nextToken }),
    );
    expect(second.invocationJobSummaries?.map(({ jobName }) => jobName)).toEqual(['a']);
    expect(second.nextToken).toBeUndefined();
  });

  test('comes in pages where the caller does not ask for any', async () => {
    for (let i = 0; i < 11; i += 1) await create();
    const { invocationJobSummaries, nextToken } = await bedrock.send(new ListModelInvocationJobsCommand({}));
    expect(invocationJobSummaries).toHaveLength(10);
    expect(nextToken).toBeDefined();
  });

  test.each([{ maxResults: 0 }, { maxResults: 1001 }, { nameContains: 'a_b' }, { nextToken: 'made-up' }])(
    'fails on %j',
    async (input) => {
      await expect(names(input)).rejects.toMatchObject(VALIDATION);
    },
  );
});

describe('stopping a job', () => {
  const stop = (jobIdentifier: string) => bedrock.send(new StopModelInvocationJobCommand({ jobIdentifier }));

  test('takes a live one to Stopping and then to Stopped', async () => {
    const jobArn = await create();
    await stop(jobArn);
    expect(account.emulator.job(jobArn).status).toBe('Stopping');
    await account.emulator.advance(jobArn);
    expect(account.emulator.job(jobArn).status).toBe('Stopped');
  });

  test.each(['Completed', 'PartiallyCompleted', 'Failed', 'Stopped', 'Expired'] as const)(
    'is a conflict when it has ended as %s',
    async (status) => {
      account.putRecords(100);
      const jobArn = await create();
      await account.emulator.endJob(jobArn, status);
      await expect(stop(jobArn)).rejects.toMatchObject({ name: 'ConflictException' });
      expect(account.emulator.job(jobArn).status).toBe(status);
    },
  );

  test('fails on a job that is not there', async () => {
    await expect(stop('abcdefghijkl')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('tags of a job', () => {
  const listed = async (resourceARN: string) =>
    (await bedrock.send(new ListTagsForResourceCommand({ resourceARN }))).tags;

  test('are given with it, added, changed and taken away', async () => {
    const resourceARN = await create({ tags: [{ key: 'team', value: 'a' }] });
    const tags = [
      { key: 'team', value: 'b' },
      { key: 'cost', value: '1' },
    ];
    await bedrock.send(new TagResourceCommand({ resourceARN, tags }));
    expect(await listed(resourceARN)).toEqual(tags);
    await bedrock.send(new UntagResourceCommand({ resourceARN, tagKeys: ['team', 'none'] }));
    expect(await listed(resourceARN)).toEqual([{ key: 'cost', value: '1' }]);
  });

  test('fail on more than 200 in all', async () => {
    const resourceARN = await create({ tags: Array.from({ length: 200 }, (_, i) => ({ key: `k${i}`, value: '' })) });
    const more = bedrock.send(new TagResourceCommand({ resourceARN, tags: [{ key: 'more', value: '' }] }));
    await expect(more).rejects.toMatchObject({ name: 'TooManyTagsException' });
  });

  test('can decide who may look at it', async () => {
    const resourceARN = await create({ tags: [{ key: 'team', value: 'a' }] });
    const look = (team: string) =>
      account
        .clientsOf([
          {
            Effect: 'Allow',
            Action: 'bedrock:GetModelInvocationJob',
            Resource: ANY_JOB,
            Condition: { StringEquals: { 'aws:ResourceTag/team': team } },
          },
        ])
        .bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier: resourceARN }));
    await expect(look('a')).resolves.toBeDefined();
    await expect(look('b')).rejects.toMatchObject(DENIED);
  });
});

describe('looking up models', () => {
  test.each([
    ['example.alpha-v1:0', 'ACTIVE'],
    ['example.legacy-v1:0', 'LEGACY'],
  ])('gives the lifecycle of %s: %s', async (modelIdentifier, status) => {
    const { modelDetails } = await bedrock.send(new GetFoundationModelCommand({ modelIdentifier }));
    expect(modelDetails?.modelLifecycle?.status).toBe(status);
  });

  test.each(['example.ended-v1:0', 'example.unknown-v1:0'])('does not find %s', async (modelIdentifier) => {
    const look = bedrock.send(new GetFoundationModelCommand({ modelIdentifier }));
    await expect(look).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each([
    ['example.alpha-v1:0', 'AUTHORIZED'],
    ['example.locked-v1:0', 'NOT_AUTHORIZED'],
  ])('gives the access to %s: %s', async (modelId, authorizationStatus) => {
    const availability = await bedrock.send(new GetFoundationModelAvailabilityCommand({ modelId }));
    expect(availability).toMatchObject({ authorizationStatus, regionAvailability: 'AVAILABLE' });
  });

  test('gives the models behind a profile', async () => {
    const look = new GetInferenceProfileCommand({ inferenceProfileIdentifier: 'us.example.beta-v1:0' });
    expect(await bedrock.send(look)).toMatchObject({
      inferenceProfileArn: PROFILE_ARN,
      status: 'ACTIVE',
      type: 'SYSTEM_DEFINED',
      models: ['us-east-1', 'us-west-2'].map((region) => ({
        modelArn: `arn:aws:bedrock:${region}::foundation-model/example.beta-v1:0`,
      })),
    });
  });

  test('gives an application profile by its ARN', async () => {
    const look = new GetInferenceProfileCommand({ inferenceProfileIdentifier: APPLICATION_ARN });
    expect(await bedrock.send(look)).toMatchObject({ type: 'APPLICATION', inferenceProfileId: 'abcdefghijkl' });
  });

  test('does not find a profile of another Region', async () => {
    const look = bedrock.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: 'eu.example.beta-v1:0' }));
    await expect(look).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('gives a custom model and what it was made from', async () => {
    const model = await bedrock.send(new GetCustomModelCommand({ modelIdentifier: CUSTOM_ARN }));
    expect(model).toMatchObject({
      modelStatus: 'Active',
      baseModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/example.gamma-v1:0',
    });
  });
});

describe('a request signed for another Region', () => {
  test('is refused', async () => {
    const user = account.emulator.iam.addUser(`arn:aws:iam::${ACCOUNT}:user/far`, []);
    const { bedrock: far } = account.clientsWith(user.accessKeyId, 'eu-west-1');
    await expect(create({}, far)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });
});

describe('without IAM', () => {
  test('anyone may create a job with any role, and the calls are recorded', async () => {
    const open = await EmulatedAccount.start({ iam: false });
    try {
      const roleArn = `arn:aws:iam::${ACCOUNT}:role/None`;
      await expect(create({ roleArn }, open.clientsWith('AKIAANYONE').bedrock)).resolves.toBeDefined();
      expect(open.emulator.iam.calls).toContainEqual(
        expect.objectContaining({ action: 'iam:PassRole', resource: roleArn, allowed: true }),
      );
    } finally {
      await open.stop();
    }
  });
});
