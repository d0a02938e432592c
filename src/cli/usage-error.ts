import { formatIssue, type Issue } from '../core/issue';

/** The command line itself is wrong: exit code 2. What is wrong with data is a `BatchInferenceError`: exit code 1. */
export class UsageError extends Error {
  constructor(public readonly issue: Issue) {
    super(formatIssue(issue));
    this.name = 'UsageError';
  }
}
