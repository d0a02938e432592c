import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { StarterErrorAlarm } from '../../src';
import { makeJob, makeStack, TODAY, US_EAST_1 } from '../job/synth-job';

const ALARM = 'AWS::CloudWatch::Alarm';
const starterOf = (template: Template) => {
  const [logicalId, ...others] = Object.keys(template.findResources('AWS::Lambda::Function'));
  expect(others).toEqual([]);
  return logicalId as string;
};

function synth(): Template {
  const stack = makeStack();
  new StarterErrorAlarm(stack, 'StarterErrors', { job: makeJob(stack) });
  return Template.fromStack(stack);
}

describe('the alarm on the starter', () => {
  test.each(['Errors', 'AsyncEventsDropped'])('counts the %s of this function and no other', (MetricName) => {
    const template = synth();
    template.hasResourceProperties(ALARM, {
      Metrics: Match.arrayWith([
        Match.objectLike({
          MetricStat: {
            Metric: {
              Namespace: 'AWS/Lambda',
              MetricName,
              Dimensions: [{ Name: 'FunctionName', Value: { Ref: starterOf(template) } }],
            },
            Period: 60,
            Stat: 'Sum',
          },
          ReturnData: false,
        }),
      ]),
    });
  });

  test('goes off at the first of either in five minutes, so that a late count is not lost, and a metric that is missing counts as none', () => {
    synth().hasResourceProperties(ALARM, {
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 1,
      TreatMissingData: 'notBreaching',
      Metrics: Match.arrayWith([Match.objectLike({ Expression: 'FILL(errors, 0) + FILL(dropped, 0)' })]),
    });
  });

  test('is one for all jobs of a stack, whichever is named', () => {
    const stack = makeStack();
    makeJob(stack, {}, 'First');
    new StarterErrorAlarm(stack, 'StarterErrors', { job: makeJob(stack, {}, 'Second') });
    const template = Template.fromStack(stack);
    expect(JSON.stringify(Object.values(template.findResources(ALARM)))).toContain(starterOf(template));
  });

  test('adds nothing but itself', () => {
    const stack = makeStack();
    makeJob(stack);
    const before = Object.keys(Template.fromStack(stack).toJSON().Resources);
    const after = Object.entries<{ Type: string }>(synth().toJSON().Resources);
    expect(after.filter(([id]) => !before.includes(id)).map(([, { Type }]) => Type)).toEqual([ALARM]);
  });
});

describe('the alarm in another stack', () => {
  const watchFrom = (alarm: StackProps, job: StackProps = US_EAST_1) => {
    const app = new App({ context: { 'cdk-bedrock-batch:today': TODAY } });
    const stack = new Stack(app, 'OnCall', alarm);
    new StarterErrorAlarm(stack, 'StarterErrors', { job: makeJob(new Stack(app, 'Books', job)) });
    return Template.fromStack(stack);
  };

  test('of the same account and Region watches as well', () => {
    watchFrom(US_EAST_1).resourceCountIs(ALARM, 1);
  });

  test.each<[string, StackProps, string]>([
    [
      'Region',
      { env: { account: '111122223333', region: 'eu-west-1' } },
      'OnCall/StarterErrors: job must be in the Region of the alarm (eu-west-1), got us-east-1; put the alarm into a stack of that Region [JobElsewhere]',
    ],
    [
      'account',
      { env: { account: '444455556666', region: 'us-east-1' } },
      'OnCall/StarterErrors: job must be in the account of the alarm (444455556666), got 111122223333; put the alarm into a stack of that account [JobElsewhere]',
    ],
  ])('of another %s is refused: it would see nothing', (_, props, message) => {
    expect(() => watchFrom(props)).toThrow(message);
  });

  test('is not judged where its place is decided at deployment', () => {
    expect(() => watchFrom({}, {})).not.toThrow();
  });
});
