import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { checkWatch } from '../core/check-place';
import type { Issue } from '../core/issue';
import type { BatchInferenceJob } from '../job/batch-inference-job';
import { placeOf } from '../job/job-facts';
import type { BatchModel } from '../model/batch-model';
import { reportIssues } from '../private/report-issues';

/** An event pattern holds 2,048 characters, and an ARN of a job takes up to 90 of them. */
const MAX_JOBS = 20;

/** Properties of `BatchInferenceDashboard`: at least one model or one job. */
export interface BatchInferenceDashboardProps {
  /**
   * Models to show. Their graphs are of the account and Region, whoever's jobs they are.
   *
   * @default - the models of `jobs`
   */
  readonly models?: BatchModel[];

  /**
   * Jobs whose changes of state are listed, and whose models are shown: 20 at most, which is what an event pattern holds.
   * In the account and Region of the dashboard. Their first states may be missing, since the rule is made once they have
   * started.
   *
   * @default - the changes of every batch inference job of the account in the Region
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
   */
  readonly jobs?: BatchInferenceJob[];

  /**
   * Name of the dashboard.
   *
   * @default - one that CloudFormation makes up
   */
  readonly dashboardName?: string;

  /**
   * The time that is shown when the dashboard is opened.
   *
   * @default - what CloudWatch shows
   */
  readonly defaultInterval?: Duration;

  /**
   * How long the changes of state are kept.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly eventRetention?: RetentionDays;

  /**
   * What becomes of the kept changes when the dashboard is deleted.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Key for the log group of the changes. Its policy is extended; what that of an imported key must say is told as a warning.
   *
   * @default - encrypted by CloudWatch Logs
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  readonly encryptionKey?: IKey;
}

/**
 * One page of what batch inference does: records that wait, tokens in and out, estimated spend, recent changes of state.
 *
 * Queue, tokens and spend are of each model in the account and Region, since Bedrock publishes no metric of one job. Spend
 * is tokens times the catalog's prices, each as of a day that the dashboard tells; a model without a price is left out of
 * it in words. Changes of state are events of Bedrock, sent as well as it can and not without fail, and kept in a log group
 * of the dashboard's own. That takes one of the ten resource policies that CloudWatch Logs has for an account and Region.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
 */
export class BatchInferenceDashboard extends Construct {
  /** The dashboard; `dashboard.addWidgets` adds to it. */
  public readonly dashboard: Dashboard;

  /** The changes of state, one event a line. */
  public readonly eventLog: ILogGroup;

  constructor(scope: Construct, id: string, props: BatchInferenceDashboardProps) {
    super(scope, id);
    const { models = [], jobs } = props;
    reportIssues(this, [...checkShown(models, jobs), ...checkPlaces(this, jobs ?? [])]);
    const { dashboardRows, JobEventLog, shownModels } = parts();
    const shown = shownModels(this, models, jobs ?? []);
    const { logGroup } = new JobEventLog(this, 'Events', {
      jobArns: jobs?.map(({ jobArn }) => jobArn),
      retention: props.eventRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
      encryptionKey: props.encryptionKey,
    });
    this.eventLog = logGroup;
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      defaultInterval: props.defaultInterval,
      widgets: dashboardRows(
        shown,
        logGroup,
        jobs === undefined ? 'all jobs of this account and Region' : tellCount(jobs),
      ),
    });
  }
}

/** Loaded by the first dashboard: most apps make none, and would wait for it each time that they are synthesised. */
function parts() {
  return {
    ...(require('./dashboard-widgets') as typeof import('./dashboard-widgets')),
    ...(require('./job-event-log') as typeof import('./job-event-log')),
    ...(require('./shown-models') as typeof import('./shown-models')),
  };
}

function tellCount(jobs: BatchInferenceJob[]): string {
  return jobs.length === 1 ? '1 job' : `${jobs.length} jobs`;
}

function checkPlaces(dashboard: Construct, jobs: BatchInferenceJob[]): Issue[] {
  const watcher = { watcher: 'dashboard', place: placeOf(dashboard) };
  return jobs.flatMap((job) => checkWatch('jobs', { ...watcher, job: placeOf(job), jobPath: job.node.path }));
}

function checkShown(models: BatchModel[], jobs: BatchInferenceJob[] | undefined): Issue[] {
  if (models.length === 0 && jobs === undefined) {
    return [{ code: 'NothingToShow', input: 'models', message: 'must hold a model where no jobs are given, got none' }];
  }
  const count = jobs?.length ?? 1;
  if (count >= 1 && count <= MAX_JOBS) return [];
  const message = `must be 1 to ${MAX_JOBS} jobs (what an event pattern holds), got ${count}; leave it out, and give models, for the changes of every job of the Region`;
  return [{ code: 'JobsOutOfRange', input: 'jobs', message }];
}
