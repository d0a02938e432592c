import type { BodyFormat, BodyModel, BodyRequest } from '../body-format';
import { withAdditionalFields } from './additional-fields';
import { checkBody } from './check-body';
import { NO_TOOLS, turns } from './conversation';
import type { Findings } from './findings';
import { image, media, toImage } from './media';
import { withinLimits } from './parameters';
import { findSystemPrompt, requireTaken, type Takes } from './request';
import {
  anything,
  integer,
  isObject,
  type JsonObject,
  list,
  number,
  object,
  oneOf,
  refused,
  text,
  unavailable,
  union,
} from './shape';

const MAX_TOKENS = { min: 1 };
// The schema says 0.00001, while public samples send 0 and get answers: the lower edge is left to the service.
const TEMPERATURE = { min: 0, max: 1 };
const TOP_P = { min: 0, max: 1 };
const TOP_K = { min: 0, max: 128 };

const TAKES: Takes = {
  name: 'Amazon Nova',
  systemPrompt: true,
  images: 'base64 or S3',
  maxTokens: MAX_TOKENS,
  temperature: TEMPERATURE,
  topP: TOP_P,
  stopSequences: { min: 0 },
};

const contentBlock = union('a content block', {
  text,
  image,
  video: media,
  audio: media,
  document: refused(
    'DocumentsNotSupported',
    'is a document, which Nova takes by Converse only; give the job the invocation type Converse',
  ),
  reasoningContent: anything,
  cachePoint: anything,
  toolUse: unavailable('ToolsNotSupported', NO_TOOLS),
  toolResult: unavailable('ToolsNotSupported', NO_TOOLS),
});

const message = object('a message', {
  role: oneOf('user', 'assistant'),
  content: list(contentBlock, { min: 1 }),
});

const reasoning = object(
  'the reasoning',
  {},
  { type: oneOf('enabled', 'disabled'), maxReasoningEffort: oneOf('low', 'medium', 'high') },
);

/**
 * With the highest effort of reasoning, sampling and length are the model's own.
 *
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html
 */
export function checkReasoning(reasoningConfig: unknown, config: JsonObject, findings: Findings): void {
  if (!isObject(reasoningConfig)) return;
  if (reasoningConfig.type !== 'enabled' || reasoningConfig.maxReasoningEffort !== 'high') return;
  for (const member of ['maxTokens', 'temperature', 'topP', 'topK']) {
    if (typeof config[member] === 'number') {
      findings.fail('ParametersExclusive', 'must not be given together with maxReasoningEffort "high"', member);
    }
  }
}

const config = object(
  'inferenceConfig',
  {},
  {
    maxTokens: integer(MAX_TOKENS),
    temperature: number(TEMPERATURE),
    topP: number(TOP_P),
    topK: integer(TOP_K),
    stopSequences: list(text),
    reasoningConfig: reasoning,
    // Names of the first samples for Nova, which InvokeModel still gets.
    max_new_tokens: integer(MAX_TOKENS),
    top_p: number(TOP_P),
    top_k: integer(TOP_K),
  },
  withinLimits({
    maxTokens: ['maxTokens', 'max_new_tokens'],
    temperature: ['temperature'],
    topP: ['topP', 'top_p'],
    topK: ['topK', 'top_k'],
    stopSequences: ['stopSequences'],
  }),
  (given, findings) => checkReasoning(given.reasoningConfig, given, findings),
);

const body = object(
  'a body',
  { messages: list(message, { min: 1 }) },
  {
    schemaVersion: text,
    system: list(object('a system block', {}, { text, cachePoint: anything })),
    inferenceConfig: config,
    toolConfig: unavailable('ToolsNotSupported', NO_TOOLS),
    toolChoice: unavailable('ToolsNotSupported', NO_TOOLS),
  },
  turns('must'),
);

/**
 * Nova by InvokeModel. Length and sampling are the model's own where the request says nothing. Images come before the text,
 * as the prompting guide wants it, in the body or in S3.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
 * @see https://docs.aws.amazon.com/nova/latest/userguide/invoke.html - the first turn is the user's, and no documents
 * @see https://docs.aws.amazon.com/nova/latest/userguide/modalities-image.html - images from S3
 */
export const amazonNova: BodyFormat = {
  kind: 'amazon-nova',

  build(request: BodyRequest, model: BodyModel): object {
    requireTaken(request, model, TAKES);
    return withAdditionalFields(toConversation(request), request);
  },

  check: (given, model) => checkBody('amazon-nova', body, given, model),
};

/** The body that Nova and Converse have in common. */
export function toConversation(request: BodyRequest): JsonObject {
  const { prompt, images = [], parameters = {} } = request;
  const { maxTokens, temperature, topP, stopSequences } = parameters;
  const system = findSystemPrompt(request);
  const given = [maxTokens, temperature, topP, stopSequences].some((value) => value !== undefined);
  return {
    system: system === undefined ? undefined : [{ text: system }],
    messages: [{ role: 'user', content: [...images.map(toImage), { text: prompt }] }],
    inferenceConfig: given ? { maxTokens, temperature, topP, stopSequences } : undefined,
  };
}
