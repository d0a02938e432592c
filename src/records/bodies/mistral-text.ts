import type { BodyFormat, BodyModel, BodyRequest } from '../body-format';
import { withAdditionalFields } from './additional-fields';
import { chatBody, toChat } from './chat-completions';
import { checkBody } from './check-body';
import { withinLimits } from './parameters';
import { findSystemPrompt, requireTaken, type Takes } from './request';
import { chosen, integer, list, number, object, text } from './shape';

const MAX_TOKENS = { min: 1, max: 8192 };
const TEMPERATURE = { min: 0, max: 1 };
const TOP_P = { min: 0, max: 1 };
const TOP_K = { min: 1, max: 200 };
const STOP = { min: 0, max: 10 };

const TAKES: Takes = {
  name: 'Mistral text completion',
  systemPrompt: true,
  maxTokens: MAX_TOKENS,
  temperature: TEMPERATURE,
  topP: TOP_P,
  stopSequences: STOP,
};

const body = object(
  'a body',
  { prompt: text },
  {
    max_tokens: integer(MAX_TOKENS),
    temperature: number(TEMPERATURE),
    top_p: number(TOP_P),
    top_k: integer(TOP_K),
    stop: list(text, STOP),
  },
  withinLimits({
    maxTokens: ['max_tokens'],
    temperature: ['temperature'],
    topP: ['top_p'],
    topK: ['top_k'],
    stopSequences: ['stop'],
  }),
);

/** The cards of the models show chat messages for all of them. */
const promptOrChat = chosen('a body', ({ messages }) => (messages === undefined ? body : chatBody));

/**
 * The older models of Mistral by InvokeModel: the prompt stands between instruction tags, the system prompt before it, for
 * which there is no tag. Length and sampling are the model's own where the request says nothing.
 *
 * Mistral Large 24.07 has left text completion: its page knows a body of chat messages only.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-large-2407.html
 * @see https://docs.mistral.ai/models/#chat-template
 */
export const mistralText: BodyFormat = {
  kind: 'mistral-text',

  build(request: BodyRequest, model: BodyModel): object {
    requireTaken(request, model, TAKES);
    if (model.modelId?.includes('mistral-large-2407')) return withAdditionalFields(toChat(request, model), request);
    const { prompt, parameters = {} } = request;
    const system = findSystemPrompt(request);
    const built = {
      prompt: `<s>[INST] ${system === undefined ? '' : `${system}\n\n`}${prompt} [/INST]`,
      max_tokens: parameters.maxTokens,
      temperature: parameters.temperature,
      top_p: parameters.topP,
      stop: parameters.stopSequences,
    };
    return withAdditionalFields(built, request);
  },

  check: (given, model) => checkBody('mistral-text', promptOrChat, given, model),
};
