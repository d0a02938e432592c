import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { BatchInferenceJob, BatchModel, InputCheck, InvocationType, JobInput } from '../../src';
import { jobProperties, makeJob, makeRecords, makeStack, refusalOf, synthJob, TODAY, US_EAST_1 } from './synth-job';

const folder = mkdtempSync(join(tmpdir(), 'local-input-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const toLines = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');
const renumber = (records: readonly object[], from: number) =>
  records.map((record, index) => ({ ...record, recordId: `r${from + index}` }));

/** An app that synthesises to the same folder each time, as `cdk synth` does. */
function stackIn(outdir: string): Stack {
  return new Stack(new App({ outdir, context: { 'cdk-bedrock-batch:today': TODAY } }), 'Books', US_EAST_1);
}

/** The records that a template stages, as they are in its assembly. */
function stagedRecords(stack: Stack) {
  Template.fromStack(stack);
  const { outdir } = stack.node.root as App;
  const [name] = readdirSync(outdir).filter((file) => file.startsWith('asset.') && file.endsWith('.jsonl'));
  const content = readFileSync(join(outdir, name as string), 'utf8');
  return content
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('a directory', () => {
  const twoFiles = (name: string) => {
    write(`${name}/a.jsonl`, toLines(makeRecords(60)));
    write(`${name}/more/b.jsonl`, toLines(renumber(makeRecords(60), 60)));
    return join(folder, name);
  };

  test('is staged file by file below one prefix', () => {
    const template = synthJob({ input: JobInput.fromDirectory(twoFiles('two')) });
    const { input, stagedFiles, stagedFrom } = jobProperties(template);
    expect(input).toMatchObject({ prefix: expect.stringMatching(/^inputs\/[0-9a-f]{64}\/$/) });
    expect(stagedFrom).toBeUndefined();
    expect(stagedFiles).toEqual(
      ['a.jsonl', 'more/b.jsonl'].map((name) => ({
        name,
        bucket: 'cdk-hnb659fds-assets-111122223333-us-east-1',
        key: expect.stringMatching(/^[0-9a-f]{64}\.jsonl$/),
      })),
    );
  });

  test('is another input when a file in it changes, and the same when it is moved', () => {
    const prefixOf = (path: string) =>
      (jobProperties(synthJob({ input: JobInput.fromDirectory(path) })).input as { prefix: string }).prefix;
    const before = prefixOf(twoFiles('before'));
    expect(prefixOf(twoFiles('elsewhere'))).toBe(before);
    write('elsewhere/a.jsonl', toLines(makeRecords(59)));
    expect(prefixOf(join(folder, 'elsewhere'))).not.toBe(before);
  });

  test('is one job: its files count together, and may not repeat an id', () => {
    const path = twoFiles('repeated');
    write('repeated/more/b.jsonl', toLines(renumber(makeRecords(60), 59)));
    const [issue] = refusalOf({ input: JobInput.fromDirectory(path) });
    expect(issue).toMatchObject({ code: 'DuplicateRecordId' });
    expect(issue?.message).toContain(
      `"r59" on ${join(path, 'a.jsonl')} line 60 and ${join(path, 'more/b.jsonl')} line 1`,
    );
  });

  test('warns of files of other kinds, and passes over them', () => {
    const path = twoFiles('others');
    write('others/notes.txt', 'x');
    const stack = makeStack();
    makeJob(stack, { input: JobInput.fromDirectory(path) });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('passing over notes.txt'));
  });

  test.each<[string, () => string, string]>([
    ['that is not there', () => join(folder, 'nowhere'), 'FileNotFound'],
    ['that is a file', () => write('file.jsonl', ''), 'NotADirectory'],
    ['without records', () => dirname(write('empty/readme.txt', '')), 'NoRecordFiles'],
    ['with a name that Bedrock does not take', () => dirname(write('names/my file.jsonl', '')), 'IllegalKey'],
  ])('is refused where it is one %s', (_, make, code) => {
    expect(refusalOf({ input: JobInput.fromDirectory(make()) })).toMatchObject([{ code, input: 'input' }]);
  });

  test('is refused where it has more files than a stack can name', () => {
    const path = join(folder, 'many');
    for (let index = 0; index < 101; index += 1) write(`many/${index}.jsonl`, '');
    expect(refusalOf({ input: JobInput.fromDirectory(path) })).toMatchObject([{ code: 'TooManyFiles' }]);
  });
});

describe('a dataset', () => {
  const rows = Array.from({ length: 120 }, (_, index) => `b${index},"Title, ${index}","said ""Ünï""\n${index}"`);
  const csv = (name = 'books.csv') => write(name, `id,title,text\n${rows.join('\n')}\n`);
  const options = { template: 'Summarise {{title}}: {{text}}', idColumn: 'id' };

  test('becomes a record for each row, in the body of the model', () => {
    const stack = makeStack();
    const input = JobInput.fromDataset(csv(), { ...options, systemPrompt: 'Be brief.', parameters: { maxTokens: 99 } });
    makeJob(stack, { input });
    const records = stagedRecords(stack);
    expect(records).toHaveLength(120);
    expect(records[7]).toEqual({
      recordId: 'b7',
      modelInput: {
        anthropic_version: 'bedrock-2023-05-31',
        max_tokens: 99,
        system: 'Be brief.',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Summarise Title, 7: said "Ünï"\n7' }] }],
      },
    });
  });

  test('becomes bodies of Converse where the job uses that', () => {
    const stack = makeStack();
    makeJob(stack, { input: JobInput.fromDataset(csv(), options), invocationType: InvocationType.CONVERSE });
    expect(stagedRecords(stack)[0]).toEqual({
      recordId: 'b0',
      modelInput: { messages: [{ role: 'user', content: [{ text: 'Summarise Title, 0: said "Ünï"\n0' }] }] },
    });
  });

  test('is refused by the names of its columns where the template has another', () => {
    const [issue] = refusalOf({ input: JobInput.fromDataset(csv(), { template: '{{titel}}' }) });
    expect(issue).toMatchObject({ code: 'UnknownColumn' });
    expect(issue?.message).toMatch(/titel.*title/);
  });

  test('is refused where it has too few rows', () => {
    const path = write('few.csv', `id,title,text\n${rows.slice(0, 99).join('\n')}\n`);
    expect(refusalOf({ input: JobInput.fromDataset(path, options) })).toMatchObject([{ code: 'TooFewRecords' }]);
  });

  test('is refused where it is not there, or a directory', () => {
    expect(refusalOf({ input: JobInput.fromDataset('nowhere.csv', options) })).toMatchObject([
      { code: 'FileNotFound' },
    ]);
    expect(refusalOf({ input: JobInput.fromDataset(folder, options) })).toMatchObject([{ code: 'NotAFile' }]);
  });

  test('is refused for a model whose body is not known, and taken with Converse', () => {
    const model = BatchModel.of('acme.brand-new-v9:0', { regions: ['us-east-1'] });
    const input = JobInput.fromDataset(csv(), options);
    expect(refusalOf({ model, input })).toMatchObject([
      { code: 'BodyFormatUnknown', message: expect.stringContaining('InvocationType.CONVERSE') },
    ]);
    expect(() => makeJob(makeStack(), { model, input, invocationType: InvocationType.CONVERSE })).not.toThrow();
  });

  test('is prepared once for the same content, and again when its records are gone', () => {
    const outdir = join(folder, 'cdk.out');
    const path = csv('kept.csv');
    const synth = () => makeJob(stackIn(outdir), { input: JobInput.fromDataset(path, options) });
    const kept = () => {
      const cache = join(outdir, '.cdk-bedrock-batch');
      return readdirSync(cache)
        .filter((name) => name.endsWith('.jsonl'))
        .map((name) => join(cache, name));
    };
    synth();
    const [first] = kept() as [string];
    const { ino } = statSync(first);
    synth();
    expect(kept()).toEqual([first]);
    expect(statSync(first).ino).toBe(ino);
    rmSync(first);
    synth();
    expect(existsSync(first)).toBe(true);
    write('kept.csv', `id,title,text\n${[...rows, 'x,y,z'].join('\n')}\n`);
    synth();
    expect(kept()).toHaveLength(2);
  });
});

describe('how much of the input is read', () => {
  const good = makeRecords(100);
  const bad = { recordId: 'bad', modelInput: { prompt: 'for another model' } };

  test('is all of it, if nothing else is said', () => {
    const input = JobInput.fromFile(write('full.jsonl', toLines([...good, bad])));
    expect(refusalOf({ input })).toMatchObject([{ code: expect.any(String), message: expect.stringContaining('101') }]);
  });

  test('is every sixteenth megabyte with SAMPLE: a mistake in between is not seen, the number of records is', () => {
    const padding = 'x'.repeat(50_000);
    const large = good.map((record, index) => ({
      ...record,
      modelInput: { ...(record as { modelInput: object }).modelInput, system: `${index}${padding}` },
    }));
    const sampled = write('sampled.jsonl', toLines([...large.slice(0, 60), bad, ...large.slice(60)]));
    expect(() =>
      makeJob(makeStack(), { input: JobInput.fromFile(sampled), checkInput: InputCheck.SAMPLE }),
    ).not.toThrow();
    const atStart = write('sampled-start.jsonl', toLines([bad, ...large]));
    expect(refusalOf({ input: JobInput.fromFile(atStart), checkInput: InputCheck.SAMPLE })).toHaveLength(1);
    const few = write('sampled-few.jsonl', toLines(large.slice(0, 99)));
    expect(refusalOf({ input: JobInput.fromFile(few), checkInput: InputCheck.SAMPLE })).toMatchObject([
      { code: 'TooFewRecords', message: expect.stringContaining('got 99') },
    ]);
  });

  test('is nothing with NONE', () => {
    const input = JobInput.fromFile(write('none.jsonl', 'nonsense'));
    expect(() => makeJob(makeStack(), { input, checkInput: InputCheck.NONE })).not.toThrow();
  });

  test('is nothing the second time, for the same content', () => {
    const outdir = join(folder, 'checked.out');
    const path = write('twice.jsonl', toLines([...good, bad]));
    const synth = () => makeJob(stackIn(outdir), { input: JobInput.fromFile(path) });
    expect(synth).toThrow('101');
    const cache = join(outdir, '.cdk-bedrock-batch');
    const [name] = readdirSync(cache) as [string];
    const planted = [{ code: 'FromTheCache', input: 'input', message: 'is what was found before' }];
    writeFileSync(join(cache, name), JSON.stringify(planted));
    expect(synth).toThrow('FromTheCache');
    writeFileSync(join(cache, name), '[{"code": damaged');
    expect(synth).toThrow('101');
    writeFileSync(path, toLines(good));
    expect(synth).not.toThrow();
  });
});

describe('maxEstimatedCost', () => {
  const records = { input: JobInput.fromRecords(makeRecords(1000)) };
  const model = BatchModel.AMAZON_NOVA_MICRO;
  const input = JobInput.fromRecords(
    makeRecords(1000).map((_, index) => ({
      recordId: `r${index}`,
      modelInput: {
        messages: [{ role: 'user', content: [{ text: `What is ${index} and one?` }] }],
        inferenceConfig: { maxTokens: 100 },
      },
    })),
  );

  test('lets a job pass whose estimate is below it', () => {
    expect(() => makeJob(makeStack(), { model, input, maxEstimatedCost: 1 })).not.toThrow();
  });

  test('refuses one whose estimate is above it, telling both', () => {
    const [issue] = refusalOf({ model, input, maxEstimatedCost: 0.001 });
    expect(issue).toMatchObject({ code: 'EstimatedCostTooHigh', input: 'maxEstimatedCost' });
    expect(issue?.message).toMatch(/must cover the estimated \$0\.00\d+ .* got \$0\.0010/);
  });

  test.each([0, -1, Number.NaN])('refuses %p', (maxEstimatedCost) => {
    expect(refusalOf({ ...records, maxEstimatedCost })).toMatchObject([{ code: 'MaxEstimatedCostOutOfRange' }]);
  });

  test('warns where the catalog has no price', () => {
    const stack = makeStack();
    makeJob(stack, {
      ...records,
      model: BatchModel.of('acme.brand-new-v9:0', { regions: ['us-east-1'] }),
      maxEstimatedCost: 1,
    });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('PriceUnknown'));
  });

  test('warns where the Region, and so the way to the model, is known only at deployment', () => {
    const stack = new Stack(new App({ context: { 'cdk-bedrock-batch:today': TODAY } }), 'Books');
    makeJob(stack, { ...records, maxEstimatedCost: 1 });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('PriceUnknown'));
  });

  test('warns for records that are in a bucket', () => {
    const stack = makeStack();
    const bucket = new Bucket(stack, 'Mine');
    new BatchInferenceJob(stack, 'Job', {
      model,
      input: JobInput.fromBucketPrefix(bucket, 'records/'),
      maxEstimatedCost: 1,
    });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('CostNotEstimated'));
  });
});
