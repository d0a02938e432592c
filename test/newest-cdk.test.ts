import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'newest-cdk-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Synthesises an app of test/newest-cdk with the newest CDK, its validation of templates turned on. */
function synth(outdir: string, mistake: string[] = [], app = 'app.ts') {
  const args = ['-r', './test/newest-cdk/use-newest-cdk.js', '--import', 'tsx', `test/newest-cdk/${app}`, outdir];
  const env = { ...process.env, CDK_VALIDATION: 'true' };
  return spawnSync(process.execPath, [...args, ...mistake], { cwd: ROOT, env, encoding: 'utf8' });
}

describe("CDK's own validation of templates", () => {
  const outdir = join(folder, 'good');
  const { status, stderr } = synth(outdir);
  const templates = readdirSync(outdir).filter((name) => name.endsWith('.template.json'));

  test('finds nothing in our templates', () => {
    expect(stderr).not.toContain('CloudFormation Validate');
    expect(status).toBe(0);
    expect(templates.sort()).toEqual([
      'Default.template.json',
      'Global.template.json',
      'RegionAtDeployment.template.json',
    ]);
  });

  test('would find a mistake: the check can fail', () => {
    const { status: failed, stderr: report } = synth(join(folder, 'bad'), ['mistake']);
    expect(report).toContain('CloudFormation-Validate::F3002');
    expect(failed).not.toBe(0);
  });

  // cfn-lint is a Python program, which a clone of this repository does not need to have.
  const hasCfnLint = spawnSync('cfn-lint', ['--version']).status === 0;
  (hasCfnLint ? test : test.skip)('and cfn-lint finds nothing either', () => {
    const paths = templates.map((name) => join(outdir, name));
    expect(spawnSync('cfn-lint', paths, { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
  });
});

describe("cdk-nag's packs, as part of the synthesis", () => {
  test('let the hardened example through, all six', () => {
    const { status, stderr } = synth(join(folder, 'packs'), [], 'rule-packs.ts');
    expect(stderr).not.toMatch(/HIPAA|NIST|PCI|AwsSolutions|Serverless/);
    expect(status).toBe(0);
  });

  test('would find a mistake: the check can fail', () => {
    const { status, stderr } = synth(join(folder, 'unacknowledged'), ['mistake'], 'rule-packs.ts');
    expect(stderr).toContain('AwsSolutions-S1');
    expect(status).not.toBe(0);
  });
});
