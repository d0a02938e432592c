import { accessDiagram } from './access-diagram';
import {
  actionsOf,
  actionTable,
  addedActionsTable,
  allGiven,
  findGiven,
  type Given,
  isAlways,
  MADE_ROLES,
  NEITHER_CAN,
  notGivenTable,
  whenGiven,
} from './action-table';
import type { PlacedStatement, PolicyKind, Statement, SynthesisedStack } from './policy-statements';
import { REGION } from './readable';
import { compareOption, type OptionDifference, SECURITY_OPTIONS, synthesiseDefault } from './security-options';
import { BOUNDARY, citeSource, VPC_ENDPOINT } from './sources';
import {
  anchorOf,
  changedLines,
  explain,
  fence,
  linkTo,
  toJson,
  toPackedJson,
  unconfirmedLine,
  wildcardLines,
} from './statement-markdown';
import { COMMON_GUARDS, readReason, STATEMENT_REASONS, type StatementReason } from './statement-reasons';

/** What the page is made of: everything synthesised once. */
export interface SecurityFacts {
  readonly byDefault: SynthesisedStack;
  readonly differences: readonly OptionDifference[];
}

export function readSecurityFacts(): SecurityFacts {
  return { byDefault: synthesiseDefault(), differences: SECURITY_OPTIONS.map(compareOption) };
}

/** The statements that the page has shown in full, by the id of their reason. */
type Shown = Map<string, Statement[]>;

/** docs/security.md: the same for the same library, on whichever day. */
export function renderSecurityPage({ byDefault, differences }: SecurityFacts = readSecurityFacts()): string {
  const given = allGiven(byDefault.statements, differences);
  const shown: Shown = new Map();
  const body = [
    whoDoesWhat(byDefault),
    notGivenSection(given),
    widerSection(given),
    unconfirmedSection(given, differences),
    whereItRuns(byDefault),
    howToRead(),
    defaultPolicies(byDefault, shown),
    settings(byDefault),
    optionsSection(differences, shown),
    actionSection(given),
  ].join('\n\n');
  return `${[NOTE, `# Security\n\n${inShort(given)}`, contents(body), body].join('\n\n')}\n`;
}

const NOTE =
  '<!-- Written by docs/generate/security-page.ts from synthesised templates. To bring it up to date: npx tsx docs/generate/write.ts -->';

const WIDER = 'Rights that reach further than their calls';
const UNCONFIRMED = 'What AWS does not document';

/** The answer for who reads no further. What it denies is looked up in the statements, with each option. */
function inShort(given: readonly Given[]): string {
  const found = NEITHER_CAN.find((right) => findGiven(right, given).length > 0);
  if (found !== undefined)
    throw new Error(`the page says that neither role can ${found.what}, which is not so any more`);
  const [last, ...others] = NEITHER_CAN.map(({ what }) => what).reverse();
  return `In short: two roles. Bedrock's reads the records, writes results and runs one model; the starter's starts, tags and stops jobs and
hands over that one role. Neither can ${others.reverse().join(', ')} or ${last}.

What the two roles cannot do holds with every option, and is computed from the statements. This page shows every statement of every
policy that the library writes, or has CDK write, as it is in synthesised templates. A test fails where a statement has no reason
here, where a reason has no statement, and where this page is not what the templates say.`;
}

function howToRead(): string {
  return `## How to read it

| | |
| --- | --- |
| \`<OutputBucket>\` | the resource of that name in the stack, by its ARN |
| \`<account>\`, \`<region>\`, \`<partition>\` | those of the stack; the examples are synthesised for ${REGION} |
| \`<AssetBucket>\` | the bucket of CDK's bootstrap, in which \`cdk deploy\` puts local files |
| \`<ExecutionRole>\` | the role of CDK's bootstrap with which CloudFormation deploys |
| \`<hash>\` | the hash of a file's content |
| Call | which call uses the statement, and when |
| Reach | what the statement allows, and why no less |
| Condition | what it guards against |
| Wildcard | why it is there; for the roles of the library in the words with which it is acknowledged to cdk-nag |
| Wider than the call needs | how the statement reaches further: [all of them](#${anchorOf(WIDER)}) |
| Not documented by AWS | what had to be decided without a source: [all of them](#${anchorOf(UNCONFIRMED)}) |

Two conditions stand in many statements, and are not explained again there:

${Object.entries(COMMON_GUARDS)
  .map(([key, text]) => `- **Condition** \`${key}\`: ${text}`)
  .join('\n')}

With the flag \`@aws-cdk/aws-iam:minimizePolicies\`, which \`cdk init\` sets, CDK merges statements that differ in one part only.
The rights are the same; here they are shown apart.`;
}

/** The headings of a page, two levels of them. */
function contents(markdown: string): string {
  const headings = [...markdown.matchAll(/^(##|###) (.+)$/gm)];
  return headings
    .map(([, level, heading]) => `${level === '##' ? '' : '  '}- [${heading}](#${anchorOf(heading)})`)
    .join('\n');
}

function whoDoesWhat({ statements, types }: SynthesisedStack): string {
  if (types.includes('AWS::Lambda::Permission'))
    throw new Error('the starter has a permission now: the page says that it has none');
  const made = types.map((type) => `\`${type}\``).join(', ');
  return `## Who does what

- **CloudFormation** deploys the stack with the execution role of
  [CDK's bootstrap](https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html), or with
  [a role or credentials of yours](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html). It
  creates ${made},
  and calls the starter with the same role: the template has no \`AWS::Lambda::Permission\` for it.
- The **starter** is the Lambda function behind every job of a stack. It checks model and records, copies local files within
  Amazon S3, starts the job and hands it the service role. It runs no model and reads no results.
- The **service role** is what Bedrock assumes for one job: with it Bedrock reads the records, runs the model and writes the
  results. The role cannot start, see or stop a job.
- **Amazon S3 and KMS** ask both the role's policy and that of the bucket or key. Within one account the rights of the roles are
  enough: by default no bucket policy allows anything, and a key policy leaves the decision to IAM.
- **Other accounts** must let the account of the stack in by the policies of their buckets and keys. What these must say is shown
  with the options below.

${fence('mermaid', accessDiagram(statements))}`;
}

function notGivenSection(given: readonly Given[]): string {
  return `## Rights that are not given

By default and with every option. A wildcard in an action counts as everything that it could mean.

${notGivenTable(given)}`;
}

function reasonsOfPage(given: readonly Given[]): StatementReason[] {
  const ids = new Set(given.map(({ placed }) => readReason(placed).id));
  return STATEMENT_REASONS.filter(({ id }) => ids.has(id));
}

/** What the reasons themselves call wide: nobody should have to find it. */
function widerSection(given: readonly Given[]): string {
  const rows = reasonsOfPage(given)
    .filter(({ wider }) => wider !== undefined)
    .map((reason) => `| ${linkTo(reason)} | ${reason.title} | ${whenGiven(reason, given)} | ${reason.wider} |`);
  return [`## ${WIDER}`, ['| | right | with | how |', '| --- | --- | --- | --- |', ...rows].join('\n')].join('\n\n');
}

function unconfirmedSection(given: readonly Given[], differences: readonly OptionDifference[]): string {
  const ofReasons = reasonsOfPage(given).flatMap((reason) =>
    reason.unconfirmed === undefined ? [] : [`| ${linkTo(reason)} | ${reason.title} | ${reason.unconfirmed} |`],
  );
  const ofOptions = differences.flatMap(({ option: { title, unconfirmed } }) =>
    unconfirmed === undefined ? [] : [`| [option](#${anchorOf(title)}) | ${title} | ${unconfirmed} |`],
  );
  const rows = [...ofReasons, ...ofOptions];
  const intro = 'No page of AWS that we know of says:';
  return [`## ${UNCONFIRMED}`, intro, ['| | where | what |', '| --- | --- | --- |', ...rows].join('\n')].join('\n\n');
}

function whereItRuns({ propertiesOf }: SynthesisedStack): string {
  const { VpcConfig } = propertiesOf('Starter');
  if (VpcConfig !== undefined) throw new Error('the starter is in a network now: the page says that it is not');
  const { minRecords } = propertiesOf('Job');
  return `## Where the starter runs

Not in your VPC, not even with \`vpc\`: that option is about the job, which Bedrock runs. The starter calls Bedrock and S3 at their public
endpoints, over TLS, and answers CloudFormation at a pre-signed address of S3. Of the records it reads up to ${minRecords}, the service's
minimum, to count them.

A bucket policy that lets in only a VPC endpoint (\`aws:SourceVpce\`) must therefore make an exception for the role of the starter, by
its ARN in \`aws:PrincipalArn\`. Without \`vpc\`, Bedrock does not come through your endpoint either, and the service role needs the same
exception. See ${citeSource(VPC_ENDPOINT)}.`;
}

interface Place {
  readonly title: string;
  readonly holders: readonly string[];
  readonly kind: PolicyKind;
  readonly text: string;
}

const PLACES: readonly Place[] = [
  {
    title: 'Trust policy of the service role',
    holders: ['ServiceRole'],
    kind: 'trust',
    text: 'Who may assume the role that a job runs with.',
  },
  {
    title: 'Rights of the service role',
    holders: ['ServiceRole'],
    kind: 'rights',
    text: 'One role for each job, with the rights for its records, its results and its model.',
  },
  {
    title: 'Trust policy of the starter',
    holders: ['StarterRole'],
    kind: 'trust',
    text: 'Who may assume the role of the function.',
  },
  {
    title: 'Rights of the starter',
    holders: ['StarterRole'],
    kind: 'rights',
    text: 'One role for all jobs of a stack: T2 to T4 stand in it once, the others once for each job.',
  },
  {
    title: 'Policies of the buckets',
    holders: ['InputBucket', 'OutputBucket'],
    kind: 'resource',
    text: 'They only deny: the roles have rights of their own.',
  },
];

function defaultPolicies({ statements }: SynthesisedStack, shown: Shown): string {
  const known = (each: PlacedStatement) => PLACES.some((place) => standsIn(each, place));
  const stray = statements.find((each) => !known(each));
  if (stray !== undefined) throw new Error(`the page has no section for the policy of ${stray.holder} (${stray.kind})`);
  if (statements.some(({ kind, statement }) => kind === 'resource' && statement.Effect === 'Allow')) {
    throw new Error('a policy of a resource allows something now: the page says that they only deny');
  }
  const sections = PLACES.map((place) => {
    const there = groupByReason(statements.filter((each) => standsIn(each, place)));
    const explained = there.map((group) => statementInFull(group, shown));
    return [`### ${place.title}`, place.text, ...explained].join('\n\n');
  });
  const title = `## The default construct

Local records, a model that the Region has itself, no further options.`;
  return [title, ...sections].join('\n\n');
}

function standsIn({ holder, kind }: PlacedStatement, place: Place): boolean {
  return place.kind === kind && place.holders.includes(holder);
}

interface Group {
  readonly reason: StatementReason;
  readonly placed: PlacedStatement[];
}

function groupByReason(statements: readonly PlacedStatement[]): Group[] {
  const groups = new Map<string, Group>();
  for (const placed of statements) {
    const reason = readReason(placed);
    const group = groups.get(reason.id);
    if (group === undefined) groups.set(reason.id, { reason, placed: [placed] });
    else group.placed.push(placed);
  }
  const order = ({ reason }: Group) => STATEMENT_REASONS.indexOf(reason);
  return [...groups.values()].sort((a, b) => order(a) - order(b));
}

function statementInFull({ reason, placed }: Group, shown: Shown): string {
  const text = explain(placed, '####', (statement) => findShown(statement, shown));
  shown.set(
    reason.id,
    placed.map(({ statement }) => statement),
  );
  return text;
}

function findShown(statement: Statement, shown: Shown): StatementReason | undefined {
  return STATEMENT_REASONS.find(({ id }) => (shown.get(id) ?? []).some((each) => isSame(each, statement)));
}

function isSame(a: Statement, b: Statement): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What guards the data besides policies. */
function settings({ propertiesOf }: SynthesisedStack): string {
  const [input, output] = ['InputBucket', 'OutputBucket'].map((name) => toJson(propertiesOf(name)));
  if (input !== output) throw new Error('the buckets are not alike any more: show both');
  const { Environment } = propertiesOf('Starter');
  if (Environment !== undefined) throw new Error('the starter has an environment now: show it');
  const { RetentionInDays, ...others } = propertiesOf('StarterLogs');
  if (Object.keys(others).length > 0) throw new Error('the log group has more properties now: tell of them');
  return `### Settings

Both buckets are encrypted and versioned, and closed to the public whatever their policies say:

${fence('json', input)}

The log group of the starter holds ARNs, names of jobs and S3 URIs, but no record and no pre-signed address; credentials and
signatures are removed from error messages. CloudWatch Logs encrypts it and deletes what is older than ${RetentionInDays} days.

The starter has no environment variables, and its role is made for it alone.`;
}

function optionsSection(differences: readonly OptionDifference[], shown: Shown): string {
  const sections = differences.map((difference) => optionSection(difference, shown));
  const title = `## What options add

Each option is compared with the default construct, unless another comparison is named. In a diff, the lines with \`-\` are replaced
by those with \`+\`. Statements that are not mentioned are unchanged.`;
  return [title, ...sections].join('\n\n');
}

function optionSection({ option, added, removed, theirs }: OptionDifference, shown: Shown): string {
  const against = option.against === undefined ? '' : `Compared with ${option.against}. `;
  const intro = `${against}${option.text ?? ''}`.trim();
  const { changed, gone, fresh } = pairUp(added, removed);
  return [
    `### ${option.title}`,
    fence('ts', ...option.code),
    ...(intro === '' ? [] : [intro]),
    ...(option.unconfirmed === undefined ? [] : [unconfirmedLine(option.unconfirmed)]),
    ...(gone.length === 0 ? [] : [`Removed: ${linksTo(gone)}.`]),
    ...changesOf(changed),
    ...newStatements(fresh, shown),
    ...theirsOf(theirs, shown),
  ].join('\n\n');
}

interface Change {
  readonly from: PlacedStatement;
  readonly to: PlacedStatement;
}

/** What was there for the same reason in the same policy is what a new statement replaces. */
function pairUp(added: readonly PlacedStatement[], removed: readonly PlacedStatement[]) {
  const keyOf = (placed: PlacedStatement) => `${readReason(placed).id} ${placed.holder}`;
  const gone = [...removed];
  const changed: Change[] = [];
  const fresh: PlacedStatement[] = [];
  for (const to of added) {
    const index = gone.findIndex((each) => keyOf(each) === keyOf(to));
    if (index === -1) fresh.push(to);
    else changed.push({ from: gone.splice(index, 1)[0], to });
  }
  return { changed, gone, fresh };
}

/** Changes that are the same lines are told once. */
function changesOf(changed: readonly Change[]): string[] {
  const byLines = new Map<string, PlacedStatement[]>();
  for (const { from, to } of changed) {
    const lines = changedLines(from.statement, to.statement).join('\n');
    byLines.set(lines, [...(byLines.get(lines) ?? []), to]);
  }
  return [...byLines].map(([lines, placed]) => paragraphs(`In ${linksTo(placed)}:`, ...diffOf(lines, placed)));
}

/** A diff, and why the wildcards are there that it brings. */
function diffOf(lines: string, placed: readonly PlacedStatement[]): string[] {
  const isNew = lines.split('\n').some((line) => line.startsWith('+') && line.includes('*'));
  return [fence('diff', lines), isNew ? wildcardLines(placed).join('\n') : ''];
}

function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Links to the reasons, with the policies where a reason has more than one. */
function linksTo(placed: readonly PlacedStatement[]): string {
  return groupByReason(placed)
    .map(({ reason, placed: ofReason }) => {
      if (reason.holders.length === 1) return linkTo(reason);
      return `${linkTo(reason)} (${[...new Set(ofReason.map(({ holder }) => `\`${holder}\``))].join(', ')})`;
    })
    .join(', ');
}

/** In full where a reason has not come up yet; else that the statement is the same, or how it differs. */
function newStatements(statements: readonly PlacedStatement[], shown: Shown): string[] {
  const groups = groupByReason(statements);
  const isAsAbove = ({ reason, placed }: Group) => {
    const known = shown.get(reason.id) ?? [];
    return placed.every(({ statement }) => known.some((each) => isSame(each, statement)));
  };
  const same = groups.filter(isAsAbove);
  const holders = [...new Set(same.flatMap(({ placed }) => placed.map(({ holder }) => holder)))];
  const asAbove = holders.map((holder) => {
    const theirs = same.filter(({ placed }) => placed.some((each) => each.holder === holder));
    return `${theirs.map(({ reason }) => linkTo(reason)).join(', ')}, as above, in the policy of \`${holder}\`.`;
  });
  return [...asAbove, ...groups.filter((group) => !same.includes(group)).map((group) => newStatement(group, shown))];
}

function newStatement(group: Group, shown: Shown): string {
  const { reason, placed } = group;
  const known = shown.get(reason.id);
  if (known === undefined) return statementInFull(group, shown);
  const holders = [...new Set(placed.map(({ holder }) => `\`${holder}\``))].join(', ');
  const others = placed.filter(({ statement }) => !known.some((each) => isSame(each, statement)));
  const diffs = others.flatMap((each) => diffOf(changedLines(known[0], each.statement).join('\n'), [each]));
  return paragraphs(`${linkTo(reason)}, in the policy of ${holders}, compared with the statement above:`, ...diffs);
}

/** What one has to write into policies that are not the app's. */
function theirsOf(theirs: readonly PlacedStatement[], shown: Shown): string[] {
  if (theirs.length === 0) return [];
  return ['**To be added by hand**, since the app does not write that policy:', ...newStatements(theirs, shown)];
}

function actionSection(given: readonly Given[]): string {
  const lists = MADE_ROLES.map((role) => {
    const actions = actionsOf(role, role === 'EmptyingRole' ? given : given.filter(isAlways));
    return `${TITLES_OF_LISTS[role]}:\n\n${fence('json', toPackedJson(actions))}`;
  });
  return `## All actions

For a permissions boundary, which must allow every action that a role uses
(${citeSource(BOUNDARY)}). Trust policies, and policies of
roles that you bring or name in grants, are not in these lists. A role that CDK makes for a reference to another account
(${linkTo(ofId('X6'))}) needs its one action.

${lists.join('\n\n')}

What options add to the first two:

${addedActionsTable(['ServiceRole', 'StarterRole'], given)}

Which statements each action comes from:

${actionTable(MADE_ROLES, given)}`;
}

function ofId(id: string): StatementReason {
  return STATEMENT_REASONS.find((reason) => reason.id === id) as StatementReason;
}

const TITLES_OF_LISTS = {
  ServiceRole: 'The service role (`ServiceRole`), without options',
  StarterRole: 'The role of the starter (`StarterRole`), without options',
  EmptyingRole:
    "The role of CDK's function (`EmptyingRole`), which is there only with `removalPolicy: RemovalPolicy.DESTROY`",
} as const;
