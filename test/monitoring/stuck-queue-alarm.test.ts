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
    expect(stuck).toMatchObject({ Expression: 'IF(pending > 0, 1 - ((input + output) > 0), 0)', ReturnData: true });
    const metric = (Id: string, MetricName: string, Value: string) => ({
      Id,
      MetricStat: {
        Metric: { Namespace: 'AWS/Bedrock/Batch', MetricName, Dimensions: [{ Name: 'ModelId', Value }] },
        Period: 300,
        Stat: 'Average',
      },
      ReturnData: false,
    });
    const group = (Id: string, prefix: string, MetricName: string, Expression: string) => [
      expect.objectContaining({
        Id,
        Expression,
        ReturnData: false,
      }),
      metric(`${prefix}_sent`, MetricName, 'us.anthropic.claude-sonnet-4-6'),
      metric(`${prefix}_model`, MetricName, 'anthropic.claude-sonnet-4-6'),
    ];
    expect(inside).toEqual([
      ...group('pending', 'pending', 'NumberOfRecordsPendingProcessing', 'pending_sent + pending_model'),
      ...group('input', 'in', 'NumberOfInputTokensProcessedPerMinute', 'FILL(in_sent, 0) + FILL(in_model, 0)'),
      ...group('output', 'out', 'NumberOfOutputTokensProcessedPerMinute', 'FILL(out_sent, 0) + FILL(out_model, 0)'),
    ]);
  });

  test('takes no more metrics and expressions than CloudWatch allows in an alarm: 10', () => {
    expect(propertiesOf(template).Metrics).toHaveLength(10);
  });

  test('wants two hours of it, out of ten minutes more, and takes what is missing for well', () => {
    expect(propertiesOf(template)).toMatchObject({
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 26,
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

describe('what the alarm makes of a period', () => {
  // JavaScript reads the rest as AWS says: a missing value is greater than nothing, and counts as 0 where it is subtracted.
  const value = (pending: number | undefined, tokens: number | undefined): number | undefined => {
    const [{ Expression }] = propertiesOf(synth()).Metrics;
    const choose = (condition: boolean, yes: number, no: number) => (condition ? yes : no);
    // AWS: dropped where the condition has no value.
    const IF = pending === undefined ? () => undefined : choose;
    return new Function('IF', 'pending', 'input', 'output', `return ${Expression}`)(IF, pending, tokens, tokens && 0);
  };

  test.each([
    ['records wait and no token moves', 5, 0, 1],
    ['records wait and tokens have no value', 5, undefined, 1],
    ['records wait and tokens move', 5, 3, 0],
    ['no record waits', 0, 0, 0],
    ['records have no value', undefined, 0, undefined],
    ['records have no value and tokens move', undefined, 3, undefined],
    ['nothing has a value', undefined, undefined, undefined],
  ])('%s', (_, pending, tokens, worth) => {
    expect(value(pending, tokens)).toBe(worth);
  });

  test('whose records have not come yet is not filled with 0, which would keep the alarm quiet', () => {
    const filled = propertiesOf(synth())
      .Metrics.map(({ Expression = '' }) => Expression)
      .filter((expression: string) => expression.includes('FILL'));
    expect(filled).toHaveLength(2);
    expect(filled.join()).not.toContain('pending');
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
    [Duration.minutes(24 * 60 - 10), 286],
  ])('%s is taken, with two periods of slack', (after, periods) => {
    const { DatapointsToAlarm, EvaluationPeriods } = propertiesOf(synth({ after }));
    expect([DatapointsToAlarm, EvaluationPeriods]).toEqual([periods, periods + 2]);
  });

  test('stays within the day that CloudWatch looks back', () => {
    const { EvaluationPeriods } = propertiesOf(synth({ after: Duration.minutes(24 * 60 - 10) }));
    expect(EvaluationPeriods * 5 * 60).toBe(86_400);
  });

  test.each([
    [Duration.minutes(4), '4 minutes'],
    [Duration.minutes(7), '7 minutes'],
    [Duration.seconds(330), '5 minutes 30 seconds'],
    [Duration.minutes(24 * 60 - 5), '23 hours 55 minutes'],
    [Duration.hours(24), '1 day'],
  ])('%s is refused', (after, got) => {
    expect(() => synth({ after })).toThrow(
      `Books/Stuck: after must be 5 minutes to 23 hours 50 minutes in steps of 5 minutes, got ${got} [AfterOutOfRange]`,
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
