import { CreateModelInvocationJobCommand, type CreateModelInvocationJobCommandInput } from '@aws-sdk/client-bedrock';
import { answerRecord } from './answers';
import { ACCOUNT, EmulatedAccount, EVERYTHING, jobRequest, PROFILE_ARN, ROLE_ARN, records } from './emulated-account';
import type { EmulatorOptions } from './emulator';
import type { Statement } from './policy';

let account: EmulatedAccount;

async function begin(options: EmulatorOptions = {}): Promise<void> {
  account = await EmulatedAccount.start(options);
}
afterEach(() => account.stop());

async function submit(changes: Partial<CreateModelInvocationJobCommandInput> = {}): Promise<string> {
  const { jobArn } = await account.bedrock.send(new CreateModelInvocationJobCommand(jobRequest(changes)));
  return jobArn ?? '';
}

const from = (s3Uri: string) => ({ inputDataConfig: { s3InputDataConfig: { s3Uri } } });
const roleMay = (...Statement: Statement[]) => account.emulator.iam.putPolicy(ROLE_ARN, 'inline', { Statement });

interface OutputLine {
  recordId: string;
  modelInput: { messages: { content: { text: string }[] }[] };
  modelOutput?: { content: { text: string }[]; usage: { input_tokens: number; output_tokens: number } };
  error?: { errorCode: number; errorMessage: string };
}

function results(jobArn: string, file = 'records.jsonl.out', folder = 'out/'): OutputLine[] {
  const text = account.emulator.s3.get('output-bucket', `${folder}${jobArn.split('/')[1]}/${file}`);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function manifest(jobArn: string): object {
  return JSON.parse(account.emulator.s3.get('output-bucket', `out/${jobArn.split('/')[1]}/manifest.json.out`));
}

describe('a job on its way', () => {
  test('goes through every state, and its counters grow', async () => {
    await begin({ progressSteps: 3 });
    account.putRecords(100);
    const jobArn = await submit();
    const seen: [string, number][] = [];
    const note = () => {
      const { status, counts } = account.emulator.job(jobArn);
      seen.push([status, counts.processed]);
    };
    note();
    while (account.emulator.liveJobs().length > 0) {
      await account.emulator.advance();
      note();
    }
    expect(seen).toEqual([
      ['Submitted', 0],
      ['Validating', 0],
      ['Scheduled', 0],
      ['InProgress', 0],
      ['InProgress', 34],
      ['InProgress', 68],
      ['Completed', 100],
    ]);
  });

  test('moves only when it is told to', async () => {
    await begin();
    account.putRecords(100);
    const [first, second] = [await submit(), await submit()];
    await account.emulator.advance(first);
    expect(account.emulator.job(first).status).toBe('Validating');
    expect(account.emulator.job(second).status).toBe('Submitted');
  });

  test('stays where it ended', async () => {
    await begin();
    const jobArn = await submit();
    await account.emulator.endJob(jobArn, 'Expired');
    await account.emulator.advance(jobArn);
    expect(account.emulator.job(jobArn).status).toBe('Expired');
  });
});

describe('validation', () => {
  test('passes 100 records', async () => {
    await begin();
    account.putRecords(100);
    const job = await account.emulator.finish(await submit());
    expect(job).toMatchObject({ status: 'Completed', counts: { total: 100, success: 100, error: 0 } });
  });

  test('fails 99 records, in the words of the service', async () => {
    await begin();
    account.putRecords(99);
    const jobArn = await submit();
    expect(await account.emulator.finish(jobArn)).toMatchObject({
      status: 'Failed',
      message: `Batch job ${jobArn} contains less records (99) than the required minimum of: 100`,
    });
  });

  test('fails more records than the model takes', async () => {
    const quotas = { minRecordsPerJob: 1, maxRecordsPerJob: 3, maxActiveJobs: 100 };
    await begin({ minRecords: 1, models: { models: [{ id: 'example.alpha-v1:0', inRegion: ['us-east-1'], quotas }] } });
    account.putRecords(4);
    expect(await account.emulator.finish(await submit())).toMatchObject({
      status: 'Failed',
      message: expect.stringContaining('(4) than the allowed maximum of: 3'),
    });
  });

  test.each([
    ['a line that is not JSON', `${records(99)}{"recordId":\n`, 'line 100 is not JSON'],
    ['a line without modelInput', `${records(99)}{"recordId":"a"}\n`, 'no modelInput in line 100'],
    ['a recordId that is a number', `${records(99)}{"recordId":1,"modelInput":{}}\n`, 'not a string in line 100'],
  ])('fails %s', async (_, body, message) => {
    await begin();
    account.emulator.s3.put('input-bucket', 'in/records.jsonl', body);
    const job = await account.emulator.finish(await submit());
    expect(job).toMatchObject({ status: 'Failed', message: expect.stringContaining(message) });
  });

  test('fails an input that is not there', async () => {
    await begin();
    const job = await account.emulator.finish(await submit());
    expect(job).toMatchObject({ status: 'Failed', message: expect.stringContaining('has no JSONL file') });
  });

  test('fails a file that is not called .jsonl', async () => {
    await begin();
    account.putRecords(100, 'in/records.json');
    const job = await account.emulator.finish(await submit(from('s3://input-bucket/in/records.json')));
    expect(job).toMatchObject({ status: 'Failed', message: expect.stringContaining('is not a .jsonl file') });
  });

  test('adds up the files of a folder, and leaves other files alone', async () => {
    await begin();
    account.putRecords(60, 'in/a.jsonl');
    account.putRecords(40, 'in/b.jsonl');
    account.emulator.s3.put('input-bucket', 'in/picture.png', 'not text');
    const jobArn = await submit(from('s3://input-bucket/in/'));
    expect(await account.emulator.finish(jobArn)).toMatchObject({ status: 'Completed', counts: { total: 100 } });
    expect(results(jobArn, 'a.jsonl.out')).toHaveLength(60);
    expect(results(jobArn, 'b.jsonl.out')).toHaveLength(40);
  });

  test('gives an id to a record without one', async () => {
    await begin({ minRecords: 1 });
    account.emulator.s3.put('input-bucket', 'in/records.jsonl', '{"modelInput":{}}');
    const jobArn = await submit();
    await account.emulator.finish(jobArn);
    expect(results(jobArn)[0].recordId).toMatch(/^\w+$/);
  });
});

describe('the service role', () => {
  const list: Statement = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::input-bucket' };
  const get: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::input-bucket/in/*' };
  const put: Statement = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::output-bucket/out/*' };
  const invoke = (...Resource: string[]): Statement => ({ Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource });

  test('needs to list and read the input and to write the output, and no more', async () => {
    await begin();
    account.putRecords(100);
    roleMay(list, get, put);
    expect(await account.emulator.finish(await submit())).toMatchObject({ status: 'Completed' });
    expect(account.emulator.iam.unusedGrants().filter(({ principal }) => principal === ROLE_ARN)).toEqual([]);
  });

  test.each([
    ['list the input', [get, put], 's3:ListBucket'],
    ['read the input', [list, put], 's3:GetObject'],
    ['write the output', [list, get], 's3:PutObject'],
  ])('fails the job where it may not %s', async (_, statements, action) => {
    await begin();
    account.putRecords(100);
    roleMay(...statements);
    const job = await account.emulator.finish(await submit());
    expect(job).toMatchObject({ status: 'Failed', message: expect.stringContaining(action) });
  });

  test('needs InvokeModel on a profile and on every model behind it', async () => {
    await begin();
    account.putRecords(100);
    const beta = (region: string) => `arn:aws:bedrock:${region}::foundation-model/example.beta-v1:0`;
    const throughProfile: Statement = {
      ...invoke(beta('us-east-1'), beta('us-west-2')),
      Condition: { StringEquals: { 'bedrock:InferenceProfileArn': PROFILE_ARN } },
    };
    const modelId = 'us.example.beta-v1:0';
    roleMay(list, get, put, throughProfile);
    const denied = await account.emulator.finish(await submit({ modelId }));
    expect(denied).toMatchObject({ status: 'Failed', message: expect.stringContaining(PROFILE_ARN) });
    roleMay(list, get, put, invoke(PROFILE_ARN, beta('us-east-1')));
    const half = await account.emulator.finish(await submit({ modelId }));
    expect(half).toMatchObject({ status: 'Failed', message: expect.stringContaining(beta('us-west-2')) });
    roleMay(list, get, put, throughProfile, invoke(PROFILE_ARN));
    expect(await account.emulator.finish(await submit({ modelId }))).toMatchObject({ status: 'Completed' });
  });

  test('may have InvokeModel on a bare model, which then counts as used', async () => {
    await begin();
    account.putRecords(100);
    roleMay(list, get, put, invoke('arn:aws:bedrock:us-east-1::foundation-model/example.alpha-v1:0'));
    await account.emulator.finish(await submit());
    expect(account.emulator.iam.unusedGrants().filter(({ principal }) => principal === ROLE_ARN)).toEqual([]);
  });

  test('needs the key that the output is encrypted with', async () => {
    await begin();
    account.putRecords(100);
    const s3EncryptionKeyId = `arn:aws:kms:us-east-1:${ACCOUNT}:key/00000000-0000-4000-8000-000000000000`;
    const to = { outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://output-bucket/out/', s3EncryptionKeyId } } };
    roleMay(list, get, put);
    const denied = await account.emulator.finish(await submit(to));
    expect(denied).toMatchObject({ status: 'Failed', message: expect.stringContaining('kms:GenerateDataKey') });
    roleMay(list, get, put, { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: s3EncryptionKeyId });
    expect(await account.emulator.finish(await submit(to))).toMatchObject({ status: 'Completed' });
  });

  test('reads and writes buckets of another account only where the job names their owner', async () => {
    await begin();
    const everyone = { Statement: { ...EVERYTHING, Principal: '*' } as Statement };
    account.emulator.s3.createBucket('their-bucket', { owner: '999999999999', policy: everyone });
    account.emulator.s3.put('their-bucket', 'in/records.jsonl', records(100));
    account.putRecords(100);
    const end = async (changes: Partial<CreateModelInvocationJobCommandInput>) => {
      const { status, message } = await account.emulator.finish(await submit(changes));
      return [status, message];
    };
    const input = (s3BucketOwner?: string) => ({
      inputDataConfig: { s3InputDataConfig: { s3Uri: 's3://their-bucket/in/records.jsonl', s3BucketOwner } },
    });
    const output = (s3BucketOwner?: string) => ({
      outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://their-bucket/out/', s3BucketOwner } },
    });
    expect(await end(input())).toEqual(['Failed', expect.stringContaining('cannot read the input')]);
    expect(await end(output('888888888888'))).toEqual(['Failed', expect.stringContaining('cannot write the output')]);
    expect(await end({ ...input('999999999999'), ...output('999999999999') })).toEqual(['Completed', undefined]);
  });

  describe('of a job in a network', () => {
    const JOBS = `arn:aws:bedrock:us-east-1:${ACCOUNT}:model-invocation-job/*`;
    const SUBNETS = ['subnet-1', 'subnet-2'];
    const vpcConfig = { subnetIds: SUBNETS, securityGroupIds: ['sg-1'] };
    const finish = async (...rights: Statement[]) => {
      await begin();
      account.putRecords(100);
      roleMay({ Effect: 'Allow', Action: ['s3:*', 'bedrock:*'], Resource: '*' }, ...rights);
      return account.emulator.finish(await submit({ vpcConfig }));
    };
    const allow = (action: string, Condition?: Statement['Condition']): Statement => ({
      Effect: 'Allow',
      Action: action,
      Resource: '*',
      Condition,
    });
    const rights = [
      allow('ec2:Describe*'),
      allow('ec2:CreateNetworkInterface', { ArnLike: { 'aws:RequestTag/BedrockModelInvocationJobArn': JOBS } }),
      allow('ec2:CreateTags', { StringEquals: { 'ec2:CreateAction': 'CreateNetworkInterface' } }),
      allow('ec2:*NetworkInterfacePermission', {
        StringEquals: { 'ec2:Subnet': SUBNETS.map((id) => `arn:aws:ec2:us-east-1:${ACCOUNT}:subnet/${id}`) },
      }),
      allow('ec2:DeleteNetworkInterface', { ArnLike: { 'ec2:ResourceTag/BedrockModelInvocationJobArn': JOBS } }),
    ];

    test('makes its network interfaces and takes them away', async () => {
      const { status, interfaces } = await finish(...rights);
      expect([status, [...interfaces]]).toEqual(['Completed', []]);
    });

    test.each(rights.slice(0, 4).map((right) => [String(right.Action), right] as const))(
      'fails the job without %s',
      async (_, missing) => {
        const { status, message } = await finish(...rights.filter((right) => right !== missing));
        expect([status, message]).toEqual(['Failed', expect.stringContaining('is not authorized to perform: ec2:')]);
      },
    );

    test('fails the job in a subnet that it has no right on', async () => {
      const { status } = await finish(
        ...rights.map((right) =>
          right.Action === 'ec2:CreateNetworkInterface'
            ? { ...right, Resource: ['arn:aws:ec2:*:*:network-interface/*', 'arn:aws:ec2:*:*:subnet/subnet-1'] }
            : right,
        ),
      );
      expect(status).toBe('Failed');
    });

    test('leaves behind the network interfaces that it may not delete', async () => {
      const { status, interfaces } = await finish(...rights.slice(0, 4));
      expect([status, [...interfaces]]).toEqual(['Completed', SUBNETS]);
    });

    test('takes them away from a job that is stopped', async () => {
      await begin();
      account.putRecords(100);
      const jobArn = await submit({ vpcConfig });
      await account.emulator.advanceTo(jobArn, 'InProgress');
      expect([...account.emulator.job(jobArn).interfaces]).toEqual(SUBNETS);
      await account.emulator.endJob(jobArn, 'Stopped');
      expect([...account.emulator.job(jobArn).interfaces]).toEqual([]);
    });
  });

  test('fails the job where it no longer trusts Bedrock', async () => {
    await begin();
    account.putRecords(100);
    const jobArn = await submit();
    account.emulator.iam.putRole({ arn: ROLE_ARN, trust: { Statement: [] } });
    expect(await account.emulator.finish(jobArn)).toMatchObject({ status: 'Failed' });
  });
});

describe('results', () => {
  test('answer every record once, in another order than the input', async () => {
    await begin();
    account.putRecords(100);
    const jobArn = await submit();
    await account.emulator.finish(jobArn);
    const ids = results(jobArn).map(({ recordId }) => recordId);
    const sorted = [...ids].sort();
    expect(new Set(ids).size).toBe(100);
    expect(sorted[99]).toBe('rec_0099');
    expect(ids).not.toEqual(sorted);
  });

  test('echo the input, and say that the emulator made the answer', async () => {
    await begin();
    account.putRecords(100);
    const jobArn = await submit();
    await account.emulator.finish(jobArn);
    const line = results(jobArn).find(({ recordId }) => recordId === 'rec_0007');
    expect(line?.modelInput.messages[0].content[0].text).toBe('What is 7 and one?');
    expect(line?.modelOutput).toMatchObject({ model: 'emulator', role: 'assistant', stop_reason: 'end_turn' });
    expect(line?.modelOutput?.content[0].text).toBe(
      'Answer made by the emulator, not by a model. The prompt began: "What is 7 and one?"',
    );
  });

  test('are counted in the manifest, tokens included', async () => {
    await begin();
    account.putRecords(100);
    const jobArn = await submit();
    await account.emulator.finish(jobArn);
    const sum = (member: 'input_tokens' | 'output_tokens') =>
      results(jobArn).reduce((total, { modelOutput }) => total + (modelOutput?.usage[member] ?? 0), 0);
    expect(manifest(jobArn)).toEqual({
      totalRecordCount: 100,
      processedRecordCount: 100,
      successRecordCount: 100,
      errorRecordCount: 0,
      inputTokenCount: sum('input_tokens'),
      outputTokenCount: sum('output_tokens'),
    });
    expect(sum('input_tokens')).toBeGreaterThanOrEqual(100);
  });

  test('hold an error for a record that the model does not take, and the job completes', async () => {
    await begin({ minRecords: 1 });
    account.emulator.s3.put('input-bucket', 'in/records.jsonl', '{"recordId":"a","modelInput":{"messages":[]}}');
    const jobArn = await submit();
    const job = await account.emulator.finish(jobArn);
    expect(job).toMatchObject({ status: 'Completed', counts: { success: 0, error: 1 } });
    expect(results(jobArn)).toEqual([
      {
        recordId: 'a',
        modelInput: { messages: [] },
        error: { errorCode: 400, errorMessage: 'anthropic_version: Field required' },
      },
    ]);
  });

  test('lie below the output location, with or without a slash at its end', async () => {
    await begin();
    account.putRecords(100);
    const jobArn = await submit({ outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://output-bucket/a/b' } } });
    await account.emulator.finish(jobArn);
    expect(results(jobArn, 'records.jsonl.out', 'a/b/')).toHaveLength(100);
  });

  test('are partial for a job that runs out of time', async () => {
    await begin({ progressSteps: 4 });
    account.putRecords(100);
    const jobArn = await submit();
    await account.emulator.advanceTo(jobArn, 'InProgress');
    await account.emulator.advance(jobArn);
    await account.emulator.endJob(jobArn, 'PartiallyCompleted');
    expect(results(jobArn)).toHaveLength(25);
    expect(manifest(jobArn)).toMatchObject({ totalRecordCount: 100, processedRecordCount: 25 });
  });

  test("come from a model of the test's own where it has one", async () => {
    await begin({ minRecords: 1, answer: ({ n }) => ({ modelOutput: { square: Number(n) ** 2 } }) });
    account.emulator.s3.put('input-bucket', 'in/records.jsonl', '{"recordId":"a","modelInput":{"n":3}}');
    const jobArn = await submit();
    await account.emulator.finish(jobArn);
    expect(results(jobArn)[0].modelOutput).toEqual({ square: 9 });
  });
});

describe('the default answer', () => {
  beforeEach(() => begin());
  const model = (family?: 'meta-llama' | 'mistral-text' | 'chat-completions' | 'amazon-nova') => ({ id: 'm', family });

  test('has the shape of Converse where that was asked for', async () => {
    const input = { messages: [{ role: 'user', content: [{ text: 'Hello there' }] }] };
    expect(await answerRecord(input, 'Converse', model())).toMatchObject({
      modelOutput: {
        output: { message: { role: 'assistant', content: [{ text: expect.stringContaining('Hello there') }] } },
        usage: { inputTokens: 3 },
      },
    });
  });

  test.each([
    ['meta-llama', { prompt: 'Hello' }, 'generation'],
    ['mistral-text', { prompt: 'Hello' }, 'outputs'],
    ['chat-completions', { messages: [{ role: 'user', content: 'Hello' }] }, 'choices'],
    ['amazon-nova', { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }, 'output'],
  ] as const)('has the shape of the family %s', async (family, input, member) => {
    const answer = await answerRecord(input, 'InvokeModel', model(family));
    const { modelOutput } = answer as { modelOutput: Record<string, unknown> };
    expect(JSON.stringify(modelOutput[member])).toContain('Hello');
  });

  test.each([
    ['amazon-titan-embed-text', { inputText: 'Hello' }, 'embedding'],
    ['amazon-nova-embeddings', { singleEmbeddingParams: { text: { value: 'Hello' } } }, 'embeddings'],
  ] as const)('is a vector of the text for %s', async (family, input, member) => {
    const answer = await answerRecord(input, 'InvokeModel', { id: 'm', family });
    const other = await answerRecord({ inputText: 'Other' }, 'InvokeModel', { id: 'm', family });
    const { modelOutput } = answer as { modelOutput: Record<string, unknown> };
    expect(JSON.stringify(modelOutput[member])).toMatch(/-?\d\.\d+/);
    expect(other).not.toEqual(answer);
  });

  test('is as long as max_tokens lets it be', async () => {
    const input = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 2,
      messages: [{ role: 'user', content: 'Hello' }],
    };
    expect(await answerRecord(input, 'InvokeModel', model())).toMatchObject({
      modelOutput: { content: [{ text: 'Answer m' }], stop_reason: 'max_tokens', usage: { output_tokens: 2 } },
    });
  });

  test('is the same for the same record', async () => {
    const input = { prompt: 'Hello' };
    const [first, second] = [1, 2].map(() => answerRecord(input, 'InvokeModel', model('meta-llama')));
    expect(await first).toEqual(await second);
  });
});

describe('a user who may do everything', () => {
  test('does not give the role any right', async () => {
    await begin();
    account.putRecords(100);
    roleMay();
    account.clientsOf([EVERYTHING]);
    expect(await account.emulator.finish(await submit())).toMatchObject({ status: 'Failed' });
  });
});
