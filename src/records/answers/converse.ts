import type { Answer, AnswerFormat } from '../answer-format';
import { toAnswer } from './answer';
import { findList, findNumber, findObject, findText, joinTexts, type Output } from './members';

/**
 * Any text model by Converse. Batch results write the members of a block that are not set as null. Reasoning is not text;
 * what a model generated with citations is.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
export const converse: AnswerFormat = { kind: 'converse', find: findConversation };

/** The output that Nova and Converse have in common. */
export function findConversation(modelOutput: unknown): Answer | undefined {
  const output = findObject(modelOutput);
  const content = findList(findObject(findObject(output?.output)?.message)?.content);
  if (output === undefined || content === undefined) return undefined;
  const usage = findObject(output.usage);
  return toAnswer(
    { text: joinTexts(content, textOf), stopReason: findText(output.stopReason) },
    findNumber(usage?.inputTokens),
    findNumber(usage?.outputTokens),
  );
}

function textOf({ text, citationsContent }: Output): string | undefined {
  if (typeof text === 'string') return text;
  const cited = findList(findObject(citationsContent)?.content);
  return cited && joinTexts(cited, ({ text: generated }) => findText(generated));
}
