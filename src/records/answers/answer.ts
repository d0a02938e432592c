import type { Answer, Usage } from '../answer-format';

/** An answer of what was found. What was not found is left out, so that answers compare and print without holes. */
export function toAnswer(found: Answer, inputTokens?: number, outputTokens?: number): Answer {
  const answer: { -readonly [name in keyof Answer]: Answer[name] } = {};
  if (found.text !== undefined) answer.text = found.text;
  if (found.embeddings !== undefined) answer.embeddings = found.embeddings;
  const usage = toUsage(inputTokens, outputTokens);
  if (usage !== undefined) answer.usage = usage;
  if (found.stopReason !== undefined) answer.stopReason = found.stopReason;
  return answer;
}

function toUsage(inputTokens: number | undefined, outputTokens: number | undefined): Usage | undefined {
  if (inputTokens === undefined) return outputTokens === undefined ? undefined : { outputTokens };
  return outputTokens === undefined ? { inputTokens } : { inputTokens, outputTokens };
}
