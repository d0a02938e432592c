import type { AnswerRecord } from './answers';
import { type BatchJob, type BatchJobs, isTerminal, type JobStatus } from './batch-jobs';
import { type BatchRun, InvalidJob, processRecords, readRun, writeResults } from './batch-run';
import type { Iam, Principal } from './iam';
import { makeInterfaces, removeInterfaces } from './job-interfaces';
import type { S3Access } from './s3-access';
import { ServiceError } from './service-error';

export interface JobLifeOptions {
  readonly account: string;
  readonly minRecords: number;
  readonly answer: AnswerRecord;
  /** Steps that a job takes while it is in progress. */
  readonly progressSteps: number;
}

/** What happens to a job after it was accepted. Nothing moves by itself: each step is asked for. */
export class JobLife {
  constructor(
    private readonly jobs: BatchJobs,
    private readonly iam: Iam,
    private readonly s3: S3Access,
    private readonly options: JobLifeOptions,
  ) {}

  /** One step: the next state, or some more records while in progress. A job that has ended stays as it is. */
  public async advance(job: BatchJob): Promise<void> {
    switch (job.status) {
      case 'Submitted':
        return this.jobs.move(job, 'Validating');
      case 'Validating':
        return this.validate(job);
      case 'Scheduled':
        return this.jobs.move(job, 'InProgress');
      case 'InProgress':
        return this.progress(job);
      case 'Stopping':
        return this.leave(job, 'Stopped');
    }
  }

  /** Ends a job as its caller wishes. Where it has got as far as having results, they are written. */
  public async end(job: BatchJob, status: JobStatus, message?: string): Promise<void> {
    if (status === 'Completed') {
      while (!isTerminal(job.status)) await this.advance(job);
      if (job.status !== 'Completed') throw new Error(`${job.arn} cannot complete: ${job.status}, ${job.message}`);
      return;
    }
    if (status === 'PartiallyCompleted' && job.run !== undefined) this.write(job, job.run);
    this.leave(job, status, message);
  }

  private validate(job: BatchJob): void {
    try {
      const role = this.role(job);
      makeInterfaces(job, role, this.iam);
      job.run = readRun(job, role, this.s3, {
        minRecords: this.options.minRecords,
        maxRecords: job.target.model.quotas?.maxRecordsPerJob,
      });
      job.counts.total = job.run.records.length;
      this.checkInvoke(job, role);
      this.jobs.move(job, 'Scheduled');
    } catch (error) {
      if (!(error instanceof InvalidJob)) throw error;
      this.leave(job, 'Failed', error.message);
    }
  }

  private async progress(job: BatchJob): Promise<void> {
    const { run } = job;
    if (run === undefined) throw new Error(`${job.arn} is in progress without records`);
    const share = Math.ceil(run.records.length / this.options.progressSteps);
    await processRecords(job, run, Math.min(run.answers.length + share, run.records.length), this.options.answer);
    // The job may have been stopped meanwhile.
    if (job.status !== 'InProgress') return;
    if (run.answers.length < run.records.length) return this.jobs.move(job, 'InProgress');
    if (this.write(job, run)) this.leave(job, 'Completed');
  }

  /** The last state, in which a job gives back what it has in the user's network. */
  private leave(job: BatchJob, status: JobStatus, message?: string): void {
    if (isTerminal(status) && job.interfaces.size > 0) {
      removeInterfaces(job, this.assumed(job), this.iam);
    }
    this.jobs.move(job, status, message);
  }

  /** False where the role may not write: the job has failed then. */
  private write(job: BatchJob, run: BatchRun): boolean {
    try {
      writeResults(job, run, this.role(job), this.s3);
      return true;
    } catch (error) {
      if (!(error instanceof ServiceError) && !(error instanceof InvalidJob)) throw error;
      this.leave(job, 'Failed', `The role cannot write the output: ${error.message}`);
      return false;
    }
  }

  /**
   * A profile is invoked with the role's rights, on itself and on each destination model. For a bare foundation model the
   * service's page asks for nothing; public templates grant it all the same, so the right is noted and not required.
   */
  private checkInvoke(job: BatchJob, role: Principal): void {
    const { arn, kind, destinations } = job.target;
    const action = 'bedrock:InvokeModel';
    if (kind === 'foundation-model') {
      this.iam.noteIfGranted(role, action, arn, invokeContext(arn));
      return;
    }
    for (const resource of [arn, ...destinations]) {
      const context = invokeContext(resource, kind === 'profile' ? arn : undefined);
      if (!this.iam.allows(role, action, resource, context)) {
        throw new InvalidJob(
          `The role ${job.request.roleArn} is not authorized to perform: ${action} on resource: ${resource}`,
        );
      }
    }
  }

  private role(job: BatchJob): Principal {
    const role = this.assumed(job);
    if (role === undefined) throw new InvalidJob('Could not assume provided IAM role');
    return role;
  }

  private assumed(job: BatchJob): Principal | undefined {
    const caller = { service: 'bedrock.amazonaws.com', sourceAccount: this.options.account, sourceArn: job.arn };
    return this.iam.assumeRole(job.request.roleArn, caller);
  }
}

/** The Region-less model of a global profile is requested in the Region `unspecified`. */
export function invokeContext(modelArn: string, profileArn?: string): { [key: string]: string } {
  const context: { [key: string]: string } = { 'aws:RequestedRegion': modelArn.split(':')[3] || 'unspecified' };
  if (profileArn !== undefined && profileArn !== modelArn) context['bedrock:InferenceProfileArn'] = profileArn;
  return context;
}
