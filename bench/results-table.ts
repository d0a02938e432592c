import { strictEqual } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, timeProcess } from './measure';
import { readPeakMebibytes } from './peak-memory';

const MAIN = join(__dirname, '..', 'assets', 'cli', 'main', 'index.js');
const SCRIPT = join(__dirname, 'scripts', 'results.py');
const RUNS = 3;
const MIB = 2 ** 20;

export interface ResultsFigures {
  readonly mebibytes: number;
  readonly records: number;
  /** Milliseconds of `cdk-bedrock-batch results` to CSV. */
  readonly ours: number;
  /** Of the script that people write in Python. */
  readonly theirs: number;
  /** How many times as fast. */
  readonly timesAsFast: number;
  readonly peakMebibytes: number;
}

/**
 * `results` to CSV against the Python script that people write, processes from start to end, which must make the same table to
 * the byte. Undefined where there is no Python.
 */
export async function measureResults(mebibytes = 256): Promise<ResultsFigures | undefined> {
  if (spawnSync('python3', ['--version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bench-results-'));
  try {
    const records = writeResults(folder, mebibytes * MIB);
    const [our, their] = [join(folder, 'ours.csv'), join(folder, 'theirs.csv')];
    const args = ['results', folder, '--out', our];
    const { ours, theirs, ratio } = compare(
      RUNS,
      () => timeProcess(process.execPath, [MAIN, ...args]),
      () => timeProcess('python3', [SCRIPT, folder, their]),
    );
    strictEqual(readFileSync(our, 'utf8'), readFileSync(their, 'utf8'), 'the two tables must be the same');
    return { mebibytes, records, ours, theirs, timesAsFast: 1 / ratio, peakMebibytes: readPeakMebibytes(MAIN, args) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const WORDS = [
  'batch',
  'inference',
  'answers',
  'the',
  'question',
  'of',
  'a',
  'record',
  '“quoted”',
  'naïve',
  '"said"',
  '\n',
];
const RECORDS_A_FILE = 10_000;

/** Results of about eight kilobytes, most of them the prompt that is repeated, one in two hundred an error. */
function writeResults(folder: string, bytes: number): number {
  let [records, written] = [0, 0];
  while (written < bytes) {
    const file = openSync(join(folder, `part-${String(records / RECORDS_A_FILE).padStart(3, '0')}.jsonl.out`), 'w');
    for (let end = records + RECORDS_A_FILE; records < end; records += 1) {
      written += writeSync(file, `${JSON.stringify(resultOf(records))}\n`);
    }
    closeSync(file);
  }
  return records;
}

function resultOf(index: number): object {
  const recordId = `r${String(index).padStart(7, '0')}`;
  const content = [{ type: 'text', text: textOf(index, 1100) }];
  const modelInput = {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 512,
    messages: [{ role: 'user', content }],
  };
  if (index % 200 === 7) {
    return { recordId, modelInput, error: { errorCode: 400, errorMessage: 'max_tokens: Field required' } };
  }
  const modelOutput = {
    id: `msg_${index}`,
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: textOf(index + 1, 200 + (index % 100)) }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 1400, output_tokens: 300 + (index % 100) },
  };
  return { recordId, modelInput, modelOutput };
}

function textOf(seed: number, words: number): string {
  let text = '';
  for (let word = 0; word < words; word += 1) text += `${WORDS[(seed * 31 + word * (word + seed)) % WORDS.length]} `;
  return text;
}
