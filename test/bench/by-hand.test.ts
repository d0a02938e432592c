import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { writeRecords } from '../../bench/stacks/records';
import { resourcesIn } from '../../bench/stacks/resources-in';
import { BatchInferenceJob, BatchModel, JobInput } from '../../src';

const BY_HAND = join(__dirname, '..', '..', 'bench', 'stacks', 'by-hand.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'by-hand-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the stack by hand, which the bench compares with, makes the same resources as the library', () => {
  const records = writeRecords(folder);
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  const app = new App({ outdir: ours });
  const stack = new Stack(app, 'Bench', { env: { account: '111122223333', region: 'us-east-1' } });
  new BatchInferenceJob(stack, 'Job', {
    model: BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6,
    input: JobInput.fromFile(records),
  });
  app.synth();
  expect(spawnSync(process.execPath, [BY_HAND, records, theirs]).status).toBe(0);
  expect(resourcesIn(join(theirs, 'Bench.template.json'))).toEqual(resourcesIn(join(ours, 'Bench.template.json')));
});
