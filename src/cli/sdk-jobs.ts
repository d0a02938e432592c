import {
  BedrockClient,
  GetModelInvocationJobCommand,
  ListModelInvocationJobsCommand,
  type ModelInvocationJobSummary,
  StopModelInvocationJobCommand,
} from '@aws-sdk/client-bedrock';
import { findJobId } from '../core/arn';
import { clientConfig, readRegion } from './sdk-connection';
import { type BatchJobs, type Connection, type Job, type JobFilter, ServiceCallError } from './services';

/** Jobs on a page, of 1,000 that it may hold: most lists end before. */
const PAGE = 100;

export async function connectSdkJobs(connection: Connection): Promise<BatchJobs> {
  const client = new BedrockClient(clientConfig(connection));
  return new SdkJobs(client, await readRegion(client, 'bedrock:ListModelInvocationJobs'), connection.signal);
}

class SdkJobs implements BatchJobs {
  constructor(
    private readonly client: BedrockClient,
    public readonly region: string,
    private readonly abortSignal: AbortSignal,
  ) {}

  public async *list({ status, nameContains }: JobFilter): AsyncGenerator<Job> {
    let nextToken: string | undefined;
    do {
      const page = await this.call('ListModelInvocationJobs', undefined, () =>
        this.client.send(
          new ListModelInvocationJobsCommand({
            statusEquals: status,
            nameContains,
            sortBy: 'CreationTime',
            sortOrder: 'Descending',
            maxResults: PAGE,
            nextToken,
          }),
          { abortSignal: this.abortSignal },
        ),
      );
      for (const job of page.invocationJobSummaries ?? []) yield toJob(job);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }

  public get(jobIdentifier: string): Promise<Job> {
    return this.call('GetModelInvocationJob', jobIdentifier, async () =>
      toJob(
        await this.client.send(new GetModelInvocationJobCommand({ jobIdentifier }), { abortSignal: this.abortSignal }),
      ),
    );
  }

  public async stop(jobIdentifier: string): Promise<void> {
    await this.call('StopModelInvocationJob', jobIdentifier, () =>
      this.client.send(new StopModelInvocationJobCommand({ jobIdentifier }), { abortSignal: this.abortSignal }),
    );
  }

  public close(): void {
    this.client.destroy();
  }

  private async call<T>(operation: string, subject: string | undefined, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw new ServiceCallError(error, `bedrock:${operation}`, this.region, subject);
    }
  }
}

/** Get and List give the same members. */
function toJob(job: Partial<ModelInvocationJobSummary>): Job {
  const { jobArn = '', totalRecordCount: total } = job;
  const id = findJobId(jobArn) ?? jobArn;
  const output = job.outputDataConfig?.s3OutputDataConfig?.s3Uri;
  return {
    arn: jobArn,
    id,
    name: job.jobName ?? '',
    modelId: job.modelId ?? '',
    status: job.status ?? 'unknown',
    message: job.message === '' ? undefined : job.message,
    submitted: job.submitTime,
    ended: job.endTime,
    expires: job.jobExpirationTime,
    counts:
      total === undefined
        ? undefined
        : {
            total,
            processed: job.processedRecordCount ?? 0,
            succeeded: job.successRecordCount ?? 0,
            failed: job.errorRecordCount ?? 0,
          },
    inputS3Uri: job.inputDataConfig?.s3InputDataConfig?.s3Uri,
    resultsS3Uri: output === undefined ? undefined : `${output.replace(/\/?$/, '/')}${id}/`,
  };
}
