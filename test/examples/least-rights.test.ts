import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment } from '../emulator/deployment';
import { Emulator } from '../emulator/emulator';
import type { Statement } from '../emulator/policy';
import { type RightsReport, reportRights } from '../emulator/rights';
import { TODAY } from '../job/synth-job';
import { EXAMPLES, editAssembly, editJobs, readMetadata, stackNames, synthExample } from './example-app';
import { putLetters } from './letters';
import { reportWildcards, type WildcardReport } from './wildcard-reasons';

/** What must happen before a stack of an example is deployed, by the name of the stack. */
type Errands = { readonly [stackName: string]: (emulator: Emulator, earlier: readonly Deployment[]) => void };

/** One entry for each folder in examples/: an example that nobody plays proves nothing. */
const ERRANDS: { readonly [example: string]: Errands } = {
  'cross-account': { LettersJob: (emulator, [data]) => putLetters(emulator, data.outputs.PutRecordsBelow) },
  hardened: {},
  'moby-dick': {},
  monitoring: {},
};

const folder = mkdtempSync(join(tmpdir(), 'least-rights-'));
afterAll(() => rmSync(folder, { recursive: true }));

const assemblies = new Map<string, string>();
/** The cloud assembly of an example, made once. */
function assemblyOf(example: string): string {
  const made = assemblies.get(example);
  if (made !== undefined) return made;
  const assembly = join(folder, example);
  const { status, stderr } = synthExample(example, assembly);
  if (status !== 0) throw new Error(stderr);
  assemblies.set(example, assembly);
  return assembly;
}

interface Life extends RightsReport {
  readonly wildcards: readonly WildcardReport[];
  /** The states of all jobs, in the order of their start: once the first have ended, and when all is over. */
  readonly ended: readonly string[];
  readonly left: readonly string[];
}

/**
 * The life of an example in which everything happens that its rights are there for: its jobs run to their end, get other
 * tags, start anew, and run when their stacks are deleted.
 */
async function live(example: string, assembly = assemblyOf(example)): Promise<Life> {
  const emulator = await Emulator.start({ clock: () => new Date(`${TODAY}T12:00:00Z`) });
  const deployments: Deployment[] = [];
  const version = mkdtempSync(join(folder, 'version-'));
  try {
    const first = editJobs(assembly, join(version, '1'), { tags: { a: '1' } });
    const tagged = editJobs(assembly, join(version, '2'), { tags: { b: '1' } });
    const again = editJobs(assembly, join(version, '3'), { tags: { b: '1' }, runKey: 'again' });
    const statuses = () => emulator.listJobs().map(({ status }) => status);

    for (const stackName of stackNames(first)) {
      ERRANDS[example][stackName]?.(emulator, deployments);
      deployments.push(await Deployment.create(emulator, { assembly: first, stackName }));
    }
    for (const { arn } of emulator.listJobs()) await emulator.finish(arn);
    const ended = statuses();
    for (const deployment of deployments) await deployment.update(tagged);
    for (const deployment of deployments) await deployment.update(again);
    const wildcards = deployments.map((each) => reportWildcards(each, readMetadata(again, each.stackName)));
    const rights = await reportRights(emulator, async () => {
      for (const deployment of [...deployments].reverse()) await deployment.delete();
    });
    return { ...rights, wildcards, ended, left: statuses() };
  } finally {
    for (const deployment of deployments) await deployment.close();
    await emulator.stop();
  }
}

test('every example is played', () => {
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(Object.keys(ERRANDS)).toEqual(folders.map(({ name }) => name).sort());
});

describe.each(Object.keys(ERRANDS))('%s', (example) => {
  let life: Life;
  beforeAll(async () => {
    life = await live(example);
  });

  test('lives its life: a job that ends well, and one that is stopped', () => {
    expect([life.ended, life.left]).toEqual([['Completed'], ['Completed', 'Stopping']]);
  });

  test('makes no call that its policies do not allow', () => {
    expect(life.missing).toEqual([]);
  });

  test('gives no right that is not used', () => {
    expect(life.unused).toEqual([]);
  });

  test('has a reason beside each wildcard, and no reason without one', () => {
    expect(life.wildcards).not.toEqual([]);
    for (const wildcards of life.wildcards) expect(wildcards).toEqual({ unreasoned: [], idle: [] });
  });
});

describe('the proof fails', () => {
  let edits = 0;
  /** An example whose policies of a type have other statements. */
  const edited = (example: string, type: string, edit: (statements: Statement[]) => Statement[]) => {
    edits += 1;
    return editAssembly(assemblyOf(example), join(folder, `edited-${edits}`), ({ Resources }) => {
      for (const { Type, Properties } of Object.values(Resources)) {
        const { PolicyDocument: policy } = (Properties ?? {}) as { PolicyDocument?: { Statement: Statement[] } };
        if (Type === type && policy !== undefined) policy.Statement = edit(policy.Statement);
      }
    });
  };
  const writes = ({ Action }: Statement) => Action === 's3:PutObject';
  const alsoDeletes = (statements: Statement[]) =>
    statements.map((each) => (writes(each) ? { ...each, Action: ['s3:PutObject', 's3:DeleteObject'] } : each));
  const writesNothing = (statements: Statement[]) => statements.filter((each) => !writes(each));

  test('on a right that no call needs, once for each role that has it', async () => {
    const { missing, unused } = await live('hardened', edited('hardened', 'AWS::IAM::Policy', alsoDeletes));
    expect(missing).toEqual([]);
    expect(unused).toEqual([
      expect.stringMatching(/role\/Hardened-BatchInferenceJobStarter.*: s3:DeleteObject on arn:aws:s3:::.*inputbucket/),
      expect.stringMatching(/role\/Hardened-LettersRole.*: s3:DeleteObject on arn:aws:s3:::.*outputbucket.*\/\*$/),
    ]);
  });

  test('on a right that a call misses', async () => {
    const { missing, ended } = await live('cross-account', edited('cross-account', 'AWS::IAM::Policy', writesNothing));
    expect(ended).toEqual(['Failed']);
    expect(missing).toEqual([
      expect.stringMatching(/role\/LettersJob-LettersRole.*: s3:PutObject on arn:aws:s3:::.*results.*\/answers\//),
    ]);
  });

  test('on what the policy of a bucket lets another account do, and it does not', async () => {
    const assembly = edited('cross-account', 'AWS::S3::BucketPolicy', alsoDeletes);
    const { missing, unused } = await live('cross-account', assembly);
    expect(missing).toEqual([]);
    expect(unused).toEqual([expect.stringMatching(/^policy of .*results.*: s3:DeleteObject on .*\/answers\/\*$/)]);
  });

  test('on what the policy of a bucket does not let another account do, and it tries', async () => {
    const assembly = edited('cross-account', 'AWS::S3::BucketPolicy', writesNothing);
    const { missing, ended } = await live('cross-account', assembly);
    expect(ended).toEqual(['Failed']);
    expect(missing).toEqual([expect.stringMatching(/role\/LettersJob-LettersRole.*: s3:PutObject on .*\/answers\//)]);
  });

  test('on a wildcard that nobody has given a reason for', async () => {
    const everywhere = (statements: Statement[]) =>
      statements.map((each) => (writes(each) ? { ...each, Resource: 'arn:aws:s3:::*' } : each));
    const { wildcards } = await live('monitoring', edited('monitoring', 'AWS::IAM::Policy', everywhere));
    expect(wildcards[0].unreasoned).toEqual([
      '/Monitoring/BatchInferenceJobStarter/Role/Resource: Resource::arn:aws:s3:::*',
      '/Monitoring/Capitals/Role/Resource: Resource::arn:aws:s3:::*',
    ]);
  });
});
