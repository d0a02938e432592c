import { type AnswerRecord, answerRecord } from './answers';
import { AwsServer, type ServedCall } from './aws-server';
import { type BatchJob, BatchJobs, isTerminal, type JobStatus } from './batch-jobs';
import { BedrockService } from './bedrock';
import { BedrockModels } from './bedrock-models';
import { catalogModels } from './catalog-models';
import { Faults } from './faults';
import { Iam } from './iam';
import { JobLife } from './job-life';
import { ModelTable, type ModelTableOptions, type Place } from './model-table';
import { S3Service } from './s3';
import { S3Access } from './s3-access';
import { S3Store } from './s3-store';

export interface EmulatorOptions {
  /** Default: us-east-1. */
  readonly region?: string;
  /** Default: 111122223333. */
  readonly account?: string;
  /** Default: aws. */
  readonly partition?: string;
  /** False: every caller may do everything, and calls are still recorded. Default: true. */
  readonly iam?: boolean;
  /** Fewest records that a job may have. Default: 100, as the service has it. */
  readonly minRecords?: number;
  /** Steps that a job takes while it is in progress. Default: 4. */
  readonly progressSteps?: number;
  /** Default: the library's catalog. */
  readonly models?: ModelTableOptions;
  /** What models answer. Default: short texts that say they were made here. */
  readonly answer?: AnswerRecord;
  /** Default: the machine's clock. */
  readonly clock?: () => Date;
}

/**
 * Bedrock's control plane for batch inference jobs, and S3, on loopback HTTP. Time does not pass by itself: a test or the
 * demo says when a job takes its next step.
 */
export class Emulator {
  public static async start(options: EmulatorOptions = {}): Promise<Emulator> {
    const emulator = new Emulator(options);
    emulator.url = await emulator.server.listen();
    return emulator;
  }

  public readonly region: string;
  public readonly account: string;
  public readonly partition: string;
  public readonly iam: Iam;
  public readonly faults = new Faults();
  /** Buckets and objects, without asking who wants them. */
  public readonly s3: S3Store;
  /** Export values of the stacks that were deployed here. */
  public readonly stackExports = new Map<string, unknown>();
  /** How many stacks of each name there have been: one that is made anew has another id. */
  public readonly stacksMade = new Map<string, number>();

  private readonly jobs: BatchJobs;
  private readonly life: JobLife;
  private readonly server: AwsServer;
  private url = '';

  private constructor(options: EmulatorOptions) {
    this.region = options.region ?? 'us-east-1';
    this.account = options.account ?? '111122223333';
    this.partition = options.partition ?? 'aws';
    const { region, account, partition } = this;
    const now = options.clock ?? (() => new Date());
    const place = (): Place => ({ region, account, partition, day: now().toISOString().slice(0, 10) });
    const table = new ModelTable(options.models ?? catalogModels());

    this.iam = new Iam(options.iam ?? true);
    this.s3 = new S3Store({ region, owner: account }, now);
    const s3Access = new S3Access(this.s3, this.iam, partition);
    this.jobs = new BatchJobs(`arn:${partition}:bedrock:${region}:${account}`, now);
    this.life = new JobLife(this.jobs, this.iam, s3Access, {
      account,
      minRecords: options.minRecords ?? 100,
      progressSteps: options.progressSteps ?? 4,
      answer: options.answer ?? answerRecord,
    });
    const models = new BedrockModels(table, this.iam, place);
    const services = [new BedrockService(this.jobs, models, table, this.iam, place), new S3Service(this.s3, s3Access)];
    this.server = new AwsServer(services, this.iam, this.faults);
  }

  /** Where both services listen: `AWS_ENDPOINT_URL_BEDROCK` and `AWS_ENDPOINT_URL_S3`. */
  public get endpoint(): string {
    return this.url;
  }

  /** Every call that was answered or dropped, in order. */
  public get served(): readonly ServedCall[] {
    return this.server.served;
  }

  /** Jobs, oldest first. */
  public listJobs(): readonly BatchJob[] {
    return this.jobs.all();
  }

  /** Jobs that have not ended. */
  public liveJobs(): readonly BatchJob[] {
    return this.jobs.all().filter((job) => !isTerminal(job.status));
  }

  public job(jobArn: string): BatchJob {
    const job = this.jobs.find(jobArn);
    if (job === undefined) throw new Error(`there is no job ${jobArn}`);
    return job;
  }

  /** One step of one job, or of every job that has not ended. */
  public async advance(jobArn?: string): Promise<void> {
    for (const job of jobArn === undefined ? this.liveJobs() : [this.job(jobArn)]) await this.life.advance(job);
  }

  /** Steps until the job has ended, well or badly. */
  public async finish(jobArn: string): Promise<BatchJob> {
    const job = this.job(jobArn);
    while (!isTerminal(job.status)) await this.life.advance(job);
    return job;
  }

  /** Steps until the job has come to a state on its way. */
  public async advanceTo(jobArn: string, status: JobStatus): Promise<BatchJob> {
    const job = this.job(jobArn);
    while (job.status !== status) {
      if (isTerminal(job.status)) throw new Error(`${jobArn} ended as ${job.status}, before ${status}: ${job.message}`);
      await this.life.advance(job);
    }
    return job;
  }

  /** Puts a job into a state at once; `Completed` goes there step by step, results and all. */
  public async endJob(jobArn: string, status: JobStatus, message?: string): Promise<void> {
    await this.life.end(this.job(jobArn), status, message);
  }

  /** Forgets jobs, objects, principals, stacks, faults and records of calls; the address stays. */
  public reset(): void {
    this.jobs.reset();
    this.stackExports.clear();
    this.stacksMade.clear();
    this.s3.reset();
    this.iam.reset();
    this.faults.clear();
    this.server.served.length = 0;
  }

  /** Throws what went wrong inside the emulator itself, so that no test passes on top of it. */
  public async stop(): Promise<void> {
    await this.server.close();
    if (this.server.defects.length > 0) throw new AggregateError(this.server.defects, 'the emulator has defects');
  }
}
