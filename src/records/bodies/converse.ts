import type { BodyFormat, BodyModel, BodyRequest } from '../body-format';
import { withAdditionalFields } from './additional-fields';
import { checkReasoning, toConversation } from './amazon-nova';
import { checkBody } from './check-body';
import { NO_STRUCTURED_OUTPUT, NO_TOOLS, turns } from './conversation';
import { image, media } from './media';
import { withinLimits } from './parameters';
import { requireTaken, type Takes } from './request';
import { anything, integer, isObject, list, number, object, oneOf, type Rule, text, unavailable, union } from './shape';

const MAX_TOKENS = { min: 1 };
const TEMPERATURE = { min: 0, max: 1 };
const TOP_P = { min: 0, max: 1 };
const STOP_SEQUENCES = { min: 0, max: 2500 };

const TAKES: Takes = {
  name: 'Converse',
  systemPrompt: true,
  images: 'base64 or S3',
  maxTokens: MAX_TOKENS,
  temperature: TEMPERATURE,
  topP: TOP_P,
  stopSequences: STOP_SEQUENCES,
};

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html */
const contentBlock = union('a content block', {
  text,
  image,
  document: object(
    'a document',
    { source: anything },
    { name: text, format: text, context: text, citations: anything },
  ),
  video: media,
  audio: media,
  cachePoint: anything,
  citationsContent: anything,
  guardContent: anything,
  reasoningContent: anything,
  searchResult: anything,
  toolUse: unavailable('ToolsNotSupported', NO_TOOLS),
  toolResult: unavailable('ToolsNotSupported', NO_TOOLS),
});

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html */
const message = object('a message', {
  role: oneOf('user', 'assistant', 'system'),
  content: list(contentBlock, { min: 1 }),
});

/** Nova's own parameters travel in `additionalModelRequestFields`. */
const reasoningAlone: Rule = ({ additionalModelRequestFields: fields, inferenceConfig }, findings) => {
  if (!isObject(fields) || !isObject(inferenceConfig)) return;
  findings.enter('inferenceConfig');
  checkReasoning(fields.reasoningConfig, inferenceConfig, findings);
  findings.leave();
};

const body = object(
  'a body',
  // The API can do without messages, but only where the model is a prompt of Prompt management, which no job takes.
  { messages: list(message, { min: 1 }) },
  {
    system: list(union('a system block', { text, cachePoint: anything, guardContent: anything })),
    inferenceConfig: object(
      'inferenceConfig',
      {},
      {
        maxTokens: integer(MAX_TOKENS),
        temperature: number(TEMPERATURE),
        topP: number(TOP_P),
        stopSequences: list(text, STOP_SEQUENCES),
      },
      withinLimits({
        maxTokens: ['maxTokens'],
        temperature: ['temperature'],
        topP: ['topP'],
        stopSequences: ['stopSequences'],
      }),
    ),
    additionalModelRequestFields: anything,
    additionalModelResponseFieldPaths: list(text, { min: 0, max: 10 }),
    guardrailConfig: anything,
    performanceConfig: anything,
    promptVariables: anything,
    requestMetadata: anything,
    serviceTier: anything,
    outputConfig: unavailable('StructuredOutputNotSupported', NO_STRUCTURED_OUTPUT),
    toolConfig: unavailable('ToolsNotSupported', NO_TOOLS),
  },
  turns('should'),
  reasoningAlone,
);

/**
 * Any text model by Converse. Length and sampling are the model's own where the request says nothing. That a model takes
 * images, or takes them from S3, is left to the service where the catalog does not know it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html
 */
export const converse: BodyFormat = {
  kind: 'converse',

  build(request: BodyRequest, model: BodyModel): object {
    requireTaken(request, model, TAKES);
    return withAdditionalFields(toConversation(request), request);
  },

  check: (given, model) => checkBody('converse', body, given, model),
};
