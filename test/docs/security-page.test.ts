import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  actionsOf,
  actionTable,
  allGiven,
  findGiven,
  type Given,
  isAlways,
  MADE_ROLES,
  NEITHER_CAN,
  NOT_GIVEN,
  overlap,
} from '../../docs/generate/action-table';
import {
  listOf,
  type PlacedStatement,
  readPolicies,
  readStack,
  type Statement,
} from '../../docs/generate/policy-statements';
import { toReadable } from '../../docs/generate/readable';
import { readSecurityFacts, renderSecurityPage } from '../../docs/generate/security-page';
import { citeSource } from '../../docs/generate/sources';
import {
  anchorOf,
  changedLines,
  granteesOf,
  headingOf,
  linkTo,
  toPackedJson,
} from '../../docs/generate/statement-markdown';
import {
  readReason,
  readWildcardReasons,
  reasonsOf,
  STATEMENT_REASONS,
  wildcardsOf,
} from '../../docs/generate/statement-reasons';
import { WRITE_COMMAND } from '../../docs/generate/write';
import { makeCrossAccount } from '../../examples/cross-account/stacks';
import { HardenedStack } from '../../examples/hardened/stack';
import { MonitoringStack } from '../../examples/monitoring/stack';

const DOCS = join(__dirname, '..', '..', 'docs');
const facts = readSecurityFacts();
const page = renderSecurityPage(facts);
const { byDefault, differences } = facts;

/** Every statement that any of the templates has from the library, and every one that it asks others to write. */
const everyStatement: PlacedStatement[] = [
  ...byDefault.statements,
  ...differences.flatMap(({ statements, theirs }) => [...statements, ...theirs]),
];

/** What stands below a heading, up to the next one of its level. */
const sectionOf = (heading: string): string => {
  const level = heading.replace(/ .*/, '');
  const [, section] = page.split(`\n${heading}\n`);
  if (section === undefined) throw new Error(`the page has no ${heading}`);
  return section.split(new RegExp(`\n#{1,${level.length}} `))[0];
};
const jsonBlocksOf = (text: string) =>
  [...text.matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, json]) => JSON.parse(json));

const place = (statement: Statement, holder = 'ServiceRole', kind: PlacedStatement['kind'] = 'rights') => ({
  holder,
  kind,
  statement,
  acknowledged: new Map<string, readonly string[]>(),
});

test(`docs/security.md is what the templates say; if not, run: ${WRITE_COMMAND}`, () => {
  const path = join(DOCS, 'security.md');
  const isSame = existsSync(path) && readFileSync(path, 'utf8') === page;
  if (!isSame) throw new Error(`docs/security.md is not up to date: run ${WRITE_COMMAND}`);
});

describe('the page', () => {
  test('comes out the same on any day', () => {
    jest.useFakeTimers({ now: new Date('2031-03-01') });
    try {
      expect(renderSecurityPage()).toBe(page);
    } finally {
      jest.useRealTimers();
    }
  });

  test('shows no hash, account or logical id', () => {
    const shown = page.replaceAll('a1b2c3d4e5f6', '');
    expect(shown).not.toMatch(/\b[0-9a-f]{12,}\b|[A-Za-z][0-9A-F]{8}\b|\b\d{12}\b|hnb659fds/);
  });

  test('links to headings that it has', () => {
    const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  test('refers to no statement that it does not have', () => {
    const ids = new Set(STATEMENT_REASONS.map(({ id }) => id));
    const named = [...page.matchAll(/\b(?:[RTNKBXEG]\d+)\b/g)].map(([id]) => id);
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('shows each statement of the default construct as JSON', () => {
    const shown = jsonBlocksOf(page).map((each) => JSON.stringify(each));
    const missing = byDefault.statements
      // What is said of one bucket stands for the other.
      .filter(({ holder }) => holder !== 'OutputBucket')
      .filter(({ statement }) => !shown.includes(JSON.stringify(statement)));
    expect(missing).toEqual([]);
  });

  test('shows no statement twice', () => {
    const shown = jsonBlocksOf(page).map((each) => JSON.stringify(each));
    expect(shown.filter((each, index) => shown.indexOf(each) !== index)).toEqual([]);
  });

  test("has the auditor's answers before the statements", () => {
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'Who does what',
      'Rights that are not given',
      'Rights that reach further than their calls',
      'What AWS does not document',
      'Where the starter runs',
      'How to read it',
      'The default construct',
      'What options add',
      'All actions',
    ]);
  });

  test('collects what reaches further than its call', () => {
    const rows = sectionOf('## Rights that reach further than their calls').split('\n');
    const wide = STATEMENT_REASONS.filter(({ wider }) => wider !== undefined);
    expect(wide.length).toBeGreaterThan(10);
    const isTold = (reason: (typeof wide)[number]) =>
      rows.some((row) => row.startsWith(`| ${linkTo(reason)} | `) && row.endsWith(` | ${reason.wider} |`));
    expect(wide.filter((reason) => !isTold(reason)).map(({ id }) => id)).toEqual([]);
  });

  test.each([
    ['T3', 'always'],
    ['N1', '[a network of your own](#a-network-of-your-own)'],
    ['K5', '[events to an encrypted topic](#events-to-an-encrypted-topic)'],
    ['B6', '[a log bucket in another stack](#a-log-bucket-in-another-stack)'],
  ])('tells with which options there is %s, which reaches further', (id, when) => {
    const rows = sectionOf('## Rights that reach further than their calls').split('\n');
    const row = rows.find((each) => each.startsWith(`| [${id}](`));
    expect(row?.split(' | ')[2]).toBe(when);
  });

  test('collects what AWS does not document, of statements and of options', () => {
    const section = sectionOf('## What AWS does not document');
    const asked = [
      ...STATEMENT_REASONS.map(({ unconfirmed }) => unconfirmed),
      ...differences.map(({ option }) => option.unconfirmed),
    ].filter((each) => each !== undefined);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((each) => !section.includes(`| ${each} |`))).toEqual([]);
    expect(section.split('\n').filter((line) => line.startsWith('| ['))).toHaveLength(asked.length);
  });

  test('asks nowhere else what AWS does not document', () => {
    const lines = page.split('\n').filter((line) => /not documented|[Nn]ot confirmed|[Uu]nconfirmed/.test(line));
    expect(lines.filter((line) => !line.startsWith('- **Not documented by AWS**: '))).toEqual([]);
  });

  test('says which wildcard is whose where statements of two reasons stand together', () => {
    const lines = sectionOf('### Records that are in S3 already')
      .split('\n')
      .filter((line) => line.startsWith('- **Wildcard**'));
    expect(lines.map((line) => / \((\w+)\): /.exec(line)?.[1])).toEqual(['R2', 'T9']);
  });

  test('has the statements of a section in the order of their numbers', () => {
    const headings = [...page.matchAll(/^#{3,4} (.+)$/gm)].map(([, heading]) => heading);
    const order = STATEMENT_REASONS.map(headingOf);
    const places = headings.map((heading) => order.indexOf(heading));
    const backwards = places.filter((each, index) => each !== -1 && places[index - 1] > each);
    expect(backwards.map((each) => order[each])).toEqual([]);
  });

  test('tells that the starter is in no network, and would not if it were', () => {
    expect(sectionOf('## Where the starter runs')).toContain('up to 100, the service');
    const propertiesOf = (name: string) =>
      name === 'Starter' ? { VpcConfig: { SubnetIds: [] } } : byDefault.propertiesOf(name);
    expect(() => renderSecurityPage({ ...facts, byDefault: { ...byDefault, propertiesOf } })).toThrow(
      'the starter is in a network now',
    );
  });

  test('quotes the reasons that the library gives for its wildcards', () => {
    const reasons = everyStatement.flatMap(({ acknowledged }) => [...acknowledged.values()].flat());
    expect(new Set(reasons).size).toBeGreaterThan(5);
    for (const reason of reasons) expect(page).toContain(reason.slice(1));
  });
});

describe('a statement', () => {
  test('has one reason, whatever the options', () => {
    expect(everyStatement.length).toBeGreaterThan(200);
    for (const placed of everyStatement) expect(() => readReason(placed)).not.toThrow();
  });

  test('has every wildcard explained', () => {
    const withWildcards = everyStatement.filter((placed) => {
      const { actions, resources } = wildcardsOf(placed);
      return actions.length + resources.length > 0;
    });
    expect(withWildcards.length).toBeGreaterThan(50);
    for (const placed of withWildcards) expect(readWildcardReasons(placed)).not.toEqual([]);
  });

  test('without a reason is refused', () => {
    const placed = place({ Effect: 'Allow', Action: 's3:DeleteObject', Resource: '<OutputBucket>/*' });
    expect(() => readReason(placed)).toThrow(
      /one reason in docs\/generate\/statement-reasons.ts, got none: ServiceRole/,
    );
  });

  test('that loses its condition has no reason any more', () => {
    const { statement } = byDefault.statements.find(
      ({ holder, statement: { Action } }) => holder === 'ServiceRole' && Action === 's3:PutObject',
    ) as PlacedStatement;
    expect(reasonsOf(place(statement)).map(({ id }) => id)).toEqual(['R4']);
    const { Condition: _, ...bare } = statement;
    expect(reasonsOf(place(bare))).toEqual([]);
  });

  test('that gets one more action has no reason any more', () => {
    const placed = place({
      Effect: 'Allow',
      Action: ['bedrock:InvokeModel', 'bedrock:GetInferenceProfile'],
      Resource: '*',
    });
    expect(reasonsOf(placed)).toEqual([]);
  });

  test('that names another principal, or denies, has no reason any more', () => {
    const statement: Statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: '<Topic>',
    };
    const idsOf = (each: Statement) => reasonsOf(place(each, 'Topic', 'resource')).map(({ id }) => id);
    expect(idsOf(statement)).toEqual(['E1']);
    expect(idsOf({ ...statement, Effect: 'Deny' })).toEqual([]);
    const others: Statement['Principal'][] = ['*', { AWS: '*' }, { Service: 'cloudwatch.amazonaws.com' }, undefined];
    for (const Principal of others) expect(idsOf({ ...statement, Principal })).toEqual([]);
  });

  test('of a role with a wildcard that the library does not acknowledge is refused', () => {
    const placed = place({ Effect: 'Allow', Action: 'bedrock:GetCustomModel', Resource: '*' }, 'StarterRole');
    expect(() => readWildcardReasons(placed)).toThrow('nobody says why T14 holds *');
  });
});

describe('a reason', () => {
  test.each(STATEMENT_REASONS.map((reason) => [reason.id, reason] as const))(
    '%s has a statement on each holder',
    (_, reason) => {
      for (const holder of reason.holders) {
        const found = everyStatement.filter(
          (placed) => placed.holder === holder && reasonsOf(placed, [reason]).length > 0,
        );
        expect(found.length).toBeGreaterThan(0);
      }
    },
  );

  test('explains a wildcard only where there is one that the library does not acknowledge', () => {
    const explained = STATEMENT_REASONS.filter(({ wildcard }) => wildcard !== undefined);
    const used = everyStatement.flatMap((placed) => readWildcardReasons(placed).map(({ why }) => why));
    expect(explained.filter(({ wildcard }) => !used.includes(wildcard as string)).map(({ id }) => id)).toEqual([]);
  });

  test('has an id of its own', () => {
    const ids = STATEMENT_REASONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('cites pages by their titles', () => {
    for (const { sources = [] } of STATEMENT_REASONS)
      for (const url of sources) expect(page).toContain(citeSource(url));
    expect(() => citeSource('https://docs.aws.amazon.com/other.html')).toThrow('no title for https://');
  });

  test('cites public pages', () => {
    const sources = STATEMENT_REASONS.flatMap(({ sources: urls = [] }) => urls);
    expect(sources.filter((url) => !/^https:\/\/(?:docs\.aws\.amazon\.com|github\.com)\//.test(url))).toEqual([]);
  });
});

const allGivenRights = allGiven(byDefault.statements, differences);

describe('the short answer', () => {
  const ofRoles = everyStatement.filter((placed) =>
    granteesOf(placed).some((each) => each === '`ServiceRole`' || each === '`StarterRole`'),
  );

  test('stands first', () => {
    const [, first] = page.split('\n# Security\n\n');
    expect(first.replaceAll('\n', ' ')).toMatch(
      /^In short: two roles\. Bedrock's reads the records, writes results and runs one model; the starter's starts, tags and stops jobs and hands over that one role\. Neither can delete an object, change a policy or assume another role\. /,
    );
  });

  test.each(NEITHER_CAN.map((right) => [right.what, right] as const))('neither role can %s', (_, right) => {
    expect(ofRoles.length).toBeGreaterThan(100);
    expect(
      findGiven(
        right,
        ofRoles.map((placed) => ({ placed })),
      ),
    ).toEqual([]);
  });

  test.each([
    ['delete an object', 's3:DeleteObjectVersion'],
    ['delete an object', 's3:*'],
    ['change a policy', 's3:PutBucketPolicy'],
    ['change a policy', 'kms:PutKeyPolicy'],
    ['change a policy', 'iam:AttachRolePolicy'],
    ['change a policy', 'lambda:AddPermission'],
    ['change a policy', '*'],
    ['assume another role', 'sts:AssumeRole'],
  ])('would not say that neither can %s if one had %s', (what, action) => {
    const [right] = NEITHER_CAN.filter((each) => each.what === what);
    for (const role of ['ServiceRole', 'StarterRole'])
      expect(
        findGiven(right, [{ placed: place({ Effect: 'Allow', Action: action, Resource: '*' }, role) }]),
      ).toHaveLength(1);
  });

  test('a role hands over service roles, and no other', () => {
    const passing = ofRoles.filter(({ statement }) =>
      listOf(statement.Action).some((each) => overlap(each, 'iam:PassRole')),
    );
    expect(passing.length).toBeGreaterThan(10);
    expect(new Set(passing.map(({ statement }) => statement.Resource))).toEqual(
      new Set(['<ServiceRole>', '<YourRole>']),
    );
    expect(new Set(passing.map(({ holder }) => holder))).toEqual(new Set(['StarterRole']));
  });
});

describe('the actions for a permissions boundary', () => {
  const section = sectionOf('## All actions');
  const [service, starter, emptying] = jsonBlocksOf(section) as string[][];

  test('are a list for the service role, one for the starter, and one for the function of CDK', () => {
    expect(jsonBlocksOf(section)).toHaveLength(3);
    expect(service).toEqual(['bedrock:InvokeModel', 's3:GetObject', 's3:ListBucket', 's3:PutObject']);
    expect(starter).toContain('bedrock:CreateModelInvocationJob');
    expect(emptying).toContain('s3:DeleteObject*');
  });

  test.each([
    ['ServiceRole', service],
    ['StarterRole', starter],
  ])('are all that %s has by default', (role, list) => {
    const has = byDefault.statements
      .filter(({ holder, kind }) => holder === role && kind === 'rights')
      .flatMap(({ statement }) => listOf(statement.Action));
    expect([...new Set(has)].sort()).toEqual(list);
  });

  test.each(differences.map((difference) => [difference.option.title, difference] as const))(
    'are complete with: %s',
    (title, { added }) => {
      const row = section.split('\n').find((line) => line.includes(`](#${anchorOf(title)})`));
      const [, , ofService = '', ofStarter = ''] = row?.split('|') ?? [];
      const missing = (role: string, list: string[], cell: string) =>
        added
          .filter(({ holder, kind }) => holder === role && kind === 'rights')
          .flatMap(({ statement }) => listOf(statement.Action))
          .filter((action) => !list.includes(action) && !cell.includes(`"${action}"`));
      expect(missing('ServiceRole', service, ofService)).toEqual([]);
      expect(missing('StarterRole', starter, ofStarter)).toEqual([]);
    },
  );

  test('have what the policy of a bucket lets the function of CDK do', () => {
    expect(emptying).toEqual(actionsOf('EmptyingRole', allGivenRights));
    expect(actionsOf('EmptyingRole', allGivenRights.filter(isAlways))).toEqual([]);
  });

  test('name no role of yours and no service', () => {
    expect(section).not.toMatch(/Notebook|Analyst|amazonaws\.com`/);
  });

  test('are told with the statements that they come from', () => {
    const table = actionTable(MADE_ROLES, allGivenRights);
    expect(table).toMatch(/^\| `iam:PassRole` \| StarterRole \| \[T6\]\(#[^)]+\) \|$/m);
    expect(table).toMatch(/^\| `kms:Decrypt` \| ServiceRole, StarterRole \| \[K1\]\(#[^)]+\), \[K2\]\(#[^)]+\) \|$/m);
  });

  test('are lists that can be pasted, as many on a line as fit', () => {
    const values = Array.from({ length: 20 }, (_, index) => `bedrock:Action${index}`);
    const packed = toPackedJson(values);
    expect(JSON.parse(packed)).toEqual(values);
    expect(packed.split('\n').length).toBeLessThan(8);
    expect(Math.max(...packed.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

describe('rights that are not given', () => {
  const given: Given[] = [
    ...byDefault.statements.map((placed) => ({ placed })),
    ...differences.flatMap(({ statements, option }) => statements.map((placed) => ({ placed, option: option.title }))),
  ].filter(({ placed }) => placed.statement.Effect === 'Allow');

  test.each(
    NOT_GIVEN.map((right) => [`${right.what}: ${right.actions.join(', ')}, ${right.who ?? 'anybody'}`, right] as const),
  )('%s: by nothing but the emptying of buckets', (_, right) => {
    const options = findGiven(right, given).map(({ option, placed }) => `${option}: ${readReason(placed).id}`);
    const expected = right.actions[0] === 's3:Delete*' || right.actions[0] === 's3:Put*';
    expect([...new Set(options)]).toEqual(expected ? ['Buckets that go with the stack: B3'] : []);
  });

  test.each([
    ['s3:DeleteObject', 'deleting objects'],
    ['s3:*', 'deleting objects'],
    ['s3:*', 'everything, or everything of a service'],
    ['*', 'everything, or everything of a service'],
    ['iam:CreateRole', 'IAM'],
    ['kms:CreateGrant', 'managing keys, or using them in any other way'],
    ['kms:PutKeyPolicy', 'changing any policy'],
    ['sts:AssumeRole', 'assuming another role'],
    ['bedrock:Invoke*', 'running a model'],
    ['bedrock:DeleteGuardrail', 'anything else in Bedrock'],
    ['dynamodb:GetItem', 'any other service'],
  ])('would be told if the starter had %s', (action, what) => {
    const placed = place({ Effect: 'Allow', Action: action, Resource: '*' }, 'StarterRole');
    const found = NOT_GIVEN.filter((right) => findGiven(right, [{ placed }]).length > 0);
    expect(found.map((right) => right.what)).toContain(what);
  });

  test.each([
    ['s3:Delete*', 's3:DeleteObject*', true],
    ['s3:Delete*', 's3:*', true],
    ['s3:Delete*', 's3:De*', true],
    ['s3:Delete*', 's3:List*', false],
    ['s3:delete*', 's3:DeleteObject', true],
    ['kms:Put*', 'kms:PutKeyPolicy', true],
    ['kms:Put*', 'kms:Encrypt', false],
    ['*', 'sns:Publish', true],
    ['s3:Get', 's3:GetObject', false],
  ])('%s and %s have an action in common: %s', (a, b, expected) => {
    expect(overlap(a, b)).toBe(expected);
    expect(overlap(b, a)).toBe(expected);
  });
});

describe('reading a template', () => {
  const names = new Map([['Thing12345678', 'Thing']]);
  const document = { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };

  test('refuses a kind of policy that it does not know', () => {
    const resource = { Type: 'AWS::SecretsManager::ResourcePolicy', Properties: { ResourcePolicy: document } };
    expect(() => readPolicies('Thing12345678', resource, names)).toThrow(
      /policies of AWS::SecretsManager::ResourcePolicy/,
    );
  });

  test('refuses policies within a role, and boundaries', () => {
    const trust = { Statement: [] };
    for (const more of [
      { Policies: [{ PolicyDocument: document }] },
      { PermissionsBoundary: 'arn:aws:iam::aws:policy/X' },
    ]) {
      const resource = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust, ...more } };
      expect(() => readPolicies('Thing12345678', resource, names)).toThrow('policies of AWS::IAM::Role');
    }
  });

  test('refuses a managed policy that it does not know', () => {
    const Properties = {
      AssumeRolePolicyDocument: { Statement: [] },
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'],
    };
    expect(() => readPolicies('Thing12345678', { Type: 'AWS::IAM::Role', Properties }, names)).toThrow('policy/X says');
  });

  test('refuses a member of a statement that would not be shown', () => {
    const statement = { Effect: 'Allow', NotAction: 's3:GetObject', Resource: '*' };
    const Properties = { Roles: [{ Ref: 'Thing12345678' }], PolicyDocument: { Statement: [statement] } };
    expect(() => readPolicies('Thing12345678', { Type: 'AWS::IAM::Policy', Properties }, names)).toThrow('NotAction');
  });

  test('refuses an intrinsic function and a name that it does not know', () => {
    expect(() => toReadable({ 'Fn::ImportValue': 'X' }, names)).toThrow('Fn::ImportValue');
    expect(() => toReadable({ Ref: 'Other' }, names)).toThrow('no name for Other');
  });

  test('resolves what CloudFormation would fill in', () => {
    const joined = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Thing12345678', 'Arn'] }, '/*']] };
    expect(toReadable(joined, names)).toBe('<Thing>/*');
    expect(toReadable({ 'Fn::GetAtt': ['Thing12345678', 'GroupId'] }, names)).toBe('<Thing.GroupId>');
    expect(toReadable({ 'Fn::Sub': 'arn:${AWS::Partition}:x:${AWS::Region}:${AWS::AccountId}' }, names)).toBe(
      'arn:<partition>:x:<region>:<account>',
    );
  });

  test('finds no acknowledgement of a wildcard where the library has written none', () => {
    const stack = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'us-east-1' } });
    new Bucket(stack, 'Mine', { enforceSSL: true });
    const [{ acknowledged }] = readStack(stack).statements;
    expect(acknowledged.size).toBe(0);
  });
});

describe('a difference', () => {
  const before: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '<A>' };

  test('has the lines that differ, old before new', () => {
    expect(changedLines(before, { ...before, Resource: '<B>' })).toEqual([
      '-  "Resource": "<A>"',
      '+  "Resource": "<B>"',
    ]);
  });

  test('is none where nothing differs', () => {
    expect(changedLines(before, before)).toEqual([]);
  });

  test.each(differences.map((difference) => [difference.option.title, difference] as const))(
    'is told whole: %s',
    (title, { added, removed, theirs }) => {
      const text = sectionOf(`### ${title}`);
      const shown = jsonBlocksOf(text).map((each) => JSON.stringify(each));
      const named = (prefix: string, placed: PlacedStatement) =>
        text.split('\n').some((line) => line.startsWith(prefix) && line.includes(`[${readReason(placed).id}]`));
      const referred = (placed: PlacedStatement) =>
        text
          .split('\n')
          .some(
            (line) =>
              line.startsWith('[') &&
              line.includes(linkTo(readReason(placed))) &&
              /, (?:as|compared with the statement) above/.test(line) &&
              line.includes(`\`${placed.holder}\``),
          );
      const inSection = (placed: PlacedStatement) =>
        text.split(`\n#### ${headingOf(readReason(placed))}\n`)[1]?.split('\n#### ')[0] ?? '';
      const told = (placed: PlacedStatement) =>
        shown.includes(JSON.stringify(placed.statement)) ||
        inSection(placed).includes(`The same stands in the policy of \`${placed.holder}\``) ||
        (/<[^>]*OutputBucket|OutputBucket\//.test(JSON.stringify(placed.statement)) &&
          inSection(placed).includes('The same for `OutputBucket`.')) ||
        (inSection(placed).includes('The same statement as [') && isShownElsewhere(placed)) ||
        referred(placed) ||
        named('In [', placed);
      expect([...added, ...theirs].filter((placed) => !told(placed))).toEqual([]);
      expect(removed.filter((placed) => !named('In [', placed) && !named('Removed: ', placed))).toEqual([]);
    },
  );

  const isShownElsewhere = ({ statement }: PlacedStatement) =>
    jsonBlocksOf(page).some((each) => JSON.stringify(each) === JSON.stringify(statement));

  test('of no option is left untold: each changes a policy, or what others must write', () => {
    for (const { added, removed, theirs } of differences)
      expect(added.length + removed.length + theirs.length).toBeGreaterThan(0);
  });
});

describe('an example', () => {
  const app = new App({ context: { 'cdk-bedrock-batch:today': '2026-11-21' } });
  const env = { account: '111122223333', region: 'us-east-1' };
  const { data, job } = makeCrossAccount(app);

  interface Example {
    readonly stack: Stack;
    /** What the page calls what the example brings. */
    readonly called: { readonly [name: string]: string };
    /** Statements that the example makes apart from the library: whose policy, and the actions. */
    readonly own: readonly string[];
  }

  const EXAMPLES: { readonly [name: string]: Example } = {
    hardened: {
      stack: new HardenedStack(app, 'Hardened', { env }),
      called: { OnCall: 'Topic', MessageKey: 'Key' },
      own: [
        'Key Allow kms:*',
        'AccessLogs Deny s3:*',
        // Flow logs of the network.
        'AccessLogs Allow s3:PutObject by delivery.logs.amazonaws.com',
        'AccessLogs Allow s3:GetBucketAcl, s3:ListBucket by delivery.logs.amazonaws.com',
        // What the way to S3 leads to.
        'S3 Allow s3:GetObject, s3:ListBucket, s3:PutObject',
        'Topic Deny sns:Publish',
        'Undelivered Deny sqs:*',
      ],
    },
    monitoring: {
      stack: new MonitoringStack(app, 'Monitoring', { env }),
      called: { OnCall: 'Topic', Reports: 'Queue' },
      own: ['Topic Deny sns:Publish', 'Topic Allow sns:Publish by cloudwatch.amazonaws.com', 'Queue Deny sqs:*'],
    },
    'cross-account: data': {
      stack: data,
      called: { Records: 'TheirInputBucket', Results: 'TheirOutputBucket', AccessLogs: 'TheirLogs' },
      own: [
        'TheirInputBucket Deny s3:*',
        'TheirOutputBucket Deny s3:*',
        'TheirLogs Deny s3:*',
        'TheirLogs Allow s3:PutObject by logging.s3.amazonaws.com',
      ],
    },
    'cross-account: job': { stack: job, called: {}, own: [] },
  };

  const describeStatement = ({ holder, statement: { Effect, Action, Principal } }: PlacedStatement) => {
    const { Service } = (Principal ?? {}) as { readonly Service?: string };
    return `${holder} ${Effect} ${listOf(Action).join(', ')}${Service === undefined ? '' : ` by ${Service}`}`;
  };

  test.each(Object.keys(EXAMPLES))('has a reason for each statement that the library writes: %s', (name) => {
    const { stack, called, own } = EXAMPLES[name];
    const { statements, theirs } = readStack(stack, called);
    const unexplained = [...statements, ...theirs].filter((placed) => reasonsOf(placed).length !== 1);
    expect(statements.length).toBeGreaterThan(unexplained.length);
    expect(new Set(unexplained.map(describeStatement))).toEqual(new Set(own));
  });
});
