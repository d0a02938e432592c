import type { AnswerFormat } from '../answer-format';
import { toAnswer } from './answer';
import { findNumber, findObject, findVector } from './members';

/**
 * Titan Text Embeddings V2. The vector of numbers comes before the one of bits, where both were asked for; `embedding` is
 * missing where only bits were.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 */
export const amazonTitanEmbedText: AnswerFormat = {
  kind: 'amazon-titan-embed-text',

  find(modelOutput) {
    const output = findObject(modelOutput);
    const byType = findObject(output?.embeddingsByType);
    const float = findVector(output?.embedding) ?? findVector(byType?.float);
    const binary = findVector(byType?.binary);
    const embeddings = [float, binary].filter((vector) => vector !== undefined);
    if (output === undefined || embeddings.length === 0) return undefined;
    return toAnswer({ embeddings }, findNumber(output.inputTextTokenCount));
  },
};
