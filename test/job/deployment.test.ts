import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnParameter, CfnResource, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { GatewayVpcEndpointAwsService, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import {
  type BatchInferenceJob,
  type BatchInferenceJobProps,
  BatchModel,
  InvocationType,
  JobInput,
  ModelRouting,
  StopPolicy,
} from '../../src';
import { policyText } from '../../src/job/policy-text';
import { Deployment, type DeploymentFailed } from '../emulator/deployment';
import type { Statement } from '../emulator/policy';
import { reportRights } from '../emulator/rights';
import { Account, type MakeJob } from './deploy-job';
import { makeJob, makeRecords, TODAY, US_EAST_1 } from './synth-job';

let account: Account;
beforeEach(async () => {
  account = await Account.start();
});
afterEach(() => account.stop());

const job =
  (props: Partial<BatchInferenceJobProps> = {}): MakeJob =>
  (stack) =>
    makeJob(stack, props);
const statuses = () => account.emulator.listJobs().map(({ status }) => status);

describe('create', () => {
  test('starts one job, and gives its attributes away', async () => {
    const { outputs, status } = await account.deploy(job());
    const [started, ...others] = account.emulator.listJobs();
    expect(others).toEqual([]);
    expect(status).toBe('CREATE_COMPLETE');
    expect(outputs).toEqual({
      OutjobArn: started.arn,
      OutjobId: started.arn.split('/')[1],
      OutjobName: started.request.jobName,
      OutmodelId: 'us.anthropic.claude-sonnet-4-6',
      OutoutputS3Uri: expect.stringMatching(new RegExp(`^s3://[^/]+/${started.arn.split('/')[1]}/$`)),
    });
    expect(started.request.jobName).toMatch(/^Books-Chapters-[a-z2-7]{12}-1$/);
  });

  test('the job runs to its end and its results lie where the attribute says', async () => {
    const { outputs } = await account.deploy(job());
    const finished = await account.emulator.finish(outputs.OutjobArn);
    expect([finished.status, finished.counts.success]).toEqual(['Completed', 100]);
    const [, , bucket, prefix] = outputs.OutoutputS3Uri.split('/');
    const files = account.emulator.s3.list(bucket, `${prefix}/`).map((key) => key.split('/').at(-1));
    expect(files.sort()).toEqual(['manifest.json.out', 'records.jsonl.out']);
  });

  test('passes the props on to Bedrock', async () => {
    await account.deploy((stack) => {
      const made = makeJob(stack, { jobName: 'november', invocationType: InvocationType.CONVERSE });
      Tags.of(made).add('cost-centre', '4711');
      return made;
    });
    expect(account.emulator.listJobs()[0].request).toMatchObject({
      jobName: expect.stringMatching(/^november-/),
      modelInvocationType: 'Converse',
      tags: [{ key: 'cost-centre', value: '4711' }],
    });
  });

  test('fails in words when the input is not there, and nothing is paid for', async () => {
    account.emulator.s3.createBucket('my-bucket');
    const makeMissing: MakeJob = (stack) =>
      makeJob(stack, {
        input: JobInput.fromBucket(Bucket.fromBucketName(stack, 'Mine', 'my-bucket'), 'nowhere.jsonl'),
      });
    await expect(account.deploy(makeMissing)).rejects.toThrow(/nowhere\.jsonl/);
    expect(statuses()).toEqual([]);
  });

  test('fails in words when the input in S3 has 99 records, and nothing is paid for', async () => {
    account.emulator.s3.createBucket('my-bucket');
    account.emulator.s3.put(
      'my-bucket',
      'few.jsonl',
      makeRecords(99)
        .map((record) => JSON.stringify(record))
        .join('\n'),
    );
    const makeFew: MakeJob = (stack) =>
      makeJob(stack, { input: JobInput.fromBucket(Bucket.fromBucketName(stack, 'Mine', 'my-bucket'), 'few.jsonl') });
    await expect(account.deploy(makeFew)).rejects.toThrow(/100.*99/);
    expect(statuses()).toEqual([]);
  });

  test('judges what was still a token at synth by the same rules', async () => {
    const makeOverlapping: MakeJob = (stack) => {
      const bucket = Bucket.fromBucketName(stack, 'Mine', 'my-bucket');
      const prefix = new CfnParameter(stack, 'Prefix', { default: 'data/' }).valueAsString;
      return makeJob(stack, {
        input: JobInput.fromBucketPrefix(bucket, prefix),
        outputBucket: bucket,
        outputPrefix: 'data/results/',
      });
    };
    await expect(account.deploy(makeOverlapping)).rejects.toThrow('InputOutputOverlap');
    expect(statuses()).toEqual([]);
  });

  test('a rollback stops the job that it started', async () => {
    const makeWithLaterResource: MakeJob = (stack) => {
      const made = makeJob(stack);
      new CfnResource(stack, 'Later', { type: 'AWS::SNS::Topic' }).node.addDependency(made);
      return made;
    };
    const failing = Deployment.create(account.emulator, {
      assembly: account.synth(makeWithLaterResource),
      refuse: (operation, logicalId) =>
        operation === 'Create' && logicalId === 'Later' ? 'no topics today' : undefined,
    });
    await expect(failing).rejects.toThrow('no topics today');
    expect(statuses()).toEqual(['Stopping']);
  });
});

describe('update', () => {
  test('without a change asks nothing of the function', async () => {
    const deployment = await account.deploy(job());
    await deployment.update();
    expect(deployment.exchanges).toHaveLength(1);
    expect(statuses()).toEqual(['Submitted']);
  });

  test('of what only decides how the job is run keeps the job', async () => {
    const deployment = await account.deploy(job());
    await deployment.update(account.synth(job({ stopPolicy: StopPolicy.LEAVE_RUNNING, jobName: 'renamed' })));
    expect(deployment.exchanges.map(({ event }) => event.RequestType)).toEqual(['Create', 'Update']);
    expect(statuses()).toEqual(['Submitted']);
  });

  test('of tags changes the tags of the job', async () => {
    const tagged =
      (tags: Record<string, string>): MakeJob =>
      (stack) => {
        const made = makeJob(stack);
        for (const [key, value] of Object.entries(tags)) Tags.of(made).add(key, value);
        return made;
      };
    const deployment = await account.deploy(tagged({ a: '1', b: '2' }));
    await deployment.update(account.synth(tagged({ a: '3', c: '4' })));
    expect(Object.fromEntries(account.emulator.listJobs()[0].tags)).toEqual({ a: '3', c: '4' });
    expect(statuses()).toEqual(['Submitted']);
  });

  test('of the records starts a new job and stops the old one', async () => {
    const deployment = await account.deploy(job());
    await deployment.update(account.synth(job({ input: JobInput.fromRecords(makeRecords(101)) })));
    expect(statuses()).toEqual(['Stopping', 'Submitted']);
    expect(deployment.outputs.OutjobArn).toBe(account.emulator.listJobs()[1].arn);
  });

  test('of runKey has the same work done again', async () => {
    const deployment = await account.deploy(job());
    await account.emulator.finish(deployment.outputs.OutjobArn);
    await deployment.update(account.synth(job({ runKey: 'again' })));
    expect(statuses()).toEqual(['Completed', 'Submitted']);
  });

  test('that takes the job out of the stack stops it', async () => {
    const both: MakeJob = (stack) => {
      makeJob(stack, {}, 'Second');
      return makeJob(stack);
    };
    const deployment = await account.deploy(both);
    await deployment.update(account.synth(job()));
    expect(statuses().sort()).toEqual(['Stopping', 'Submitted']);
  });
});

describe('delete', () => {
  test('stops a job that still runs', async () => {
    const deployment = await account.deploy(job());
    await deployment.delete();
    expect([deployment.status, statuses()]).toEqual(['DELETE_COMPLETE', ['Stopping']]);
  });

  test('leaves it where the user says so', async () => {
    const deployment = await account.deploy(job({ stopPolicy: StopPolicy.LEAVE_RUNNING }));
    await deployment.delete();
    expect(statuses()).toEqual(['Submitted']);
  });

  test('succeeds on a job that has ended', async () => {
    const deployment = await account.deploy(job());
    await account.emulator.finish(deployment.outputs.OutjobArn);
    await deployment.delete();
    expect([deployment.status, statuses()]).toEqual(['DELETE_COMPLETE', ['Completed']]);
  });
});

describe('a stack whose Region is decided at deployment', () => {
  test('lands in a Region that serves the model', async () => {
    const { outputs } = await account.deploy(job({ model: BatchModel.ANTHROPIC_CLAUDE_HAIKU_4_5 }), {});
    expect(outputs.OutmodelId).toBe('us.anthropic.claude-haiku-4-5-20251001-v1:0');
    expect(await account.emulator.finish(outputs.OutjobArn)).toMatchObject({ status: 'Completed' });
  });

  test('is refused, before any resource, in a Region that does not', async () => {
    await account.stop();
    account = await Account.start({ region: 'sa-east-1' });
    const refused = account.deploy(job({ model: BatchModel.ANTHROPIC_CLAUDE_HAIKU_4_5 }), {});
    await expect(refused).rejects.toThrow(/only in .*us-east-1/);
    const failure: DeploymentFailed = await refused.catch((error) => error);
    expect(failure.deployment.events).toEqual([]);
  });
});

describe('every right given is used, and every call made was allowed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deployment-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const localDirectory = () => {
    for (const [index, name] of ['a', 'b'].entries()) {
      const lines = makeRecords(100).map((record) => JSON.stringify({ ...record, recordId: undefined }));
      writeFileSync(join(folder, `${name}.jsonl`), lines.slice(index * 50, index * 50 + 50).join('\n'));
    }
    return folder;
  };
  const localDataset = () => {
    const path = join(mkdtempSync(join(folder, 'dataset-')), 'rows.csv');
    writeFileSync(path, `text\n${'What is one and one?\n'.repeat(100)}`);
    return path;
  };

  const ownBucket = (stack: Stack) =>
    (stack.node.tryFindChild('Mine') as IBucket | undefined) ?? Bucket.fromBucketName(stack, 'Mine', 'my-bucket');
  const cases: Record<string, (stack: Stack) => Partial<BatchInferenceJobProps>> = {
    'with a geographic profile': () => ({ model: BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6 }),
    'with a model in the Region': () => ({ model: BatchModel.AMAZON_NOVA_LITE }),
    'with a global profile': () => ({ model: BatchModel.AMAZON_NOVA_2_LITE, routing: ModelRouting.GLOBAL }),
    'with one object in a bucket of the user': (stack) => ({
      input: JobInput.fromBucket(ownBucket(stack), 'in/a.jsonl'),
    }),
    'with a prefix in a bucket of the user': (stack) => ({ input: JobInput.fromBucketPrefix(ownBucket(stack), 'in/') }),
    'with a local directory': () => ({ input: JobInput.fromDirectory(localDirectory()) }),
    'with a dataset': () => ({ input: JobInput.fromDataset(localDataset(), { template: '{{text}}' }) }),
    'with an output prefix': () => ({ outputPrefix: 'results/' }),
  };

  const network = (stack: Stack): Partial<BatchInferenceJobProps> => {
    const vpc =
      (stack.node.tryFindChild('Net') as IVpc | undefined) ??
      new Vpc(stack, 'Net', {
        availabilityZones: ['us-east-1a', 'us-east-1b'],
        subnetConfiguration: [{ name: 'Inner', subnetType: SubnetType.PRIVATE_ISOLATED }],
        gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      });
    return { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } };
  };

  /** A bucket of another account, with the policy that the construct offers for it. */
  const theirBucket = (stack: Stack) =>
    (stack.node.tryFindChild('Theirs') as IBucket | undefined) ??
    Bucket.fromBucketName(stack, 'Theirs', 'their-bucket');
  const across = (stack: Stack): Partial<BatchInferenceJobProps> => ({
    inputBucket: theirBucket(stack),
    inputBucketOwner: '444455556666',
    outputBucket: theirBucket(stack),
    outputPrefix: 'out/',
    outputBucketOwner: '444455556666',
  });
  const admitAcross = () => {
    const app = new App({ context: { 'cdk-bedrock-batch:today': TODAY } });
    const stack = new Stack(app, 'Books', US_EAST_1);
    const made = makeJob(stack, across(stack));
    const statements = [...made.inputBucketPolicyStatements, ...made.outputBucketPolicyStatements];
    // With the partition written out, as the other account has it.
    const json = policyText(stack, statements);
    return { Statement: JSON.parse(json) as Statement[] };
  };

  /** The life of a stack in which everything happens that the starter is there for. */
  async function live(
    props: (stack: Stack) => Partial<BatchInferenceJobProps>,
    region?: StackProps,
    make: (stack: Stack, props: Partial<BatchInferenceJobProps>) => BatchInferenceJob = makeJob,
  ): Promise<void> {
    const { emulator } = account;
    emulator.s3.createBucket('my-bucket');
    const lines = makeRecords(100)
      .map((record) => JSON.stringify(record))
      .join('\n');
    emulator.s3.put('my-bucket', 'in/a.jsonl', lines);
    const tagged =
      (tags: Record<string, string>, more: Partial<BatchInferenceJobProps> = {}): MakeJob =>
      (stack) => {
        const made = make(stack, { ...props(stack), ...more });
        for (const [key, value] of Object.entries(tags)) Tags.of(made).add(key, value);
        return made;
      };
    const deployment = await account.deploy(tagged({ a: '1' }), region);
    await emulator.finish(deployment.outputs.OutjobArn);
    expect(emulator.job(deployment.outputs.OutjobArn).status).toBe('Completed');
    await deployment.update(account.synth(tagged({ b: '1' }), region));
    await deployment.update(account.synth(tagged({ b: '1' }, { runKey: 'again' }), region));
    expect(await reportRights(emulator, () => deployment.delete())).toEqual({ missing: [], unused: [] });
    // Stopping comes with the deletion, and only where a job runs.
    expect(
      emulator.iam.calls.some(({ action, allowed }) => allowed && action === 'bedrock:StopModelInvocationJob'),
    ).toBe(true);
  }

  test.each(Object.entries(cases))('%s', (_, props) => live(props));

  test('with a profile, where the Region is decided at deployment', () =>
    live(() => ({ model: BatchModel.ANTHROPIC_CLAUDE_HAIKU_4_5 }), {}));

  test('with a key for results in a bucket of the user', () =>
    live((stack) => ({
      input: JobInput.fromBucket(ownBucket(stack), 'in/a.jsonl'),
      outputBucket: ownBucket(stack),
      outputPrefix: 'out/',
      encryptionKey: (stack.node.tryFindChild('Key') as Key) ?? new Key(stack, 'Key'),
    })));

  test('with a role of the user that has got its rights', () =>
    live(
      () => ({}),
      undefined,
      (stack, props) => {
        const role = new Role(stack, 'Mine', {
          assumedBy: new ServicePrincipal('bedrock.amazonaws.com', {
            conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
          }),
        });
        const made = makeJob(stack, { ...props, role });
        made.grantRun(role);
        return made;
      },
    ));

  test('with a VPC', async () => {
    await live(network);
    const [{ request, interfaces }] = account.emulator.listJobs();
    expect(request.vpcConfig).toEqual({
      subnetIds: [expect.stringMatching(/^subnet-/), expect.stringMatching(/^subnet-/)],
      securityGroupIds: [expect.stringMatching(/^sg-/)],
    });
    // What it made there it has taken away.
    expect([...interfaces]).toEqual([]);
  });

  test('with a VPC, and a role of the user that has got its rights', () =>
    live(network, undefined, (stack, props) => {
      const role = new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('bedrock.amazonaws.com') });
      const made = makeJob(stack, { ...props, role });
      made.grantRun(role);
      return made;
    }));

  test('with buckets of another account, whose policy says what the construct offers', async () => {
    account.emulator.s3.createBucket('their-bucket', { owner: '444455556666', policy: admitAcross() });
    await live(across);
    const [{ request }] = account.emulator.listJobs();
    expect(request.inputDataConfig.s3InputDataConfig.s3BucketOwner).toBe('444455556666');
    expect(request.outputDataConfig.s3OutputDataConfig.s3BucketOwner).toBe('444455556666');
  });

  test('with a key', () =>
    live((stack) => ({ encryptionKey: (stack.node.tryFindChild('Key') as Key) ?? new Key(stack, 'Key') })));
});
