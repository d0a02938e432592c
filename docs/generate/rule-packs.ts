import { App, Stack, Validations } from 'aws-cdk-lib';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { makeCrossAccount } from '../../examples/cross-account/stacks';
import { HardenedStack } from '../../examples/hardened/stack';
import { BatchInferenceJob, BatchModel, JobInput } from '../../src';

/** cdk-nag's packs, by the name that stands before each of their rules. */
export const PACKS = {
  AwsSolutions: AwsSolutionsChecks,
  'HIPAA.Security': HIPAASecurityChecks,
  'NIST.800.53.R4': NIST80053R4Checks,
  'NIST.800.53.R5': NIST80053R5Checks,
  'PCI.DSS.321': PCIDSS321Checks,
  Serverless: ServerlessChecks,
} as const;

export type Pack = keyof typeof PACKS;

/** What a pack has against one resource. */
export interface Finding {
  /** Construct path. */
  readonly resource: string;
  /** Without the name of the pack: `S3BucketReplicationEnabled`. */
  readonly rule: string;
  /** Why it stays, where that is acknowledged. */
  readonly reason?: string;
  /** Whether the library acknowledges it, or the app. */
  readonly by?: 'library' | 'app';
}

export interface Audit {
  readonly example: string;
  readonly pack: Pack;
  readonly findings: readonly Finding[];
}

/** What is audited: one app for each row of the table. */
export const EXAMPLES: { readonly [name: string]: (app: App) => void } = {
  default: (app) => {
    const stack = new Stack(app, 'Default', { env: { region: 'us-east-1' } });
    new BatchInferenceJob(stack, 'Chapters', {
      model: BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6,
      input: JobInput.fromRecords(makeRecords()),
    });
  },
  hardened: (app) => {
    new HardenedStack(app, 'Hardened', { env: { region: 'us-east-1' } });
  },
  'cross-account': (app) => {
    makeCrossAccount(app);
  },
};

export function auditExamples(): Audit[] {
  return Object.entries(EXAMPLES).flatMap(([example, make]) => {
    const app = new App({ context: { 'cdk-bedrock-batch:today': '2026-11-21' } });
    make(app);
    return (Object.keys(PACKS) as Pack[]).map((pack) => ({ example, pack, findings: audit(app, pack) }));
  });
}

/** Every finding of a pack in an app, the acknowledged ones with their reasons. */
export function audit(app: App, packName: Pack): Finding[] {
  const pack = new PACKS[packName]();
  const findings: Finding[] = [];
  // cdk-nag asks this of each finding, and tells only of those for which the answer is no; its type keeps it private.
  const asked = pack as unknown as { isAcknowledged: (resource: IConstruct, id: string) => boolean };
  asked.isAcknowledged = (resource, id) => {
    const rule = id.slice(packName.length + 1);
    findings.push({ resource: resource.node.path, rule, ...findAcknowledgement(resource, id) });
    return true;
  };
  pack.validateScope(app);
  return findings;
}

/** What the nearest construct that acknowledges the finding says: one reason, or one for each cause of the finding. */
function findAcknowledgement(resource: IConstruct, id: string): Pick<Finding, 'reason' | 'by'> | undefined {
  for (const scope of [...resource.node.scopes].reverse()) {
    const said = scope.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as { readonly [id: string]: string }))
      // `Validations.acknowledge`, which apps use, writes a word of its own before the id.
      .filter(([written]) => written.replace(/^annotation::/i, '') === id);
    const [first] = said;
    if (first === undefined) continue;
    const reasons = new Set(said.map(([, reason]) => reason));
    return { reason: [...reasons].join(' '), by: first[0] === id ? 'library' : 'app' };
  }
  return undefined;
}

/** One row for each app, one column for each pack. */
export function renderTable(audits: readonly Audit[], linkTo: (example: string) => string): string {
  const examples = [...new Set(audits.map(({ example }) => example))];
  const packs = [...new Set(audits.map(({ pack }) => pack))];
  const cell = (example: string, pack: Pack) =>
    toCell(audits.find((audited) => audited.example === example && audited.pack === pack)?.findings ?? []);
  const rows = examples.map((example) => [
    `[${example}](${linkTo(example)})`,
    ...packs.map((pack) => cell(example, pack)),
  ]);
  return table(['', ...packs], rows).join('\n');
}

/** The page: the table, and what stands behind each number in it. */
export function renderRulePacks(audits: readonly Audit[]): string {
  const examples = [...new Set(audits.map(({ example }) => example))];
  return [
    '<!-- Written by docs/generate/rule-packs.ts. To bring it up to date: npx tsx docs/generate/write.ts -->',
    '',
    '# Rule packs',
    '',
    "What cdk-nag's six rule packs report for three apps.",
    '',
    renderTable(audits, (example) => `#${example}`),
    'Numbers are findings: one for each rule and resource. *Open*: what ends it stands below. *Reasoned*: acknowledged on that',
    'resource alone, with the reason below; *said by* tells whether the library or the app does so.',
    '',
    ...examples.flatMap((example) => renderExample(audits.filter((audited) => audited.example === example))),
  ].join('\n');
}

function toCell(findings: readonly Finding[]): string {
  const open = findings.filter(({ reason }) => reason === undefined).length;
  const reasoned = findings.length - open;
  const parts = [open > 0 ? `${open} open` : '', reasoned > 0 ? `${reasoned} reasoned` : ''].filter(Boolean);
  return parts.join(', ') || 'clean';
}

const INTRODUCTIONS: { readonly [example: string]: string } = {
  default: 'A model and an input, and nothing else: the five lines at the top of the README.',
  hardened:
    'A key, a network, access logs, retention and tracing: [examples/hardened](../examples/hardened/stack.ts). Where the library has no say (the bucket of access logs, the network), the app has the reason.',
  'cross-account':
    "Records and results in buckets of another account: [examples/cross-account](../examples/cross-account/stacks.ts). The buckets are the app's own, and so is what is open on them.",
};

/** What ends a finding that is open, by its rule. */
export const REMEDIES: { readonly [rule: string]: string } = {
  CloudWatchLogGroupEncrypted: '`encryptionKey`',
  LambdaTracing: '`starterTracing`',
  S3BucketDefaultLockEnabled: 'Object Lock on the bucket; one for access logs takes none',
  S3BucketLoggingEnabled: '`accessLogsBucket`',
  S3BucketReplicationEnabled: 'replication of the bucket',
  S3DefaultEncryptionKMS: '`encryptionKey`, or a key on the bucket that you bring; one for access logs takes none',
};

function renderExample(audits: readonly Audit[]): string[] {
  const [{ example }] = audits as [Audit];
  const rows = group(audits);
  const open = rows.filter(({ reason }) => reason === undefined);
  const reasoned = rows.filter(({ reason }) => reason !== undefined);
  const packs = (row: Row) => row.packs.join(', ');
  const places = (row: Row) => row.resources.map((path) => `\`${path}\``).join(', ');
  return [
    `## ${example}`,
    '',
    INTRODUCTIONS[example] ?? '',
    '',
    ...table(
      ['open', 'packs', 'where', 'what ends it'],
      open.map((row) => [row.rule, packs(row), places(row), REMEDIES[row.rule] ?? '']),
    ),
    ...table(
      ['reasoned', 'packs', 'where', 'reason', 'said by'],
      reasoned.map((row) => [row.rule, packs(row), places(row), row.reason as string, row.by as string]),
    ),
  ];
}

interface Row {
  readonly rule: string;
  readonly reason?: string;
  readonly by?: string;
  readonly packs: string[];
  readonly resources: string[];
}

/** One row for each rule and reason: packs share rules, and resources reasons. */
function group(audits: readonly Audit[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { pack, findings } of audits) {
    for (const { rule, reason, by, resource } of findings) {
      const id = JSON.stringify([rule, reason]);
      const row = rows.get(id) ?? { rule, reason, by, packs: [], resources: [] };
      rows.set(id, row);
      if (!row.packs.includes(pack)) row.packs.push(pack);
      const place = resource.replace(/\/Resource$/, '');
      if (!row.resources.includes(place)) row.resources.push(place);
    }
  }
  return [...rows.values()];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), `|${' --- |'.repeat(heads.length)}`, ...rows.map(line), ''];
}

function makeRecords(): object[] {
  return Array.from({ length: 100 }, (_, index) => ({
    recordId: `chapter-${index}`,
    modelInput: {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 100,
      messages: [{ role: 'user', content: `Summarise chapter ${index}.` }],
    },
  }));
}
