import { Match, Template } from 'aws-cdk-lib/assertions';
import { StarterErrorAlarm } from '../../src';
import { makeJob, makeStack } from '../job/synth-job';

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

  test('goes off at the first of either, and a metric that is missing counts as none', () => {
    synth().hasResourceProperties(ALARM, {
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
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
