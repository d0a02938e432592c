// The example's stack, deployed for real but for AWS: `npm run demo`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import colours from 'picocolors';
import { readResults } from '../../src/cli/read-results';
import type { BatchJob } from '../../test/emulator/batch-jobs';
import { Deployment } from '../../test/emulator/deployment';
import { Emulator } from '../../test/emulator/emulator';
import { CHAPTERS } from './chapters';

const ROOT = join(__dirname, '..', '..');
const FOLDER = join(ROOT, '.demo');
const STEPS = 46;
const STEP_MILLISECONDS = 60;
const SHOWN = 3;

async function demo(): Promise<void> {
  say(colours.bold('Moby-Dick, chapter by chapter: one batch inference job, without an AWS account'));
  say(
    colours.yellow(
      'Bedrock and S3 are played by test/emulator: the answers below are made up by it, not by a model.\n',
    ),
  );
  rmSync(FOLDER, { recursive: true, force: true });

  const assembly = synthesise();
  step('synth', `examples/moby-dick/app.ts → ${relative(ROOT, assembly)}`);
  step('records', `${CHAPTERS} rows of chapters.csv, one checked Claude request each`);

  const emulator = await Emulator.start({ progressSteps: STEPS });
  const deployment = await Deployment.create(emulator, { assembly });
  try {
    for (const { logicalId, type, status } of deployment.events) {
      say(`           ${colours.dim(status)} ${type} ${colours.dim(logicalId)}`);
    }
    const [job] = emulator.listJobs();
    step('create', `the packaged function started ${job.request.jobName}`);

    await deployment.resend(deployment.exchanges[0]);
    step('retry', `the same event again: ${jobs(emulator)}, found and kept`);
    await deployment.update();
    step('update', `deployed again without a change: ${jobs(emulator)}, CloudFormation did not even ask`);

    await watch(emulator, job);
    const folder = download(emulator, job);
    step('results', relative(ROOT, folder));
    await table(folder, downloadInput(emulator, job));

    await deployment.delete();
    step('delete', `the stack is gone, its buckets are kept; the job had ended and stays ${job.status}`);
  } finally {
    await deployment.close();
    await emulator.stop();
  }
}

/** Runs the example as the CDK CLI would. */
function synthesise(): string {
  const outdir = join(FOLDER, 'cdk.out');
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'app.ts')], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: outdir },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the example does not synthesise:\n${stderr}`);
  return outdir;
}

/** The job's life, as `GetModelInvocationJob` tells it; the emulator's clock is wound by hand. */
async function watch(emulator: Emulator, job: BatchJob): Promise<void> {
  const bar = new SingleBar({
    format: `${label('job')} {state} [{bar}] {value}/{total} records`,
    noTTYOutput: false,
    clearOnComplete: false,
    hideCursor: true,
  });
  const total = CHAPTERS;
  const isTerminal = process.stderr.isTTY === true;
  if (isTerminal) bar.start(total, 0, { state: job.status.padEnd(10) });
  let told = '';
  const tell = () => {
    if (isTerminal) bar.update(job.counts.processed, { state: job.status.padEnd(10) });
    else if (job.status !== told) step('job', job.status);
    told = job.status;
  };
  tell();
  while (emulator.liveJobs().includes(job)) {
    await pause(STEP_MILLISECONDS);
    await emulator.advance(job.arn);
    tell();
  }
  bar.stop();
  if (job.status !== 'Completed') throw new Error(`the job ended as ${job.status}: ${job.message}`);
}

/** Copies the results out of the emulated bucket, to look at. */
function download(emulator: Emulator, job: BatchJob): string {
  const uri = new URL(job.request.outputDataConfig.s3OutputDataConfig.s3Uri);
  const prefix = `${uri.pathname.slice(1)}${job.arn.split('/')[1]}/`;
  const folder = join(FOLDER, 'results');
  mkdirSync(folder, { recursive: true });
  for (const key of emulator.s3.list(uri.host, prefix)) {
    writeFileSync(join(folder, key.slice(prefix.length).replace(/\//g, '-')), emulator.s3.get(uri.host, key));
  }
  return folder;
}

/** The records as they were staged, so that one without an answer would be missed. */
function downloadInput(emulator: Emulator, job: BatchJob): string {
  const { host, pathname } = new URL(job.request.inputDataConfig.s3InputDataConfig.s3Uri);
  const path = join(FOLDER, 'records.jsonl');
  writeFileSync(path, emulator.s3.get(host, pathname.slice(1)));
  return path;
}

/** What `cdk-bedrock-batch results` does: joined by recordId, one row for each record. */
async function table(folder: string, inputs: string): Promise<void> {
  const path = join(FOLDER, 'results.jsonl');
  const { records, tokens } = await readResults({
    paths: [folder],
    inputs: [inputs],
    output: { path, format: 'jsonl' },
  });
  step(
    'counts',
    `${records.total} records: ${records.succeeded} succeeded, ${records.failed} failed, ${records.missing} missing`,
  );
  step('tokens', `${tokens.inputTokens} in, ${tokens.outputTokens} out (estimated by the emulator)\n`);
  const rows = readFileSync(path, 'utf8').trimEnd().split('\n');
  for (const row of rows.slice(0, SHOWN)) {
    const { recordId, text } = JSON.parse(row);
    say(`  ${colours.cyan(recordId)} ${text?.slice(0, 140)}`);
  }
  say(`  … and ${rows.length - SHOWN} more in ${relative(ROOT, path)}\n`);
}

function jobs(emulator: Emulator): string {
  const count = emulator.listJobs().length;
  return count === 1 ? 'still one job' : `${count} jobs`;
}

function label(name: string): string {
  return colours.green(name.padStart(9));
}

function step(name: string, text: string): void {
  say(`${label(name)}  ${text}`);
}

function say(text: string): void {
  console.log(text);
}

demo().catch((error) => {
  console.error(colours.red(`the demo failed: ${error instanceof Error ? error.message : error}`));
  process.exitCode = 1;
});
