import { MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { profilesOf } from '../catalog/model-catalog';
import type { ModelSource } from '../core/model-source';

/** Where Bedrock publishes what batch inference does, for each model of an account in a Region. */
const NAMESPACE = 'AWS/Bedrock/Batch';

/** One metric of the namespace, and its beginning of a label and of an id in an expression. */
export interface BatchMetric {
  readonly metricName: string;
  readonly title: string;
  readonly id: string;
}

/**
 * The namespace, the first two names and the dimension `ModelId` are in a public alarm definition, and AWS tells of all
 * three metrics: "records pending processing, input and output tokens processed per minute", by model and at the level of
 * the account. The third name was read in no source that could be opened; it is the second one's twin.
 *
 * AWS tells of a fourth one for Claude, tokens pending processing. It is left out, since its name is not confirmed.
 *
 * @see https://aws.amazon.com/blogs/machine-learning/monitor-amazon-bedrock-batch-inference-using-amazon-cloudwatch-metrics/
 */
export const RECORDS_PENDING: BatchMetric = {
  metricName: 'NumberOfRecordsPendingProcessing',
  title: 'Records pending',
  id: 'pending',
};
export const INPUT_TOKENS_PER_MINUTE: BatchMetric = {
  metricName: 'NumberOfInputTokensProcessedPerMinute',
  title: 'Input tokens per minute',
  id: 'in',
};
export const OUTPUT_TOKENS_PER_MINUTE: BatchMetric = {
  metricName: 'NumberOfOutputTokensProcessedPerMinute',
  title: 'Output tokens per minute',
  id: 'out',
};

/**
 * Every value that `ModelId` may have for a model. No source says whether a job that was sent to a profile counts under the
 * id of the profile or under that of the model behind it, so both are looked at: what is not published adds nothing.
 */
export function metricIdsOf(source: ModelSource): string[] {
  switch (source.kind) {
    case 'foundation-model':
      return [source.modelId, ...profilesOf(source.modelId).map(({ id }) => id)];
    case 'inference-profile':
      return [source.modelId, source.foundationModelId];
    case 'application-inference-profile':
    case 'custom-model':
      return [source.modelId];
  }
}

/** The same for jobs that send one id: few enough for an alarm, which takes ten metrics. */
export function metricIdsOfSent(sentId: string, source: ModelSource): string[] {
  switch (source.kind) {
    case 'foundation-model':
      return [...new Set([sentId, source.modelId])];
    case 'inference-profile':
      return [...new Set([sentId, source.foundationModelId])];
    case 'application-inference-profile':
    case 'custom-model':
      return [sentId];
  }
}

/**
 * A metric of a model by any of the ids under which it may be published; nothing published is 0.
 *
 * @param names tell the ids apart in the expression; needed where an id is a token that would be named by its number
 */
export function batchMetric(
  { metricName, title, id: prefix }: BatchMetric,
  modelIds: readonly string[],
  options: MetricOptions = {},
  names: readonly string[] = modelIds,
): MathExpression {
  const { label = `${title}: ${modelIds[0]}`, color, period, dimensionsMap, id, visible, ...others } = options;
  const published = dimensionsMap === undefined ? modelIds.map((ModelId) => ({ ModelId })) : [dimensionsMap];
  const usingMetrics = Object.fromEntries(
    published.map((dimensions, index) => [
      expressionId(prefix, dimensionsMap === undefined ? [names[index] as string] : Object.values(dimensionsMap)),
      // A level rather than a count: an average is right however often it is published.
      new Metric({ namespace: NAMESPACE, metricName, dimensionsMap: dimensions, statistic: 'Average', ...others }),
    ]),
  );
  const filled = Object.keys(usingMetrics).map((name) => `FILL(${name}, 0)`);
  const expression = filled.length === 1 ? (filled[0] as string) : `SUM([${filled.join(', ')}])`;
  return new MathExpression({ expression, usingMetrics, label, color, period });
}

/**
 * The same metric for an alarm. Added with `+`, since AWS advises against `SUM` in alarms, and takes a value that is missing
 * for 0 where it adds. Without `FILL`, a period in which none of the ids has a value has none either.
 *
 * @param missing what a period without a value counts as: with `zero`, the newest one is 0 until its value has come
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (`FILL`, `SUM`, basic arithmetic)
 */
export function alarmMetric(
  metric: BatchMetric,
  modelIds: readonly string[],
  names: readonly string[],
  missing: 'zero' | 'none',
): MathExpression {
  const { label, usingMetrics } = batchMetric(metric, modelIds, {}, names);
  const terms = Object.keys(usingMetrics).map((name) => (missing === 'zero' ? `FILL(${name}, 0)` : name));
  return new MathExpression({ expression: terms.join(' + '), usingMetrics, label });
}

/** Made of the values, so that two models get along in one graph: `pending_us_amazon_nova_lite_v1_0`. */
function expressionId(prefix: string, values: readonly string[]): string {
  return [prefix, ...values].join('_').replace(/[^A-Za-z0-9]+/g, '_');
}
