import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Alarm, GraphWidget, type MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { BatchModel } from '../../src';
import { allModels, profilesOf } from '../../src/catalog/model-catalog';

/** What an alarm on a metric asks CloudWatch for: the expression, and the metrics in it by their ids. */
function alarmOn(make: (stack: Stack) => MathExpression) {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'us-east-1' } });
  new Alarm(stack, 'Alarm', { metric: make(stack), threshold: 1, evaluationPeriods: 1 });
  const [alarm] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  const [{ Expression, Label }, ...metrics] = alarm.Properties.Metrics;
  return { Expression, Label, metrics };
}

interface AlarmMetric {
  readonly Id: string;
  readonly MetricStat: { readonly Metric: { readonly MetricName: string; readonly Dimensions: [{ Value: unknown }] } };
}

const idsOf = (make: (stack: Stack) => MathExpression) =>
  alarmOn(make).metrics.map(({ MetricStat }: AlarmMetric) => MetricStat.Metric.Dimensions[0].Value);

const TITAN = BatchModel.AMAZON_TITAN_TEXT_EMBEDDINGS_V2;
const PROFILE_ARN = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6';

describe('a metric of a model', () => {
  test.each<[string, MathExpression, string, string]>([
    ['records pending', TITAN.metricRecordsPending(), 'NumberOfRecordsPendingProcessing', 'Records pending'],
    [
      'input tokens per minute',
      TITAN.metricInputTokensPerMinute(),
      'NumberOfInputTokensProcessedPerMinute',
      'Input tokens per minute',
    ],
    [
      'output tokens per minute',
      TITAN.metricOutputTokensPerMinute(),
      'NumberOfOutputTokensProcessedPerMinute',
      'Output tokens per minute',
    ],
  ])('%s: of AWS/Bedrock/Batch, by model, an average of five minutes', (_, metric, MetricName, title) => {
    const { Expression, Label, metrics } = alarmOn(() => metric);
    const [{ Id }] = metrics;
    expect(Expression).toBe(`FILL(${Id}, 0)`);
    expect(Label).toBe(`${title}: amazon.titan-embed-text-v2:0`);
    expect(metrics).toEqual([
      {
        Id,
        ReturnData: false,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Bedrock/Batch',
            MetricName,
            Dimensions: [{ Name: 'ModelId', Value: 'amazon.titan-embed-text-v2:0' }],
          },
          Period: 300,
          Stat: 'Average',
        },
      },
    ]);
  });

  test('takes statistic, period, unit, label, Region and account from the options', () => {
    const { Label, metrics } = alarmOn(() =>
      TITAN.metricRecordsPending({
        statistic: 'Maximum',
        period: Duration.minutes(1),
        label: 'Queue',
        account: '444455556666',
      }),
    );
    expect(Label).toBe('Queue');
    expect(metrics).toMatchObject([{ AccountId: '444455556666', MetricStat: { Period: 60, Stat: 'Maximum' } }]);
  });

  test('is the one with the dimensions that are given', () => {
    const model = BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6;
    const ModelId = 'us.anthropic.claude-sonnet-4-6';
    expect(idsOf(() => model.metricRecordsPending({ dimensionsMap: { ModelId } }))).toEqual([ModelId]);
  });
});

describe('the ids of a metric, as long as nobody knows under which Bedrock publishes', () => {
  test('of a model: its own and those of its profiles, summed up', () => {
    const model = BatchModel.AMAZON_NOVA_2_LITE;
    const { Expression } = alarmOn(() => model.metricRecordsPending());
    expect(idsOf(() => model.metricRecordsPending())).toEqual([
      'amazon.nova-2-lite-v1:0',
      'us.amazon.nova-2-lite-v1:0',
      'eu.amazon.nova-2-lite-v1:0',
      'jp.amazon.nova-2-lite-v1:0',
      'global.amazon.nova-2-lite-v1:0',
    ]);
    expect(Expression).toBe(
      'SUM([FILL(pending_amazon_nova_2_lite_v1_0, 0), FILL(pending_us_amazon_nova_2_lite_v1_0, 0), FILL(pending_eu_amazon_nova_2_lite_v1_0, 0), FILL(pending_jp_amazon_nova_2_lite_v1_0, 0), FILL(pending_global_amazon_nova_2_lite_v1_0, 0)])',
    );
  });

  test('of a profile: its own and that of its model', () => {
    const model = BatchModel.fromInferenceProfile('eu.amazon.nova-2-lite-v1:0');
    expect(idsOf(() => model.metricInputTokensPerMinute())).toEqual([
      'eu.amazon.nova-2-lite-v1:0',
      'amazon.nova-2-lite-v1:0',
    ]);
  });

  test('of a model that the catalog does not know: its own', () => {
    const model = BatchModel.of('example.brand-new-v7:0');
    expect(idsOf(() => model.metricRecordsPending())).toEqual(['example.brand-new-v7:0']);
  });

  test('of an application inference profile or a custom model: the ARN as given, which may be a token', () => {
    const profile = BatchModel.fromApplicationInferenceProfile(PROFILE_ARN, {
      copiedFrom: BatchModel.AMAZON_NOVA_LITE,
    });
    expect(idsOf(() => profile.metricRecordsPending())).toEqual([PROFILE_ARN]);
    const custom = (stack: Stack) =>
      BatchModel.fromCustomModel(new CfnParameter(stack, 'Arn').valueAsString).metricRecordsPending();
    expect(idsOf(custom)).toEqual([{ Ref: 'Arn' }]);
  });

  test('fit into an alarm, whatever the model: ten metrics at most', () => {
    const most = Math.max(...allModels().map(({ id }) => 1 + profilesOf(id).length));
    expect(most).toBeLessThanOrEqual(10);
  });
});

/** The rows of a graph: namespace, name, dimensions and how they are drawn; an expression is drawn, what is in it is not. */
function rowsOf(...left: MathExpression[]) {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'us-east-1' } });
  const [{ properties }] = stack.resolve(new GraphWidget({ left }).toJson());
  return properties.metrics as unknown[][];
}

test('two models and their metrics get along in one graph', () => {
  const models = [BatchModel.AMAZON_TITAN_TEXT_EMBEDDINGS_V2, BatchModel.QWEN3_CODER_NEXT];
  const rows = rowsOf(...models.flatMap((model) => [model.metricRecordsPending(), model.metricInputTokensPerMinute()]));
  expect(rows.map((row) => row.at(-1))).toMatchObject([
    {
      label: 'Records pending: amazon.titan-embed-text-v2:0',
      expression: 'FILL(pending_amazon_titan_embed_text_v2_0, 0)',
    },
    { id: 'pending_amazon_titan_embed_text_v2_0', visible: false },
    { label: 'Input tokens per minute: amazon.titan-embed-text-v2:0' },
    { id: 'in_amazon_titan_embed_text_v2_0', visible: false },
    { label: 'Records pending: qwen.qwen3-coder-next' },
    { id: 'pending_qwen_qwen3_coder_next', visible: false },
    { label: 'Input tokens per minute: qwen.qwen3-coder-next' },
    { id: 'in_qwen_qwen3_coder_next', visible: false },
  ]);
});

test('metrics of another Region are drawn from there', () => {
  const [, metric] = rowsOf(TITAN.metricRecordsPending({ region: 'eu-west-1' }));
  expect(metric?.at(-1)).toMatchObject({ region: 'eu-west-1', visible: false });
});
