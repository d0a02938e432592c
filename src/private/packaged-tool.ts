import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from './library-version';

/** Runs a bundle of this package in a process of its own, and waits for it: JSON in, JSON out. */
export function runPackagedTool(name: string, request: unknown): unknown {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [join(packageRoot(), 'assets', 'cli', name, 'index.js')],
    // Options for this process (a debugger's, a loader's) are not for that one.
    { input: JSON.stringify(request), encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' }, maxBuffer: 1 << 26 },
  );
  if (status === 0) return JSON.parse(stdout);
  throw new Error(`${name} of cdk-bedrock-batch ended unexpectedly: ${error?.message ?? stderr.trim()}`);
}
