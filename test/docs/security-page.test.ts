import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { findGiven, type Given, NOT_GIVEN, overlap } from '../../docs/generate/action-table';
import { type PlacedStatement, readPolicies, readStack, type Statement } from '../../docs/generate/policy-statements';
import { toReadable } from '../../docs/generate/readable';
import { readSecurityFacts, renderSecurityPage } from '../../docs/generate/security-page';
import { changedLines } from '../../docs/generate/statement-markdown';
import {
  readReason,
  readWildcardReasons,
  reasonsOf,
  STATEMENT_REASONS,
  wildcardsOf,
} from '../../docs/generate/statement-reasons';
import { WRITE_COMMAND } from '../../docs/generate/write';

const DOCS = join(__dirname, '..', '..', 'docs');
const facts = readSecurityFacts();
const page = renderSecurityPage(facts);
const { byDefault, differences } = facts;

/** Every statement that any of the templates has from the library, and every one that it asks others to write. */
const everyStatement: PlacedStatement[] = [
  ...byDefault.statements,
  ...differences.flatMap(({ statements, theirs }) => [...statements, ...theirs]),
];

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
    const shown = [...page.matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, json]) => JSON.stringify(JSON.parse(json)));
    const missing = byDefault.statements
      // What is said of one bucket stands for the other.
      .filter(({ holder }) => holder !== 'OutputBucket')
      .filter(({ statement }) => !shown.includes(JSON.stringify(statement)));
    expect(missing).toEqual([]);
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

  test('cites public pages', () => {
    const sources = STATEMENT_REASONS.flatMap(({ sources: urls = [] }) => urls);
    expect(sources.filter((url) => !/^https:\/\/(?:docs\.aws\.amazon\.com|github\.com)\//.test(url))).toEqual([]);
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
    ['kms:CreateGrant', 'managing keys and grants, using them otherwise'],
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
      const [, section = ''] = page.split(`\n### ${title}\n`);
      const [text] = section.split(/\n##? /)[0].split('\n### ');
      const shown = [...text.matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, json]) => JSON.stringify(JSON.parse(json)));
      const named = (prefix: string, placed: PlacedStatement) =>
        text.split('\n').some((line) => line.startsWith(prefix) && line.includes(`[${readReason(placed).id}]`));
      const told = (placed: PlacedStatement) =>
        shown.includes(JSON.stringify(placed.statement)) ||
        text.includes(`The same stands in the policy of \`${placed.holder}\``) ||
        named('In [', placed);
      expect([...added, ...theirs].filter((placed) => !told(placed))).toEqual([]);
      expect(removed.filter((placed) => !named('In [', placed) && !named('No longer there: ', placed))).toEqual([]);
    },
  );

  test('of no option is left untold: each changes a policy, or what others must write', () => {
    for (const { added, removed, theirs } of differences)
      expect(added.length + removed.length + theirs.length).toBeGreaterThan(0);
  });
});
