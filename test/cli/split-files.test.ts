import fc from 'fast-check';
import { type SplitReport, splitFiles } from '../../src/cli/split-files';
import { MAX_LINE_BYTES } from '../../src/records/check-block';
import type { SplitLimits } from '../../src/records/split';
import { novaLines, ScratchFolder, toFile } from './scratch-folder';

let folder: ScratchFolder;
beforeEach(() => {
  folder = new ScratchFolder();
});
afterEach(() => folder.remove());

function split(contents: readonly string[], limits: SplitLimits, signal?: AbortSignal): Promise<SplitReport> {
  const paths = contents.map((content, index) => folder.write(`in/${index}.jsonl`, content));
  return splitFiles({ paths, outputFolder: folder.at('out'), limits, signal });
}

/** The names of the parts, and what they hold together. */
function parts(): { readonly names: readonly string[]; readonly content: string } {
  const names = folder.names().filter((name) => name.startsWith('out/'));
  return { names, content: names.map((name) => folder.read(name)).join('') };
}

describe('splitting files of records', () => {
  test('copies every line, in its order, into parts within the limits', async () => {
    const lines = novaLines(250);
    const { files, records, issues } = await split([toFile(lines)], { minRecords: 50, maxRecords: 100 });
    expect({ records, issues }).toEqual({ records: 250, issues: [] });
    expect(files.map((file) => file.records)).toEqual([100, 100, 50]);
    expect(parts()).toEqual({
      names: ['out/records-0001.jsonl', 'out/records-0002.jsonl', 'out/records-0003.jsonl'],
      content: toFile(lines),
    });
  });

  test('takes several files as one', async () => {
    const lines = novaLines(10);
    const { files } = await split([toFile(lines.slice(0, 4)), toFile(lines.slice(4))], { maxRecords: 7 });
    expect(files.map((file) => file.records)).toEqual([7, 3]);
    expect(parts().content).toBe(toFile(lines));
  });

  test('gives a last line without an end one', async () => {
    await split(['{"a":1}\n{"b":2}', '{"c":3}'], {});
    expect(parts().content).toBe('{"a":1}\n{"b":2}\n{"c":3}\n');
  });

  test('leaves out blank lines and byte order marks', async () => {
    const { records } = await split(['\uFEFF{"a":1}\n\n \t\r\n{"b":2}\r\n\n', '\uFEFF{"c":3}\n\n'], {});
    expect(records).toBe(3);
    expect(parts().content).toBe('{"a":1}\n{"b":2}\r\n{"c":3}\n');
  });

  test('writes nothing where a part would be too short', async () => {
    const { files, issues } = await split([toFile(novaLines(150))], { minRecords: 100, maxRecords: 120 });
    expect(files).toEqual([]);
    expect(issues).toMatchObject([{ code: 'PartTooShort' }]);
    expect(parts().names).toEqual([]);
  });

  test('writes nothing where parts of an earlier run are in the folder, and says so once', async () => {
    folder.write('out/records-0009.jsonl', '{}\n');
    const lines = novaLines(10);
    const { issues } = await split([toFile(lines), toFile(lines)], {});
    expect(issues).toMatchObject([{ code: 'StaleParts' }]);
    expect(parts()).toEqual({ names: ['out/records-0009.jsonl'], content: '{}\n' });
  });

  test('writes nothing where a line is longer than any that is read, and so would be cut', async () => {
    const long = Buffer.alloc(MAX_LINE_BYTES + 2, 'x').toString('latin1');
    const { files, issues } = await split([toFile(novaLines(3)), `{"a":1}\n${long}\n`], {});
    expect(files).toEqual([]);
    expect(issues).toMatchObject([
      { code: 'LineTooLong', input: folder.at('in/1.jsonl'), message: expect.stringContaining('more in record 2') },
    ]);
    expect(parts().names).toEqual([]);
  });

  test('takes the longest line', async () => {
    const long = Buffer.alloc(MAX_LINE_BYTES, 'x').toString('latin1');
    const { records, issues } = await split([`${long}\n`], {});
    expect({ records, issues }).toEqual({ records: 1, issues: [] });
    expect(parts().content).toHaveLength(MAX_LINE_BYTES + 1);
  });

  test('wants a folder', async () => {
    folder.write('out', '');
    const { issues } = await split([toFile(novaLines(3))], {});
    expect(issues).toMatchObject([{ code: 'OutputNotWritable', input: 'outputFolder' }]);
  });

  test('leaves nothing behind when it is interrupted', async () => {
    const reason = new Error('interrupted');
    await expect(split([toFile(novaLines(10))], {}, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(parts().names).toEqual([]);
  });

  test('tells how far it is', async () => {
    const content = toFile(novaLines(10));
    const told: number[][] = [];
    const paths = [folder.write('a.jsonl', content), folder.write('b.jsonl', content)];
    await splitFiles({ paths, outputFolder: folder.at('out'), limits: {}, onProgress: (...at) => told.push(at) });
    expect(told).toEqual([
      [content.length, 2 * content.length],
      [2 * content.length, 2 * content.length],
    ]);
  });

  test('keeps every line that is not blank, whatever there is between them', async () => {
    const line = fc.constantFrom('{"a":1}', '{"text":"é漢👍"}', '', ' ', '\r', 'not JSON');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), fc.boolean(), async (lines, isClosed) => {
        const content = lines.join('\n') + (isClosed ? '\n' : '');
        const wanted = content.split('\n').filter((each) => each.trim() !== '');
        await split([content], { minRecords: 0 });
        expect(
          parts()
            .content.split('\n')
            .filter((each) => each !== ''),
        ).toEqual(wanted);
        folder.remove();
      }),
      { numRuns: 50 },
    );
  });
});
