import { Duration } from 'aws-cdk-lib';
import { Alarm, MathExpression, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { checkWatch } from '../core/check-place';
import type { BatchInferenceJob } from '../job/batch-inference-job';
import { placeOf } from '../job/job-facts';
import { reportIssues } from '../private/report-issues';

/** How late a count may come. */
const MINUTES_LOOKED_AT = 5;

/** Properties of `StarterErrorAlarm`. */
export interface StarterErrorAlarmProps {
  /**
   * A job of the stack whose starter is watched. The jobs of a stack share one starter, so one alarm is enough for all. It
   * must be in the account and Region of the alarm.
   */
  readonly job: BatchInferenceJob;
}

/**
 * Tells when the starter function of a stack could not do its work: a run that crashed, ran out of time or could not deliver
 * its answer, or an event that Lambda gave up. CloudFormation then waits for up to 15 minutes and rolls back.
 *
 * One such minute among the last five is enough, so an error whose count comes a few minutes late still sets it off, and the
 * alarm is well again five minutes after the last. That is AWS's way round `FILL` in alarms, which makes the newest minute 0
 * until its count has come. `FILL` stays: AWS takes missing values for 0 where it adds, but whether that holds for a metric
 * without any value in the time looked at, or whether `FILL` fills such a one, is not confirmed; either of them is enough.
 *
 * A job that is refused (no access to the model, too few records) is no error of the starter: CloudFormation is told the
 * reason in words, and the alarm stays quiet.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (`FILL`)
 */
export class StarterErrorAlarm extends Construct {
  /** The alarm; `alarm.addAlarmAction` says what it does. */
  public readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: StarterErrorAlarmProps) {
    super(scope, id);
    const { job } = props;
    reportIssues(this, checkWatch('job', { watcher: 'alarm', place: placeOf(this), job: placeOf(job) }));
    const { functionName } = job._starter;
    this.alarm = new Alarm(this, 'Alarm', {
      alarmDescription:
        'The starter of batch inference jobs crashed, ran out of time or could not answer CloudFormation; its log group says why.',
      metric: new MathExpression({
        label: 'Failed runs and dropped events',
        expression: 'FILL(errors, 0) + FILL(dropped, 0)',
        usingMetrics: { errors: countOf('Errors', functionName), dropped: countOf('AsyncEventsDropped', functionName) },
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: MINUTES_LOOKED_AT,
      datapointsToAlarm: 1,
      // A starter that nobody has called since the last deployment publishes nothing.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function countOf(metricName: string, functionName: string): Metric {
  const dimensionsMap = { FunctionName: functionName };
  return new Metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap, statistic: Stats.SUM });
}
