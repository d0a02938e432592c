import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Issue } from '../core/issue';
import type { BatchModel } from '../model/batch-model';
import type { BatchMetric } from '../model/model-metrics';
import { ModelRouting } from '../model/model-routing';
import { reportIssues } from '../private/report-issues';

const PERIOD_MINUTES = 5;
/** With periods shorter than an hour an alarm looks back a day at most. */
const MAX_MINUTES = 24 * 60;

/** Properties of `StuckQueueAlarm`. */
export interface StuckQueueAlarmProps {
  /** The model whose queue is watched, over all batch jobs of the account in the Region of the stack. */
  readonly model: BatchModel;

  /**
   * By which way the jobs reach the model, as in the job itself: an alarm watches one of them. Jobs by another way have
   * an alarm of their own.
   *
   * @default ModelRouting.AUTO
   */
  readonly routing?: ModelRouting;

  /**
   * How long records may wait without a token moving: 5 minutes to 24 hours, in steps of 5 minutes. Batch inference runs
   * when there is room for it, so some waiting is no fault.
   *
   * @default Duration.hours(2)
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
   */
  readonly after?: Duration;
}

/**
 * Tells when records of a model wait and no tokens move.
 *
 * CloudWatch looks at every 5 minutes: records pending, and not one input or output token processed. Only where that holds
 * for all of `after`, without a gap, does the alarm go off; one token, or an empty queue, and it is well again. Metrics that
 * are missing count as 0: without a queue nothing is stuck, and a queue whose token metrics have ceased is.
 *
 * Bedrock publishes these metrics for each model and account, so one job of a colleague that moves keeps the alarm quiet.
 *
 * @see https://aws.amazon.com/blogs/machine-learning/monitor-amazon-bedrock-batch-inference-using-amazon-cloudwatch-metrics/
 */
export class StuckQueueAlarm extends Construct {
  /** The alarm; `alarm.addAlarmAction` says what it does. */
  public readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: StuckQueueAlarmProps) {
    super(scope, id);
    const { model, routing = ModelRouting.AUTO, after = Duration.hours(2) } = props;
    reportIssues(this, checkAfter(after));
    const { modelId } = model.bind(this, { routing });
    const evaluationPeriods = after.toMinutes() / PERIOD_MINUTES;
    this.alarm = new Alarm(this, 'Alarm', {
      alarmDescription: `Records for ${modelId} wait, and no token has moved for ${after.toHumanString()}, in any batch inference job of this account and Region.`,
      metric: stuckMetric(modelId, model),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods,
      datapointsToAlarm: evaluationPeriods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

/** 1 where records wait and nothing moves, else 0. */
function stuckMetric(sentId: string, model: BatchModel): MathExpression {
  const { batchMetric, metricIdsOfSent, ...metrics } =
    require('../model/model-metrics') as typeof import('../model/model-metrics');
  const ids = metricIdsOfSent(sentId, model._source);
  const watch = (metric: BatchMetric) => batchMetric(metric, ids, {}, ['sent', 'model']);
  return new MathExpression({
    label: 'Records wait and no token moves',
    expression: 'IF(pending > 0 AND input + output == 0, 1, 0)',
    usingMetrics: {
      pending: watch(metrics.RECORDS_PENDING),
      input: watch(metrics.INPUT_TOKENS_PER_MINUTE),
      output: watch(metrics.OUTPUT_TOKENS_PER_MINUTE),
    },
    period: Duration.minutes(PERIOD_MINUTES),
  });
}

function checkAfter(after: Duration): Issue[] {
  const input = 'after';
  if (after.isUnresolved()) {
    return [
      {
        code: 'UnresolvedDuration',
        input,
        message: 'must be known at synth, since it is counted in periods, got a token',
      },
    ];
  }
  const minutes = after.toMinutes({ integral: false });
  if (minutes >= PERIOD_MINUTES && minutes <= MAX_MINUTES && minutes % PERIOD_MINUTES === 0) return [];
  const message = `must be ${PERIOD_MINUTES} minutes to 24 hours in steps of ${PERIOD_MINUTES} minutes, got ${after.toHumanString()}`;
  return [{ code: 'AfterOutOfRange', input, message }];
}
