import { BatchInferenceError } from '../../../src/core/batch-inference-error';
import type { BodyFormat, BodyRequest } from '../../../src/records/body-format';

/** A body format that puts everything somewhere, and does `change` to the prompt before. */
export function fakeFormat(change: (prompt: string) => string = (prompt) => prompt): BodyFormat {
  return {
    kind: 'converse',
    build({ prompt, systemPrompt, parameters }: BodyRequest, { modelId }) {
      if (modelId === 'refuses-system' && systemPrompt !== undefined) {
        throw new BatchInferenceError([{ code: 'NoSystemPrompt', input: 'systemPrompt', message: 'must be left out' }]);
      }
      return { system: systemPrompt, text: change(prompt), parameters };
    },
    check(body) {
      const { parameters } = body as { parameters?: { maxTokens?: number } };
      const maxTokens = parameters?.maxTokens ?? 1;
      return maxTokens > 100
        ? [{ code: 'TooManyTokens', input: 'modelInput.maxTokens', message: `must be at most 100, got ${maxTokens}` }]
        : [];
    },
  };
}

/** The prompt in a line that this format made, or another that was asked for in its place. */
export function promptIn(line: string): string {
  return JSON.parse(line).modelInput.text;
}
