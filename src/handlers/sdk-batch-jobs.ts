import {
  type BedrockClient,
  CreateModelInvocationJobCommand,
  GetModelInvocationJobCommand,
  ListModelInvocationJobsCommand,
  StopModelInvocationJobCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type VpcConfig,
} from '@aws-sdk/client-bedrock';
import type { ActiveStatus, BatchJob, BatchJobs, JobRequest } from './batch-jobs';

export class SdkBatchJobs implements BatchJobs {
  private readonly client: BedrockClient;
  private readonly abortSignal: AbortSignal;

  constructor(client: BedrockClient, abortSignal: AbortSignal) {
    this.client = client;
    this.abortSignal = abortSignal;
  }

  public async create(request: JobRequest, abortSignal: AbortSignal): Promise<string> {
    const { jobArn } = await this.client.send(
      new CreateModelInvocationJobCommand({
        jobName: request.jobName,
        clientRequestToken: request.clientRequestToken,
        modelId: request.modelId,
        modelInvocationType: request.invocationType,
        roleArn: request.roleArn,
        inputDataConfig: {
          s3InputDataConfig: {
            s3Uri: request.inputS3Uri,
            s3InputFormat: 'JSONL',
            s3BucketOwner: request.inputBucketOwner,
          },
        },
        outputDataConfig: {
          s3OutputDataConfig: {
            s3Uri: request.outputS3Uri,
            s3EncryptionKeyId: request.outputKeyArn,
            s3BucketOwner: request.outputBucketOwner,
          },
        },
        vpcConfig: toVpcConfig(request),
        timeoutDurationInHours: request.timeoutHours,
        tags: toTagList(request.tags),
      }),
      { abortSignal },
    );
    if (jobArn === undefined) {
      throw new Error('Bedrock took the job and gave no ARN');
    }
    return jobArn;
  }

  public find(nameContains: string): Promise<BatchJob[]> {
    return this.list({ nameContains });
  }

  public inStatus(statusEquals: ActiveStatus): Promise<BatchJob[]> {
    return this.list({ statusEquals });
  }

  public async get(jobArn: string): Promise<BatchJob> {
    const job = await this.client.send(new GetModelInvocationJobCommand({ jobIdentifier: jobArn }), {
      abortSignal: this.abortSignal,
    });
    const { jobName = '', status, message, clientRequestToken } = job;
    return { jobArn, jobName, status, message, clientRequestToken };
  }

  public async stop(jobArn: string): Promise<void> {
    await this.client.send(new StopModelInvocationJobCommand({ jobIdentifier: jobArn }), {
      abortSignal: this.abortSignal,
    });
  }

  public async tag(jobArn: string, tags: JobRequest['tags']): Promise<void> {
    await this.client.send(new TagResourceCommand({ resourceARN: jobArn, tags: toTagList(tags) }), {
      abortSignal: this.abortSignal,
    });
  }

  public async untag(jobArn: string, keys: readonly string[]): Promise<void> {
    await this.client.send(new UntagResourceCommand({ resourceARN: jobArn, tagKeys: [...keys] }), {
      abortSignal: this.abortSignal,
    });
  }

  private async list(filter: { nameContains: string } | { statusEquals: ActiveStatus }): Promise<BatchJob[]> {
    const jobs: BatchJob[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.client.send(
        new ListModelInvocationJobsCommand({ ...filter, nextToken, maxResults: 1000 }),
        { abortSignal: this.abortSignal },
      );
      for (const summary of page.invocationJobSummaries ?? []) {
        const { jobArn, jobName, status, message, modelId, clientRequestToken } = summary;
        if (jobArn !== undefined && jobName !== undefined) {
          jobs.push({ jobArn, jobName, status, message, modelId, clientRequestToken });
        }
      }
      // An empty token would ask for the first page again.
      nextToken = page.nextToken || undefined;
    } while (nextToken !== undefined);
    return jobs;
  }
}

function toVpcConfig({ subnetIds, securityGroupIds }: JobRequest): VpcConfig | undefined {
  if (subnetIds === undefined || securityGroupIds === undefined) return undefined;
  return { subnetIds: [...subnetIds], securityGroupIds: [...securityGroupIds] };
}

/** None at all for no tags: an empty list would ask for the right to tag. */
function toTagList(tags: JobRequest['tags']): { key: string; value: string }[] | undefined {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  return list.length === 0 ? undefined : list;
}
