import { listOf, type PlacedStatement } from './policy-statements';
import type { OptionDifference } from './security-options';
import { granteesOf, linkTo, lowerFirst } from './statement-markdown';
import { readReason, type StatementReason } from './statement-reasons';

/** Statements that a page is about, and with which options they are there; `undefined` is the default construct. */
export interface Given {
  readonly placed: PlacedStatement;
  readonly option?: string;
}

/** Whatever the library allows anybody, by default or with an option. */
export function allGiven(byDefault: readonly PlacedStatement[], differences: readonly OptionDifference[]): Given[] {
  return [
    ...byDefault.map((placed) => ({ placed })),
    ...differences.flatMap(({ added, option }) => added.map((placed) => ({ placed, option: option.title }))),
  ].filter(({ placed }) => placed.statement.Effect === 'Allow');
}

/** One row for each action: who has it, why, and from which option on. */
export function actionTable(given: readonly Given[]): string {
  const actions = [...new Set(given.flatMap(({ placed }) => listOf(placed.statement.Action)))].sort();
  const rows = actions.flatMap((action) => {
    const having = given.filter(({ placed }) => listOf(placed.statement.Action).includes(action));
    const grantees = [...new Set(having.flatMap(({ placed }) => granteesOf(placed)))];
    return grantees.map((grantee, index) => {
      const theirs = having.filter(({ placed }) => granteesOf(placed).includes(grantee));
      const reasons = new Map<string, StatementReason>();
      for (const { placed } of theirs) reasons.set(readReason(placed).id, readReason(placed));
      const why = [...reasons.values()].map((reason) => `${reason.title} (${linkTo(reason)})`).join('; ');
      return `| ${index === 0 ? `\`${action}\`` : ''} | ${grantee} | ${why} | ${whenGiven(theirs)} |`;
    });
  });
  return ['| action | who | why | with |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function whenGiven(given: readonly Given[]): string {
  if (given.some(({ option }) => option === undefined)) return 'always';
  return [...new Set(given.map(({ option }) => lowerFirst(option as string)))].join(', ');
}

/** Rights that nobody has, or only those who are named. */
export interface NotGiven {
  readonly what: string;
  /** Actions, with `*` as in a policy. */
  readonly actions: readonly string[];
  /** Those among them that are given. */
  readonly but?: readonly string[];
  /** Whom it is about; everybody where it is left out. */
  readonly who?: readonly string[];
}

const ROLES = ['ServiceRole', 'StarterRole'];

export const NOT_GIVEN: readonly NotGiven[] = [
  { what: 'everything, or everything of a service', actions: [] },
  { what: 'IAM', actions: ['iam:*'], but: ['iam:PassRole'] },
  { what: 'IAM', actions: ['iam:*'], who: ['ServiceRole'] },
  { what: 'becoming another role', actions: ['sts:*'], who: ROLES },
  { what: 'deleting objects', actions: ['s3:Delete*'] },
  { what: 'changing buckets, ACLs, tags and locks', actions: ['s3:Put*', 's3:Bypass*'], but: ['s3:PutObject'] },
  {
    what: 'anything else in Amazon S3',
    actions: ['s3:*'],
    but: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'],
    who: ROLES,
  },
  {
    what: 'managing keys and grants, using them otherwise',
    actions: ['kms:*'],
    but: ['kms:Decrypt', 'kms:GenerateDataKey'],
    who: ROLES,
  },
  { what: 'running a model', actions: ['bedrock:Invoke*', 'bedrock:Converse*'], who: ['StarterRole'] },
  {
    what: 'anything else in Bedrock',
    actions: ['bedrock:*'],
    but: [
      'bedrock:CreateModelInvocationJob',
      'bedrock:GetModelInvocationJob',
      'bedrock:StopModelInvocationJob',
      'bedrock:ListModelInvocationJobs',
      'bedrock:TagResource',
      'bedrock:UntagResource',
      'bedrock:GetFoundationModel',
      'bedrock:GetFoundationModelAvailability',
      'bedrock:GetInferenceProfile',
      'bedrock:GetCustomModel',
    ],
    who: ['StarterRole'],
  },
  { what: 'anything else in Bedrock', actions: ['bedrock:*'], but: ['bedrock:InvokeModel'], who: ['ServiceRole'] },
  { what: 'networks', actions: ['ec2:*'], who: ['StarterRole'] },
  {
    what: 'logs, but for writing them',
    actions: ['logs:*'],
    but: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    who: ROLES,
  },
  {
    what: 'any other service',
    actions: ['*'],
    but: ['bedrock:*', 'ec2:*', 'iam:*', 'kms:*', 'logs:*', 's3:*', 'xray:*'],
    who: ROLES,
  },
];

/** Each right of the list, with who has it against it. */
export function notGivenTable(given: readonly Given[]): string {
  const code = (values: readonly string[]) => values.map((each) => `\`${each}\``).join(', ');
  const rows = NOT_GIVEN.map((right) => {
    const { what, actions, but = [], who } = right;
    const meant = actions.length === 0 ? '`*`, `service:*`' : code(actions);
    const whom = who === undefined ? 'anybody' : code(who);
    return `| ${what} | ${meant}${but.length > 0 ? ` but ${code(but)}` : ''} | ${whom} | ${tellFound(findGiven(right, given))} |`;
  });
  return ['| right | actions | for | given |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** What is given of it all the same. */
export function findGiven({ actions, but = [], who }: NotGiven, given: readonly Given[]): Given[] {
  return given.filter(({ placed }) => {
    if (who !== undefined && !who.some((each) => granteesOf(placed).includes(`\`${each}\``))) return false;
    const others = listOf(placed.statement.Action).filter((action) => !but.some((each) => covers(each, action)));
    if (actions.length === 0) return others.some((action) => /^(?:\*|[\w-]+:\*)$/.test(action));
    return others.some((action) => actions.some((each) => overlap(each, action)));
  });
}

/** Whether all that an action may mean is meant by a pattern. */
function covers(pattern: string, action: string): boolean {
  return pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern;
}

function tellFound(found: readonly Given[]): string {
  if (found.length === 0) return 'no';
  const reasons = new Map(found.map((each) => [readReason(each.placed).id, each]));
  const told = [...reasons.values()].map(({ placed, option }) => {
    const when = option === undefined ? 'always' : `only with: ${lowerFirst(option)}`;
    return `${granteesOf(placed).join(', ')}, ${when} (${linkTo(readReason(placed))})`;
  });
  return told.join('; ');
}

/** Whether some action is meant by both: each may hold wildcards. */
export function overlap(a: string, b: string): boolean {
  if (a === '' || b === '') return /^\**$/.test(a + b);
  if (a[0] === '*') return overlap(a.slice(1), b) || overlap(a, b.slice(1));
  if (b[0] === '*') return overlap(b, a);
  return a[0].toLowerCase() === b[0].toLowerCase() && overlap(a.slice(1), b.slice(1));
}
