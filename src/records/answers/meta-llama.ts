import type { AnswerFormat } from '../answer-format';
import { toAnswer } from './answer';
import { findNumber, findObject, findText } from './members';

/** Llama by InvokeModel. @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html */
export const metaLlama: AnswerFormat = {
  kind: 'meta-llama',

  find(modelOutput) {
    const output = findObject(modelOutput);
    if (typeof output?.generation !== 'string') return undefined;
    return toAnswer(
      { text: output.generation, stopReason: findText(output.stop_reason) },
      findNumber(output.prompt_token_count),
      findNumber(output.generation_token_count),
    );
  },
};
