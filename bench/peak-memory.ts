import { spawnSync } from 'node:child_process';

/** Starts what it is given as a program, and says at its end how much memory it took at most, in KiB. */
const TELL_PEAK =
  'process.on("exit",()=>console.error("peak "+process.resourceUsage().maxRSS));require(process.argv[1])';

/** Mebibytes that a Node program had resident at most, its threads included. */
export function readPeakMebibytes(program: string, args: readonly string[]): number {
  const { status, stderr } = spawnSync(process.execPath, ['-e', TELL_PEAK, program, ...args], { encoding: 'utf8' });
  const [, peak] = /^peak (\d+)$/m.exec(stderr) ?? [];
  if (status !== 0 || peak === undefined) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  return Number(peak) / 1024;
}
