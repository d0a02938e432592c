import { formatIssue, type Issue, isError } from '../core/issue';
import type { Context } from './command';
import { type Colours, toPrintable } from './terminal';

/** `error: input must hold at least 100 records, got 7 [TooFewRecords]` */
export function describeIssue(issue: Issue, colours: Colours): string {
  const kind = isError(issue) ? colours.red('error:') : colours.yellow('warning:');
  // A line for each: names of columns and the like may have line ends in them.
  return `${kind} ${toPrintable(formatIssue(issue).replace(/\r?\n/g, '\\n'))}`;
}

/** Each on a line of stderr. */
export function tellIssues(issues: readonly Issue[], { tell, toldColours }: Context): void {
  for (const issue of issues) tell(describeIssue(issue, toldColours));
}

/** Issues of the library name its props; whoever sits at a terminal knows the options. */
export function inOptions(issues: readonly Issue[], options: Readonly<Record<string, string>>): Issue[] {
  return issues.map((issue) => ({ ...issue, input: options[issue.input] ?? issue.input }));
}
