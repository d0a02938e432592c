import { BedrockClient, CreateModelInvocationJobCommand, ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { GetObjectTaggingCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { EmulatedAccount, jobRequest } from './emulated-account';
import { Emulator } from './emulator';

let account: EmulatedAccount;
beforeEach(async () => {
  account = await EmulatedAccount.start();
});
afterEach(() => account.stop());

describe('a request', () => {
  test('without a signature is refused', async () => {
    const { status } = await fetch(`${account.emulator.endpoint}/model-invocation-jobs`);
    expect(status).toBe(403);
  });

  test('for a Bedrock operation that is not emulated says so', async () => {
    const list = account.bedrock.send(new ListFoundationModelsCommand({}));
    await expect(list).rejects.toThrow('the emulator has no Bedrock operation for GET /foundation-models');
  });

  test.each([
    ['operation', new ListBucketsCommand({}), 'no S3 operation'],
    [
      'sub-resource',
      new GetObjectTaggingCommand({ Bucket: 'input-bucket', Key: 'k' }),
      'the S3 query parameter tagging',
    ],
  ])('for an S3 %s that is not emulated says so', async (_, command, message) => {
    await expect(account.s3.send(command as ListBucketsCommand)).rejects.toThrow(message);
  });
});

describe('an error of the emulator itself', () => {
  test('comes out when it is stopped', async () => {
    const emulator = await Emulator.start({ models: { models: [] } });
    emulator.faults.hook = () => {
      throw new RangeError('a mistake in a test');
    };
    const { accessKeyId } = emulator.iam.addUser('arn:aws:iam::111122223333:user/u', []);
    const client = new BedrockClient({
      endpoint: emulator.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey: 'emulated' },
      maxAttempts: 1,
    });
    await expect(client.send(new CreateModelInvocationJobCommand(jobRequest()))).rejects.toThrow();
    client.destroy();
    await expect(emulator.stop()).rejects.toMatchObject({ errors: [expect.any(RangeError)] });
  });
});

describe('without models of its own', () => {
  test("an emulator has those of the library's catalog", async () => {
    const catalog = await EmulatedAccount.start({ models: undefined });
    try {
      const request = jobRequest({ modelId: 'us.anthropic.claude-sonnet-4-6' });
      await catalog.bedrock.send(new CreateModelInvocationJobCommand(request));
      const [job] = catalog.emulator.listJobs();
      expect(job.target).toMatchObject({
        kind: 'profile',
        model: { id: 'anthropic.claude-sonnet-4-6', family: 'anthropic-messages' },
      });
      expect(job.target.destinations).toHaveLength(3);
    } finally {
      await catalog.stop();
    }
  });
});

describe('a job that is not there', () => {
  test('cannot be moved', async () => {
    await expect(account.emulator.advance('none')).rejects.toThrow('there is no job none');
  });

  test('cannot be taken past its end', async () => {
    const { jobArn = '' } = await account.bedrock.send(new CreateModelInvocationJobCommand(jobRequest()));
    await expect(account.emulator.advanceTo(jobArn, 'InProgress')).rejects.toThrow(
      'ended as Failed, before InProgress',
    );
    await expect(account.emulator.endJob(jobArn, 'Completed')).rejects.toThrow('cannot complete: Failed');
  });
});
