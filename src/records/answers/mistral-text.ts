import type { AnswerFormat } from '../answer-format';
import { toAnswer } from './answer';
import { findList, findObject, findText, joinTexts } from './members';

/**
 * The older models of Mistral by InvokeModel, which say nothing of tokens.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html
 */
export const mistralText: AnswerFormat = {
  kind: 'mistral-text',

  find(modelOutput) {
    const outputs = findList(findObject(modelOutput)?.outputs);
    if (outputs === undefined) return undefined;
    const text = joinTexts(outputs, (output) => findText(output.text));
    return toAnswer({ text, stopReason: findText(findObject(outputs[0])?.stop_reason) });
  },
};
