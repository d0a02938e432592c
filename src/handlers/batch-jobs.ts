import type { JobProperties } from '../core/event';

/** A request for one job. */
export interface JobRequest {
  readonly jobName: string;
  readonly clientRequestToken: string;
  readonly modelId: string;
  readonly invocationType: JobProperties['invocationType'];
  readonly roleArn: string;
  readonly inputS3Uri: string;
  readonly outputS3Uri: string;
  readonly outputKeyArn?: string;
  readonly inputBucketOwner?: string;
  readonly outputBucketOwner?: string;
  /** Both or neither. */
  readonly subnetIds?: readonly string[];
  readonly securityGroupIds?: readonly string[];
  readonly timeoutHours?: number;
  readonly tags: JobProperties['tags'];
}

/** A job as the service shows it. */
export interface BatchJob {
  readonly jobArn: string;
  readonly jobName: string;
  /** The service may leave it out, and may learn new ones. */
  readonly status?: string;
  /** Why a job failed. */
  readonly message?: string;
  /** That of the request which started it; the service may leave it out. */
  readonly clientRequestToken?: string;
  /** As the service keeps it: a full ARN even where the job was given an id. */
  readonly modelId?: string;
}

/** In which jobs wait or run. */
export type ActiveStatus = (typeof ACTIVE)[number];

/** Bedrock's batch inference jobs. Errors come through as the service's own. */
export interface BatchJobs {
  /**
   * The new job's ARN, or that of the job which an earlier request with the same token made. Nothing is sent once the signal is
   * aborted, and nothing waited for.
   */
  create(request: JobRequest, signal: AbortSignal): Promise<string>;
  /** Every job whose name contains the text. */
  find(nameContains: string): Promise<BatchJob[]>;
  /** Every job of the account and Region that is in this status. */
  inStatus(status: ActiveStatus): Promise<BatchJob[]>;
  get(jobArn: string): Promise<BatchJob>;
  stop(jobArn: string): Promise<void>;
  tag(jobArn: string, tags: JobProperties['tags']): Promise<void>;
  untag(jobArn: string, keys: readonly string[]): Promise<void>;
}

export const ACTIVE = ['Submitted', 'Validating', 'Scheduled', 'InProgress'] as const;
const DONE = ['Completed', 'PartiallyCompleted'];
const ENDED_WITHOUT_ANSWERS = ['Failed', 'Stopping', 'Stopped', 'Expired'];

/** Whether a job has all the answers that it will have. */
export function isDone({ status }: BatchJob): boolean {
  return status !== undefined && DONE.includes(status);
}

/** Whether a job costs money still. A status that is not known counts as live: better not doubled than not stopped. */
export function isLive({ status }: BatchJob): boolean {
  return status === undefined || !(DONE.includes(status) || ENDED_WITHOUT_ANSWERS.includes(status));
}
