import { accessDiagram } from './access-diagram';
import { actionTable, allGiven, type Given, notGivenTable } from './action-table';
import type { PlacedStatement, PolicyKind, SynthesisedStack } from './policy-statements';
import { REGION } from './readable';
import { compareOption, type OptionDifference, SECURITY_OPTIONS, synthesiseDefault } from './security-options';
import { anchorOf, changedLines, explain, fence, jsonOf, linkTo, toJson, wildcardLines } from './statement-markdown';
import { readReason, type StatementReason } from './statement-reasons';

/** What the page is made of: everything synthesised once. */
export interface SecurityFacts {
  readonly byDefault: SynthesisedStack;
  readonly differences: readonly OptionDifference[];
}

export function readSecurityFacts(): SecurityFacts {
  return { byDefault: synthesiseDefault(), differences: SECURITY_OPTIONS.map(compareOption) };
}

/** docs/security.md: the same for the same library, on whichever day. */
export function renderSecurityPage({ byDefault, differences }: SecurityFacts = readSecurityFacts()): string {
  const explained = new Set<string>();
  const shown = [...byDefault.statements, ...differences.flatMap(({ added }) => added)];
  const body = [
    LEGEND,
    whoDoesWhat(byDefault),
    defaultPolicies(byDefault, explained),
    settings(byDefault),
    optionsSection(differences, explained),
    actionSections(allGiven(byDefault.statements, differences)),
    widerSection(shown),
  ].join('\n\n');
  return `${[NOTE, INTRODUCTION, contents(body), body].join('\n\n')}\n`;
}

const NOTE =
  '<!-- Written by docs/generate/security-page.ts from synthesised templates. To bring it up to date: npx tsx docs/generate/write.ts -->';

const WIDER = 'Rights that reach further than their calls';

const INTRODUCTION = `# Security

Every statement of every policy that the library writes, with its reason. The statements are those of synthesised templates, and
the tables are computed from them. A test fails where a statement has no reason here, a reason no statement, or where this page is
not what the templates say.`;

const LEGEND = `## How to read it

| | |
| --- | --- |
| \`<OutputBucket>\` | the resource of that name in the stack, by its ARN |
| \`<account>\`, \`<region>\`, \`<partition>\` | those of the stack; the examples are synthesised for ${REGION} |
| \`<AssetBucket>\` | the bucket of CDK's bootstrap, in which \`cdk deploy\` puts local files |
| \`<hash>\` | hash of the content of a file |
| Call | which call uses the statement, and when |
| Reach | what is allowed with it, and why no less |
| Condition | what it guards against |
| Wildcard | why it is there: the words that the library has for cdk-nag, where it is about the right of a role |
| Wider than the call needs | how the statement reaches further; [all of them](#${anchorOf(WIDER)}) |
| Not confirmed | what no source of AWS says |

With the flag \`@aws-cdk/aws-iam:minimizePolicies\`, which \`cdk init\` sets, CDK joins statements that differ in one part only.
The rights are the same; here they are shown apart.`;

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

- **CloudFormation** makes the stack with the role of the deployment: the execution role of
  [CDK's bootstrap](https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html), or
  [a role or credentials of yours](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html). It
  makes ${made}, and with the same role calls the starter; the template
  has no \`AWS::Lambda::Permission\` for it.
- The **starter** is the Lambda function behind every job of a stack. It looks at model and records, copies local files within
  Amazon S3, starts the job, and hands it the service role. It runs no model and reads no result.
- The **service role** is what Bedrock assumes for one job: with it Bedrock reads the records, runs the model and writes the
  results. It cannot start, see or stop a job.
- **Amazon S3 and KMS** ask both sides. In the account of the stack the rights of the roles are enough: by default no policy of a
  bucket allows anything, and that of a key leaves it to IAM.
- **Other accounts** must let the account of the stack in by the policies of their buckets and keys. What these must say is below.

${fence('mermaid', accessDiagram(statements))}`;
}

/** What the reasons themselves call wide: nobody should have to find it. */
function widerSection(shown: readonly PlacedStatement[]): string {
  const reasons = new Map(shown.map((placed) => [readReason(placed).id, readReason(placed)]));
  const rows = [...reasons.values()]
    .filter(({ wider }) => wider !== undefined)
    .map((reason) => `| ${linkTo(reason)} | ${reason.title} | ${reason.wider} |`);
  return [`## ${WIDER}`, ['| | right | how |', '| --- | --- | --- |', ...rows].join('\n')].join('\n\n');
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
    text: 'One role for all jobs of a stack: T2 to T4 stand in it once, the others for each job.',
  },
  {
    title: 'Policies of the buckets',
    holders: ['InputBucket', 'OutputBucket'],
    kind: 'resource',
    text: 'They only deny: the roles have rights of their own.',
  },
];

function defaultPolicies({ statements }: SynthesisedStack, explained: Set<string>): string {
  const known = (each: PlacedStatement) => PLACES.some((place) => standsIn(each, place));
  const stray = statements.find((each) => !known(each));
  if (stray !== undefined) throw new Error(`the page has no section for the policy of ${stray.holder} (${stray.kind})`);
  if (statements.some(({ kind, statement }) => kind === 'resource' && statement.Effect === 'Allow')) {
    throw new Error('a policy of a resource allows something now: the page says that they only deny');
  }
  const sections = PLACES.map((place) => {
    const there = groupByReason(statements.filter((each) => standsIn(each, place)));
    for (const { reason } of there) explained.add(reason.id);
    const shown = there.map(({ placed }) => explain(placed, '####'));
    return [`### ${place.title}`, place.text, ...shown].join('\n\n');
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
  return [...groups.values()];
}

/** What guards the data besides policies. */
function settings({ propertiesOf }: SynthesisedStack): string {
  const show = (name: string, ...properties: string[]) => {
    const all = propertiesOf(name);
    const shown = properties.length === 0 ? all : Object.fromEntries(properties.map((each) => [each, all[each]]));
    return fence('json', toJson(shown));
  };
  const [input, output] = ['InputBucket', 'OutputBucket'].map((name) => toJson(propertiesOf(name)));
  if (input !== output) throw new Error('the buckets are not alike any more: show both');
  const { Environment } = propertiesOf('Starter');
  if (Environment !== undefined) throw new Error('the starter has an environment now: show it');
  return `### Settings

Both buckets: encrypted, versioned, closed to the public whatever their policies say.

${show('InputBucket')}

The log group of the starter: it holds ARNs, names of jobs and places in Amazon S3, no record and no pre-signed address;
credentials and signatures are taken out of the texts of errors. CloudWatch Logs encrypts it by itself.

${show('StarterLogs')}

The starter has no environment variables and no network of its own. Its role is made for it alone.

${show('Starter', 'Runtime', 'Role', 'LoggingConfig', 'Timeout')}`;
}

function optionsSection(differences: readonly OptionDifference[], explained: Set<string>): string {
  const sections = differences.map((difference) => optionSection(difference, explained));
  const title = `## What options add

Each against the default construct, or against what is said. In a diff, lines with \`-\` are replaced by those with \`+\`; statements
that are not mentioned are unchanged.`;
  return [title, ...sections].join('\n\n');
}

function optionSection({ option, added, removed, theirs }: OptionDifference, explained: Set<string>): string {
  const against = option.against === undefined ? '' : `Against ${option.against}. `;
  const intro = `${against}${option.text ?? ''}`.trim();
  const { changed, gone, fresh } = pairUp(added, removed);
  return [
    `### ${option.title}`,
    fence('ts', ...option.code),
    ...(intro === '' ? [] : [intro]),
    ...(gone.length === 0 ? [] : [`No longer there: ${linksTo(gone)}.`]),
    ...changesOf(changed),
    ...groupByReason(fresh).map((group) => newStatement(group, explained)),
    ...theirsOf(theirs, explained),
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
  return [...byLines].map(([lines, placed]) => {
    const wildcards = wildcardLines(placed);
    return [
      `In ${linksTo(placed)}:`,
      fence('diff', lines),
      ...(wildcards.length === 0 ? [] : [wildcards.join('\n')]),
    ].join('\n\n');
  });
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

function newStatement({ reason, placed }: Group, explained: Set<string>): string {
  if (explained.has(reason.id)) {
    const holders = [...new Set(placed.map(({ holder }) => `\`${holder}\``))].join(', ');
    const wildcards = wildcardLines(placed);
    return [
      `${linkTo(reason)}, in the policy of ${holders}:`,
      ...placed.map(({ statement }) => jsonOf(statement)),
      ...(wildcards.length === 0 ? [] : [wildcards.join('\n')]),
    ].join('\n\n');
  }
  explained.add(reason.id);
  return explain(placed, '####');
}

/** What one has to write into policies that are not the app's. */
function theirsOf(theirs: readonly PlacedStatement[], explained: Set<string>): string[] {
  if (theirs.length === 0) return [];
  return [
    '**To be added by hand**, since the app cannot write the policy:',
    ...groupByReason(theirs).map((group) => newStatement(group, explained)),
  ];
}

function actionSections(given: readonly Given[]): string {
  return `## All actions

Whatever is allowed by any statement above, by default or with an option. What the policies of other accounts must say is not
among them, nor are policies of resources that you make yourself.

${actionTable(given)}

## Rights that are not given

Computed from the same statements; a wildcard in an action is taken for all that it could mean.

${notGivenTable(given)}`;
}
