import { spawnSync } from 'node:child_process';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs a command to its end and returns its wall time in milliseconds; a command that fails stops the bench. */
export function timeProcess(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  const start = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync(command, args, { env, encoding: 'utf8' });
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return elapsed;
}

/** The number that a command prints. */
export function readNumber(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  const value = Number(stdout.trim());
  if (status !== 0 || !Number.isFinite(value)) throw new Error(`${command} gave no number:\n${stdout}${stderr}`);
  return value;
}

/** Measures two things in turn, so that a slow minute of the machine hits both, and gives both medians and their ratio. */
export function compare(runs: number, ours: () => number, theirs: () => number) {
  const a: number[] = [];
  const b: number[] = [];
  ours();
  theirs();
  for (let run = 0; run < runs; run += 1) {
    a.push(ours());
    b.push(theirs());
  }
  return { ours: median(a), theirs: median(b), ratio: median(a.map((value, index) => value / b[index])) };
}
