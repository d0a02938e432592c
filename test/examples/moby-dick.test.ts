import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHAPTERS } from '../../examples/moby-dick/chapters';

const ROOT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'moby-dick-'));
afterAll(() => rmSync(folder, { recursive: true }));

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

test('each chapter is a record that names it', () => {
  const [staged] = readdirSync(folder).filter((name) => name.startsWith('asset.') && name.endsWith('.jsonl')) as [
    string,
  ];
  const records = readFileSync(join(folder, staged), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(records).toHaveLength(CHAPTERS);
  expect(records[4]).toMatchObject({
    recordId: 'chapter-004',
    modelInput: {
      messages: [{ content: [{ text: expect.stringMatching(/^Chapter 2\. The Carpet-Bag\.\n\nI stuffed/) }] }],
    },
  });
});

test('the app that `cdk synth` runs in this repository is that one', () => {
  expect(JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).app).toContain('examples/moby-dick/app.ts');
});
