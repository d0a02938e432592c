import { type CfnResource, RemovalPolicies, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { BatchInferenceJob, type BatchInferenceJobProps, StopPolicy } from '../../src';
import { makeJob, makeStack } from './synth-job';

const RESOURCE_TYPE = 'Custom::BedrockBatchInferenceJob';

function warnings(change: (stack: Stack) => void, props: Partial<BatchInferenceJobProps> = {}): string[] {
  const stack = makeStack();
  makeJob(stack, props);
  change(stack);
  return Annotations.fromStack(stack)
    .findWarning('/Books/Chapters', Match.stringLikeRegexp('JobRetained'))
    .map(({ entry }) => String(entry.data));
}

const resourceOf = (stack: Stack) =>
  stack.node
    .findAll()
    .filter((node) => node instanceof BatchInferenceJob)
    .map((job) => job.node.findChild('Resource').node.defaultChild as CfnResource)[0] as CfnResource;

describe('a job that the app has CloudFormation leave', () => {
  test('is warned of, with what it means and what to do', () => {
    expect(warnings((stack) => RemovalPolicies.of(stack).retain())).toEqual([
      'stopPolicy: should be StopPolicy.LEAVE_RUNNING where the removal policy of the job is Retain, got StopPolicy.STOP; a job that runs when it is deleted or replaced goes on, and costs. Leave Custom::BedrockBatchInferenceJob out of what sets removal policies [ack: cdk-bedrock-batch:JobRetained]',
    ]);
  });

  test('is warned of where only its first creation is excepted', () => {
    const [warning] = warnings((stack) => {
      resourceOf(stack).applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    });
    expect(warning).toContain('of the job is RetainExceptOnCreate and Retain, got');
  });

  test('is not warned of where that is the stop policy', () => {
    const props = { stopPolicy: StopPolicy.LEAVE_RUNNING };
    expect(warnings((stack) => RemovalPolicies.of(stack).retain(), props)).toEqual([]);
  });

  test.each<[string, (stack: Stack) => void]>([
    ['nothing is set', () => undefined],
    ['it is DESTROY', (stack) => RemovalPolicies.of(stack).destroy()],
    ['jobs are left out', (stack) => RemovalPolicies.of(stack).retain({ excludeResourceTypes: [RESOURCE_TYPE] })],
  ])('is not there where %s', (_, change) => {
    expect(warnings(change)).toEqual([]);
  });
});
