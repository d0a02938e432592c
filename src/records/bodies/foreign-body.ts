import { isEmbeddingFamily } from '../../catalog/embedding-families';
import type { BodyIssue, BodyKind } from '../body-format';
import { isObject, type JsonObject } from './shape';

const NAMES: { readonly [kind in BodyKind]: string } = {
  'anthropic-messages': "Anthropic's Messages API (anthropic_version, max_tokens, messages)",
  'amazon-nova': 'Amazon Nova (messages, system, inferenceConfig)',
  'amazon-nova-embeddings': 'Nova Multimodal Embeddings (taskType, singleEmbeddingParams)',
  'amazon-titan-embed-text': 'Titan Text Embeddings (inputText, dimensions)',
  'amazon-titan-embed-image': 'Titan Multimodal Embeddings (inputText, inputImage, embeddingConfig)',
  'meta-llama': 'Meta Llama (prompt, max_gen_len)',
  'mistral-text': 'Mistral text completion (prompt, max_tokens)',
  'chat-completions': 'OpenAI chat completions (messages with text, max_tokens)',
  converse: 'Converse (messages of content blocks, inferenceConfig)',
};

/** Members that only chat completions have. */
const CHAT_ONLY = [
  'max_completion_tokens',
  'response_format',
  'frequency_penalty',
  'presence_penalty',
  'reasoning_effort',
  'logprobs',
  'logit_bias',
];

/**
 * A body that is wrong because it was written for another kind of model. Said in one issue instead of one for each member
 * that is missing or too many; undefined where the body may well have been meant for this kind.
 */
export function findForeignBody(body: JsonObject, kind: BodyKind): BodyIssue | undefined {
  const kinds = kindsOf(body);
  if (kinds.length === 0 || kinds.includes(kind)) return undefined;
  const [foreign] = kinds;
  const message = `must be a body of ${NAMES[kind]}, got what looks like one of ${NAMES[foreign]}; ${fixOf(kind, foreign)}`;
  return { code: 'WrongBodyFormat', input: 'modelInput', message };
}

function fixOf(kind: BodyKind, foreign: BodyKind): string {
  if (foreign === 'converse' && !isEmbeddings(kind)) return 'give the job the invocation type Converse';
  if (kind === 'converse' && !isEmbeddings(foreign)) return 'give the job the invocation type InvokeModel';
  return 'write the records for the model of the job, or choose a model that takes such records';
}

/** Kinds that a body may be meant for, the likeliest first; none where there is no sign. */
function kindsOf(body: JsonObject): readonly BodyKind[] {
  if ('anthropic_version' in body) return ['anthropic-messages'];
  if ('singleEmbeddingParams' in body || 'segmentedEmbeddingParams' in body) return ['amazon-nova-embeddings'];
  if ('inputImage' in body || 'embeddingConfig' in body) return ['amazon-titan-embed-image'];
  if ('inputText' in body) return ['amazon-titan-embed-text', 'amazon-titan-embed-image'];
  if (Array.isArray(body.messages)) return kindsOfMessages(body, body.messages[0]);
  if (typeof body.prompt !== 'string') return [];
  return 'max_gen_len' in body ? ['meta-llama'] : ['mistral-text', 'meta-llama', 'chat-completions'];
}

function kindsOfMessages(body: JsonObject, message: unknown): readonly BodyKind[] {
  if ('additionalModelRequestFields' in body) return ['converse'];
  if ('inferenceConfig' in body) return ['converse', 'amazon-nova'];
  if (CHAT_ONLY.some((name) => name in body)) return CHAT;
  if (!isObject(message)) return [];
  const { role, content } = message;
  const chatRole = role === 'system' || role === 'developer';
  if (typeof content === 'string') return chatRole ? CHAT : [...CHAT, 'anthropic-messages'];
  const block = Array.isArray(content) ? content[0] : undefined;
  if (!isObject(block)) return [];
  if (block.type === 'image_url' || block.type === 'input_audio') return CHAT;
  if (block.type === 'text') return chatRole ? CHAT : ['anthropic-messages', ...CHAT];
  if (block.type !== undefined) return ['anthropic-messages'];
  return ['text', 'image', 'video', 'audio', 'document'].some((name) => name in block)
    ? ['converse', 'amazon-nova']
    : [];
}

/** Llama and Mistral text models take chat messages too, besides prompts. */
const CHAT: readonly BodyKind[] = ['chat-completions', 'meta-llama', 'mistral-text'];

function isEmbeddings(kind: BodyKind): boolean {
  return isEmbeddingFamily(kind);
}
