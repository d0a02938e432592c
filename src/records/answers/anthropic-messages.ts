import type { AnswerFormat } from '../answer-format';
import { toAnswer } from './answer';
import { findList, findNumber, findObject, findText, joinTexts, type Output } from './members';

/**
 * Claude by InvokeModel. Blocks of thinking are not text. A refusal has no content, hence no text, and `refusal` for its
 * reason. Tokens read from or written to a cache are not among the input tokens.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
 */
export const anthropicMessages: AnswerFormat = {
  kind: 'anthropic-messages',

  find(modelOutput) {
    const output = findObject(modelOutput);
    const content = findList(output?.content);
    if (output === undefined || content === undefined) return undefined;
    const usage = findObject(output.usage);
    return toAnswer(
      { text: joinTexts(content, textOf), stopReason: findText(output.stop_reason) },
      findNumber(usage?.input_tokens),
      findNumber(usage?.output_tokens),
    );
  },
};

function textOf({ type, text }: Output): string | undefined {
  return type === 'text' ? findText(text) : undefined;
}
