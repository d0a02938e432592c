import { formatIssue, type Issue } from './issue';

const MARK = Symbol.for('cdk-bedrock-batch.BatchInferenceError');

/** The one error this library throws for what a user gave it; carries every issue found, not just the first. */
export class BatchInferenceError extends Error {
  /** Recognises the error across two loaded copies of this package, which `instanceof` does not. */
  public static is(error: unknown): error is BatchInferenceError {
    return typeof error === 'object' && error !== null && MARK in error;
  }

  /** @internal */
  public readonly [MARK] = true;
  public readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], where?: string) {
    const lines = issues.map(formatIssue);
    super(`${where === undefined ? '' : `${where}: `}${lines.join('\n')}`);
    this.name = 'BatchInferenceError';
    this.issues = issues;
  }
}
