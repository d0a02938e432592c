import { deepStrictEqual } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { measureCheck } from './check';
import { compare, median, readNumber, timeProcess } from './measure';
import { measurePrepare } from './prepare';
import { measureResults } from './results-table';
import { writeRecords } from './stacks/records';
import { resourcesIn } from './stacks/resources-in';
import { measureTemplate } from './template';

const ROOT = join(__dirname, '..');
const BUNDLE = join(ROOT, 'assets', 'handlers', 'start-job.lambda', 'index.js');
const RUNS = 15;
const QUIET = { ...process.env, CDK_VALIDATION: 'false', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Milliseconds that evaluating `code` takes inside a fresh process, its start not counted. */
const timeOfCode = (before: string, code: string) =>
  readNumber(
    process.execPath,
    ['-e', `${before};const s=process.hrtime.bigint();${code};console.log(Number(process.hrtime.bigint()-s)/1e6)`],
    QUIET,
  );

function synth() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const records = writeRecords(folder);
    const run = (name: string) => () =>
      timeProcess(process.execPath, [join(__dirname, 'stacks', name), records, join(folder, `${name}.out`)], QUIET);
    const [ours, theirs] = [run('with-library.js'), run('by-hand.js')];
    ours();
    theirs();
    const resources = (name: string) => resourcesIn(join(folder, `${name}.out`, 'Bench.template.json'));
    deepStrictEqual(
      resources('with-library.js'),
      resources('by-hand.js'),
      'the two stacks must make the same resources',
    );
    return compare(RUNS, ours, theirs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function requirePackage(): number {
  const library = JSON.stringify(join(ROOT, 'lib', 'index.js'));
  // What a CDK app has loaded anyway: the library's own cost is what comes on top.
  const loaded = ['', '/aws-iam', '/aws-s3', '/aws-s3-assets', '/aws-lambda', '/aws-logs', '/aws-kms']
    .map((module) => `require('aws-cdk-lib${module}')`)
    .join(';');
  process.chdir(ROOT);
  return median(
    Array.from({ length: RUNS }, () =>
      timeOfCode(`const m=[${loaded.split(';')}];m[0].App`, `require(${library}).BatchInferenceJob`),
    ),
  );
}

function coldLoad() {
  const code = `process.env.AWS_REGION='us-east-1';require(${JSON.stringify(BUNDLE)})`;
  const ours = () => timeProcess(process.execPath, ['-e', code], QUIET);
  const python = spawnSync('python3', ['-c', 'import boto3']);
  if (python.status !== 0) return undefined;
  const handler =
    "import boto3; boto3.client('bedrock', region_name='us-east-1'); boto3.client('s3', region_name='us-east-1')";
  return compare(RUNS, ours, () => timeProcess('python3', ['-c', handler]));
}

if (!existsSync(join(ROOT, 'lib', 'index.js'))) throw new Error('lib/ is not built: run `npx projen compile` first');
const results = {
  command: 'npm run bench',
  machine: {
    platform: platform(),
    arch: arch(),
    cpus: cpus().length,
    gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  },
  runs: RUNS,
  template: measureTemplate,
  synth,
  requireMs: requirePackage,
  bundleBytes: () => statSync(BUNDLE).size,
  coldLoad,
  check: measureCheck,
  prepare: measurePrepare,
  results: measureResults,
};

async function bench(): Promise<void> {
  const measured: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(results)) {
    console.error(name);
    measured[name] = typeof value === 'function' ? await value() : value;
  }
  const text = JSON.stringify(
    measured,
    (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value),
    2,
  );
  writeFileSync(join(__dirname, 'results.json'), `${text}\n`);
  console.log(text);
}

void bench();
