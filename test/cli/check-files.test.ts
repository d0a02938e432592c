import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFiles } from '../../src/cli/check-files';
import { MAX_LINE_BYTES } from '../../src/records/check-block';

const folder = mkdtempSync(join(tmpdir(), 'check-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const limits = { minRecords: 100 };
const body = { inputText: 'x' };
const line = (index: number, modelInput: object = body) => JSON.stringify({ recordId: `r${index}`, modelInput });
const lines = (count: number, from = 0) => Array.from({ length: count }, (_, index) => line(from + index));

function write(name: string, content: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${content.join('\n')}\n`);
  return path;
}

describe('files of one job', () => {
  test('are checked together', async () => {
    const paths = [write('one.jsonl', lines(60)), write('two.jsonl', lines(60, 60))];
    expect(await checkFiles({ paths, limits })).toMatchObject({ issues: [], records: 120, isWhole: true });
  });

  test('are refused where one repeats an id of the other', async () => {
    const paths = [write('one.jsonl', lines(60)), write('two.jsonl', lines(60, 59))];
    const { issues } = await checkFiles({ paths, limits });
    expect(issues).toMatchObject([{ code: 'DuplicateRecordId' }]);
    expect(issues[0]?.message).toContain(`"r59" on ${paths[0]} line 60 and ${paths[1]} line 1`);
  });

  test('are refused by name where one is not there, or is a directory', async () => {
    const { issues, isWhole } = await checkFiles({ paths: [join(folder, 'none.jsonl'), folder], limits });
    expect(issues).toMatchObject([
      { code: 'FileNotFound', input: join(folder, 'none.jsonl') },
      { code: 'NotAFile', input: folder },
    ]);
    expect(isWhole).toBe(false);
  });

  test('are refused in words where one is no file at all', async () => {
    const { issues } = await checkFiles({ paths: ['/dev/null'], limits });
    expect(issues).toMatchObject([{ code: 'NotAFile', message: 'must be a file, got a device or a pipe' }]);
  });

  test('have the size that they have, also where a line is too long to be read', async () => {
    const path = write('long.jsonl', ['x'.repeat(3 * MAX_LINE_BYTES)]);
    const { bytes, issues } = await checkFiles({ paths: [path], limits: { minRecords: 1 } });
    expect(issues).toMatchObject([{ code: 'LineTooLong' }]);
    expect(bytes).toBe(3 * MAX_LINE_BYTES + 1);
  });

  test('bodies are judged where their kind is known', async () => {
    const paths = [write('bodies.jsonl', [...lines(99), line(99, { text: 'wrong' })])];
    expect((await checkFiles({ paths, limits })).issues).toEqual([]);
    const { issues } = await checkFiles({ paths, limits, kind: 'amazon-titan-embed-text' });
    expect(issues.map(({ message }) => message).join()).toContain('line 100 modelInput');
  });
});

describe('blocks, in however many threads', () => {
  test.each([0, 1, 2])('say the same with %i', async (workers) => {
    const content = lines(500);
    content[250] = 'nonsense';
    content[400] = line(3);
    const paths = [write('blocks.jsonl', content)];
    const { issues, records } = await checkFiles({ paths, limits, workers, blockBytes: 1000 });
    expect(records).toBe(500);
    expect(issues).toMatchObject([
      { code: 'MalformedRecord', message: expect.stringContaining('line 251, column 1,') },
      { code: 'DuplicateRecordId', message: expect.stringContaining('"r3" on lines 4 and 401') },
    ]);
  });

  test('tell the first error when they come to it, and how far they are', async () => {
    const content = lines(500);
    content[250] = 'nonsense';
    const paths = [write('first.jsonl', content)];
    const told: string[] = [];
    const progress: number[] = [];
    await checkFiles({
      paths,
      limits,
      blockBytes: 1000,
      onProgress: (bytes) => progress.push(bytes),
      onFirstError: ([issue]) => told.push(`${issue?.code} after ${progress.length} blocks`),
    });
    expect(progress.length).toBeGreaterThan(20);
    expect(told).toEqual([expect.stringMatching(/^MalformedRecord after 1\d blocks$/)]);
  });

  test.each([0, 2])('are left at the first error where that is asked for (%i threads)', async (workers) => {
    const content = lines(500);
    content[100] = 'nonsense';
    content[400] = 'more';
    const paths = [write('fast.jsonl', content)];
    const report = await checkFiles({ paths, limits, workers, blockBytes: 1000, failFast: true });
    expect(report.isWhole).toBe(false);
    expect(report.records).toBeLessThan(200);
    expect(report.issues).toMatchObject([
      { code: 'MalformedRecord', message: expect.stringMatching(/line 101, column 1, [^;]*$/) },
    ]);
  });

  test('are left where the file is of another kind', async () => {
    const path = join(folder, 'gzip.jsonl');
    writeFileSync(path, Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(10_000, 'x\n')]));
    const { issues } = await checkFiles({ paths: [path], limits, blockBytes: 100 });
    expect(issues).toMatchObject([{ code: 'NotJsonLines', message: expect.stringContaining('gzip') }]);
  });
});
