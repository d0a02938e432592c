import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  type Audit,
  audit,
  auditExamples,
  EXAMPLES,
  PACKS,
  type Pack,
  REMEDIES,
  renderRulePacks,
  renderTable,
} from '../../docs/generate/rule-packs';

const ROOT = join(__dirname, '..', '..');
const PAGE = join(ROOT, 'docs', 'rule-packs.md');
const packs = Object.keys(PACKS) as Pack[];
let audits: Audit[];
beforeAll(() => {
  audits = auditExamples();
});

const findingsOf = (example: string, pack: Pack) =>
  audits.find((each) => each.example === example && each.pack === pack)?.findings ?? [];
const openIn = (example: string, pack: Pack) =>
  findingsOf(example, pack)
    .filter(({ reason }) => reason === undefined)
    .map(({ rule, resource }) => `${rule} ${resource}`);

test('three apps are held against six packs, and each has something to say somewhere', () => {
  expect(audits).toHaveLength(3 * 6);
  for (const pack of packs)
    expect(Object.keys(EXAMPLES).flatMap((example) => findingsOf(example, pack))).not.toEqual([]);
});

test('AwsSolutions finds nothing open in the default construct', () => {
  expect(openIn('default', 'AwsSolutions')).toEqual([]);
});

test.each(packs)('%s finds nothing open in the hardened app', (pack) => {
  expect(openIn('hardened', pack)).toEqual([]);
});

test('AwsSolutions finds nothing open where the buckets are those of another account', () => {
  expect(openIn('cross-account', 'AwsSolutions')).toEqual([]);
});

describe('what is acknowledged', () => {
  test('has a reason that is a sentence', () => {
    const reasons = audits.flatMap(({ findings }) => findings.flatMap(({ reason }) => reason ?? []));
    for (const reason of reasons) expect(reason).toMatch(/^\S+ .{20,}\.$/);
  });

  test('is found: nothing is acknowledged that no pack would ask for', () => {
    for (const [name, make] of Object.entries(EXAMPLES)) {
      const app = new App({ context: { 'cdk-bedrock-batch:today': '2026-11-21' } });
      make(app);
      const acknowledged = app.node
        .findAll()
        .flatMap(({ node }) => node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY))
        .flatMap(({ data }) => Object.keys(data as object))
        .map((id) => id.replace(/^annotation::/i, ''))
        .filter((id) => packs.some((pack) => id.startsWith(`${pack}-`)));
      const found = packs.flatMap((pack) => findingsOf(name, pack).map(({ rule }) => `${pack}-${rule}`));
      expect([...new Set(acknowledged)].filter((id) => !found.includes(id))).toEqual([]);
    }
  });

  test('is never a whole pack, nor a wildcard without its name', () => {
    const rules = audits.flatMap(({ findings }) => findings.map(({ rule }) => rule));
    expect(rules.filter((rule) => rule === 'IAM5')).toEqual([]);
  });
});

test('what is open in the default construct has an option that ends it', () => {
  const open = packs.flatMap((pack) => findingsOf('default', pack)).filter(({ reason }) => reason === undefined);
  for (const { rule } of open) expect(REMEDIES[rule]).toMatch(/^`[a-zA-Z]+`/);
});

describe('the audit', () => {
  const appWithBucket = () => {
    const app = new App();
    return { app, bucket: new Bucket(new Stack(app, 'Stack'), 'Bucket') };
  };

  test('finds what nobody acknowledges: the check can fail', () => {
    const { app } = appWithBucket();
    expect(audit(app, 'AwsSolutions')).toEqual([
      { rule: 'S1', resource: 'Stack/Bucket/Resource' },
      { rule: 'S10', resource: 'Stack/Bucket/Resource' },
    ]);
  });

  test('tells what the app acknowledges, and why', () => {
    const { app, bucket } = appWithBucket();
    Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'It is not used.' });
    expect(audit(app, 'AwsSolutions')[0]).toEqual({
      rule: 'S1',
      resource: 'Stack/Bucket/Resource',
      reason: 'It is not used.',
      by: 'app',
    });
  });

  test('leaves no mark on the packs', () => {
    const { app } = appWithBucket();
    audit(app, 'AwsSolutions');
    expect(new PACKS.AwsSolutions().validateScope(app).success).toBe(false);
  });
});

test('docs/rule-packs.md is what the packs say: run `npx tsx docs/generate/write.ts` if not', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(renderRulePacks(audits));
});

test('the table of the README is that of the packs', () => {
  const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');
  const head = lines.findIndex((line) => line.includes('| AwsSolutions |'));
  const wanted = renderTable(audits, (example) => `docs/rule-packs.md#${example}`)
    .trimEnd()
    .split('\n');
  expect(lines.slice(head, head + wanted.length)).toEqual(wanted);
});
