/** A statement of a policy with each of its values as a text. */
export interface StatementText {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** What the roles of an account do with a resource. */
export interface AccountRight {
  /** Absent: known at deployment only. */
  readonly account?: string;
  readonly action: string;
  /** The resource in each way in which a template may write it. */
  readonly resource: readonly string[];
}

/** `perhaps`: on a condition, or for some of the account's roles. */
export type Verdict = 'allowed' | 'perhaps' | 'denied' | 'missing';

/** What the policy of a resource says to the roles of another account. A refusal that may not hold for them is not judged. */
export function judgePolicy(statements: readonly StatementText[], right: AccountRight): Verdict {
  const about = statements.filter(
    ({ Action, NotAction, Resource, NotResource }) =>
      covers(Action, NotAction, [right.action], 'i') && covers(Resource, NotResource, right.resource),
  );
  const isSure = (effect: string) =>
    about.some((each) => each.Effect === effect && each.Condition === undefined && reachOf(each, right) === 'account');
  if (isSure('Deny')) return 'denied';
  if (isSure('Allow')) return 'allowed';
  return about.some((each) => each.Effect === 'Allow' && reachOf(each, right) !== 'nobody') ? 'perhaps' : 'missing';
}

/** Whom of the account a statement is for. */
function reachOf({ Principal, NotPrincipal }: StatementText, { account }: AccountRight): 'account' | 'some' | 'nobody' {
  const named = principalsIn(NotPrincipal ?? Principal);
  const isWhole = (each: string) => account !== undefined && [account, `arn:aws:iam::${account}:root`].includes(each);
  const isPart = (each: string) => account !== undefined && each.includes(`::${account}:`);
  if (NotPrincipal !== undefined) return named.some((each) => isWhole(each) || isPart(each)) ? 'some' : 'account';
  if (named.some((each) => each === '*' || isWhole(each))) return 'account';
  return named.some(isPart) ? 'some' : 'nobody';
}

function principalsIn(principal: unknown): string[] {
  if (principal === '*') return ['*'];
  return textsIn((principal as { readonly AWS?: unknown } | undefined)?.AWS).map(inOnePartition);
}

/** Patterns are those of IAM. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
function covers(patterns: unknown, others: unknown, ways: readonly string[], flags = ''): boolean {
  const isAmong = (list: unknown) =>
    textsIn(list).some((pattern) => ways.some((way) => toRegExp(pattern, flags).test(inOnePartition(way))));
  return others === undefined ? isAmong(patterns) : !isAmong(others);
}

function toRegExp(pattern: string, flags: string): RegExp {
  const source = inOnePartition(pattern)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    // One character is no match for the `*` of what is asked for.
    .replaceAll('?', '[^*]');
  return new RegExp(`^${source}$`, flags);
}

/** Whether the partition is written out or left to the deployment, an app has one. */
function inOnePartition(text: string): string {
  return text.replace(/^arn:(?:aws[\w-]*|\$\{AWS::Partition\}):/, 'arn:aws:');
}

function textsIn(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(String);
}
