import type { ModelFamily } from './model-entry';

const EMBEDDING_FAMILIES: ReadonlySet<string> = new Set<ModelFamily>([
  'amazon-nova-embeddings',
  'amazon-titan-embed-text',
  'amazon-titan-embed-image',
]);

/** Whether models of the family make embeddings: no text, no output tokens, and no body of Converse. */
export function isEmbeddingFamily(family: string | undefined): boolean {
  return family !== undefined && EMBEDDING_FAMILIES.has(family);
}
