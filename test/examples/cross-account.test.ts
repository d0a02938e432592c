import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { DataStack, JobStack, makeCrossAccount } from '../../examples/cross-account/stacks';
import { Deployment } from '../emulator/deployment';
import { Emulator } from '../emulator/emulator';
import { statementsOf } from '../emulator/policy';
import { TODAY } from '../job/synth-job';
import { editAssembly, messagesOf, stackNames, synthExample } from './example-app';
import { putLetters } from './letters';

const OURS = '111122223333';
const THEIRS = '444455556666';

const folder = mkdtempSync(join(tmpdir(), 'cross-account-'));
afterAll(() => rmSync(folder, { recursive: true }));

const makeApp = () =>
  new App({ outdir: mkdtempSync(join(folder, 'app-')), context: { 'cdk-bedrock-batch:today': TODAY } });

function synth(): string {
  const app = makeApp();
  makeCrossAccount(app);
  return app.synth().directory;
}

test('the app synthesises, and has nothing to warn of', () => {
  const outdir = join(folder, 'synthesised');
  const { status, stderr } = synthExample('cross-account', outdir);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(messagesOf(outdir)).toEqual([]);
});

test('CDK deploys the account of the data first', () => {
  expect(stackNames(synth())).toEqual(['LettersData', 'LettersJob']);
});

test('a job that is not admitted is warned of, with what the policies must say', () => {
  const app = makeApp();
  const { records, results } = new DataStack(app, 'Data', { env: { account: THEIRS, region: 'us-east-1' } });
  const stack = new JobStack(app, 'Job', { env: { account: OURS, region: 'us-east-1' }, records, results });
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
  expect(warnings.map(({ entry }) => entry.data)).toEqual([
    expect.stringMatching(/^inputBucketOwner: .*s3:ListBucket.*BucketPolicyNotChecked/),
    expect.stringMatching(/^outputBucketOwner: .*s3:PutObject.*BucketPolicyNotChecked/),
  ]);
});

describe('deployed', () => {
  let emulator: Emulator;
  const deployments: Deployment[] = [];
  beforeEach(async () => {
    emulator = await Emulator.start({ account: OURS, clock: () => new Date(`${TODAY}T12:00:00Z`) });
  });
  afterEach(async () => {
    for (const deployment of deployments.splice(0)) await deployment.close();
    await emulator.stop();
  });

  const deploy = async (assembly: string, stackName: string) => {
    const deployment = await Deployment.create(emulator, { assembly, stackName });
    deployments.push(deployment);
    return deployment;
  };
  /** The account of the data, with records in it. */
  const deployData = async (assembly: string) => {
    const data = await deploy(assembly, 'LettersData');
    putLetters(emulator, data.outputs.PutRecordsBelow);
    return data;
  };
  const bucketOf = (data: Deployment, part: string) => {
    const [bucket] = data.resourcesOfType('AWS::S3::Bucket').filter(({ logicalId }) => logicalId.startsWith(part));
    return emulator.s3.bucket(bucket.physicalId);
  };
  /** An assembly in which one bucket admits nobody. */
  const without = (part: string) =>
    editAssembly(synth(), mkdtempSync(join(folder, 'edited-')), ({ Resources }) => {
      for (const [logicalId, { Type }] of Object.entries(Resources)) {
        if (Type === 'AWS::S3::BucketPolicy' && logicalId.startsWith(part)) {
          delete (Resources as { [id: string]: unknown })[logicalId];
        }
      }
    });

  test('the buckets are those of the other account, and admit this one and nobody else', async () => {
    const data = await deployData(synth());
    for (const part of ['Records', 'Results']) {
      const { owner, policy } = bucketOf(data, part);
      expect(owner).toBe(THEIRS);
      const admitted = statementsOf(policy ?? { Statement: [] }).filter(({ Effect }) => Effect === 'Allow');
      expect(new Set(admitted.map(({ Principal }) => JSON.stringify(Principal)))).toEqual(
        new Set([JSON.stringify({ AWS: `arn:aws:iam::${OURS}:root` })]),
      );
    }
  });

  test('the job reads the records, and writes the results, with roles of its own account', async () => {
    const assembly = synth();
    const data = await deployData(assembly);
    await deploy(assembly, 'LettersJob');
    const [{ arn }] = emulator.listJobs();
    const { status, counts, request } = await emulator.finish(arn);
    expect([status, counts.success]).toEqual(['Completed', 100]);
    expect(request.roleArn).toMatch(new RegExp(`^arn:aws:iam::${OURS}:role/`));
    expect(request.inputDataConfig.s3InputDataConfig.s3BucketOwner).toBe(THEIRS);
    expect(request.outputDataConfig.s3OutputDataConfig.s3BucketOwner).toBe(THEIRS);
    const files = emulator.s3.list(bucketOf(data, 'Results').name);
    expect(files.map((name) => name.split('/').at(-1))).toEqual(['manifest.json.out', 'november.jsonl.out']);
  });

  test('the job fails in words where the policy of the records is missing, and the log has told before', async () => {
    const assembly = without('Records');
    await deployData(assembly);
    const { logs } = await deploy(assembly, 'LettersJob');
    const [{ arn }] = emulator.listJobs();
    const { status, message } = await emulator.finish(arn);
    const refusal = 'no resource-based policy allows the s3:ListBucket action';
    expect([status, message]).toEqual(['Failed', expect.stringContaining(refusal)]);
    expect(logs.filter((line) => line.includes(refusal))).toEqual([
      expect.stringContaining('the input could not be looked at, going on without'),
    ]);
  });

  test('the job fails in words where the policy of the results is missing', async () => {
    const assembly = without('Results');
    await deployData(assembly);
    await deploy(assembly, 'LettersJob');
    const [{ arn }] = emulator.listJobs();
    const { status, message } = await emulator.finish(arn);
    expect([status, message]).toEqual(['Failed', expect.stringContaining('s3:PutObject')]);
  });

  test('the records must be there first, and are missed in words', async () => {
    const assembly = synth();
    await deploy(assembly, 'LettersData');
    await expect(deploy(assembly, 'LettersJob')).rejects.toThrow(/letters\//);
    expect(emulator.listJobs()).toEqual([]);
  });
});
