import type { BodyFormat, BodyModel, BodyRequest } from '../body-format';
import { withAdditionalFields } from './additional-fields';
import { chatBody } from './chat-completions';
import { checkBody } from './check-body';
import { imagesTaken, withinLimits } from './parameters';
import { findSystemPrompt, refuse, requireTaken, type Takes } from './request';
import { chosen, integer, list, number, object, type Rule, text } from './shape';

/** Most tokens of an answer, by the page on parameters; the cards say 4K of Llama 3 and 8K of Llama 4. */
const DOCUMENTED_MAX_GEN_LEN = 2048;

const MAX_GEN_LEN = { min: 1 };
const TEMPERATURE = { min: 0, max: 1 };
const TOP_P = { min: 0, max: 1 };

const TAKES: Takes = {
  name: 'Meta Llama',
  systemPrompt: true,
  images: 'base64',
  maxTokens: MAX_GEN_LEN,
  temperature: TEMPERATURE,
  topP: TOP_P,
};

const maxGenLen: Rule = ({ max_gen_len: given }, findings) => {
  const { modelId, limits } = findings.model;
  // What the catalog knows of the model has been judged by then.
  if (typeof given !== 'number' || given <= DOCUMENTED_MAX_GEN_LEN || limits?.maxOutputTokens !== undefined) return;
  if (isLlama4({ modelId })) return;
  findings.warn('OutOfRange', `should be at most ${DOCUMENTED_MAX_GEN_LEN} for Llama 3, got ${given}`, 'max_gen_len');
};

const body = object(
  'a body',
  { prompt: text },
  {
    max_gen_len: integer(MAX_GEN_LEN),
    temperature: number(TEMPERATURE),
    top_p: number(TOP_P),
    images: list(text),
  },
  withinLimits({ maxTokens: ['max_gen_len'], temperature: ['temperature'], topP: ['top_p'] }),
  maxGenLen,
  (given, findings) => {
    if (!Array.isArray(given.images) || given.images.length === 0) return;
    findings.enter('images');
    imagesTaken(given, findings);
    findings.leave();
  },
);

/** The cards of the models show a body of chat messages, which the page on their parameters does not have. */
const promptOrChat = chosen('a body', ({ messages }) => (messages === undefined ? body : chatBody));

/** Tokens of a chat template: what opens a role, what closes it, and what ends a turn. */
interface Template {
  readonly open: string;
  readonly close: string;
  readonly endOfTurn: string;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html */
const LLAMA_3: Template = { open: '<|start_header_id|>', close: '<|end_header_id|>', endOfTurn: '<|eot_id|>' };

/** @see https://www.llama.com/docs/model-cards-and-prompt-formats/llama4/ */
const LLAMA_4: Template = { open: '<|header_start|>', close: '<|header_end|>', endOfTurn: '<|eot|>' };

/**
 * Llama by InvokeModel. The prompt goes into the chat template of the model's generation: Meta's for Llama 4, although AWS's
 * page shows the one of Llama 3 for all. Length and sampling are the model's own where the request says nothing. There is no
 * member for stop sequences.
 *
 * Images are taken for Llama 3.2 only, whose template says where they go. What a body with images looks like for Llama 4 is
 * not documented, but Converse takes them.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html
 * @see https://github.com/meta-llama/llama-models/blob/main/models/llama3_2/vision_prompt_format.md
 * @see https://github.com/meta-llama/llama-models/blob/main/models/llama4/prompt_format.md
 */
export const metaLlama: BodyFormat = {
  kind: 'meta-llama',

  build(request: BodyRequest, model: BodyModel): object {
    requireTaken(request, model, TAKES);
    const { prompt, images = [], parameters = {} } = request;
    if (images.length > 0 && !/llama3-2-(11|90)b/.test(model.modelId ?? '')) {
      const who = model.modelId ?? 'a Llama whose model ID is not known';
      refuse(
        'ImagesNotSupported',
        'images',
        `must not be given: how ${who} takes them by InvokeModel is not documented; give the job the invocation type Converse if the model takes images`,
      );
    }
    const template = isLlama4(model) ? LLAMA_4 : LLAMA_3;
    const system = findSystemPrompt(request);
    const built = {
      prompt: [
        '<|begin_of_text|>',
        system === undefined ? '' : turn(template, 'system', system),
        turn(template, 'user', `${'<|image|>'.repeat(images.length)}${prompt}`),
        header(template, 'assistant'),
      ].join(''),
      images: images.length === 0 ? undefined : images.map(({ base64 }) => base64),
      max_gen_len: parameters.maxTokens,
      temperature: parameters.temperature,
      top_p: parameters.topP,
    };
    return withAdditionalFields(built, request);
  },

  check: (given, model) => checkBody('meta-llama', promptOrChat, given, model),
};

function isLlama4({ modelId }: BodyModel): boolean {
  return modelId?.includes('llama4') === true;
}

function header({ open, close }: Template, role: string): string {
  return `${open}${role}${close}\n\n`;
}

function turn(template: Template, role: string, said: string): string {
  return `${header(template, role)}${said}${template.endOfTurn}`;
}
