import type { AnswerFormat } from '../answer-format';
import { toAnswer } from './answer';
import { findList, findNumber, findObject, findText, joinTexts, type Output } from './members';

/**
 * The open-weight models by InvokeModel: the first choice. gpt-oss writes its reasoning before the text, in a tag that is
 * taken off. Mistral says `stop_reason` where OpenAI says `finish_reason`; DeepSeek answers a prompt with `text`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-chat-completion.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-deepseek.html
 */
export const chatCompletions: AnswerFormat = {
  kind: 'chat-completions',

  find(modelOutput) {
    const output = findObject(modelOutput);
    const choice = findObject(findList(output?.choices)?.[0]);
    if (output === undefined || choice === undefined) return undefined;
    const text = findContent(findObject(choice.message)?.content) ?? findText(choice.text);
    const usage = findObject(output.usage);
    return toAnswer(
      {
        text: text === undefined ? undefined : withoutReasoning(text, output.model),
        stopReason: findText(choice.finish_reason) ?? findText(choice.stop_reason),
      },
      findNumber(usage?.prompt_tokens),
      findNumber(usage?.completion_tokens),
    );
  },
};

function findContent(content: unknown): string | undefined {
  return Array.isArray(content) ? joinTexts(content, textOf) : findText(content);
}

function textOf({ type, text }: Output): string | undefined {
  return type === 'text' ? findText(text) : undefined;
}

/** Only of gpt-oss, of which it is documented: another model may have been asked to answer in such tags. */
function withoutReasoning(text: string, model: unknown): string {
  const end = '</reasoning>';
  if (!text.startsWith('<reasoning>') || typeof model !== 'string' || !model.includes('gpt-oss')) return text;
  const place = text.indexOf(end);
  return place === -1 ? text : text.slice(place + end.length);
}
