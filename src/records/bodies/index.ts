import { isEmbeddingFamily } from '../../catalog/embedding-families';
import type { ModelFamily } from '../../catalog/model-entry';
import type { BodyFormat, BodyKind } from '../body-format';

// Loaded when asked for: an app uses one or two of them, and would wait for nine each time that it is synthesised.
const LOAD: { readonly [kind in BodyKind]: () => BodyFormat } = {
  'amazon-nova': () => (require('./amazon-nova') as typeof import('./amazon-nova')).amazonNova,
  'amazon-nova-embeddings': () =>
    (require('./amazon-nova-embeddings') as typeof import('./amazon-nova-embeddings')).amazonNovaEmbeddings,
  'amazon-titan-embed-image': () =>
    (require('./amazon-titan-embed-image') as typeof import('./amazon-titan-embed-image')).amazonTitanEmbedImage,
  'amazon-titan-embed-text': () =>
    (require('./amazon-titan-embed-text') as typeof import('./amazon-titan-embed-text')).amazonTitanEmbedText,
  'anthropic-messages': () =>
    (require('./anthropic-messages') as typeof import('./anthropic-messages')).anthropicMessages,
  'chat-completions': () => (require('./chat-completions') as typeof import('./chat-completions')).chatCompletions,
  converse: () => (require('./converse') as typeof import('./converse')).converse,
  'meta-llama': () => (require('./meta-llama') as typeof import('./meta-llama')).metaLlama,
  'mistral-text': () => (require('./mistral-text') as typeof import('./mistral-text')).mistralText,
};

export function bodyFormat(kind: BodyKind): BodyFormat {
  return LOAD[kind]();
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
  return isEmbeddingFamily(family) ? undefined : 'converse';
}
