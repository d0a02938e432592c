import type { BodyFormat, BodyModel, BodyRequest, ImageSource } from '../body-format';
import { withAdditionalFields } from './additional-fields';
import { checkBody } from './check-body';
import { NO_STRUCTURED_OUTPUT, NO_TOOLS, turns } from './conversation';
import { IMAGE_FORMATS } from './media';
import { imagesTaken, withinLimits } from './parameters';
import { findSystemPrompt, requireTaken, type Takes } from './request';
import {
  anyText,
  anything,
  integer,
  isObject,
  list,
  number,
  object,
  oneOf,
  type Rule,
  tagged,
  text,
  textOr,
  unavailable,
} from './shape';

/** The only one there is for Bedrock. */
const ANTHROPIC_VERSION = 'bedrock-2023-05-31';

/** `max_tokens` is required; this is what AWS's own example of a batch record says. */
const DEFAULT_MAX_TOKENS = 1024;

const MAX_TOKENS = { min: 1 };
const TEMPERATURE = { min: 0, max: 1 };
const TOP_P = { min: 0, max: 1 };
const TOP_K = { min: 0, max: 500 };
const STOP_SEQUENCES = { min: 0, max: 8191 };

const TAKES: Takes = {
  name: "Anthropic's Messages API",
  systemPrompt: true,
  images: 'base64',
  maxTokens: MAX_TOKENS,
  temperature: TEMPERATURE,
  topP: TOP_P,
  stopSequences: STOP_SEQUENCES,
};

const CACHED = { type: anything, cache_control: anything };

const textBlock = object('a text block', { type: anything, text }, { cache_control: anything, citations: anything });

const imageBlock = object(
  'an image block',
  {
    type: anything,
    source: object('an image', {
      type: oneOf('base64'),
      media_type: oneOf(...IMAGE_FORMATS.map((format) => `image/${format}`)),
      data: text,
    }),
  },
  CACHED,
  imagesTaken,
);

/** Models before Claude Opus 4.8, which answer `role 'system' is not supported on this model`. */
const WITHOUT_SYSTEM_TURNS = /claude-(3|(opus|sonnet|haiku)-4-([0-7]\b|20))/;

/** @see https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages */
const systemTaken: Rule = ({ role }, findings) => {
  if (role !== 'system') return;
  const { modelId } = findings.model;
  if (modelId === undefined) {
    findings.warn('SystemTurn', 'is taken by Claude Opus 4.8 and later only; others take it in system', 'role');
  } else if (WITHOUT_SYSTEM_TURNS.test(modelId)) {
    const fix = 'a system prompt belongs in system';
    findings.fail(
      'NotAllowed',
      `must be one of "user", "assistant", got "system", which ${modelId} refuses; ${fix}`,
      'role',
    );
  }
};

const contentBlock = tagged('a content block', 'type', {
  text: textBlock,
  image: imageBlock,
  document: object(
    'a document block',
    { type: anything, source: anything },
    { ...CACHED, title: anything, context: anything, citations: anything },
  ),
  thinking: anything,
  redacted_thinking: anything,
  search_result: anything,
  tool_use: unavailable('ToolsNotSupported', NO_TOOLS),
  tool_result: unavailable('ToolsNotSupported', NO_TOOLS),
});

const message = object(
  'a message',
  { role: oneOf('user', 'assistant', 'system'), content: textOr(anyText, list(contentBlock)) },
  {},
  systemTaken,
);

/** "All messages must have non-empty content except for the optional final assistant message", the API says. */
const sayingSomething: Rule = ({ messages }, findings) => {
  if (!Array.isArray(messages)) return;
  for (let index = 0; index < messages.length; index += 1) {
    const { role, content } = Object(messages[index]);
    if (content !== '' && !(Array.isArray(content) && content.length === 0)) continue;
    if (role === 'assistant' && index === messages.length - 1) continue;
    findings.enter('messages');
    findings.enter(index);
    findings.fail('EmptyText', 'must not be empty', 'content');
    findings.leave();
    findings.leave();
  }
};

/**
 * Thinking wants the sampling left alone, its budget within the answer's, and the answer not begun.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 * @see https://platform.claude.com/docs/en/build-with-claude/extended-thinking - for `top_p`, which may be 0.95 to 1
 */
const thinkingAlone: Rule = (body, findings) => {
  const { thinking, messages, max_tokens: maxTokens, temperature, top_k: topK, top_p: topP } = body;
  const { anthropic_beta: betas } = body;
  if (!isObject(thinking) || thinking.type !== 'enabled') return;
  const { budget_tokens: budget } = thinking;
  // With interleaved thinking the budget is that of all thoughts of a turn, and may be above max_tokens.
  const isInterleaved = Array.isArray(betas) && betas.some((beta) => String(beta).startsWith('interleaved-thinking'));
  if (typeof budget === 'number' && typeof maxTokens === 'number' && budget >= maxTokens && !isInterleaved) {
    findings.fail(
      'ThinkingBudget',
      `must be more than thinking.budget_tokens (${budget}), got ${maxTokens}`,
      'max_tokens',
    );
  }
  if (typeof temperature === 'number' && temperature !== 1) {
    findings.fail(
      'ThinkingWithSampling',
      `must be left out or 1 while thinking is enabled, got ${temperature}`,
      'temperature',
    );
  }
  if (typeof topP === 'number' && topP < 0.95) {
    findings.fail(
      'ThinkingWithSampling',
      `must be left out or 0.95 to 1 while thinking is enabled, got ${topP}`,
      'top_p',
    );
  }
  if (typeof topK === 'number') {
    findings.fail('ThinkingWithSampling', 'must be left out while thinking is enabled', 'top_k');
  }
  const last = Array.isArray(messages) ? messages[messages.length - 1] : undefined;
  if (isObject(last) && last.role === 'assistant') {
    findings.fail(
      'ThinkingWithPrefill',
      'must end with the user while thinking is enabled, got "assistant"',
      'messages',
    );
  }
};

const body = object(
  'a body',
  { anthropic_version: oneOf(ANTHROPIC_VERSION), max_tokens: integer(MAX_TOKENS), messages: list(message, { min: 1 }) },
  {
    system: textOr(anyText, list(textBlock)),
    temperature: number(TEMPERATURE),
    top_p: number(TOP_P),
    top_k: integer(TOP_K),
    stop_sequences: list(text, STOP_SEQUENCES),
    thinking: tagged('thinking', 'type', {
      enabled: object('thinking', { type: anything, budget_tokens: integer({ min: 1024 }) }, { display: anything }),
      adaptive: anything,
      disabled: anything,
    }),
    anthropic_beta: list(text),
    output_config: anything,
    metadata: anything,
    context_management: anything,
    tools: unavailable('ToolsNotSupported', NO_TOOLS),
    tool_choice: unavailable('ToolsNotSupported', NO_TOOLS),
    output_format: unavailable('StructuredOutputNotSupported', NO_STRUCTURED_OUTPUT),
  },
  withinLimits({
    maxTokens: ['max_tokens'],
    temperature: ['temperature'],
    topP: ['top_p'],
    topK: ['top_k'],
    stopSequences: ['stop_sequences'],
  }),
  turns('must'),
  sayingSomething,
  thinkingAlone,
);

/**
 * Claude by InvokeModel.
 *
 * `max_tokens` is 1024 where the request says nothing, or less if the model answers with less. Images come before the text.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
 */
export const anthropicMessages: BodyFormat = {
  kind: 'anthropic-messages',

  build(request: BodyRequest, model: BodyModel): object {
    requireTaken(request, model, TAKES);
    const { prompt, images = [], parameters = {} } = request;
    const { maxOutputTokens = DEFAULT_MAX_TOKENS } = model.limits ?? {};
    const built = {
      anthropic_version: ANTHROPIC_VERSION,
      max_tokens: parameters.maxTokens ?? Math.min(DEFAULT_MAX_TOKENS, maxOutputTokens),
      system: findSystemPrompt(request),
      messages: [{ role: 'user', content: [...images.map(toImageBlock), { type: 'text', text: prompt }] }],
      temperature: parameters.temperature,
      top_p: parameters.topP,
      stop_sequences: parameters.stopSequences,
    };
    return withAdditionalFields(built, request, parameters.maxTokens === undefined ? ['max_tokens'] : []);
  },

  check: (given, model) => checkBody('anthropic-messages', body, given, model),
};

function toImageBlock({ format, base64 }: ImageSource): object {
  return { type: 'image', source: { type: 'base64', media_type: `image/${format}`, data: base64 } };
}
