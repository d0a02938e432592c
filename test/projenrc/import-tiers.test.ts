import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

type Planted = readonly [path: string, specifier: string];

/** Plants each import in a file of its own, in an empty tree under the project's rules, and lints them all at once. */
function lint(imports: readonly Planted[]): string[] {
  const tree = mkdtempSync(join(tmpdir(), 'import-tiers-'));
  try {
    const { overrides } = JSON.parse(readFileSync(join(ROOT, 'biome.jsonc'), 'utf8').replace(/^\/\/.*$/gm, ''));
    const linter = { rules: { preset: 'none' } };
    writeFileSync(join(tree, 'biome.json'), JSON.stringify({ root: true, linter, overrides }));
    const paths = imports.map(([path], index) => path.replace('planted', `planted-${index}`));
    for (const [index, [, specifier]] of imports.entries()) {
      const file = join(tree, paths[index]);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `import * as planted from '${specifier}';\nconsole.log(planted);\n`);
    }
    const biome = join(ROOT, 'node_modules', '.bin', 'biome');
    const args = ['lint', '--reporter=json', '--max-diagnostics=none', 'src'];
    const { stdout } = spawnSync(biome, args, { cwd: tree, encoding: 'utf8' });
    const { summary, diagnostics } = JSON.parse(stdout);
    expect(summary.unchanged + summary.changed).toBe(new Set(paths).size);
    return paths.map((path) =>
      JSON.stringify(diagnostics.filter((found: object) => JSON.stringify(found).includes(path))),
    );
  } finally {
    rmSync(tree, { recursive: true });
  }
}

const noConstructs = 'The pure tier knows no constructs.';
const noService = 'The pure tier calls no service.';
const noFiles = 'The pure tier does no I/O.';
const noSdk = 'The synth tier never calls a service.';
const noCdk = 'The run tier never loads CDK.';
const downward = 'Synth imports go downward only';

const REFUSED: readonly (readonly [string, string, string])[] = [
  ['src/catalog/planted.ts', 'aws-cdk-lib', noConstructs],
  ['src/catalog/planted.ts', '../core/issue', 'The catalog holds facts only'],
  ['src/catalog/planted.ts', '../records/record', 'The catalog holds facts only'],
  ['src/core/planted.ts', 'aws-cdk-lib/aws-s3', noConstructs],
  ['src/core/planted.ts', 'constructs', noConstructs],
  ['src/core/planted.ts', '../job/job-input', noConstructs],
  ['src/core/planted.ts', '../private/today', noConstructs],
  ['src/core/planted.ts', '@aws-sdk/client-bedrock', noService],
  ['src/core/planted.ts', '../handlers/start-job', noService],
  ['src/core/planted.ts', 'node:fs', noFiles],
  ['src/core/planted.ts', 'node:fs/promises', noFiles],
  ['src/core/planted.ts', '../records/record', 'src/core does not know record formats'],
  ['src/records/planted.ts', 'aws-cdk-lib', noConstructs],
  ['src/records/planted.ts', '@aws-sdk/client-s3', noService],
  ['src/records/planted.ts', 'node:crypto', noFiles],
  ['src/model/planted.ts', '@aws-sdk/client-bedrock', noSdk],
  ['src/model/planted.ts', '../handlers/start-job', noSdk],
  ['src/model/planted.ts', '../job/job-input', downward],
  ['src/private/planted.ts', '../job/job-input', downward],
  ['src/private/planted.ts', '@aws-sdk/client-s3', noSdk],
  ['src/job/planted.ts', '../pipeline/pipeline', downward],
  ['src/job/planted.ts', '@smithy/types', noSdk],
  ['src/pipeline/planted.ts', '../cli/main', noSdk],
  ['src/monitoring/planted.ts', '@aws-sdk/client-cloudwatch', noSdk],
  ['src/handlers/planted.ts', 'aws-cdk-lib', noCdk],
  ['src/handlers/planted.ts', '../model/batch-model', noCdk],
  ['src/handlers/planted.ts', '@aws-sdk/client-bedrock', 'Only adapters'],
  ['src/handlers/sdk-planted.ts', 'constructs', noCdk],
  ['src/handlers/planted.lambda.ts', '../job/job-input', noCdk],
  ['src/cli/planted.ts', '../private/today', noCdk],
  ['src/cli/planted.ts', '@aws-sdk/client-s3', 'Only adapters'],
  ['src/index.ts', './handlers/start-job', noSdk],
];

const ALLOWED: readonly Planted[] = [
  ['src/core/planted.ts', '../catalog/model-catalog'],
  ['src/records/planted.ts', '../core/issue'],
  ['src/model/planted.ts', 'aws-cdk-lib/aws-iam'],
  ['src/job/planted.ts', '../model/batch-model'],
  ['src/job/planted.ts', 'node:path'],
  ['src/pipeline/planted.ts', '../job/batch-inference-job'],
  ['src/handlers/planted.ts', '../core/event'],
  ['src/handlers/planted.ts', 'node:crypto'],
  ['src/handlers/sdk-planted.ts', '@aws-sdk/client-bedrock'],
  ['src/handlers/planted.lambda.ts', '@aws-sdk/client-s3'],
];

describe('an import across tiers is refused, and told where to go', () => {
  const findings = lint(REFUSED.map(([path, specifier]) => [path, specifier]));

  test.each(REFUSED.map((row, index) => [...row, index] as const))('in %s: %s', (_path, _specifier, message, index) => {
    expect(findings[index]).toContain(message);
  });
});

describe('an import within the tiers passes', () => {
  const findings = lint(ALLOWED);

  test.each(ALLOWED.map((row, index) => [...row, index] as const))('in %s: %s', (_path, _specifier, index) => {
    expect(findings[index]).toBe('[]');
  });
});
