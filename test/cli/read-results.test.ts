import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type ReadResultsOptions, readResults } from '../../src/cli/read-results';
import { RowsFile } from '../../src/cli/write-table-rows';
import { BatchInferenceError } from '../../src/core/batch-inference-error';
import { readRecord } from '../../src/records/record';
import { embedding, escaped, failure, input, success } from '../records/results/lines';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-results-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

/** Writes a file below the folder of the test: lines, or bytes as they are. */
function write(name: string, content: readonly string[] | string | Buffer): string {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), Array.isArray(content) ? content.map((line) => `${line}\n`).join('') : (content as Buffer));
  return at(name);
}

function manifest(name: string, members: object): string {
  return write(name, JSON.stringify(members));
}

const read = (options: Partial<ReadResultsOptions> = {}) => readResults({ paths: [at('out')], ...options });

/** Reads into a CSV table, and gives its rows. */
async function table(options: Partial<ReadResultsOptions> = {}): Promise<Record<string, string>[]> {
  await read({ output: { path: at('table.csv'), format: 'csv' }, ...options });
  return parse(readFileSync(at('table.csv')), { columns: true, record_delimiter: '\r\n' });
}

const outcomes = (rows: readonly Record<string, string>[]) =>
  rows.map(({ recordId, status }) => `${recordId} ${status}`);

async function issuesOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!BatchInferenceError.is(error)) throw error ?? new Error('was not refused');
  return error.issues.map(({ code, input: name, message }) => ({ code, input: name, message }));
}

describe('results', () => {
  test('of several files and jobs become one table, in the order of the names', async () => {
    write('out/job1/a.jsonl.out', [success('1'), failure('2')]);
    write('out/job1/deep/b.jsonl.out', [success('3')]);
    write('out/job2/a.jsonl.out', [success('4')]);
    expect(outcomes(await table())).toEqual(['1 succeeded', '2 failed', '3 succeeded', '4 succeeded']);
  });

  test('have a column for each thing that is known of a record', async () => {
    write('out/a.jsonl.out', [success('1', 'yes, "it" is\n—'), failure('2', 'no')]);
    const none = { text: '', stopReason: '', inputTokens: '', outputTokens: '' };
    expect(await table()).toEqual([
      {
        recordId: '1',
        status: 'succeeded',
        text: 'yes, "it" is\n—',
        stopReason: 'end_turn',
        inputTokens: '10',
        outputTokens: '4',
        errorCode: '',
        errorMessage: '',
      },
      { recordId: '2', status: 'failed', ...none, errorCode: '400', errorMessage: 'no' },
    ]);
  });

  test('are counted, without a table, too', async () => {
    write('out/a.jsonl.out', [success('1'), success('2'), failure('3')]);
    const report = await read();
    expect(report).toMatchObject({
      files: 1,
      records: { total: 3, succeeded: 2, failed: 1, missing: undefined },
      tokens: { inputTokens: 20, outputTokens: 8 },
      errorGroups: [{ errorCode: 400, message: 'bad request', count: 1, recordIds: ['3'] }],
      issues: [],
    });
    expect([report.table, report.retry, report.manifest]).toEqual([undefined, undefined, undefined]);
  });

  test('are read from a file of any name that is given', async () => {
    write('answers.txt', [success('1')]);
    expect((await read({ paths: [at('answers.txt')] })).records.total).toBe(1);
  });

  test('are read once, however often the file is named', async () => {
    write('out/a.jsonl.out', [success('1')]);
    symlinkSync(at('out/a.jsonl.out'), at('out/b.jsonl.out'));
    const report = await read({ paths: [at('out'), at('out/a.jsonl.out')] });
    expect(report).toMatchObject({ files: 1, duplicates: { count: 0 } });
  });

  test('of a file without a line are none', async () => {
    write('out/a.jsonl.out', '');
    expect(await table()).toEqual([]);
  });

  test('with a line that cannot be read go on, and the line is named', async () => {
    write('out/a.jsonl.out', [success('1'), '{"recordId":', success('2')]);
    write('out/b.jsonl.out', [success('3')]);
    const report = await read();
    expect(report).toMatchObject({ records: { succeeded: 3 }, unreadableLines: 1 });
    expect(report.issues).toEqual([
      {
        code: 'UnreadableResult',
        input: at('out/a.jsonl.out'),
        message: expect.stringMatching(/^must hold one result a line: line 2 must be one JSON object/),
      },
    ]);
  });

  test.each([
    ['CR and LF', (lines: string[]) => lines.join('\r\n')],
    ['no newline at the end', (lines: string[]) => lines.join('\n')],
    ['a byte order mark', (lines: string[]) => `\uFEFF${lines.join('\n')}`],
  ])('with %s are read', async (_, join_) => {
    write('out/a.jsonl.out', join_([success('1'), success('2')]));
    expect(outcomes(await table())).toEqual(['1 succeeded', '2 succeeded']);
  });

  test('beyond ASCII come out whole, in whichever way they are written', async () => {
    const line = success('é—🐳', 'naïve “日本語” 🐳');
    write('out/a.jsonl.out', [line, escaped(line.replaceAll('🐳', '🐋')), line.replaceAll('🐳', '\\ud83e\\udd88')]);
    expect((await table()).map(({ recordId, text }) => [recordId, text])).toEqual(
      ['🐳', '🐋', '🦈'].map((whale) => [`é—${whale}`, `naïve “日本語” ${whale}`]),
    );
  });
});

describe('a manifest', () => {
  const COUNTS = {
    totalRecordCount: 1,
    successRecordCount: 1,
    errorRecordCount: 0,
    inputTokenCount: 10,
    outputTokenCount: 4,
  };

  test('is no record, known by its name', async () => {
    write('out/a.jsonl.out', [success('1')]);
    manifest('out/manifest.json.out', COUNTS);
    expect(await read()).toMatchObject({ files: 1, records: { total: 1 }, manifest: COUNTS, issues: [] });
  });

  test('is no record, known by its shape', async () => {
    write('a.txt', [success('1')]);
    write('b.txt', JSON.stringify(COUNTS, null, 2));
    const report = await read({ paths: [at('b.txt'), at('a.txt')] });
    expect(report).toMatchObject({ files: 1, manifest: COUNTS, issues: [] });
  });

  test('is no record where it was put behind the results', async () => {
    write('out/all.jsonl.out', [success('1'), JSON.stringify(COUNTS)]);
    expect(await read()).toMatchObject({ records: { total: 1 }, manifest: COUNTS, issues: [] });
  });

  test('of each job is held against its own results', async () => {
    write('out/job1/a.jsonl.out', [success('1')]);
    manifest('out/job1/manifest.json.out', COUNTS);
    write('out/job2/below/a.jsonl.out', [success('2'), failure('3')]);
    manifest('out/job2/manifest.json.out', COUNTS);
    const report = await read();
    expect(report.manifest).toMatchObject({ totalRecordCount: 2, inputTokenCount: 20 });
    expect(report.issues).toEqual([
      {
        code: 'ManifestDiffers',
        input: at('out/job2/manifest.json.out'),
        message: 'counts otherwise than the results beside it: 1 records, not 2, 0 errors, not 1',
        severity: 'warning',
      },
    ]);
  });

  test('is held against nothing where its results are elsewhere', async () => {
    write('out/a.jsonl.out', [success('1'), success('2')]);
    manifest('other/manifest.json.out', COUNTS);
    const report = await read({ paths: [at('out'), at('other/manifest.json.out')] });
    expect(report.issues).toMatchObject([{ code: 'ManifestDiffers', input: at('other/manifest.json.out') }]);
    expect(report.issues[0]?.message).toMatch('1 records, not 0');
  });

  test('that cannot be read is told, and results are read without it', async () => {
    write('out/a.jsonl.out', [success('1')]);
    write('out/manifest.json.out', '{');
    expect(await read()).toMatchObject({
      records: { total: 1 },
      manifest: undefined,
      issues: [{ code: 'UnreadableManifest' }],
    });
  });
});

describe('the join to the inputs', () => {
  beforeEach(() => write('out/a.jsonl.out', [success('3'), failure('1')]));

  test('has the missing ones at the end, in the order of the inputs', async () => {
    const inputs = [
      write(
        'in/a.jsonl',
        ['1', '9', '3'].map((id) => input(id)),
      ),
      write('in/b.jsonl', [input('8')]),
    ];
    expect(outcomes(await table({ inputs }))).toEqual(['3 succeeded', '1 failed', '9 missing', '8 missing']);
    expect((await read({ inputs })).records).toEqual({ total: 4, succeeded: 1, failed: 1, missing: 2 });
  });

  test('finds the input files of a folder', async () => {
    write('in/a.jsonl', [input('1'), input('2')]);
    write('in/notes.txt', 'no records');
    expect((await read({ inputs: [at('in')] })).records.missing).toBe(1);
  });

  test('tells of results that the inputs do not have', async () => {
    const inputs = [write('in.jsonl', [input('3')])];
    expect(await read({ inputs })).toMatchObject({
      unexpected: { count: 1, recordIds: ['1'] },
      issues: [{ code: 'UnexpectedResult' }],
    });
  });

  test('with inputs that hold nothing has nothing missing', async () => {
    const report = await read({ inputs: [write('in.jsonl', '')] });
    expect(report).toMatchObject({ records: { missing: 0 }, unexpected: { count: 2 } });
  });
});

describe('a record answered twice', () => {
  test('has one row: of its success, else of its later answer', async () => {
    write('out/job1/a.jsonl.out', [failure('1', 'first'), success('2', 'first'), failure('3', 'first'), success('4')]);
    write('out/job2/a.jsonl.out', [success('1', 'second'), failure('2', 'second'), failure('3', 'second')]);
    const rows = await table();
    expect(rows.map(({ recordId, text, errorMessage }) => [recordId, text || errorMessage])).toEqual([
      ['2', 'first'],
      ['4', 'answer to 4'],
      ['1', 'second'],
      ['3', 'second'],
    ]);
  });

  test('is told', async () => {
    write('out/a.jsonl.out', [failure('1'), success('1')]);
    expect(await read()).toMatchObject({
      duplicates: { count: 1, recordIds: ['1'] },
      issues: [{ code: 'DuplicateResult' }],
    });
  });

  test('counts the later path as the later answer', async () => {
    const [a, b] = [write('a', [success('1', 'A')]), write('b', [success('1', 'B')])];
    expect((await table({ paths: [b, a] }))[0]?.text).toBe('A');
  });
});

describe('the list of what to send again', () => {
  const retryFile = () => readFileSync(at('again.jsonl'), 'utf8');
  const again = (options: Partial<ReadResultsOptions> = {}) => read({ retryFile: at('again.jsonl'), ...options });

  test('without the inputs is of what failed, with the bodies that the results repeat', async () => {
    const body = '{"temperature":1.0,"text":"é\\u00e9"}';
    write('out/a.jsonl.out', [success('1'), `{"recordId":"2","modelInput":${body},"error":{"errorCode":400}}`]);
    expect((await again()).retry).toEqual({ path: at('again.jsonl'), records: 1 });
    expect(retryFile()).toBe(`{"recordId":"2","modelInput":${body}}\n`);
  });

  test('without the inputs has no record that succeeded in the end', async () => {
    write('out/a.jsonl.out', [failure('1'), failure('2', 'once'), failure('3')]);
    write('out/b.jsonl.out', [success('1'), failure('2', 'twice')]);
    expect((await again()).retry?.records).toBe(2);
    expect(retryFile().match(/"recordId":"\d"/g)).toEqual(['"recordId":"3"', '"recordId":"2"']);
  });

  test('with the inputs is of what failed or is missing, to the byte, in their order', async () => {
    write('out/a.jsonl.out', [success('1'), failure('4')]);
    const lines = ['{"recordId":"9", "modelInput":{"t":1.0,"x":"é"} }', input('1'), input('4')];
    const inputs = [write('in.jsonl', `\uFEFF${lines.join('\r\n')}`)];
    expect((await again({ inputs })).retry?.records).toBe(2);
    expect(retryFile()).toBe(`${lines[0]}\n${lines[2]}\n`);
  });

  test('holds each id once and records only, so that it is valid input', async () => {
    write('out/a.jsonl.out', ['{', failure('1'), failure('1')]);
    const inputs = [write('in.jsonl', [input('1'), input('2'), '{', input('2', 'again'), '', input(undefined)])];
    await again({ inputs });
    const lines = retryFile().trimEnd().split('\n');
    expect(lines.map((line) => readRecord(line).record)).toEqual([
      { recordId: '1', modelInput: { prompt: '1' } },
      { recordId: '2', modelInput: { prompt: '2' } },
    ]);
  });

  test('says when it is too short for a job of its own', async () => {
    write(
      'out/a.jsonl.out',
      Array.from({ length: 99 }, (_, index) => failure(`${index}`)),
    );
    expect((await again()).issues).toMatchObject([{ code: 'TooFewToSendAgain', input: at('again.jsonl') }]);
    write('out/b.jsonl.out', [failure('100')]);
    expect((await again()).issues).toEqual([]);
  });

  test('is no file where there is nothing to send, nor an old one', async () => {
    write('out/a.jsonl.out', [success('1')]);
    write('again.jsonl', 'old');
    expect((await again()).retry).toEqual({ path: at('again.jsonl'), records: 0 });
    expect(existsSync(at('again.jsonl'))).toBe(false);
  });
});

describe('embeddings', () => {
  test('have a column of their own in CSV, as JSON', async () => {
    write('out/a.jsonl.out', [failure('1'), embedding('2', [0.5, -1])]);
    const rows = await table();
    expect(rows.map(({ embedding: cell }) => cell)).toEqual(['', '[0.5,-1]']);
    expect(Object.keys(rows[0] as object)).toHaveLength(9);
  });

  test('have it, too, where they come after answers of another kind', async () => {
    write('out/a.jsonl.out', [success('1')]);
    write('out/b.jsonl.out', [embedding('2')]);
    expect((await table()).map(({ embedding: cell }) => cell)).toEqual(['', '[0.5,-1]']);
  });

  test('are a list in JSON Lines', async () => {
    write('out/a.jsonl.out', [embedding('1')]);
    await read({ output: { path: at('t.jsonl'), format: 'jsonl' } });
    expect(JSON.parse(readFileSync(at('t.jsonl'), 'utf8'))).toMatchObject({ recordId: '1', embedding: [0.5, -1] });
  });
});

describe('a table as JSON Lines', () => {
  test('has a line for each record', async () => {
    write('out/a.jsonl.out', [success('1', 'é'), failure('2'), success('2')]);
    const inputs = [write('in.jsonl', [input('1'), input('2'), input('3')])];
    const report = await read({ inputs, output: { path: at('t.jsonl'), format: 'jsonl' } });
    const rows = readFileSync(at('t.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toMatchObject([
      { recordId: '1', status: 'succeeded', text: 'é', inputTokens: 10 },
      { recordId: '2', status: 'succeeded' },
      { recordId: '3', status: 'missing' },
    ]);
    expect(report.table).toEqual({ path: at('t.jsonl'), format: 'jsonl', rows: 3 });
  });
});

describe('a table as Parquet', () => {
  /** Read in a process of its own: the reader is an ES module, which the test runner does not load. */
  function parquetRows(path: string): Record<string, unknown>[] {
    const code = `import('hyparquet').then(async ({ parquetReadObjects, asyncBufferFromFile }) =>
      console.log(JSON.stringify(await parquetReadObjects({ file: await asyncBufferFromFile(process.argv[1]) }),
        (_, value) => typeof value === 'bigint' ? Number(value) : value)))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', code, path], { encoding: 'utf8' });
    if (stderr !== '') throw new Error(stderr);
    return JSON.parse(stdout);
  }

  test('has a row for each record, and none for answers that were replaced', async () => {
    write('out/a.jsonl.out', [success('1', 'é—🐳'), failure('2', 'no'), failure('3'), success('3')]);
    const inputs = [
      write(
        'in.jsonl',
        ['1', '2', '3', '4'].map((id) => input(id)),
      ),
    ];
    await read({ inputs, output: { path: at('t.parquet'), format: 'parquet' } });
    const rows = parquetRows(at('t.parquet'));
    expect(rows).toMatchObject([
      { recordId: '1', status: 'succeeded', text: 'é—🐳', stopReason: 'end_turn', inputTokens: 10, outputTokens: 4 },
      { recordId: '2', status: 'failed', text: null, inputTokens: null, errorCode: '400', errorMessage: 'no' },
      { recordId: '3', status: 'succeeded', errorCode: null },
      { recordId: '4', status: 'missing' },
    ]);
    expect(rows[0]).not.toHaveProperty('embedding');
    expect(readdirSync(folder).sort()).toEqual(['in.jsonl', 'out', 't.parquet']);
  });

  test('has embeddings as JSON', async () => {
    write('out/a.jsonl.out', [embedding('1')]);
    await read({ output: { path: at('t.parquet'), format: 'parquet' } });
    expect(parquetRows(at('t.parquet'))).toMatchObject([{ recordId: '1', embedding: '[0.5,-1]' }]);
  });

  test('of no rows is a table all the same', async () => {
    write('out/a.jsonl.out', '');
    await read({ output: { path: at('t.parquet'), format: 'parquet' } });
    expect(parquetRows(at('t.parquet'))).toEqual([]);
  });
});

describe('what is refused, in words', () => {
  test.each([
    ['nothing', [], { code: 'NoFiles', input: 'paths', message: 'must name at least one file or folder, got none' }],
  ])('%s', async (_, paths, issue) => {
    expect(await issuesOf(read({ paths }))).toEqual([issue]);
  });

  test('a path where nothing is', async () => {
    expect(await issuesOf(read())).toMatchObject([{ code: 'FileNotFound', input: at('out') }]);
  });

  test('an empty folder', async () => {
    mkdirSync(at('out'));
    expect(await issuesOf(read())).toEqual([
      { code: 'NoFiles', input: at('out'), message: 'must hold results (*.jsonl.out), found none' },
    ]);
  });

  test('a folder with input only', async () => {
    write('out/records.jsonl', [input('1')]);
    const [issue] = await issuesOf(read());
    expect(issue?.message).toBe('must hold results (*.jsonl.out), found none, but records.jsonl, which is input');
  });

  test('a folder with compressed results only', async () => {
    write('out/a.jsonl.out.gz', gzipSync(success('1')));
    const [issue] = await issuesOf(read());
    expect(issue?.message).toMatch('a.jsonl.out.gz; decompress it first');
  });

  test('a folder with a manifest only', async () => {
    manifest('out/manifest.json.out', { totalRecordCount: 1, errorRecordCount: 0 });
    expect(await issuesOf(read())).toMatchObject([{ code: 'NoFiles', message: expect.stringMatching('manifest') }]);
  });

  test('a file that is gzip under the name of results', async () => {
    write('out/a.jsonl.out', gzipSync(success('1')));
    expect(await issuesOf(read())).toMatchObject([
      { code: 'NotJsonLines', input: at('out/a.jsonl.out'), message: expect.stringMatching('gzip') },
    ]);
  });

  test('inputs that are not there', async () => {
    write('out/a.jsonl.out', [success('1')]);
    mkdirSync(at('in'));
    expect(await issuesOf(read({ inputs: [at('in')] }))).toMatchObject([
      { code: 'NoFiles', message: 'must hold input files (*.jsonl), found none' },
    ]);
    expect(await issuesOf(read({ inputs: [] }))).toMatchObject([{ code: 'NoFiles', input: 'inputs' }]);
  });

  test.each(['out/a.jsonl.out', 'in.jsonl', 'again.jsonl'])(
    'a table under the name of %s, which is read or written',
    async (name) => {
      write('out/a.jsonl.out', [success('1')]);
      const inputs = [write('in.jsonl', [input('1')])];
      const output = { path: at(name), format: 'csv' } as const;
      const [issue] = await issuesOf(read({ inputs, output, retryFile: at('again.jsonl') }));
      expect(issue?.code).toBe('OutputIsInput');
      expect(readFileSync(at('out/a.jsonl.out'), 'utf8')).toBe(`${success('1')}\n`);
    },
  );

  test('a table in a folder that is not there', async () => {
    write('out/a.jsonl.out', [success('1')]);
    const output = { path: at('none/table.csv'), format: 'csv' } as const;
    expect(await issuesOf(read({ output }))).toMatchObject([{ code: 'OutputNotWritable', input: output.path }]);
  });
});

describe('an output that is no ordinary file', () => {
  test.each(['output', 'retryFile'] as const)('is left alone where it is a device: %s', async (option) => {
    write('out/a.jsonl.out', [success('a')]);
    const given =
      option === 'output' ? { output: { path: '/dev/null', format: 'csv' as const } } : { retryFile: '/dev/null' };
    expect(await issuesOf(read(given))).toMatchObject([
      { code: 'OutputNotWritable', input: '/dev/null', message: expect.stringContaining('a device or a pipe') },
    ]);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('is written where a link leads, and the link stays', async () => {
    write('out/a.jsonl.out', [success('a'), failure('b'), success('b')]);
    symlinkSync(write('table.csv', 'old'), at('link.csv'));
    await read({ output: { path: at('link.csv'), format: 'csv' } });
    expect(lstatSync(at('link.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('table.csv'), 'utf8')).toContain('a,succeeded');
    expect(readdirSync(folder).sort()).toEqual(['link.csv', 'out', 'table.csv']);
  });

  test('is named where the disk is full', async () => {
    const rows = new RowsFile(at('a.csv'));
    rows.close();
    expect(() => rows.append(Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'EBADF', path: at('a.csv') }));
    rows.discard();
  });
});

describe('files that are no files', () => {
  test('are refused in words, and not waited for', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    expect(await issuesOf(read({ paths: [at('pipe')] }))).toMatchObject([
      { code: 'NotAFile', input: at('pipe'), message: expect.stringContaining('got a device or a pipe') },
    ]);
  });
});

describe('a run that does not end', () => {
  test('leaves the table as it was, and nothing beside it', async () => {
    write('out/a.jsonl.out', [success('1')]);
    write('table.csv', 'old');
    const abort = new AbortController();
    const promise = read({
      output: { path: at('table.csv'), format: 'csv' },
      retryFile: at('again.jsonl'),
      signal: abort.signal,
      onProgress: () => abort.abort(new Error('Ctrl-C')),
    });
    abort.abort(new Error('Ctrl-C'));
    await expect(promise).rejects.toThrow('Ctrl-C');
    expect(readdirSync(folder).sort()).toEqual(['out', 'table.csv']);
    expect(readFileSync(at('table.csv'), 'utf8')).toBe('old');
  });

  test('leaves nothing where the second file cannot be written', async () => {
    write('out/a.jsonl.out', [success('1')]);
    mkdirSync(at('again.jsonl'));
    const output = { path: at('table.csv'), format: 'csv' } as const;
    expect(await issuesOf(read({ output, retryFile: at('again.jsonl') }))).toMatchObject([
      { code: 'OutputNotWritable' },
    ]);
    expect(readdirSync(folder).sort()).toEqual(['again.jsonl', 'out']);
  });
});

describe('progress', () => {
  test('is told in bytes of results and inputs, up to all of them', async () => {
    write('out/a.jsonl.out', [success('1'), success('2')]);
    const inputs = [write('in.jsonl', [input('1')])];
    const told: number[][] = [];
    await read({ inputs, blockBytes: 100, workers: 0, onProgress: (...bytes) => told.push(bytes) });
    const total = readFileSync(at('out/a.jsonl.out')).length + readFileSync(at('in.jsonl')).length;
    expect(told.at(-1)).toEqual([total, total]);
    expect(told.length).toBeGreaterThan(3);
    expect(told.map(([bytes]) => bytes)).toEqual([...told.map(([bytes]) => bytes)].sort((a = 0, b = 0) => a - b));
  });
});

describe('blocks', () => {
  /** Everything that a run makes. */
  async function everything(options: Partial<ReadResultsOptions>) {
    const output = { path: at('table.csv'), format: 'csv' } as const;
    const report = await read({ inputs: [at('in.jsonl')], output, retryFile: at('again.jsonl'), ...options });
    const retry = existsSync(at('again.jsonl')) ? readFileSync(at('again.jsonl'), 'utf8') : '';
    return { report, table: readFileSync(at('table.csv'), 'utf8'), retry };
  }

  const line = fc
    .tuple(fc.nat({ max: 15 }), fc.constantFrom('', 'é', '"\n—', '🐳'), fc.nat({ max: 6 }))
    .map(([id, text, kind]) => {
      const recordId = `r${id}é`;
      return [
        success(recordId, text),
        escaped(success(recordId, text)),
        failure(recordId, text),
        '{',
        '',
        '\uFEFF',
        '[]',
      ][kind] as string;
    });

  test('of any size give the same as one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 300 }),
        async (lines, end, blockBytes) => {
          write('out/a.jsonl.out', lines.join(end));
          write('in.jsonl', Array.from({ length: 20 }, (_, id) => input(`r${id}é`)).join(end));
          const whole = await everything({ workers: 0 });
          expect(await everything({ workers: 0, blockBytes })).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('in threads give the same as in this one', async () => {
    const lines = fc.sample(line, { numRuns: 300, seed: 4 });
    write('out/a.jsonl.out', lines.slice(0, 150));
    write('out/b.jsonl.out', lines.slice(150).join('\n'));
    write(
      'in.jsonl',
      Array.from({ length: 20 }, (_, id) => input(`r${id}é`)),
    );
    const here = await everything({ workers: 0 });
    expect(await everything({ workers: 2, blockBytes: 700 })).toEqual(here);
    expect(here.report.records).toMatchObject({ total: 20, missing: 4 });
  });
});
