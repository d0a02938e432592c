import type { Answer, AnswerFormat } from '../answer-format';
import type { BodyKind } from '../body-format';
import { amazonNova } from './amazon-nova';
import { amazonNovaEmbeddings } from './amazon-nova-embeddings';
import { amazonTitanEmbedImage } from './amazon-titan-embed-image';
import { amazonTitanEmbedText } from './amazon-titan-embed-text';
import { anthropicMessages } from './anthropic-messages';
import { chatCompletions } from './chat-completions';
import { converse } from './converse';
import { metaLlama } from './meta-llama';
import { mistralText } from './mistral-text';

const FORMATS: { readonly [kind in BodyKind]: AnswerFormat } = {
  'anthropic-messages': anthropicMessages,
  'amazon-nova': amazonNova,
  'amazon-nova-embeddings': amazonNovaEmbeddings,
  'amazon-titan-embed-text': amazonTitanEmbedText,
  'amazon-titan-embed-image': amazonTitanEmbedImage,
  'meta-llama': metaLlama,
  'mistral-text': mistralText,
  'chat-completions': chatCompletions,
  converse,
};

/**
 * No two of these take the same output for theirs. Nova answers as Converse does, and Titan's vectors look alike; what Titan
 * Multimodal says of an error, a `message`, could be anybody's.
 */
const ORDER: readonly AnswerFormat[] = [
  anthropicMessages,
  converse,
  chatCompletions,
  metaLlama,
  mistralText,
  amazonTitanEmbedText,
  amazonNovaEmbeddings,
];

export function answerFormat(kind: BodyKind): AnswerFormat {
  return FORMATS[kind];
}

/**
 * What can be drawn out of an output; undefined where it has none of the known shapes. `kind` is tried first, if it is known,
 * and then the others in a fixed order: some models answer in the shape of the request, not of their family.
 */
export function findAnswer(modelOutput: unknown, kind?: BodyKind): Answer | undefined {
  const own = kind === undefined ? undefined : FORMATS[kind].find(modelOutput);
  if (own !== undefined) return own;
  for (const format of ORDER) {
    const answer = format.find(modelOutput);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
