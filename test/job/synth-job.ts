import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { BatchInferenceJob, type BatchInferenceJobProps, BatchModel, InvocationType, JobInput } from '../../src';
import { BatchInferenceError } from '../../src/core/batch-inference-error';
import { entryOf } from '../../src/core/model-source';
import { bodyFormat, bodyKindOf } from '../../src/records/bodies';

/** A day on which Claude 3 Haiku has ended and Claude Sonnet 4.6 lives. */
export const TODAY = '2026-11-21';
export const US_EAST_1: StackProps = { env: { account: '111122223333', region: 'us-east-1' } };

export function makeStack(props: StackProps = US_EAST_1, context: Record<string, unknown> = {}): Stack {
  const app = new App({ context: { 'cdk-bedrock-batch:today': TODAY, ...context } });
  return new Stack(app, 'Books', props);
}

export function makeRecords(count = 100): object[] {
  return Array.from({ length: count }, (_, index) => ({
    recordId: `r${index}`,
    modelInput: {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 100,
      messages: [{ role: 'user', content: `What is ${index} and one?` }],
    },
  }));
}

export function makeJob(stack: Stack, props: Partial<BatchInferenceJobProps> = {}, id = 'Chapters'): BatchInferenceJob {
  const { model = BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6, invocationType } = props;
  return new BatchInferenceJob(stack, id, {
    model,
    input: JobInput.fromRecords(recordsFor(model, invocationType)),
    ...props,
  });
}

/** Records that the model takes. */
export function recordsFor(model: BatchModel, invocationType = InvocationType.INVOKE_MODEL, count = 100): object[] {
  const kind = bodyKindOf(entryOf(model._source)?.family, invocationType);
  if (kind === undefined || kind === 'anthropic-messages') return makeRecords(count);
  return Array.from({ length: count }, (_, index) => ({
    recordId: `r${index}`,
    modelInput: bodyFormat(kind).build({ prompt: `What is ${index} and one?` }, {}),
  }));
}

export function synthJob(props: Partial<BatchInferenceJobProps> = {}, stack: Stack = makeStack()): Template {
  makeJob(stack, props);
  return Template.fromStack(stack);
}

/** The properties of the one job in a template. */
export function jobProperties(template: Template): Record<string, unknown> {
  const resources = template.findResources('Custom::BedrockBatchInferenceJob');
  const [job, ...others] = Object.values(resources);
  expect(others).toEqual([]);
  return job.Properties;
}

/** The issues with which making a job fails, once it is seen that no resource had been made by then. */
export function refusalOf(props: Partial<BatchInferenceJobProps>, stack: Stack = makeStack()) {
  try {
    makeJob(stack, props);
  } catch (error) {
    if (!BatchInferenceError.is(error)) throw error;
    expect(Template.fromStack(stack).toJSON().Resources ?? {}).toEqual({});
    return error.issues;
  }
  throw new Error('the job was made');
}
