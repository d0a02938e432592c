import type { ModelFamily } from '../../catalog/model-entry';
import type { BodyFormat, BodyKind } from '../body-format';
import { amazonNova } from './amazon-nova';
import { amazonNovaEmbeddings } from './amazon-nova-embeddings';
import { amazonTitanEmbedImage } from './amazon-titan-embed-image';
import { amazonTitanEmbedText } from './amazon-titan-embed-text';
import { anthropicMessages } from './anthropic-messages';
import { chatCompletions } from './chat-completions';
import { converse } from './converse';
import { metaLlama } from './meta-llama';
import { mistralText } from './mistral-text';

const FORMATS: { readonly [kind in BodyKind]: BodyFormat } = {
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

/** Families whose models embed, which Converse has no body for. */
const EMBEDDINGS: ReadonlySet<ModelFamily> = new Set<ModelFamily>([
  'amazon-nova-embeddings',
  'amazon-titan-embed-text',
  'amazon-titan-embed-image',
]);

export function bodyFormat(kind: BodyKind): BodyFormat {
  return FORMATS[kind];
}

/**
 * Which bodies a job takes. Undefined where that is not known: a family that the catalog does not know, by InvokeModel; or
 * embeddings by Converse, which a rule on jobs refuses.
 */
export function bodyKindOf(
  family: ModelFamily | undefined,
  invocationType: 'InvokeModel' | 'Converse',
): BodyKind | undefined {
  if (invocationType === 'InvokeModel') return family;
  return family !== undefined && EMBEDDINGS.has(family) ? undefined : 'converse';
}
