/**
 * Something wrong with what the user gave, as every rule of this library reports it.
 *
 * `message` reads on from `input`: "timeout" + "must be 24 to 168 whole hours, got 23 hours".
 */
export interface Issue {
  /** Stable name of the rule that was broken, for searching and for tests. */
  readonly code: string;
  /** Name of the prop, option or file that is at fault. */
  readonly input: string;
  /** What is allowed, what came and the fix; starts lower-case, no full stop. */
  readonly message: string;
  /** A warning is told and goes on. */
  readonly severity?: 'error' | 'warning';
}

export function isError(issue: Issue): boolean {
  return issue.severity !== 'warning';
}

/** `timeout must be 24 to 168 whole hours, got 23 hours [TimeoutOutOfRange]` */
export function formatIssue(issue: Issue): string {
  return `${issue.input} ${issue.message} [${issue.code}]`;
}
