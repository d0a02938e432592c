import { createHash } from 'node:crypto';
import type { ModelFamily } from '../../src/catalog/model-entry';

export type InvocationType = 'InvokeModel' | 'Converse';
export type JsonObject = { readonly [name: string]: unknown };

/** A record that could not be answered, as it stands in the output. */
export interface RecordError {
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** What a model makes of one record: its response body, or an error. */
export type Answer = { readonly modelOutput: JsonObject } | { readonly error: RecordError };

export type AnswerRecord = (
  modelInput: JsonObject,
  invocationType: InvocationType,
  model: { readonly id: string; readonly family?: ModelFamily },
) => Answer | Promise<Answer>;

/** No model is asked anything: every text says that it was made here, and quotes what it was given. */
const MADE_HERE = 'Answer made by the emulator, not by a model. The prompt began';
const EXTRACT_CHARACTERS = 80;

/** About what English text comes to; real tokenizers differ. */
const CHARACTERS_PER_TOKEN = 4;

/** Answers that depend on nothing but the record: same input, same output. */
export const answerRecord: AnswerRecord = (modelInput, invocationType, { family }) => {
  const prompt = promptOf(modelInput);
  const text = `${MADE_HERE}: "${extract(prompt)}"`;
  const input = tokens(prompt);
  const output = tokens(text);

  if (invocationType === 'Converse') return { modelOutput: converse(text, input, output) };
  switch (family) {
    case 'amazon-nova':
      return { modelOutput: converse(text, input, output) };
    case 'amazon-titan-embed-text':
    case 'amazon-titan-embed-image':
      return { modelOutput: { embedding: vector(prompt), inputTextTokenCount: input } };
    case 'amazon-nova-embeddings':
      return { modelOutput: { embeddings: [{ embeddingType: 'TEXT', embedding: vector(prompt) }] } };
    case 'meta-llama':
      return {
        modelOutput: {
          generation: text,
          prompt_token_count: input,
          generation_token_count: output,
          stop_reason: 'stop',
        },
      };
    case 'mistral-text':
      return { modelOutput: { outputs: [{ text, stop_reason: 'stop' }] } };
    case 'chat-completions':
      return {
        modelOutput: {
          id: idOf('chatcmpl', prompt),
          object: 'chat.completion',
          model: 'emulator',
          choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
          usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
        },
      };
    default:
      return anthropic(modelInput, prompt, text);
  }
};

/** Input and output tokens as each response shape counts them. */
export function tokenCounts(modelOutput: JsonObject): { input: number; output: number } {
  const usage = (modelOutput.usage ?? {}) as JsonObject;
  const input =
    usage.input_tokens ??
    usage.inputTokens ??
    usage.prompt_tokens ??
    modelOutput.prompt_token_count ??
    modelOutput.inputTextTokenCount;
  const output =
    usage.output_tokens ?? usage.outputTokens ?? usage.completion_tokens ?? modelOutput.generation_token_count;
  return { input: Number(input ?? 0), output: Number(output ?? 0) };
}

function anthropic(modelInput: JsonObject, prompt: string, text: string): Answer {
  for (const field of ['anthropic_version', 'max_tokens', 'messages']) {
    if (modelInput[field] === undefined) {
      return { error: { errorCode: 400, errorMessage: `${field}: Field required` } };
    }
  }
  const limit = Number(modelInput.max_tokens);
  const whole = tokens(text);
  const cut = whole > limit;
  return {
    modelOutput: {
      id: idOf('msg', prompt),
      type: 'message',
      role: 'assistant',
      model: 'emulator',
      content: [{ type: 'text', text: cut ? text.slice(0, limit * CHARACTERS_PER_TOKEN) : text }],
      stop_reason: cut ? 'max_tokens' : 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: tokens(prompt), output_tokens: Math.min(whole, limit) },
    },
  };
}

/** Union members that are not set are written as null, as the service does. */
function converse(text: string, inputTokens: number, outputTokens: number): JsonObject {
  return {
    output: { message: { role: 'assistant', content: [{ text, image: null, document: null, toolUse: null }] } },
    stopReason: 'end_turn',
    usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
    metrics: { latencyMs: 0 },
  };
}

/** Every text of the request, in its order: system, prompt, messages. */
function promptOf(modelInput: JsonObject): string {
  const texts: string[] = [];
  const collect = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      if (['text', 'prompt', 'inputText', 'content', 'system', 'value'].includes(name)) texts.push(value);
    } else if (Array.isArray(value)) {
      for (const item of value) collect(item, name);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) collect(member, key);
    }
  };
  collect(modelInput, '');
  return texts.join('\n');
}

function extract(prompt: string): string {
  const line = prompt.replace(/\s+/g, ' ').trim();
  return line.length <= EXTRACT_CHARACTERS ? line : `${line.slice(0, EXTRACT_CHARACTERS)}…`;
}

function tokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / CHARACTERS_PER_TOKEN));
}

function idOf(prefix: string, prompt: string): string {
  return `${prefix}_emulator_${createHash('sha256').update(prompt).digest('hex').slice(0, 16)}`;
}

/** Eight numbers between -1 and 1 that depend on the text; far shorter than a real embedding. */
function vector(prompt: string): number[] {
  const digest = createHash('sha256').update(prompt).digest();
  return [...digest.subarray(0, 8)].map((byte) => byte / 127.5 - 1);
}
