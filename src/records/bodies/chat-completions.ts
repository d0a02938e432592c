import type { BodyFormat, BodyModel, BodyRequest, ImageSource } from '../body-format';
import { withAdditionalFields } from './additional-fields';
import { checkBody } from './check-body';
import { NO_STRUCTURED_OUTPUT, NO_TOOLS } from './conversation';
import { imagesTaken, withinLimits } from './parameters';
import { findSystemPrompt, requireTaken, type Takes } from './request';
import {
  anyText,
  anything,
  chosen,
  excerpt,
  integer,
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

const MAX_TOKENS = { min: 1 };
const TEMPERATURE = { min: 0, max: 2 };
const TOP_P = { min: 0, max: 1 };

const TAKES: Takes = {
  name: 'chat completions',
  systemPrompt: true,
  images: 'base64',
  maxTokens: MAX_TOKENS,
  temperature: TEMPERATURE,
  topP: TOP_P,
  stopSequences: { min: 0 },
};

const part = tagged('a content part', 'type', {
  text: object('a text part', { type: anything, text }),
  image_url: object(
    'an image part',
    { type: anything, image_url: object('an image', { url: text }, { detail: anything }) },
    {},
    imagesTaken,
  ),
  input_audio: anything,
  audio_url: anything,
  video_url: anything,
  thinking: anything,
  refusal: anything,
});

/** An assistant's message may be empty or missing. That the user's must not be empty no source says. */
const userSaysSomething: Rule = ({ role, content }, findings) => {
  if (role !== 'user') return;
  if (content === undefined || content === null)
    findings.fail('MissingMember', 'must be given: text, or a list of parts', 'content');
  else if (content === '') findings.warn('EmptyText', 'should not be empty', 'content');
};

const message = object(
  'a message',
  { role: oneOf('system', 'developer', 'user', 'assistant', 'tool', 'function') },
  {
    content: textOr(anyText, list(part, { min: 1 })),
    name: anyText,
    refusal: anything,
    reasoning_content: anything,
    tool_calls: unavailable('ToolsNotSupported', NO_TOOLS),
    tool_call_id: unavailable('ToolsNotSupported', NO_TOOLS),
  },
  userSaysSomething,
);

const sampling = {
  max_tokens: integer(MAX_TOKENS),
  temperature: number(TEMPERATURE),
  top_p: number(TOP_P),
  stop: textOr(text, list(text)),
};

const limits = withinLimits({
  maxTokens: ['max_completion_tokens', 'max_tokens'],
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  stopSequences: ['stop'],
});

/** Shared with the families of which some models take chat messages besides prompts. */
export const chatBody = object(
  'a body',
  { messages: list(message, { min: 1 }) },
  {
    ...sampling,
    max_completion_tokens: integer(MAX_TOKENS),
    model: text,
    stream: anything,
    n: integer({ min: 1 }),
    seed: anything,
    top_k: anything,
    min_p: anything,
    frequency_penalty: number({ min: -2, max: 2 }),
    presence_penalty: number({ min: -2, max: 2 }),
    repetition_penalty: anything,
    logit_bias: anything,
    logprobs: anything,
    top_logprobs: anything,
    user: anyText,
    metadata: anything,
    reasoning_effort: anything,
    chat_template_kwargs: anything,
    service_tier: anything,
    tools: unavailable('ToolsNotSupported', NO_TOOLS),
    tool_choice: unavailable('ToolsNotSupported', NO_TOOLS),
    parallel_tool_calls: unavailable('ToolsNotSupported', NO_TOOLS),
    response_format: unavailable('StructuredOutputNotSupported', NO_STRUCTURED_OUTPUT),
  },
  limits,
  // Whether it is passed over or refused is documented nowhere.
  ({ stream }, findings) => {
    if (stream !== false && stream !== undefined && stream !== null) {
      findings.warn('NotAllowed', `should be left out or false in a batch, got ${excerpt(stream)}`, 'stream');
    }
  },
);

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-deepseek.html */
const deepseekPrompt = object('a body', { prompt: text }, sampling, limits);

const body = chosen('a body', ({ messages, prompt }, { modelId }) =>
  messages === undefined && prompt !== undefined && modelId?.includes('deepseek') ? deepseekPrompt : chatBody,
);

/**
 * The open-weight models by InvokeModel, which take what OpenAI's API takes. Length and sampling are the model's own where the
 * request says nothing. Length goes to `max_tokens`, as the models' cards have it, and for OpenAI's own to
 * `max_completion_tokens`. DeepSeek takes prompts besides messages.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-qwen-qwen3-vl-235b-a22b.html - the others' cards say the same
 * @see https://developers.openai.com/api/reference/chat-completions/overview
 */
export const chatCompletions: BodyFormat = {
  kind: 'chat-completions',

  build(request: BodyRequest, model: BodyModel): object {
    requireTaken(request, model, TAKES);
    return withAdditionalFields(toChat(request, model), request);
  },

  check: (given, model) => checkBody('chat-completions', body, given, model),
};

export function toChat(request: BodyRequest, { modelId }: BodyModel): Readonly<Record<string, unknown>> {
  const { prompt, images = [], parameters = {} } = request;
  const { maxTokens, temperature, topP, stopSequences } = parameters;
  const system = findSystemPrompt(request);
  const content = images.length === 0 ? prompt : [...images.map(toPart), { type: 'text', text: prompt }];
  const user = { role: 'user', content };
  return {
    messages: system === undefined ? [user] : [{ role: 'system', content: system }, user],
    [modelId?.includes('openai.') ? 'max_completion_tokens' : 'max_tokens']: maxTokens,
    temperature,
    top_p: topP,
    stop: stopSequences,
  };
}

function toPart({ format, base64 }: ImageSource): object {
  return { type: 'image_url', image_url: { url: `data:image/${format};base64,${base64}` } };
}
