import type { Readable } from 'node:stream';
import type { Environment } from './terminal';

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationJob.html */
export const JOB_STATUSES = [
  'Submitted',
  'Validating',
  'Scheduled',
  'InProgress',
  'Completed',
  'PartiallyCompleted',
  'Failed',
  'Stopping',
  'Stopped',
  'Expired',
] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

const ENDED: readonly string[] = ['Completed', 'PartiallyCompleted', 'Failed', 'Stopped', 'Expired'];

/** Whether a job will not change any more. A status that is not known counts as live. */
export function hasEnded({ status }: Pick<Job, 'status'>): boolean {
  return ENDED.includes(status);
}

/** A batch inference job as the service shows it. */
export interface Job {
  readonly arn: string;
  /** The twelve characters at the end of the ARN. */
  readonly id: string;
  readonly name: string;
  readonly modelId: string;
  /** The service may learn new ones. */
  readonly status: string;
  /** Why it failed. */
  readonly message?: string;
  readonly submitted?: Date;
  readonly ended?: Date;
  readonly expires?: Date;
  /** Up to a minute late, and all 0 before the records are being worked on; absent where the service gives none. */
  readonly counts?: JobCounts;
  readonly inputS3Uri?: string;
  /** The folder that the service makes for the results of this job. */
  readonly resultsS3Uri?: string;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-monitor.html */
export interface JobCounts {
  readonly total: number;
  readonly processed: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface JobFilter {
  readonly status?: JobStatus;
  readonly nameContains?: string;
}

/** Bedrock's batch inference jobs in one account and Region. Every error is a `ServiceCallError`. */
export interface BatchJobs {
  readonly region: string;
  /** Newest first. */
  list(filter: JobFilter): AsyncIterable<Job>;
  /** By ARN or id. */
  get(identifier: string): Promise<Job>;
  stop(identifier: string): Promise<void>;
  close(): void;
}

/** Objects in S3. Every error is a `ServiceCallError`. */
export interface ObjectStore {
  list(bucket: string, prefix: string): AsyncIterable<StoredObject>;
  open(bucket: string, key: string): Promise<Readable>;
  /** Writes an object to a file, which is there whole or not at all. */
  download(bucket: string, key: string, file: string): Promise<void>;
  close(): void;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
}

/** Whom to ask, and as whom; what is left out is found the AWS way. */
export interface ConnectOptions {
  readonly region?: string;
  readonly profile?: string;
}

export interface Connection extends ConnectOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
}

const MARK = Symbol.for('cdk-bedrock-batch.ServiceCallError');

/** A call that a service, or the way to it, refused. `cause` is the SDK's own error. */
export class ServiceCallError extends Error {
  /** Recognises the error of the other bundle as well, which `instanceof` does not. */
  public static is(error: unknown): error is ServiceCallError {
    return typeof error === 'object' && error !== null && MARK in error;
  }

  public readonly [MARK] = true;

  constructor(
    cause: unknown,
    /** The right that the call needs: `bedrock:StopModelInvocationJob`. */
    public readonly action: string,
    /** Absent where it is not known. */
    public readonly region?: string,
    /** What the call was about: a job, a bucket, an object. */
    public readonly subject?: string,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'ServiceCallError';
  }
}
