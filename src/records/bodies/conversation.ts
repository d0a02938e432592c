import type { Findings } from './findings';
import { isObject, type JsonObject, type Rule } from './shape';

/** Batch inference has neither. @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html */
export const NO_TOOLS = 'asks for tools, and batch inference has no tool calling; take it out';
export const NO_STRUCTURED_OUTPUT =
  'asks for structured output, and batch inference has none; take it out and ask for it in the prompt';

/**
 * Turns of user and assistant. That a conversation must begin with the user is documented for the families that use this; for
 * turns of one role in a row the sources only say that models were not trained on them, hence a warning.
 *
 * @param begin whether another first turn is an error, or (where no source says so) a warning
 */
export function turns(begin: 'must' | 'should'): Rule {
  return ({ messages }, findings) => {
    if (!Array.isArray(messages)) return;
    let previous: unknown;
    for (let index = 0; index < messages.length; index += 1) {
      const role = roleOf(messages[index]);
      if (index === 0 && role === 'assistant') tellBegin(begin, findings);
      if (role !== undefined && role === previous) {
        tell(index, 'RolesDoNotAlternate', `should not repeat the role "${role}" of the message before`, findings);
        return;
      }
      previous = role;
    }
  };
}

function tellBegin(begin: 'must' | 'should', findings: Findings): void {
  findings.enter('messages');
  findings.enter(0);
  const message = `${begin} have the role "user" in the first message, got "assistant"`;
  if (begin === 'must') findings.fail('FirstRoleNotUser', message);
  else findings.warn('FirstRoleNotUser', message);
  findings.leave();
  findings.leave();
}

function tell(index: number, code: string, message: string, findings: Findings): void {
  findings.enter('messages');
  findings.enter(index);
  findings.warn(code, message, 'role');
  findings.leave();
  findings.leave();
}

function roleOf(message: unknown): 'user' | 'assistant' | undefined {
  if (!isObject(message)) return undefined;
  const { role } = message as JsonObject;
  return role === 'user' || role === 'assistant' ? role : undefined;
}
