import { findAnswer } from './answers';

export { joinResults } from './results/join-results';
export type { Outcome } from './results/outcome';
export { type ReadResult, type ResultError, type ResultLine, readResult } from './results/read-result';

/** The text of an answer, of whatever family; undefined where there is none. */
export function findText(modelOutput: unknown): string | undefined {
  return findAnswer(modelOutput)?.text;
}
