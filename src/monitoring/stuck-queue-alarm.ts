import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Issue } from '../core/issue';
import type { BatchModel } from '../model/batch-model';
import type { BatchMetric } from '../model/model-metrics';
import { ModelRouting } from '../model/model-routing';
import { reportIssues } from '../private/report-issues';

const PERIOD_MINUTES = 5;
/** How many of the newest periods may still be without their values. */
const SLACK_PERIODS = 2;
/** With periods shorter than an hour an alarm looks back a day at most, slack and all. */
const MAX_MINUTES = 24 * 60 - SLACK_PERIODS * PERIOD_MINUTES;

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
   * How long records may wait without a token moving: 5 minutes to 23 hours 50 minutes, in steps of 5 minutes. Batch
   * inference runs when there is room for it, so some waiting is no fault. A few minutes are too short where values of
   * tokens come later than those of records: what has not come yet is taken for no token.
   *
   * @default Duration.hours(2)
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
   */
  readonly after?: Duration;
}

/**
 * Tells when records of a model wait and no tokens move.
 *
 * CloudWatch looks at every 5 minutes: records pending, and not one input or output token processed. The alarm goes off where
 * that holds for as many periods as `after` has, out of those and two more: values may come ten minutes late, and up to two
 * periods in which something moved do not keep it quiet. Once three of them are well, so is the alarm.
 *
 * A period without a value for tokens counts as 0 tokens: a queue whose token metrics have ceased is stuck. A period without
 * a value for records has no value, which is not breaching: without a queue the alarm is quiet. It is not filled with 0, so
 * CloudWatch may look further back where values come later still.
 *
 * Not confirmed: what CloudWatch makes of a metric without any value in all the time looked at, such as tokens that never
 * moved, or an id under which nothing is published. AWS says that a missing value counts as 0 where it is added or
 * subtracted. If that held for gaps only, tokens would still be filled, but of a model that jobs reach through a profile, which
 * is looked at under two ids, the alarm would stay quiet.
 *
 * Bedrock publishes these metrics for each model and account, so one job of a colleague that moves keeps the alarm quiet.
 *
 * @see https://aws.amazon.com/blogs/machine-learning/monitor-amazon-bedrock-batch-inference-using-amazon-cloudwatch-metrics/
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (`FILL`, `IF`, basic arithmetic)
 * @see https://github.com/compiler-explorer/infra/pull/1661 (a sum with a metric that has no values, as seen in an alarm)
 */
export class StuckQueueAlarm extends Construct {
  /** The alarm; `alarm.addAlarmAction` says what it does. */
  public readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: StuckQueueAlarmProps) {
    super(scope, id);
    const { model, routing = ModelRouting.AUTO, after = Duration.hours(2) } = props;
    reportIssues(this, checkAfter(after));
    const { modelId } = model.bind(this, { routing });
    const stuckPeriods = after.toMinutes() / PERIOD_MINUTES;
    this.alarm = new Alarm(this, 'Alarm', {
      alarmDescription: `Records for ${modelId} wait, and no token has moved for ${after.toHumanString()}, in any batch inference job of this account and Region.`,
      metric: stuckMetric(modelId, model),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: stuckPeriods + SLACK_PERIODS,
      datapointsToAlarm: stuckPeriods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

/**
 * 1 where records wait and nothing moves, else 0; no value where there is none of the records. What moves is subtracted, for a
 * value that is missing counts as 0 in that, where after `==` or `AND` it would make 0 of the whole.
 */
function stuckMetric(sentId: string, model: BatchModel): MathExpression {
  const { alarmMetric, metricIdsOfSent, ...metrics } =
    require('../model/model-metrics') as typeof import('../model/model-metrics');
  const ids = metricIdsOfSent(sentId, model._source);
  const watch = (metric: BatchMetric, missing: 'zero' | 'none') => alarmMetric(metric, ids, ['sent', 'model'], missing);
  return new MathExpression({
    label: 'Records wait and no token moves',
    expression: 'IF(pending > 0, 1 - ((input + output) > 0), 0)',
    usingMetrics: {
      pending: watch(metrics.RECORDS_PENDING, 'none'),
      input: watch(metrics.INPUT_TOKENS_PER_MINUTE, 'zero'),
      output: watch(metrics.OUTPUT_TOKENS_PER_MINUTE, 'zero'),
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
  const message = `must be ${PERIOD_MINUTES} minutes to 23 hours 50 minutes in steps of ${PERIOD_MINUTES} minutes, got ${after.toHumanString()}`;
  return [{ code: 'AfterOutOfRange', input, message }];
}
