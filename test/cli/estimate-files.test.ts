import { estimateFiles } from '../../src/cli/estimate-files';
import { TokenSample } from '../../src/records/token-estimate';
import { novaLines, ScratchFolder, toFile } from './scratch-folder';

let folder: ScratchFolder;
beforeEach(() => {
  folder = new ScratchFolder();
});
afterEach(() => folder.remove());

describe('estimating files', () => {
  test('gives what the records give one by one', async () => {
    const lines = novaLines(30, 'What is the capital of France?');
    const sample = new TokenSample('amazon-nova', { modelId: 'amazon.nova-lite-v1:0' });
    for (const line of lines) sample.add(JSON.parse(line).modelInput);
    const paths = [
      folder.write('a.jsonl', toFile(lines.slice(0, 10))),
      folder.write('b.jsonl', toFile(lines.slice(10)).trimEnd()),
    ];
    const { tokens, bytes, unreadable } = await estimateFiles({
      paths,
      kind: 'amazon-nova',
      modelId: 'amazon.nova-lite-v1:0',
    });
    expect(tokens).toEqual(sample.total());
    expect({ bytes, unreadable }).toEqual({ bytes: toFile(lines).length - 1, unreadable: 0 });
  });

  test('does not count blank lines', async () => {
    const path = folder.write('a.jsonl', `\n${toFile(novaLines(3))}  \r\n\n`);
    expect((await estimateFiles({ paths: [path] })).tokens.records).toBe(3);
  });

  test('counts lines that are no records, and says how many of the sample they are', async () => {
    const path = folder.write('a.jsonl', `${toFile(novaLines(3))}{"modelInput":\n`);
    const { tokens, unreadable } = await estimateFiles({ paths: [path] });
    expect(tokens).toMatchObject({ records: 4, sampledRecords: 3 });
    expect(unreadable).toBe(1);
  });

  test('ends when it is interrupted', async () => {
    const reason = new Error('interrupted');
    const path = folder.write('a.jsonl', toFile(novaLines(3)));
    await expect(estimateFiles({ paths: [path], signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('tells how far it is', async () => {
    const told: number[][] = [];
    const path = folder.write('a.jsonl', toFile(novaLines(3)));
    const { bytes } = await estimateFiles({ paths: [path], onProgress: (...at) => told.push(at) });
    expect(told).toEqual([[bytes, bytes]]);
  });
});
