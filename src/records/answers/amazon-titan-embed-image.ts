import type { AnswerFormat } from '../answer-format';
import { toAnswer } from './answer';
import { findNumber, findObject, findVector } from './members';

/**
 * Titan Multimodal Embeddings G1. Instead of a vector it may hold a `message` about what went wrong, which is told as the
 * reason to stop.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html
 */
export const amazonTitanEmbedImage: AnswerFormat = {
  kind: 'amazon-titan-embed-image',

  find(modelOutput) {
    const output = findObject(modelOutput);
    const embedding = findVector(output?.embedding);
    const tokens = findNumber(output?.inputTextTokenCount);
    if (embedding !== undefined) return toAnswer({ embeddings: [embedding] }, tokens);
    return typeof output?.message === 'string' ? toAnswer({ stopReason: output.message }, tokens) : undefined;
  },
};
