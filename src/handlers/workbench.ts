import type { BatchJobs } from './batch-jobs';
import type { Step } from './explain-error';
import type { Log } from './log';
import type { Models } from './models';
import type { Objects } from './objects';
import type { TimeBudget } from './time-budget';

export interface Services {
  readonly jobs: BatchJobs;
  readonly models: Models;
  readonly objects: Objects;
}

/** What a request is being done with. */
export interface Workbench {
  readonly services: Services;
  readonly budget: TimeBudget;
  readonly log: Log;
  readonly progress: Progress;
  /** CloudFormation's; the same whenever the event is delivered again. */
  readonly requestId: string;
}

/** How far a request has come, for the answer when it fails on the way. */
export interface Progress {
  step: Step;
  /** Identity that is being worked on; absent while the properties have not been read. */
  hash?: string;
  /** The job that is being worked on, once there is one. */
  jobArn?: string;
}
