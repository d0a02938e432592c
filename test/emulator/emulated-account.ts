import { BedrockClient, type CreateModelInvocationJobCommandInput } from '@aws-sdk/client-bedrock';
import { S3Client } from '@aws-sdk/client-s3';
import { Emulator, type EmulatorOptions } from './emulator';
import type { ModelTableOptions } from './model-table';
import type { PolicyDocument, Statement } from './policy';

export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/BatchRole`;
export const ANY_JOB = `arn:aws:bedrock:${REGION}:${ACCOUNT}:model-invocation-job/*`;
export const PROFILE_ARN = `arn:aws:bedrock:${REGION}:${ACCOUNT}:inference-profile/us.example.beta-v1:0`;
export const GLOBAL_ARN = `arn:aws:bedrock:${REGION}:${ACCOUNT}:inference-profile/global.example.beta-v1:0`;
export const APPLICATION_ARN = `arn:aws:bedrock:${REGION}:${ACCOUNT}:application-inference-profile/abcdefghijkl`;
export const CUSTOM_ARN = `arn:aws:bedrock:${REGION}:${ACCOUNT}:custom-model/example.gamma-v1:0/abcdefghijkl`;

/** Made-up models, one for each way in which batch inference takes one or does not. */
export const MODELS: ModelTableOptions = {
  models: [
    { id: 'example.alpha-v1:0', inRegion: ['us-east-1'], family: 'anthropic-messages' },
    { id: 'example.beta-v1:0', inRegion: [], byProfile: ['us-east-1'], family: 'anthropic-messages' },
    { id: 'example.gamma-v1:0', inRegion: [], custom: ['us-east-1'] },
    { id: 'example.ended-v1:0', inRegion: ['us-east-1'], lifecycle: { endOfLifeDate: '2026-06-19' } },
    { id: 'example.legacy-v1:0', inRegion: ['us-east-1'], lifecycle: { legacyDate: '2026-01-01' } },
    { id: 'example.locked-v1:0', inRegion: ['us-east-1'] },
  ],
  profiles: [
    {
      id: 'us.example.beta-v1:0',
      modelId: 'example.beta-v1:0',
      geography: 'us',
      sources: ['us-east-1'],
      destinations: { 'us-east-1': ['us-east-1', 'us-west-2'] },
    },
    { id: 'global.example.beta-v1:0', modelId: 'example.beta-v1:0', geography: 'global', sources: ['us-east-1'] },
  ],
  applicationProfiles: { [APPLICATION_ARN]: 'us.example.beta-v1:0' },
  customModels: { [CUSTOM_ARN]: 'example.gamma-v1:0' },
  accessDenied: ['example.locked-v1:0'],
};

/** As the user guide writes it. */
export const BEDROCK_TRUST: PolicyDocument = {
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'bedrock.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: {
      StringEquals: { 'aws:SourceAccount': ACCOUNT },
      ArnEquals: { 'aws:SourceArn': ANY_JOB },
    },
  },
};

export const EVERYTHING: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };

/** An emulator with a bucket for records and one for results, a service role, and a user who may do everything. */
export class EmulatedAccount {
  public static async start(options: EmulatorOptions = {}): Promise<EmulatedAccount> {
    return new EmulatedAccount(
      await Emulator.start({ clock: () => new Date('2026-11-21T12:00:00Z'), models: MODELS, ...options }),
    );
  }

  public readonly bedrock: BedrockClient;
  public readonly s3: S3Client;

  private readonly clients: (BedrockClient | S3Client)[] = [];

  private constructor(public readonly emulator: Emulator) {
    emulator.s3.createBucket('input-bucket');
    emulator.s3.createBucket('output-bucket');
    emulator.iam.putRole({ arn: ROLE_ARN, trust: BEDROCK_TRUST });
    emulator.iam.putPolicy(ROLE_ARN, 'inline', { Statement: EVERYTHING });
    const { bedrock, s3 } = this.clientsOf([EVERYTHING]);
    this.bedrock = bedrock;
    this.s3 = s3;
  }

  /** SDK clients of a new user with these rights. */
  public clientsOf(statements: readonly Statement[]): { bedrock: BedrockClient; s3: S3Client } {
    const user = this.emulator.iam.addUser(`arn:aws:iam::${ACCOUNT}:user/user-${this.clients.length}`, statements);
    return this.clientsWith(user.accessKeyId);
  }

  /** SDK clients with an access key. */
  public clientsWith(accessKeyId: string, region = REGION): { bedrock: BedrockClient; s3: S3Client } {
    const config = {
      endpoint: this.emulator.endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey: 'emulated' },
      maxAttempts: 1,
    };
    const clients = { bedrock: new BedrockClient(config), s3: new S3Client(config) };
    this.clients.push(clients.bedrock, clients.s3);
    return clients;
  }

  public putRecords(count: number, key = 'in/records.jsonl'): void {
    this.emulator.s3.put('input-bucket', key, records(count));
  }

  public async stop(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.emulator.stop();
  }
}

export function records(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const content = `What is ${index} and one?`;
    const modelInput = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 100,
      messages: [{ role: 'user', content: [{ type: 'text', text: content }] }],
    };
    return JSON.stringify({ recordId: `rec_${String(index).padStart(4, '0')}`, modelInput });
  });
  return `${lines.join('\n')}\n`;
}

/** A request that is right, save for what a test changes. */
export function jobRequest(
  changes: Partial<CreateModelInvocationJobCommandInput> = {},
): CreateModelInvocationJobCommandInput {
  return {
    jobName: 'job-1',
    roleArn: ROLE_ARN,
    modelId: 'example.alpha-v1:0',
    inputDataConfig: { s3InputDataConfig: { s3Uri: 's3://input-bucket/in/records.jsonl' } },
    outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://output-bucket/out/' } },
    ...changes,
  };
}
