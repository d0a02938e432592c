import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateModelInvocationJobCommand } from '@aws-sdk/client-bedrock';
import type { Outside } from '../../src/cli/run';
import { connectSdkJobs } from '../../src/cli/sdk-jobs';
import { connectSdkObjects } from '../../src/cli/sdk-objects';
import { type ObjectStore, ServiceCallError, type StoredObject } from '../../src/cli/services';
import { realClock } from '../../src/handlers/clock';
import { EmulatedAccount, EVERYTHING, jobRequest, REGION } from '../emulator/emulated-account';
import type { Statement } from '../emulator/policy';
import { FakeClock } from './fake-outside';
import { type FakeOptions, runLine } from './fake-terminal';

let account: EmulatedAccount;
let folder: string;
const before = { ...process.env };

beforeEach(async () => {
  account = await EmulatedAccount.start({ clock: () => new Date() });
  folder = mkdtempSync(join(tmpdir(), 'cdk-bedrock-batch-'));
  signInWith([EVERYTHING]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: account.emulator.endpoint,
    AWS_REGION: REGION,
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  });
});
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true });
  await account.stop();
});

function signInWith(statements: readonly Statement[]): void {
  const user = account.emulator.iam.addUser('arn:aws:iam::111122223333:user/terminal', statements);
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: 'emulated' });
}

async function create(jobName: string, count = 120): Promise<string> {
  account.putRecords(count);
  const { jobArn = '' } = await account.bedrock.send(new CreateModelInvocationJobCommand(jobRequest({ jobName })));
  return jobArn;
}

/** The adapters as they are here: jest cannot run those of the bundle. */
const sdk: Outside = { connectJobs: connectSdkJobs, connectObjects: connectSdkObjects, clock: realClock };

const line = (text: string, options: FakeOptions = {}) => runLine(text, { env: process.env, ...options }, sdk);

describe('jobs of the service', () => {
  test('are listed newest first, with the counts of the service', async () => {
    const first = await create('chapters-1');
    await account.emulator.finish(first);
    await create('chapters-2');
    const { code, out, err } = await line('jobs --json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [second, ended] = JSON.parse(out);
    expect(second).toMatchObject({ name: 'chapters-2', status: 'Submitted', counts: { total: 0, processed: 0 } });
    expect(ended).toMatchObject({
      arn: first,
      id: first.slice(-12),
      name: 'chapters-1',
      status: 'Completed',
      counts: { total: 120, processed: 120, succeeded: 120, failed: 0 },
      inputS3Uri: 's3://input-bucket/in/records.jsonl',
      resultsS3Uri: `s3://output-bucket/out/${first.slice(-12)}/`,
    });
    expect(Date.parse(ended.ended)).not.toBeNaN();
  });

  test('are listed over more than one page', async () => {
    for (let index = 0; index < 101; index += 1) {
      // One at a time, or the quota on live jobs is met before the page is full.
      await account.emulator.endJob(await create(`chapters-${index}`), 'Stopped');
    }
    const { out } = await line('jobs --json --max 200');
    expect(JSON.parse(out)).toHaveLength(101);
  });

  test('are chosen by name and by state', async () => {
    await account.emulator.endJob(await create('chapters-1'), 'Failed', 'no records');
    await create('chapters-2');
    await create('other');
    const named = JSON.parse((await line('jobs --json --name chapters')).out);
    expect(named.map(({ name }: { name: string }) => name)).toEqual(['chapters-2', 'chapters-1']);
    const failed = JSON.parse((await line('jobs --json --status failed')).out);
    expect(failed).toMatchObject([{ name: 'chapters-1', message: 'no records' }]);
  });

  test('are stopped by name', async () => {
    const arn = await create('chapters-1');
    expect(await line('stop chapters-1')).toMatchObject({
      code: 0,
      out: expect.stringContaining(`chapters-1 (${arn.slice(-12)}) is being stopped`),
    });
    expect(account.emulator.job(arn).status).toBe('Stopping');
  });

  test('are stopped by id, and a second stop after the end is no error', async () => {
    const arn = await create('chapters-1');
    await line(`stop ${arn.slice(-12)}`);
    await account.emulator.finish(arn);
    expect(await line(`stop ${arn}`)).toMatchObject({
      code: 0,
      out: expect.stringContaining('ended already: Stopped'),
    });
  });

  test('that end between the look and the stop are said to have ended', async () => {
    const arn = await create('chapters-1');
    account.emulator.faults.inject({
      operation: 'StopModelInvocationJob',
      phase: 'before',
      fault: () => account.emulator.endJob(arn, 'Completed'),
    });
    expect(await line(`stop ${arn}`)).toMatchObject({ code: 0, out: expect.stringContaining('already: Completed') });
  });

  test('are watched to their end, through throttling', async () => {
    const arn = await create('chapters-1');
    const states: string[] = [];
    const { emulator } = account;
    // The job takes a step at every look.
    emulator.faults.hook = async ({ operation, phase }) => {
      if (operation !== 'GetModelInvocationJob' || phase !== 'before') return undefined;
      states.push(emulator.job(arn).status);
      await emulator.advance(arn);
      return states.length === 3 ? 'throttle' : undefined;
    };
    const { code, out, err } = await runQuickly(`watch ${arn}`);
    expect(code).toBe(0);
    expect(out).toMatch(/^chapters-1 Completed: 120 of 120 records processed, 120 succeeded, 0 failed; in /);
    expect(out).toContain(`s3://output-bucket/out/${arn.slice(-12)}/`);
    expect(err.match(/chapters-1 \w+/g)).toEqual([
      'chapters-1 Validating',
      'chapters-1 Scheduled',
      'chapters-1 InProgress',
      'chapters-1 Completed',
    ]);
  });

  test('that fail are watched to the reason', async () => {
    const arn = await create('chapters-1', 10);
    await account.emulator.finish(arn);
    const { code, out } = await line(`watch ${arn}`);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^chapters-1 Failed: .*the service says: .*less records \(10\) than the required minimum of: 100/,
    );
  });

  test('are in another Region where --region says so', async () => {
    await create('chapters-1');
    const { code, err } = await line('jobs --region eu-west-1');
    expect(code).toBe(1);
    expect(err).toMatch(/the credentials are not accepted in eu-west-1; .*InvalidSignatureException/);
  });
});

/** With the SDK and the emulator, and a clock that need not be waited for. */
async function runQuickly(text: string) {
  return runLine(
    text,
    { env: process.env },
    { connectJobs: connectSdkJobs, connectObjects: connectSdkObjects, clock: new FakeClock(Date.now()) },
  );
}

describe('what a caller is missing', () => {
  const names = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

  test('a Region', async () => {
    delete process.env.AWS_REGION;
    const { code, err } = await line('jobs');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: no Region is known; name one with --region/);
  });

  test('is not a Region where AWS_DEFAULT_REGION names one, as the AWS CLI has it', async () => {
    delete process.env.AWS_REGION;
    process.env.AWS_DEFAULT_REGION = REGION;
    expect(await line('jobs')).toMatchObject({ code: 0 });
  });

  test('credentials', async () => {
    for (const name of names.slice(2)) delete process.env[name];
    const { code, err } = await line('jobs');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: no AWS credentials were found; .*\(CredentialsProviderError: /);
  });

  test('a profile', async () => {
    const { code, err } = await line('jobs --profile nobody');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: no AWS credentials were found; name a profile of ~\/\.aws\/config/);
  });

  test('nothing where the profile has them', async () => {
    const { AWS_ACCESS_KEY_ID: key } = process.env;
    for (const name of names) delete process.env[name];
    writeFileSync(
      join(folder, 'credentials'),
      `[research]\naws_access_key_id = ${key}\naws_secret_access_key = emulated\n`,
    );
    writeFileSync(join(folder, 'config'), `[profile research]\nregion = ${REGION}\n`);
    expect(await line('jobs --profile research')).toMatchObject({ code: 0 });
  });

  test('a right', async () => {
    signInWith([]);
    const { code, err } = await line('jobs');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: access was denied; the caller must be allowed bedrock:ListModelInvocationJobs, /);
  });

  test('a way to the service', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
    const { code, err } = await line('jobs');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: Bedrock could not be reached in us-east-1; .*ECONNREFUSED/);
  });
});

describe('objects of the service', () => {
  let objects: ObjectStore;
  beforeEach(async () => {
    objects = await connectSdkObjects({ env: process.env, signal: new AbortController().signal });
  });
  afterEach(() => objects.close());

  async function list(prefix: string, bucket = 'output-bucket'): Promise<StoredObject[]> {
    const all: StoredObject[] = [];
    for await (const object of objects.list(bucket, prefix)) all.push(object);
    return all;
  }

  test('are listed below a prefix, over more than one page', async () => {
    const keys = Array.from({ length: 1001 }, (_, index) => `out/${String(index).padStart(4, '0')}`);
    for (const key of keys) account.emulator.s3.put('output-bucket', key, 'four');
    account.emulator.s3.put('output-bucket', 'other', '');
    expect(await list('out/')).toEqual(keys.map((key) => ({ key, bytes: 4 })));
  });

  test('are read as streams', async () => {
    account.emulator.s3.put('output-bucket', 'out/a b+ü.txt', 'content');
    const chunks: Buffer[] = [];
    for await (const chunk of await objects.open('output-bucket', 'out/a b+ü.txt')) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('content');
  });

  test('are downloaded, and no half-written file is left', async () => {
    account.emulator.s3.put('output-bucket', 'out/a', 'content');
    await objects.download('output-bucket', 'out/a', join(folder, 'a'));
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('content');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  test('that are not there leave no file, and are told of by their URI', async () => {
    await expect(objects.download('output-bucket', 'none', join(folder, 'a'))).rejects.toMatchObject({
      name: 'ServiceCallError',
      action: 's3:GetObject',
      subject: 's3://output-bucket/none',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that are interrupted leave no file', async () => {
    const abort = new AbortController();
    const interrupted = await connectSdkObjects({ env: process.env, signal: abort.signal });
    account.emulator.s3.put('output-bucket', 'out/a', 'x'.repeat(5_000_000));
    account.emulator.faults.inject({ operation: 'GetObject', phase: 'after', fault: () => abort.abort() });
    await expect(interrupted.download('output-bucket', 'out/a', join(folder, 'a'))).rejects.toThrow(ServiceCallError);
    interrupted.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that cannot be written are an error of the file, not of the service', async () => {
    account.emulator.s3.put('output-bucket', 'out/a', 'content');
    await expect(objects.download('output-bucket', 'out/a', join(folder, 'none', 'a'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  test('in a bucket that is not there are told of', async () => {
    await expect(list('', 'nobodys-bucket')).rejects.toMatchObject({ subject: 's3://nobodys-bucket/' });
  });
});
