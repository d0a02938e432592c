import { createHash } from 'node:crypto';
import type { InvocationType } from './answers';
import type { BatchRun } from './batch-run';
import type { JOB_STATUSES } from './bedrock-shapes';
import type { ModelTarget } from './model-table';

export type JobStatus = (typeof JOB_STATUSES)[number];

export interface S3Location {
  readonly s3Uri: string;
  readonly s3BucketOwner?: string;
  readonly s3InputFormat?: string;
  readonly s3EncryptionKeyId?: string;
}

/** What was asked for. */
export interface JobRequest {
  readonly jobName: string;
  readonly roleArn: string;
  readonly clientRequestToken?: string;
  readonly modelId: string;
  readonly inputDataConfig: { readonly s3InputDataConfig: S3Location };
  readonly outputDataConfig: { readonly s3OutputDataConfig: S3Location };
  readonly vpcConfig?: { readonly subnetIds: string[]; readonly securityGroupIds: string[] };
  readonly timeoutDurationInHours?: number;
  readonly modelInvocationType?: InvocationType;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

export interface BatchJob {
  readonly arn: string;
  readonly id: string;
  readonly request: JobRequest;
  readonly target: ModelTarget;
  readonly invocationType: InvocationType;
  readonly tags: Map<string, string>;
  readonly submitTime: Date;
  status: JobStatus;
  message?: string;
  lastModifiedTime: Date;
  endTime?: Date;
  readonly counts: { total: number; processed: number; success: number; error: number };
  /** Subnets in which the job has a network interface. */
  readonly interfaces: Set<string>;
  /** The records, once the input has been read. */
  run?: BatchRun;
}

const TERMINAL: ReadonlySet<JobStatus> = new Set(['Completed', 'PartiallyCompleted', 'Failed', 'Stopped', 'Expired']);

export function isTerminal(status: JobStatus): boolean {
  return TERMINAL.has(status);
}

/** The jobs of one account and Region, oldest first. */
export class BatchJobs {
  private readonly jobs = new Map<string, BatchJob>();

  constructor(
    private readonly arnPrefix: string,
    private readonly now: () => Date,
  ) {}

  /** ARN that the next job will get. Ids are twelve lower-case letters and digits, the same in every run. */
  public nextArn(): string {
    const digest = createHash('sha256').update(`job ${this.jobs.size}`).digest('hex');
    return `${this.arnPrefix}:model-invocation-job/${BigInt(`0x${digest.slice(0, 24)}`)
      .toString(36)
      .padStart(12, '0')
      .slice(-12)}`;
  }

  public add(arn: string, request: JobRequest, target: ModelTarget): BatchJob {
    const submitTime = this.now();
    const job: BatchJob = {
      arn,
      id: arn.split('/')[1],
      request,
      target,
      invocationType: request.modelInvocationType ?? 'InvokeModel',
      tags: new Map((request.tags ?? []).map(({ key, value }) => [key, value])),
      submitTime,
      lastModifiedTime: submitTime,
      status: 'Submitted',
      counts: { total: 0, processed: 0, success: 0, error: 0 },
      interfaces: new Set(),
    };
    this.jobs.set(arn, job);
    return job;
  }

  public all(): BatchJob[] {
    return [...this.jobs.values()];
  }

  /** By ARN, or by the id at its end. */
  public find(identifier: string): BatchJob | undefined {
    return this.jobs.get(identifier) ?? this.jobs.get(`${this.arnPrefix}:model-invocation-job/${identifier}`);
  }

  public findByToken(token: string | undefined): BatchJob | undefined {
    return token === undefined ? undefined : this.all().find((job) => job.request.clientRequestToken === token);
  }

  public active(modelArn: string): BatchJob[] {
    return this.all().filter((job) => job.target.arn === modelArn && !isTerminal(job.status));
  }

  public move(job: BatchJob, status: JobStatus, message?: string): void {
    job.status = status;
    job.message = message;
    job.lastModifiedTime = this.now();
    if (isTerminal(status)) job.endTime = job.lastModifiedTime;
  }

  public reset(): void {
    this.jobs.clear();
  }
}
