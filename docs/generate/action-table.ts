import { listOf, type PlacedStatement } from './policy-statements';
import type { OptionDifference } from './security-options';
import { anchorOf, granteesOf, linkTo, lowerFirst } from './statement-markdown';
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

/** The roles that the library makes, or has CDK make; those of the user's own are not among them. */
export const MADE_ROLES = ['ServiceRole', 'StarterRole', 'EmptyingRole'] as const;
export type MadeRole = (typeof MADE_ROLES)[number];

/** What a permissions boundary must let a role do: by its own policies, or by those of resources that name it. */
export function actionsOf(role: MadeRole, given: readonly Given[]): string[] {
  const theirs = given.filter(({ placed }) => granteesOf(placed).includes(`\`${role}\``));
  return [...new Set(theirs.flatMap(({ placed }) => listOf(placed.statement.Action)))].sort();
}

export const isAlways = ({ option }: Given): boolean => option === undefined;

/** What each option adds to the actions that a role has anyway; options that add the same stand together. */
export function addedActionsTable(roles: readonly MadeRole[], given: readonly Given[]): string {
  const always = new Map(roles.map((role) => [role, actionsOf(role, given.filter(isAlways))]));
  const options = [...new Set(given.flatMap(({ option }) => (option === undefined ? [] : [option])))];
  const titles = new Map<string, string[]>();
  for (const option of options) {
    const added = roles.map((role) =>
      actionsOf(
        role,
        given.filter((each) => each.option === option),
      )
        .filter((action) => !always.get(role)?.includes(action))
        .map((action) => `\`"${action}"\``)
        .join(', '),
    );
    if (added.every((each) => each === '')) continue;
    const cells = added.join(' | ');
    titles.set(cells, [...(titles.get(cells) ?? []), `[${lowerFirst(option)}](#${anchorOf(option)})`]);
  }
  const rows = [...titles].map(([cells, names]) => `| ${names.join(', ')} | ${cells} |`);
  return [`| with | ${roles.join(' | ')} |`, `| --- |${' --- |'.repeat(roles.length)}`, ...rows].join('\n');
}

/** Which roles have an action, and by which statements; actions of which the same is to be said stand together. */
export function actionTable(roles: readonly MadeRole[], given: readonly Given[]): string {
  const actions = [...new Set(roles.flatMap((role) => actionsOf(role, given)))].sort();
  const rows = new Map<string, string[]>();
  for (const action of actions) {
    const having = given.filter(({ placed }) => listOf(placed.statement.Action).includes(action));
    const ofRoles = having.filter((each) => roles.some((role) => actionsOf(role, [each]).length > 0));
    const who = roles.filter((role) => actionsOf(role, ofRoles).length > 0);
    const reasons = new Map(ofRoles.map(({ placed }) => [readReason(placed).id, readReason(placed)]));
    const row = `${who.join(', ')} | ${[...reasons.values()].map(linkTo).join(', ')}`;
    rows.set(row, [...(rows.get(row) ?? []), `\`${action}\``]);
  }
  const lines = [...rows].map(([row, names]) => `| ${names.join(', ')} | ${row} |`);
  return ['| action | who | statements |', '| --- | --- | --- |', ...lines].join('\n');
}

/** With which options a reason has a statement. */
export function whenGiven({ id }: StatementReason, given: readonly Given[]): string {
  const theirs = given.filter(({ placed }) => readReason(placed).id === id);
  if (theirs.some(isAlways)) return 'always';
  const options = [...new Set(theirs.map(({ option }) => option as string))];
  return options.map((option) => `[${lowerFirst(option)}](#${anchorOf(option)})`).join(', ');
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

const ROLES: readonly MadeRole[] = ['ServiceRole', 'StarterRole'];

/** What the page says in its first lines that neither role can do. */
export const NEITHER_CAN: readonly NotGiven[] = [
  { what: 'delete an object', actions: ['s3:Delete*'], who: ROLES },
  { what: 'change a policy', actions: ['*:*Policy*', 'lambda:*Permission*', 's3:*Acl*'], who: ROLES },
  { what: 'assume another role', actions: ['sts:*'], who: ROLES },
];

export const NOT_GIVEN: readonly NotGiven[] = [
  { what: 'everything, or everything of a service', actions: [] },
  { what: 'IAM', actions: ['iam:*'], but: ['iam:PassRole'] },
  { what: 'IAM', actions: ['iam:*'], who: ['ServiceRole'] },
  { what: 'assuming another role', actions: ['sts:*'], who: ROLES },
  { what: 'changing any policy', actions: ['*:*Policy*'], who: ROLES },
  { what: 'deleting objects', actions: ['s3:Delete*'] },
  { what: 'changing buckets, ACLs, tags and locks', actions: ['s3:Put*', 's3:Bypass*'], but: ['s3:PutObject'] },
  {
    what: 'anything else in Amazon S3',
    actions: ['s3:*'],
    but: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'],
    who: ROLES,
  },
  {
    what: 'managing keys, or using them in any other way',
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
    what: 'logs, other than writing them',
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
    const meant = actions.length === 0 ? '`*`, `<service>:*`' : code(actions);
    const whom = who === undefined ? 'anybody' : code(who);
    return `| ${what} | ${meant}${but.length > 0 ? ` except ${code(but)}` : ''} | ${whom} | ${tellFound(findGiven(right, given))} |`;
  });
  return ['| right | actions | to | given |', '| --- | --- | --- | --- |', ...rows].join('\n');
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
