import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chapterRecords } from '../../examples/moby-dick/chapters';
import { checkRecords } from '../../src/records/check-records';

const ROOT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'moby-dick-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the chapters are enough records for a job, and none is malformed', () => {
  const lines = chapterRecords().map((record) => JSON.stringify(record));
  expect(lines.length).toBeGreaterThan(100);
  expect(checkRecords(lines, { minRecords: 100 })).toEqual([]);
});

test('the app synthesises', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'examples/moby-dick/app.ts'], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: folder },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const template = JSON.parse(readFileSync(join(folder, 'MobyDick.template.json'), 'utf8'));
  expect(Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type)).toContain(
    'Custom::BedrockBatchInferenceJob',
  );
});

test('the app that `cdk synth` runs in this repository is that one', () => {
  expect(JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).app).toContain('examples/moby-dick/app.ts');
});
