import { Duration, Lazy, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { BatchModel, ModelRouting, StuckQueueAlarm, type StuckQueueAlarmProps } from '../../src';
import { makeStack } from '../job/synth-job';

function synth(props: Partial<StuckQueueAlarmProps> = {}, stack: Stack = makeStack()): Template {
  new StuckQueueAlarm(stack, 'Stuck', { model: BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6, ...props });
  return Template.fromStack(stack);
}

function propertiesOf(template: Template) {
  const [alarm] = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  return alarm.Properties;
}

/** The value of `ModelId` of every metric in the alarm. */
function idsIn(template: Template): unknown[] {
  const metrics: { MetricStat?: { Metric: { Dimensions: [{ Value: unknown }] } } }[] = propertiesOf(template).Metrics;
  return [...new Set(metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions[0].Value ?? []))];
}

describe('the alarm', () => {
  const template = synth();

  test('goes off where records wait and neither kind of token moves', () => {
    const [stuck, ...inside] = propertiesOf(template).Metrics;
    expect(stuck).toMatchObject({ Expression: 'IF(pending > 0 AND input + output == 0, 1, 0)', ReturnData: true });
    const metric = (Id: string, MetricName: string, Value: string) => ({
      Id,
      MetricStat: {
        Metric: { Namespace: 'AWS/Bedrock/Batch', MetricName, Dimensions: [{ Name: 'ModelId', Value }] },
        Period: 300,
        Stat: 'Average',
      },
      ReturnData: false,
    });
    const group = (Id: string, prefix: string, MetricName: string) => [
      expect.objectContaining({
        Id,
        Expression: `SUM([FILL(${prefix}_sent, 0), FILL(${prefix}_model, 0)])`,
        ReturnData: false,
      }),
      metric(`${prefix}_sent`, MetricName, 'us.anthropic.claude-sonnet-4-6'),
      metric(`${prefix}_model`, MetricName, 'anthropic.claude-sonnet-4-6'),
    ];
    expect(inside).toEqual([
      ...group('pending', 'pending', 'NumberOfRecordsPendingProcessing'),
      ...group('input', 'in', 'NumberOfInputTokensProcessedPerMinute'),
      ...group('output', 'out', 'NumberOfOutputTokensProcessedPerMinute'),
    ]);
  });

  test('takes no more metrics and expressions than CloudWatch allows in an alarm: 10', () => {
    expect(propertiesOf(template).Metrics).toHaveLength(10);
  });

  test('wants two hours of it without a gap, and takes what is missing for well', () => {
    expect(propertiesOf(template)).toMatchObject({
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 24,
      DatapointsToAlarm: 24,
      TreatMissingData: 'notBreaching',
    });
  });

  test('says what is the matter', () => {
    expect(propertiesOf(template).AlarmDescription).toBe(
      'Records for us.anthropic.claude-sonnet-4-6 wait, and no token has moved for 2 hours, in any batch inference job of this account and Region.',
    );
  });

  test('has no name of its own, and nothing else comes with it', () => {
    expect(propertiesOf(template).AlarmName).toBeUndefined();
    expect(Object.keys(template.toJSON().Resources)).toHaveLength(1);
  });

  test('does what it is told to', () => {
    const stack = makeStack();
    const stuck = new StuckQueueAlarm(stack, 'Stuck', { model: BatchModel.AMAZON_NOVA_LITE });
    stuck.alarm.addAlarmAction(new SnsAction(new Topic(stack, 'OnCall')));
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^OnCall') }],
    });
  });
});

describe('the way to the model', () => {
  test('in-Region there is one id', () => {
    expect(idsIn(synth({ model: BatchModel.AMAZON_NOVA_LITE }))).toEqual(['amazon.nova-lite-v1:0']);
  });

  test('is that of the jobs, where it is told', () => {
    expect(idsIn(synth({ model: BatchModel.AMAZON_NOVA_2_LITE, routing: ModelRouting.GLOBAL }))).toEqual([
      'global.amazon.nova-2-lite-v1:0',
      'amazon.nova-2-lite-v1:0',
    ]);
  });

  test('is the profile that was chosen', () => {
    const model = BatchModel.fromInferenceProfile('us.amazon.nova-lite-v1:0');
    expect(idsIn(synth({ model }))).toEqual(['us.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0']);
  });

  test('is an ARN as given', () => {
    const arn = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6';
    const model = BatchModel.fromApplicationInferenceProfile(arn, { copiedFrom: BatchModel.AMAZON_NOVA_LITE });
    expect(idsIn(synth({ model }))).toEqual([arn]);
  });

  test('is looked up at deployment where the Region is decided there', () => {
    expect(idsIn(synth({}, makeStack({}))).slice(0, 2)).toEqual([
      { 'Fn::FindInMap': [expect.stringMatching(/^BatchModel/), { Ref: 'AWS::Region' }, 'modelId'] },
      'anthropic.claude-sonnet-4-6',
    ]);
  });

  test('must be there: a model that the Region does not serve is refused', () => {
    const stack = makeStack({ env: { account: '111122223333', region: 'me-south-1' } });
    expect(() => synth({ model: BatchModel.AMAZON_NOVA_MULTIMODAL_EMBEDDINGS }, stack)).toThrow('[ModelNotInRegion]');
  });
});

describe('after', () => {
  test.each([
    [Duration.minutes(5), 1],
    [Duration.minutes(10), 2],
    [Duration.seconds(900), 3],
    [Duration.hours(24), 288],
  ])('%s is taken', (after, periods) => {
    expect(propertiesOf(synth({ after })).EvaluationPeriods).toBe(periods);
  });

  test.each([
    [Duration.minutes(4), '4 minutes'],
    [Duration.minutes(7), '7 minutes'],
    [Duration.seconds(330), '5 minutes 30 seconds'],
    [Duration.minutes(24 * 60 + 5), '1 day 5 minutes'],
  ])('%s is refused', (after, got) => {
    expect(() => synth({ after })).toThrow(
      `Books/Stuck: after must be 5 minutes to 24 hours in steps of 5 minutes, got ${got} [AfterOutOfRange]`,
    );
  });

  test('must not be a token', () => {
    const after = Duration.minutes(Lazy.number({ produce: () => 10 }));
    expect(() => synth({ after })).toThrow('[UnresolvedDuration]');
  });
});

test('a model about to end is told, as it is by a job', () => {
  const stack = makeStack({}, { 'cdk-bedrock-batch:today': '2026-09-01' });
  synth({ model: BatchModel.ANTHROPIC_CLAUDE_3_HAIKU }, stack);
  Annotations.fromStack(stack).hasWarning('/Books/Stuck', Match.stringLikeRegexp('legacy'));
});
