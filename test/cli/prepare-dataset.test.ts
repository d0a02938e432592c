import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { packageRoot } from '../../src/cli/package-root';
import { type PrepareDatasetOptions, prepareDataset } from '../../src/cli/prepare-dataset';
import { findLineNumbers } from '../../src/cli/prepare-line-numbers';
import { MAX_ROW_BYTES } from '../../src/cli/prepare-pieces';
import { loadParquetForTests } from '../records/dataset/parquet-library';
import { anyTable, toDelimited } from '../records/dataset/tables';

const parquet = loadParquetForTests();

jest.mock('../../src/cli/prepare-parquet-library', () => ({ loadParquetLibrary: async () => parquet }));

const folder = mkdtempSync(join(tmpdir(), 'prepare-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;

/** Somewhere new, where nothing is. */
function fresh(name: string): string {
  count += 1;
  return join(folder, `${count}-${name}`);
}

function write(name: string, content: string | Uint8Array): string {
  const path = fresh(name);
  writeFileSync(path, content);
  return path;
}

type Options = Partial<Omit<PrepareDatasetOptions, 'outputFile' | 'outputFolder'>> & {
  outputFile?: string;
  outputFolder?: string;
};

function prepare(path: string, options: Options = {}) {
  const rest = { path, kind: 'converse', model: {}, template: '{{text}}', ...options };
  if (rest.outputFile === undefined && rest.outputFolder === undefined) rest.outputFolder = fresh('out');
  return prepareDataset(rest as PrepareDatasetOptions);
}

const promptIn = (line: string) => JSON.parse(line).modelInput.messages[0].content[0].text;
const linesIn = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const promptsIn = (path: string) => linesIn(path).map(promptIn);

const table = (rows: number) =>
  `id,text\n${Array.from({ length: rows }, (_, row) => `r${row},"text\n""${row}"""\n`).join('')}`;

describe('a dataset', () => {
  test('becomes a file of records, one a line', async () => {
    const path = write('data.csv', 'text,n\nhello,1\n"é, 😀",2\n');
    const outputFile = fresh('records.jsonl');
    const prepared = await prepare(path, { outputFile, template: '{{n}}: {{text}}', parameters: { maxTokens: 5 } });
    expect(readFileSync(outputFile, 'utf8')).toBe(
      [
        '{"recordId":"row-0000001","modelInput":{"messages":[{"role":"user","content":[{"text":"1: hello"}]}],"inferenceConfig":{"maxTokens":5}}}\n',
        '{"recordId":"row-0000002","modelInput":{"messages":[{"role":"user","content":[{"text":"2: é, 😀"}]}],"inferenceConfig":{"maxTokens":5}}}\n',
      ].join(''),
    );
    const bytes = readFileSync(outputFile).length;
    expect(prepared).toEqual({
      files: [{ path: outputFile, records: 2, bytes, job: 1 }],
      records: 2,
      bytes,
      issues: [],
    });
  });

  test('becomes parts in a folder, which is made', async () => {
    const outputFolder = join(fresh('a'), 'b');
    const prepared = await prepare(write('data.csv', table(25)), {
      outputFolder,
      idColumn: 'id',
      limits: { maxRecords: 10, minRecords: 6, maxRecordsPerJob: 20 },
    });
    expect(prepared.files.map(({ path, records, job }) => [path, records, job])).toEqual([
      [join(outputFolder, 'records-0001.jsonl'), 10, 1],
      [join(outputFolder, 'records-0002.jsonl'), 9, 1],
      [join(outputFolder, 'records-0003.jsonl'), 6, 2],
    ]);
    expect(readdirSync(outputFolder)).toHaveLength(3);
    const ids = prepared.files.flatMap(({ path }) => linesIn(path)).map((line) => JSON.parse(line).recordId);
    expect(ids).toEqual(Array.from({ length: 25 }, (_, row) => `r${row}`));
    expect(prepared.bytes).toBe(prepared.files.reduce((sum, { path }) => sum + readFileSync(path).length, 0));
  });

  test('may begin with a byte order mark', async () => {
    for (const [name, content] of [
      ['data.csv', '\ufefftext\nx\n'],
      ['data.jsonl', '\ufeff{"text":"x"}\n'],
      ['data.json', '\ufeff[{"text":"x"}]'],
    ]) {
      const { files } = await prepare(write(name, content));
      expect(files.flatMap(({ path }) => promptsIn(path))).toEqual(['x']);
    }
  });

  test.each<[string, string, Options]>([
    ['data.tsv', 'id\ttext\n1\ta,b\n', {}],
    ['data.ndjson', '{"text":"a,b"}', {}],
    ['data.json', '[{"text":"a,b"}]', {}],
    ['data.txt', '{"text":"a,b"}', { format: 'jsonl' }],
    ['data.csv', 'id;text\n1;a,b\n', { delimiter: ';' }],
  ])('may be %s %j', async (name, content, options) => {
    const { files, issues } = await prepare(write(name, content), options);
    expect(issues).toEqual([]);
    expect(files.flatMap(({ path }) => promptsIn(path))).toEqual(['a,b']);
  });

  test('may be Parquet', async () => {
    const texts = Array.from({ length: 2500 }, (_, row) => `é ${row}`);
    const columnData = [
      { name: 'id', data: texts.map((_, row) => BigInt(row)), type: 'INT64' },
      { name: 'text', data: texts },
    ];
    const path = write('data.parquet', new Uint8Array(parquet.parquetWriteBuffer({ columnData, rowGroupSize: 2000 })));
    const told: number[] = [];
    const { files } = await prepare(path, { idColumn: 'id', onProgress: (_, __, records) => told.push(records) });
    expect(promptsIn(files[0].path)).toEqual(texts);
    expect(JSON.parse(linesIn(files[0].path)[2499]).recordId).toBe('2499');
    expect(told).toEqual([1000, 2000, 2500]);
  });

  test('may be Parquet for the program as it ships, too', () => {
    const path = write(
      'shipped.parquet',
      new Uint8Array(parquet.parquetWriteBuffer({ columnData: [{ name: 'text', data: ['é'] }] })),
    );
    const outputFile = fresh('shipped.jsonl');
    const input = JSON.stringify({ path, outputFile, kind: 'converse', model: {}, template: 'of {{text}}' });
    const bundle = join(packageRoot(), 'assets', 'cli', 'prepare-at-synth', 'index.js');
    const { stdout } = spawnSync(process.execPath, [bundle], { input, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual({ issues: [] });
    expect(promptsIn(outputFile)).toEqual(['of é']);
  });

  test('tells how far it is', async () => {
    const path = write('data.csv', table(100));
    const size = readFileSync(path).length;
    const told: [number, number, number][] = [];
    await prepare(path, { blockBytes: 300, onProgress: (...progress) => told.push(progress) });
    expect(told.length).toBeGreaterThan(3);
    expect(told[told.length - 1]).toEqual([size, size, 100]);
    expect(told.map(([bytes]) => bytes)).toEqual([...told.map(([bytes]) => bytes)].sort((a, b) => a - b));
  });
});

describe('any table of texts', () => {
  test('comes back out of the records, whatever it was written in, in blocks of any size', async () => {
    const parametersOf = ['csv', 'tsv', 'jsonl', 'json'] as const;
    await fc.assert(
      fc.asyncProperty(anyTable, fc.integer({ min: 20, max: 200 }), async (rows, blockBytes) => {
        const objects = rows.map(([a, b, c]) => ({ a, b, c }));
        const contents = {
          csv: toDelimited([['a', 'b', 'c'], ...rows]),
          tsv: toDelimited([['a', 'b', 'c'], ...rows], '\t', '\n'),
          jsonl: objects.map((row) => `${JSON.stringify(row)}\n`).join(''),
          json: JSON.stringify(objects, undefined, 1),
        };
        for (const format of parametersOf) {
          const path = write(`any.${format}`, contents[format]);
          const { files, issues } = await prepare(path, { template: 'of {{a}}|{{c}}', blockBytes, workers: 0 });
          expect(issues.filter(({ severity }) => severity !== 'warning')).toEqual([]);
          expect(files.flatMap((file) => promptsIn(file.path))).toEqual(rows.map(([a, , c]) => `of ${a}|${c}`));
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('anything at all', () => {
  const anyCsv = fc.constantFrom('"', '""', ',', '\n', '\r\n', '\r', 'a', ' ', 'é', '"a"', '"b\n"', 'x,y\n');
  const anyJson = fc.constantFrom('{"text":"a"}', '{"text":"\\"]"}', '{}', ',', '\n', ' ', '7', '"', ']', '{', '[');

  test.each([
    ['csv', anyCsv, 'id,text\n'],
    ['jsonl', anyJson, '{"text":"a"}\n'],
    ['json', anyJson, '[{"text":"a"},'],
  ])('is read or refused the same in blocks of any size: %s', async (format, parts, begin) => {
    const outcomes = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(parts, { maxLength: 20 }),
        fc.integer({ min: 1, max: 12 }),
        async (some, blockBytes) => {
          const path = write(`anything.${format}`, `${begin}${some.join('')}`);
          const [whole, cut] = [
            await prepare(path, { template: 'x {{text}}' }),
            await prepare(path, { template: 'x {{text}}', blockBytes }),
          ];
          expect(cut.issues).toEqual(whole.issues);
          const contents = [whole, cut].map(({ files }) => files.map((file) => readFileSync(file.path, 'utf8')));
          expect(contents[1]).toEqual(contents[0]);
          outcomes[whole.files.length > 0 ? 'read' : 'refused'] += 1;
        },
      ),
      { numRuns: 150 },
    );
    if (format !== 'json') expect(outcomes.read).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  });
});

describe('threads', () => {
  test.each(['csv', 'jsonl', 'json'])('make the same bytes, however many they are: %s', async (format) => {
    const rows = Array.from({ length: 400 }, (_, row) => ({ id: `r${row}`, text: `é "${row}"\n, ${'x'.repeat(row)}` }));
    const content = {
      csv: toDelimited([['id', 'text'], ...rows.map(({ id, text }) => [id, text])]),
      jsonl: rows.map((row) => JSON.stringify(row)).join('\n'),
      json: JSON.stringify(rows),
    }[format] as string;
    const path = write(`threads.${format}`, content);
    const outputs = [];
    for (const [workers, blockBytes] of [
      [0, 1 << 20],
      [0, 999],
      [1, 1500],
      [2, 2000],
    ]) {
      const limits = { maxRecords: 150, minRecords: 110 };
      const { files, issues } = await prepare(path, { workers, blockBytes, idColumn: 'id', limits });
      expect(issues).toEqual([]);
      outputs.push(files.map((file) => readFileSync(file.path, 'utf8')));
    }
    expect(outputs[0]).toHaveLength(3);
    for (const output of outputs) expect(output).toEqual(outputs[0]);
  });

  test('find the same problems', async () => {
    const content = table(300).replace('r77,', 'r76,').replace('r200,', 'more,r200,');
    const path = write('problems.csv', content);
    const found = [];
    for (const workers of [0, 2]) {
      const { issues, files } = await prepare(path, { workers, blockBytes: 500, idColumn: 'id' });
      expect(files).toEqual([]);
      found.push(issues);
    }
    expect(found[0]).toEqual([
      { code: 'DuplicateRecordId', input: path, message: expect.stringContaining('row 78 has "r76" of row 77') },
      { code: 'RaggedRow', input: path, message: expect.stringContaining('row 201 (line 402) has 3, not 2') },
    ]);
    expect(found[1]).toEqual(found[0]);
  });
});

describe('a dataset with something wrong', () => {
  async function refused(path: string, options: Options = {}) {
    const outputFolder = fresh('none');
    const { files, issues } = await prepare(path, { outputFolder, ...options });
    expect(files).toEqual([]);
    expect(existsSync(outputFolder)).toBe(false);
    return issues;
  }

  test.each<[string, string | Uint8Array, string, string]>([
    ['empty.csv', '', 'EmptyInput', 'must hold rows, got none'],
    ['header.csv', 'id,text\n', 'EmptyInput', 'must hold rows'],
    ['empty.json', '[]', 'EmptyInput', 'must hold rows'],
    ['blank.jsonl', '\n \n', 'EmptyInput', 'must hold rows'],
    ['nothing.jsonl', 'é\n\n[7]\n', 'MalformedRow', 'row 2 (line 3) is a list'],
    ['nothing.json', '[7,\n{]', 'MalformedDataset', 'close its JSON array'],
    ['numbers.json', '[7,\n8]', 'MalformedRow', 'row 2 (line 2) is a number'],
    ['gzip.csv', Uint8Array.from([0x1f, 0x8b, 8, 0, 0]), 'WrongFormat', 'gunzip'],
    ['unknown.txt', 'x', 'UnknownFormat', 'ends in .csv, .tsv'],
    ['object.json', '{"text":"a"}', 'MalformedDataset', 'name it .jsonl'],
    ['open.json', '[{"text":"a"}', 'MalformedDataset', 'close its JSON array'],
    ['header.csv', '"text\nx', 'UnterminatedQuote', 'the header opens a quote'],
    ['quote.csv', 'text\n"a\n"b"\nc\n', 'TextAfterQuote', 'row 1 (line 3) has "b\\"" after a closing quote'],
    ['open.csv', 'text\na\n"b\nc\n', 'UnterminatedQuote', 'row 2 (line 3) opens'],
    ['mac.csv', 'text\ra\rb\r', 'LoneCarriageReturn', 'CR'],
    ['latin1.csv', Buffer.from('text\na\n\xe9\n', 'latin1'), 'NotUtf8', 'row 2 (line 3) has byte 0xe9'],
    ['ragged.csv', 'text,b\n\na,b\nc\n', 'RaggedRow', 'row 2 (line 4) has 1, not 2'],
    ['lines.jsonl', '{"text":"a"}\n\n{"text":\n{"text":"b"}', 'MalformedRow', 'row 2 (line 3) is not JSON'],
    ['array.json', '[{"text":"a"},\n\n7]', 'MalformedRow', 'row 2 (line 3) is a number'],
    ['empty.csv', 'id,text\n1,\n', 'EmptyPrompt', 'row 1 (line 2) gives an empty one'],
    ['junk.parquet', 'PAR1 and junk', 'UnreadableParquet', 'whole Parquet file'],
  ])('is refused in words: %s %j', async (name, content, code, words) => {
    const path = write(name, content);
    expect(await refused(path)).toEqual([{ code, input: path, message: expect.stringContaining(words) }]);
  });

  test('of Parquet may be broken in the middle', async () => {
    const texts = Array.from({ length: 20 }, (_, row) => `text ${row}`);
    const bytes = new Uint8Array(
      parquet.parquetWriteBuffer({
        columnData: [{ name: 'text', data: texts, encoding: 'PLAIN' }],
        rowGroupSize: 10,
        codec: 'UNCOMPRESSED',
      }),
    );
    // The length of a text in the second row group.
    const text = Buffer.from(bytes).indexOf('text 15');
    const path = write('broken.parquet', bytes.fill(0xff, text - 4, text));
    expect(await refused(path)).toMatchObject([
      { code: 'UnreadableParquet', input: path, message: expect.stringContaining('cannot be read from row 11 on (') },
    ]);
  });

  test('may not be there, or be no file', async () => {
    expect(await refused(join(folder, 'nothing.csv'))).toMatchObject([{ code: 'FileNotFound' }]);
    const path = fresh('folder.csv');
    mkdirSync(path);
    expect(await refused(path)).toMatchObject([{ code: 'NotAFile' }]);
  });

  test.each(['', ',,', '"', '\n', 'é'])('cannot have %j for a delimiter', async (delimiter) => {
    expect(await refused(write('a.csv', 'text\na\n'), { delimiter })).toMatchObject([
      { code: 'BadDelimiter', input: 'delimiter' },
    ]);
  });

  test('is refused before it is read, when the options alone are wrong', async () => {
    const onProgress = jest.fn();
    const path = write('a.csv', 'id,text\n1,a\n');
    expect(await refused(path, { template: '{{txt}}', onProgress })).toMatchObject([
      { code: 'UnknownColumn', input: 'template', message: expect.stringContaining('did you mean "text"?') },
    ]);
    expect(onProgress).not.toHaveBeenCalled();
  });

  test('is refused for an unknown column of Parquet', async () => {
    const path = write(
      'a.parquet',
      new Uint8Array(parquet.parquetWriteBuffer({ columnData: [{ name: 'a', data: ['x'] }] })),
    );
    expect(await refused(path)).toMatchObject([{ code: 'UnknownColumn' }]);
  });

  test('tells of every kind of problem, some places each', async () => {
    const path = write('many.csv', `id,text\n${'1,a\n'.repeat(6)}b\n,c\n`);
    expect(await refused(path, { idColumn: 'id', blockBytes: 10 })).toMatchObject([
      {
        code: 'DuplicateRecordId',
        message:
          'must not repeat an id in the id column: row 2 has "1" of row 1; row 3 has "1" of row 1; row 4 has "1" of row 1; and 2 more',
      },
      { code: 'RaggedRow', message: expect.stringContaining('row 7 (line 8) has 1') },
      { code: 'EmptyRecordId', message: expect.stringContaining('row 8 (line 9) has none') },
    ]);
  });

  test('is read no further than where it cannot be told how it goes on', async () => {
    const path = write('broken.csv', `text\n"a"b\n${'x,y\n'.repeat(1000)}`);
    const onProgress = jest.fn();
    expect(await refused(path, { blockBytes: 100, onProgress })).toMatchObject([{ code: 'TextAfterQuote' }]);
    expect(onProgress).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['header.csv', '"text'],
    ['row.csv', 'text\n"a'],
    ['row.json', '[{"text":"a'],
  ])('has no row too large for memory: %s', async (name, begin) => {
    const path = write(name, `${begin}${'x'.repeat(MAX_ROW_BYTES + 10)}`);
    expect(await refused(path, { workers: 0 })).toMatchObject([
      { code: 'RowTooLarge', message: expect.stringContaining(`${MAX_ROW_BYTES} bytes`) },
    ]);
  });

  test('is told with warnings that come with it', async () => {
    const path = write('a.csv', 'id;text\n1;a\n');
    expect((await refused(path)).map(({ code }) => code)).toEqual(['OtherDelimiter', 'UnknownColumn']);
  });
});

describe('limits', () => {
  test('that too few records are within', async () => {
    const path = write('few.csv', 'text\na\n');
    expect((await prepare(path, { limits: { minRecords: 2 } })).issues).toMatchObject([
      { code: 'TooFewRecords', input: path },
    ]);
  });

  test('that a record is too large for', async () => {
    const path = write('large.csv', `text\na\n${'b'.repeat(200)}\n`);
    const { issues } = await prepare(path, { limits: { maxBytes: 200 } });
    expect(issues).toMatchObject([{ code: 'RecordTooLarge', message: expect.stringContaining('record 2 has') }]);
  });

  test('that one file is not enough for', async () => {
    const outputFile = fresh('one.jsonl');
    const { issues } = await prepare(write('more.csv', table(5)), { outputFile, limits: { maxRecords: 2 } });
    expect(issues).toMatchObject([
      { code: 'TooManyForOneFile', input: 'outputFile', message: expect.stringContaining('got enough for 3') },
    ]);
    expect(existsSync(outputFile)).toBe(false);
  });
});

describe('what is in the place of the output', () => {
  const path = write('place.csv', table(5));

  test('is replaced by files of the same names, when all is well', async () => {
    const outputFolder = fresh('again');
    await prepare(path, { outputFolder, limits: { maxRecords: 3 } });
    const { files } = await prepare(path, { outputFolder, limits: { maxRecords: 4 } });
    expect(files.map(({ records }) => records)).toEqual([4, 1]);
    expect(readdirSync(outputFolder).sort()).toEqual(['records-0001.jsonl', 'records-0002.jsonl']);
  });

  test('is left alone when something is wrong', async () => {
    const outputFile = write('kept.jsonl', 'kept');
    await prepare(path, { outputFile, limits: { minRecords: 100 } });
    expect(readFileSync(outputFile, 'utf8')).toBe('kept');
  });

  test('must not be more parts than are made now, as they would go into the same job', async () => {
    const outputFolder = fresh('stale');
    await prepare(path, { outputFolder, limits: { maxRecords: 1 } });
    writeFileSync(join(outputFolder, 'other.jsonl'), '');
    const { issues } = await prepare(path, { outputFolder });
    expect(issues).toEqual([
      {
        code: 'StaleParts',
        input: 'outputFolder',
        message: expect.stringContaining(
          'got records-0002.jsonl, records-0003.jsonl, records-0004.jsonl and 1 more; remove them',
        ),
      },
    ]);
    expect(linesIn(join(outputFolder, 'records-0001.jsonl'))).toHaveLength(1);
    expect(readdirSync(outputFolder)).toHaveLength(6);
  });

  test('must not be the dataset', async () => {
    const own = write('own.jsonl', '{"text":"a"}');
    expect((await prepare(own, { outputFile: own })).issues).toMatchObject([
      { code: 'OutputIsDataset', input: 'outputFile' },
    ]);
    expect(readFileSync(own, 'utf8')).toBe('{"text":"a"}');
  });
});

describe('an output behind a link', () => {
  test('must not be the dataset', async () => {
    const own = write('own.jsonl', '{"text":"a"}');
    const link = fresh('link.jsonl');
    symlinkSync(own, link);
    for (const [path, outputFile] of [
      [own, link],
      [link, own],
    ] as const) {
      expect((await prepare(path, { outputFile })).issues).toMatchObject([{ code: 'OutputIsDataset' }]);
    }
    expect(readFileSync(own, 'utf8')).toBe('{"text":"a"}');
  });

  test('is written where the link leads, and the link stays', async () => {
    const target = write('target.jsonl', 'old');
    const outputFile = fresh('link.jsonl');
    symlinkSync(target, outputFile);
    const { files } = await prepare(write('a.csv', 'text\na\n'), { outputFile });
    expect(files).toMatchObject([{ path: outputFile, records: 1 }]);
    expect(linesIn(target)).toHaveLength(1);
    expect(lstatSync(outputFile).isSymbolicLink()).toBe(true);
  });
});

describe('many parts', () => {
  test('are written one after another, with one file open at a time', async () => {
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    let most = 0;
    const { files } = await prepare(write('many.csv', table(300)), {
      limits: { maxRecords: 2 },
      blockBytes: 200,
      onProgress: () => {
        most = Math.max(most, open() - before);
      },
    });
    expect(files).toHaveLength(150);
    expect(most).toBeLessThan(10);
  });
});

describe('when it is given up', () => {
  test('nothing is left, and the reason comes back', async () => {
    const outputFolder = fresh('aborted');
    const controller = new AbortController();
    const prepared = prepare(write('long.csv', table(500)), {
      outputFolder,
      blockBytes: 500,
      signal: controller.signal,
      onProgress: (_, __, records) => {
        if (records > 100) controller.abort(new Error('enough'));
      },
    });
    await expect(prepared).rejects.toThrow('enough');
    expect(existsSync(outputFolder)).toBe(false);
  });

  test('what was in the folder stays', async () => {
    const outputFolder = fresh('used');
    mkdirSync(outputFolder);
    writeFileSync(join(outputFolder, 'mine.txt'), 'mine');
    const prepared = prepare(write('long.csv', table(5)), { outputFolder, signal: AbortSignal.abort(new Error('no')) });
    await expect(prepared).rejects.toThrow('no');
    expect(readdirSync(outputFolder)).toEqual(['mine.txt']);
  });

  test('by the file system, the error comes back with the name that was asked for', async () => {
    const outputFolder = join(write('file', ''), 'parts');
    await expect(prepare(write('a.csv', 'text\na\n'), { outputFolder })).rejects.toMatchObject({ code: 'ENOTDIR' });
    const longName = `${'x'.repeat(250)}.jsonl`;
    await expect(prepare(write('a.csv', 'text\na\n'), { outputFile: fresh(longName) })).rejects.toMatchObject({
      code: 'ENAMETOOLONG',
      path: expect.stringMatching(/[/\\]\d+-x+\.jsonl$/),
    });
  });

  test('before anything is read, where the place can take no output', async () => {
    const path = write('a.csv', 'text\na\n');
    const outputFile = join(fresh('nowhere'), 'records.jsonl');
    const code = 'OutputNotWritable';
    expect((await prepare(path, { outputFile })).issues).toMatchObject([{ code, input: 'outputFile' }]);
    expect((await prepare(path, { outputFolder: path })).issues).toMatchObject([{ code, input: 'outputFolder' }]);
    expect(readFileSync(path, 'utf8')).toBe('text\na\n');
  });
});

describe('line numbers', () => {
  test('are found for any bytes of a file, in whatever order', async () => {
    const path = write('lines.txt', 'a\nbb\n\nc');
    expect([...(await findLineNumbers(path, [7, 0, 1, 2, 5, 6, 2]))].sort(([a], [b]) => a - b)).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
      [5, 3],
      [6, 4],
      [7, 4],
    ]);
  });

  test('are found in large files', async () => {
    const path = write('large.txt', 'line\n'.repeat(500_000));
    expect([...(await findLineNumbers(path, [2_000_000, 2_499_999]))]).toEqual([
      [2_000_000, 400_001],
      [2_499_999, 500_000],
    ]);
  });

  test('of none need no file', async () => {
    expect([...(await findLineNumbers(join(folder, 'nothing'), []))]).toEqual([]);
  });
});
