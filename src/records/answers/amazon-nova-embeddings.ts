import type { AnswerFormat } from '../answer-format';
import { toAnswer } from './answer';
import { findList, findObject, findVector } from './members';

/**
 * Nova Multimodal Embeddings: one vector, or two for a video whose sound is embedded apart. Nothing is said of tokens.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
 */
export const amazonNovaEmbeddings: AnswerFormat = {
  kind: 'amazon-nova-embeddings',

  find(modelOutput) {
    const given = findList(findObject(modelOutput)?.embeddings);
    const embeddings = given
      ?.map((item) => findVector(findObject(item)?.embedding))
      .filter((vector) => vector !== undefined);
    return embeddings === undefined || embeddings.length === 0 ? undefined : toAnswer({ embeddings });
  },
};
