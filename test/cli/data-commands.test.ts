import { Readable } from 'node:stream';
import { INTERRUPTED, run } from '../../src/cli/run';
import { type Connection, type ObjectStore, ServiceCallError, type StoredObject } from '../../src/cli/services';
import { FakeClock, FakeJobs, outside } from './fake-outside';
import { type FakeOptions, FakeTerminal, type Ran } from './fake-terminal';
import { novaLines, ScratchFolder, toFile } from './scratch-folder';

const NOVA = '--model amazon.nova-lite-v1:0';
const ENDED = '--model anthropic.claude-3-haiku-20240307-v1:0';

let folder: ScratchFolder;
beforeEach(() => {
  folder = new ScratchFolder();
});
afterEach(() => folder.remove());

/** A command line in which `@` is the folder of the test and `_` a space within a word. */
async function line(text: string, options: FakeOptions = {}, world = outside(new FakeJobs([]))): Promise<Ran> {
  const terminal = new FakeTerminal(options);
  const argv = text.split(' ').map((word) => word.replace('@', folder.path).replaceAll('_', ' '));
  const code = await run(argv, terminal, world);
  const hide = (said: string) => said.replaceAll(folder.path, '@');
  return { code, out: hide(terminal.out), err: hide(terminal.err) };
}

function csv(count: number): string {
  return `id,review\n${Array.from({ length: count }, (_, index) => `r${index},review ${index}\n`).join('')}`;
}

describe('prepare', () => {
  test('writes records of a CSV file, and a table of the files', async () => {
    folder.write('reviews.csv', csv(120));
    const { code, out, err } = await line(
      `prepare @/reviews.csv --template Kind?_{{review}} ${NOVA} --out @/records.jsonl --id-column id --system Be_brief --max-tokens 50 --temperature 0.5 --top-p 0.9`,
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.replace(/ +/g, ' ')).toBe('FILE RECORDS SIZE JOB\n@/records.jsonl 120 23.7 kB 1\n');
    const [first] = folder.read('records.jsonl').split('\n');
    expect(JSON.parse(first as string)).toEqual({
      recordId: 'r0',
      modelInput: {
        system: [{ text: 'Be brief' }],
        messages: [{ role: 'user', content: [{ text: 'Kind? review 0' }] }],
        inferenceConfig: { maxTokens: 50, temperature: 0.5, topP: 0.9 },
      },
    });
  });

  test('writes bodies of Converse with --converse', async () => {
    folder.write('reviews.csv', csv(120));
    await line(
      'prepare @/reviews.csv --template {{review}} --model us.anthropic.claude-sonnet-4-6 --converse --out @/records.jsonl',
    );
    const { modelInput } = JSON.parse(folder.read('records.jsonl').split('\n')[0] as string);
    expect(modelInput.messages).toEqual([{ role: 'user', content: [{ text: 'review 0' }] }]);
  });

  test('reads the prompt from a file, without the mark at its begin and the line end at its end', async () => {
    folder.write('reviews.csv', csv(120));
    folder.write('prompt.txt', '\uFEFFFirst\n{{review}}\r\n');
    await line(`prepare @/reviews.csv --template-file @/prompt.txt ${NOVA} --out @/records.jsonl`);
    const { modelInput } = JSON.parse(folder.read('records.jsonl').split('\n')[0] as string);
    expect(modelInput.messages[0].content[0].text).toBe('First\nreview 0');
  });

  test('writes parts into a folder, none under the minimum', async () => {
    folder.write('reviews.csv', csv(250));
    const { out } = await line(
      `prepare @/reviews.csv --template {{review}} ${NOVA} --out @/parts --max-records 150 --json`,
    );
    const { files, records, issues } = JSON.parse(out);
    expect({ records, issues }).toEqual({ records: 250, issues: [] });
    expect(files.map((file: { records: number }) => file.records)).toEqual([150, 100]);
    expect(folder.names()).toEqual(['parts/records-0001.jsonl', 'parts/records-0002.jsonl', 'reviews.csv']);
  });

  test('names the option at fault, and the columns that there are', async () => {
    folder.write('reviews.csv', csv(120));
    const { code, out, err } = await line(`prepare @/reviews.csv --template {{revew}} ${NOVA} --out @/records.jsonl`);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: --template must name columns .*"review".*\[UnknownColumn\]\n$/);
    expect(folder.names()).toEqual(['reviews.csv']);
  });

  test('tells what is wrong as JSON, too', async () => {
    folder.write('reviews.csv', csv(7));
    const { code, out } = await line(`prepare @/reviews.csv --template {{review}} ${NOVA} --out @/a.jsonl --json`);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ files: [], issues: [{ code: 'TooFewRecords' }] });
  });

  test.each([
    ['no template', '', '--template or --template-file must be given, one of the two, got none [OneTemplate]'],
    ['two templates', '--template a --template-file b', 'one of the two, got both [OneTemplate]'],
  ])('needs one template: fails on %s', async (_, templates, words) => {
    const { code, err } = await line(`prepare a.csv ${templates} ${NOVA} --out a.jsonl`.replace('  ', ' '));
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  test.each([
    ['gz', 'unpack it first'],
    ['xlsx', 'save the sheet as "CSV UTF-8"'],
  ])('says what to do with a file that ends in %s', async (extension, fix) => {
    folder.write(`reviews.${extension}`, csv(120));
    const { code, err } = await line(`prepare @/reviews.${extension} --template {{review}} ${NOVA} --out @/a.jsonl`);
    expect(code).toBe(1);
    expect(err).toContain(fix);
  });

  test('names a prompt file that is none', async () => {
    expect(await line(`prepare a.csv --template-file @ ${NOVA} --out a.jsonl`)).toMatchObject({
      code: 1,
      err: 'error: @ is a folder, a file was wanted (EISDIR)\n',
    });
    folder.write('prompt.txt', Buffer.from('caf\xe9 {{review}}', 'latin1'));
    const { code, err } = await line(`prepare a.csv --template-file @/prompt.txt ${NOVA} --out a.jsonl`);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'error: @/prompt.txt must be text in UTF-8, got other bytes; save it as UTF-8 [NotUtf8]\n',
    });
  });

  test('names the option of a parameter that is wrong', async () => {
    folder.write('reviews.csv', csv(120));
    const { err } = await line(
      `prepare @/reviews.csv --template {{review}} ${NOVA} --out @/a.jsonl --temperature 2 --top-p 0.5`,
    );
    expect(err).toBe('error: --temperature must be a number from 0 to 1, got 2 [ParameterOutOfRange]\n');
  });

  test.each([
    ['--delimiter ;;', 'It must be one character of ASCII'],
    ['--max-tokens 99999999999999999999', 'It must be a whole number from 1 to 9007199254740991'],
    ['--temperature 1e', 'It must be a number from 0.'],
    ['--temperature .', 'It must be a number from 0.'],
  ])('fails on %s as on bad usage', async (option, words) => {
    const { code, err } = await line(`prepare a.csv --template a ${NOVA} --out a.jsonl ${option}`);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  test.each(['1e-1', '.1', '0.1'])('takes the number %s', async (number) => {
    folder.write('reviews.csv', csv(120));
    await line(`prepare @/reviews.csv --template {{review}} ${NOVA} --out @/a.jsonl --temperature ${number}`);
    expect(folder.read('a.jsonl')).toContain('"temperature":0.1');
  });

  test('takes \\t for a tab', async () => {
    folder.write('reviews.csv', csv(120).replaceAll(',', '\t'));
    const { code } = await line(`prepare @/reviews.csv --template {{review}} ${NOVA} --out @/a.jsonl --delimiter \\t`);
    expect(code).toBe(0);
  });

  test('fills a file as far as it is told, also beyond the default quota of a job', async () => {
    folder.write('reviews.csv', csv(100_001));
    const words = `prepare @/reviews.csv --template {{review}} ${NOVA} --out @/parts --json`;
    expect(JSON.parse((await line(`${words} --max-records 200000`)).out).files).toMatchObject([{ records: 100_001 }]);
  });

  test('tells a name with a line end in it in one line', async () => {
    folder.write('reviews.csv', '"a\nb"\n1\n');
    const { err } = await line(`prepare @/reviews.csv --template {{c}} ${NOVA} --out @/a.jsonl`);
    expect(err).toMatch(/"a\\nb" \[UnknownColumn\]\n$/);
  });

  test('makes no bodies for a model that it does not know, unless it is told whose they are', async () => {
    folder.write('reviews.csv', csv(120));
    const words = 'prepare @/reviews.csv --template {{review}} --model acme.brand-new-v1:0 --out @/records.jsonl';
    const { code, err } = await line(words);
    expect(code).toBe(2);
    expect(err).toContain('error: --body or --converse must say what bodies acme.brand-new-v1:0 takes');
    expect(await line(`${words} --body chat-completions`)).toMatchObject({ code: 0, err: '' });
  });

  test('makes no records for a model that has ended', async () => {
    folder.write('reviews.csv', csv(120));
    const { code, err } = await line(`prepare @/reviews.csv --template {{review}} ${ENDED} --out @/records.jsonl`);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: --model Claude 3 Haiku .* reached its end of life on 2026-09-10; use .* \[ModelEndOfLife\]/,
    );
    expect(folder.names()).toEqual(['reviews.csv']);
  });

  test('leaves nothing behind when it is interrupted', async () => {
    folder.write('reviews.csv', csv(5000));
    const words = `prepare @/reviews.csv --template {{review}} ${NOVA} --out @/records.jsonl`;
    expect(await line(words, { signal: AbortSignal.abort() })).toMatchObject({ code: INTERRUPTED, out: '' });
    expect(folder.names()).toEqual(['reviews.csv']);
  });
});

describe('check', () => {
  test('of good files says so on stdout', async () => {
    folder.write('in/a.jsonl', toFile(novaLines(60)));
    folder.write('in/b.jsonl', toFile(novaLines(60).map((each) => each.replace('id-', 'other-'))));
    expect(await line(`check @/in ${NOVA}`)).toEqual({
      code: 0,
      out: '2 files, 120 records, 16.0 kB: good\n',
      err: '',
    });
  });

  test('of bad ones prints what is wrong, grouped, and gives 1', async () => {
    const lines = novaLines(120);
    lines[6] = '{"recordId": "id-00001"';
    lines[9] = (lines[9] as string).replace('"text"', '"txt"');
    lines[10] = lines[11] as string;
    folder.write('a.jsonl', toFile(lines));
    const { code, out, err } = await line(`check @/a.jsonl ${NOVA}`);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(/error: .*line 7.*\[MalformedRecord\]\n/);
    expect(out).toMatch(/error: .*"id-00011".*lines 11 and 12.*\[DuplicateRecordId\]\n/);
    expect(out).toMatch(/1 file, \d+ records, [\d.]+ kB: \d kinds of error/);
  });

  test('prints the same as JSON', async () => {
    folder.write('a.jsonl', toFile(novaLines(7)));
    const { code, out } = await line(`check @/a.jsonl ${NOVA} --json`);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      files: 1,
      records: 7,
      isWhole: true,
      issues: [{ code: 'TooFewRecords', input: 'input' }],
    });
  });

  test('takes other limits than the quotas', async () => {
    folder.write('a.jsonl', toFile(novaLines(7)));
    expect(await line(`check @/a.jsonl ${NOVA} --min-records 7`)).toMatchObject({ code: 0 });
    const many = await line(`check @/a.jsonl ${NOVA} --min-records 1 --max-records 6`);
    expect(many).toMatchObject({ code: 1, out: expect.stringContaining('[TooManyRecords]') });
    const inFile = await line(`check @/a.jsonl ${NOVA} --min-records 1 --max-records-per-file 6`);
    expect(inFile).toMatchObject({ code: 1, out: expect.stringContaining('[TooManyRecordsInFile]') });
  });

  test('goes on with a warning where the model is not known, and does not judge the bodies', async () => {
    folder.write('a.jsonl', toFile(novaLines(120).map((each) => each.replace('"messages"', '"other"'))));
    const { code, out, err } = await line('check @/a.jsonl --model acme.brand-new-v1:0');
    expect({ code, out }).toEqual({ code: 0, out: '1 file, 120 records, 15.5 kB: good\n' });
    expect(err).toMatch(/^warning: --model acme.brand-new-v1:0 is not in the catalog.*\[UnknownModel\]\n$/);
  });

  test('refuses a model that has ended, whatever the records', async () => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    expect(await line(`check @/a.jsonl ${ENDED}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('[ModelEndOfLife]'),
    });
  });

  test('fails on a file that is not there', async () => {
    expect(await line(`check @/none.jsonl ${NOVA}`)).toEqual({
      code: 1,
      out: '',
      err: 'error: @/none.jsonl must be a file or a folder, but nothing is there [FileNotFound]\n',
    });
  });

  test('ends when it is interrupted', async () => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    const { code, out } = await line(`check @/a.jsonl ${NOVA}`, { signal: AbortSignal.abort() });
    expect({ code, out }).toEqual({ code: INTERRUPTED, out: '' });
  });
});

describe('split', () => {
  test('cuts by the quotas of a model, and prints a table of the parts', async () => {
    folder.write('a.jsonl', toFile(novaLines(250)));
    const { code, out, err } = await line(`split @/a.jsonl --out @/parts --max-records 150 ${NOVA}`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n').map((each) => each.replace(/ +/g, ' '))).toEqual([
      'FILE RECORDS SIZE JOB',
      '@/parts/records-0001.jsonl 150 19.8 kB 1',
      '@/parts/records-0002.jsonl 100 13.2 kB 1',
      '',
    ]);
  });

  test('cuts by the lowest quotas where no model is named', async () => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    const { out } = await line('split @/a.jsonl --out @/parts --json');
    expect(JSON.parse(out)).toMatchObject({ records: 120, files: [{ records: 120, job: 1 }], issues: [] });
  });

  test('names the option at fault', async () => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    folder.write('parts/records-0007.jsonl', '');
    const { code, err } = await line('split @/a.jsonl --out @/parts');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: --out must not hold parts of an earlier run.*\[StaleParts\]\n$/);
  });

  test('refuses files with fewer records than a job must have', async () => {
    folder.write('a.jsonl', toFile(novaLines(99)));
    expect(await line('split @/a.jsonl --out @/parts')).toMatchObject({
      code: 1,
      err: expect.stringContaining('[TooFewRecords]'),
    });
  });
});

describe('estimate', () => {
  const OWN_PRICE = '--price-in 1 --price-out 2';

  test('tells tokens and cost, and where the price is from', async () => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    const { code, out, err } = await line(`estimate @/a.jsonl ${NOVA} ${OWN_PRICE}`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^records {4}120 in 1 file, 15.8 kB; 120 records looked into\n/);
    expect(out).toMatch(/^tokens in {2}about [\d,]+, at most [\d,]+$/m);
    expect(out).toContain('tokens out about 6,000, at most 12,000\n');
    expect(out).toMatch(/^batch {6}about \$0\.01\d?, /m);
    expect(out).toMatch(/^on demand .*\(taken as twice the batch price\)$/m);
    expect(out).toContain('price      $1 in and $2 out for a million tokens, as given\n');
    expect(out).toMatch(/^note {7}tokens are counted/m);
  });

  test.each([
    ['is empty', '', 'input must hold records, got none [EmptyInput]'],
    ['holds no record', '{}\n{}\n', 'got 2 lines of the sample that cannot be read, and no other'],
  ])('is no estimate of nothing, which would be within any cost, where the input %s', async (_, content, words) => {
    folder.write('a.jsonl', content);
    const { code, err } = await line(`estimate @/a.jsonl ${NOVA} ${OWN_PRICE} --max-cost 1`);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });

  test('takes the price of the catalog, with its source and date', async () => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    const { out } = await line(`estimate @/a.jsonl ${NOVA}`);
    expect(out).toMatch(
      /^price {6}\$[\d.]+ in and \$[\d.]+ out for a million tokens, .*https:.* as of \d{4}-\d\d-\d\d$/m,
    );
  });

  test.each([
    ['the bare id', NOVA, 'in-region'],
    ['a profile', '--model us.amazon.nova-lite-v1:0', 'us'],
    ['the Region, where the bare id is served', `${NOVA} --region us-east-1`, 'in-region'],
    ['the Region, where a profile is', '--model anthropic.claude-sonnet-4-6 --region eu-west-1', 'eu'],
    ['the Region and the routing', '--model anthropic.claude-sonnet-4-6 --region eu-west-1 --routing global', 'global'],
    ['the id of a model that nobody knows', '--model acme.brand-new-v1:0 --region eu-west-1', 'in-region'],
  ])('finds the way to the model by %s', async (_, words, route) => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    expect(JSON.parse((await line(`estimate @/a.jsonl ${words} --json`)).out).route).toBe(route);
  });

  test('fails where the Region has no way to the model', async () => {
    const { code, err } = await line('estimate a.jsonl --model anthropic.claude-sonnet-4-6 --region us-gov-west-1');
    expect(code).toBe(2);
    expect(err).toContain('is not served by batch inference in us-gov-west-1');
  });

  test('calls a cost unknown that nobody knows', async () => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    const { code, out } = await line('estimate @/a.jsonl --model acme.brand-new-v1:0');
    expect(code).toBe(0);
    expect(out).toContain(
      'cost       unknown: acme.brand-new-v1:0 is not in the catalog; --price-in and --price-out give one\n',
    );
  });

  test('gives 1 where the cost is above --max-cost, and 0 where it is not', async () => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    const above = await line(`estimate @/a.jsonl ${NOVA} --price-in 1 --price-out 200 --max-cost 1`);
    expect(above).toMatchObject({ code: 1, err: expect.stringMatching(/^error: --max-cost must cover the estimated/) });
    expect(await line(`estimate @/a.jsonl ${NOVA} ${OWN_PRICE} --max-cost 1`)).toMatchObject({ code: 0, err: '' });
  });

  test.each(['--price-in', '--price-out'])('fails on %s alone', async (option) => {
    const { code, err } = await line(`estimate a.jsonl ${NOVA} ${option} 1`);
    expect(code).toBe(2);
    expect(err).toContain('must be given too: a price has two parts [HalfAPrice]');
  });

  test('warns of lines that cannot be read', async () => {
    folder.write('a.jsonl', `${toFile(novaLines(120))}{\n`);
    expect((await line(`estimate @/a.jsonl ${NOVA}`)).err).toMatch(/^warning: input holds 1 line of the sample/);
  });
});

/** Results for records: the first fails, the rest succeed. */
function resultLines(lines: readonly string[]): string[] {
  return lines.map((each, index) => {
    const { recordId, modelInput } = JSON.parse(each);
    if (index === 0) {
      return JSON.stringify({
        recordId,
        modelInput,
        error: { errorCode: 400, errorMessage: 'Malformed input request' },
      });
    }
    const modelOutput = {
      output: { message: { role: 'assistant', content: [{ text: `Answer ${index}` }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 10, outputTokens: 20 },
    };
    return JSON.stringify({ recordId, modelInput, modelOutput });
  });
}

const MANIFEST = JSON.stringify({
  totalRecordCount: 5,
  processedRecordCount: 5,
  successRecordCount: 4,
  errorRecordCount: 1,
});

describe('results', () => {
  const sent = novaLines(6);
  beforeEach(() => {
    folder.write('in.jsonl', toFile(sent));
    folder.write('out/abc/in.jsonl.out', toFile(resultLines(sent.slice(0, 5))));
    folder.write('out/abc/manifest.json.out', MANIFEST);
  });

  test('are not the records that were sent', async () => {
    const { code, err } = await line('results @/in.jsonl');
    expect(code).toBe(1);
    expect(err).toContain('error: @/in.jsonl must hold results, got 6 records with neither');
  });

  test('have a line for each kind of error, whatever stands in it', async () => {
    const odd = { recordId: 'a\nb', error: { errorCode: 7 } };
    folder.write('odd/a.jsonl.out', `${JSON.stringify(odd)}\n{"recordId":"c","error":{}}\n`);
    const { out } = await line('results @/odd');
    expect(out).toMatch(/^ {2}1 × 7 \(a b\)\n {2}1 × no reason given \(c\)$/m);
  });

  test('are summed up on stdout', async () => {
    const { code, out, err } = await line('results @/out');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatchInlineSnapshot(`
"1 file, 1.4 kB
records   5: 4 succeeded, 1 failed, missing unknown without --inputs
tokens    40 in, 80 out
cost      unknown: --model, or --price-in and --price-out, would tell
errors
  1 × 400 Malformed input request (id-00000)
"
`);
  });

  test('are held against the inputs, and have a cost where the model is named', async () => {
    const { out } = await line(`results @/out --inputs @/in.jsonl ${NOVA} --price-in 1 --price-out 2`);
    expect(out).toContain('records   6: 4 succeeded, 1 failed, 1 missing\n');
    expect(out).toContain('cost      $0.00020 ($1 in and $2 out for a million tokens, as given)\n');
  });

  test('have the price of the catalog', async () => {
    const { out } = await line(`results @/out ${NOVA}`);
    expect(out).toMatch(/^cost {6}\$0\.0000\d+ \(\$[\d.]+ in and \$[\d.]+ out for a million tokens, .* as of .*\)$/m);
  });

  test('are JSON with --json', async () => {
    const { out } = await line('results @/out --inputs @/in.jsonl --json');
    expect(JSON.parse(out)).toMatchObject({
      records: { total: 6, succeeded: 4, failed: 1, missing: 1 },
      tokens: { inputTokens: 40, outputTokens: 80 },
      errorGroups: [{ errorCode: 400, count: 1, recordIds: ['id-00000'] }],
      issues: [],
    });
  });

  test.each(['csv', 'jsonl', 'parquet'])('are written as a table that ends in .%s', async (format) => {
    const { code, out } = await line(`results @/out --inputs @/in.jsonl --out @/table.${format}`);
    expect(code).toBe(0);
    expect(out).toContain(`table     @/table.${format}, 6 rows\n`);
    expect(folder.read(`table.${format}`).length).toBeGreaterThan(100);
  });

  test('go to stdout with --to alone, and the summary to stderr', async () => {
    const { code, out, err } = await line('results @/out --to csv');
    expect(code).toBe(0);
    expect(out.split('\n')).toHaveLength(1 + 5 + 1);
    expect(out).toContain('Answer 4');
    expect(err).toContain('records   5: 4 succeeded, 1 failed');
    expect(err).not.toContain('table ');
  });

  test('give the records to send again', async () => {
    const { out } = await line('results @/out --inputs @/in.jsonl --retry-file @/again.jsonl');
    expect(out).toContain('retry     @/again.jsonl, 2 records\n');
    expect(folder.read('again.jsonl')).toBe(toFile([sent[0], sent[5]] as string[]));
  });

  test('say so where there is nothing to send again', async () => {
    folder.write('good/in.jsonl.out', toFile(resultLines(sent).slice(1)));
    const { out } = await line('results @/good --retry-file @/again.jsonl');
    expect(out).toContain('retry     nothing to send again\n');
    expect(folder.names()).not.toContain('again.jsonl');
  });

  test('that cannot be read give 1, and name the line', async () => {
    folder.write('out/abc/in.jsonl.out', `${toFile(resultLines(sent.slice(0, 5)))}{"recordId"\n`);
    const { code, err } = await line('results @/out');
    expect(code).toBe(1);
    expect(err).toMatch(/error: @\/out\/abc\/in\.jsonl\.out .*line 6/);
  });

  test.each([
    ['--out @/table.xls', 'must end in .csv, .jsonl, .parquet, or come with --to'],
    ['--to parquet', '--to parquet must come with --out [ParquetNeedsFile]'],
    ['--to csv --json', 'must come with --out where --json is given: both would be on stdout [TwoResults]'],
    ['--price-in 1', '[HalfAPrice]'],
    ['--model amazon.nova-lit-v1:0', '[ModelMisspelt]'],
  ])('are not read with %s', async (words, reason) => {
    const { code, out, err } = await line(`results @/out ${words}`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(reason);
  });
});

/** Objects in memory, in one bucket. */
class FakeObjects implements ObjectStore {
  public isClosed = false;
  constructor(private readonly objects: Readonly<Record<string, string>>) {}

  public async *list(_: string, prefix: string): AsyncGenerator<StoredObject> {
    for (const [key, content] of Object.entries(this.objects)) {
      if (key.startsWith(prefix)) yield { key, bytes: content.length };
    }
  }

  public async open(_: string, key: string): Promise<Readable> {
    return Readable.from([this.objects[key] ?? '']);
  }

  public async download(_: string, key: string, file: string): Promise<void> {
    const { writeFileSync } = require('node:fs') as typeof import('node:fs');
    if (key.includes('denied')) throw new ServiceCallError(new Error('no'), 's3:GetObject', 'us-east-1', key);
    writeFileSync(file, this.objects[key] ?? '');
  }

  public close(): void {
    this.isClosed = true;
  }
}

describe('results in S3', () => {
  const sent = novaLines(6);
  const results = toFile(resultLines(sent.slice(0, 5)));

  async function fromS3(words: string, objects: Readonly<Record<string, string>>) {
    const store = new FakeObjects(objects);
    const connections: Connection[] = [];
    const world = {
      ...outside(new FakeJobs([]), new FakeClock()),
      connectObjects: async (connection: Connection) => {
        connections.push(connection);
        return store;
      },
    };
    const before = leftovers();
    const ran = await line(`results ${words}`, {}, world);
    expect(leftovers()).toEqual(before);
    return { ...ran, store, connections };
  }

  function leftovers(): string[] {
    const { readdirSync } = require('node:fs') as typeof import('node:fs');
    const { tmpdir } = require('node:os') as typeof import('node:os');
    return readdirSync(tmpdir()).filter((name) => /^cdk-bedrock-batch-(?!test-)/.test(name));
  }

  test('are downloaded for the time of the reading, those below the folder only', async () => {
    const { code, out, store, connections } = await fromS3('s3://answers/out/job-1 --region eu-west-1', {
      'out/job-1/in.jsonl.out': results,
      'out/job-1/manifest.json.out': MANIFEST,
      'out/job-1/other.txt': 'not wanted',
      'out/job-10/in.jsonl.out': 'of another job',
    });
    expect(code).toBe(0);
    expect(out).toContain('1 file, ');
    expect(out).toContain('records   5: 4 succeeded, 1 failed');
    expect(store.isClosed).toBe(true);
    expect(connections).toMatchObject([{ region: 'eu-west-1' }]);
  });

  test('may be one object', async () => {
    const { out } = await fromS3('s3://answers/out/job-1/in.jsonl.out', { 'out/job-1/in.jsonl.out': results });
    expect(out).toContain('records   5: 4 succeeded, 1 failed');
  });

  test('are held against inputs in S3', async () => {
    const { out, connections } = await fromS3('s3://answers/out/ --inputs s3://answers/in/', {
      'out/a/in.jsonl.out': results,
      'in/in.jsonl': toFile(sent),
    });
    expect(out).toContain('records   6: 4 succeeded, 1 failed, 1 missing\n');
    expect(connections).toHaveLength(1);
  });

  test('are spoken of by where they are in S3', async () => {
    const { code, err } = await fromS3('s3://answers/out', { 'out/a/in.jsonl.out': `${results}{"recordId"\n` });
    expect(code).toBe(1);
    expect(err).toContain('error: s3://answers/out/a/in.jsonl.out ');
  });

  test('cannot lead out of the folder that they are downloaded to', async () => {
    const { out } = await fromS3('s3://answers/out/', { 'out/../../../in.jsonl.out': results });
    expect(out).toContain('records   5: 4 succeeded, 1 failed');
  });

  test('that are not there are an error', async () => {
    const { code, err } = await fromS3('s3://answers/out/', { 'out/in.jsonl': 'input' });
    expect(code).toBe(1);
    expect(err).toMatch(/^error: s3:\/\/answers\/out\/ must hold results .*\[NoFiles\]\n$/);
  });

  test('that may not be read are an error, and nothing is left behind', async () => {
    const { code, err } = await fromS3('s3://answers/out/', { 'out/denied.jsonl.out': results });
    expect(code).toBe(1);
    expect(err).toMatch(/^error: s3:GetObject was refused/);
  });

  test.each(['s3://', 's3://UPPER/a', 's3:answers'])('are not at %s', async (uri) => {
    const { code, err } = await fromS3(uri, {});
    expect(code).toBe(2);
    expect(err).toContain('[BadS3Uri]');
  });
});

describe('a long command in a terminal', () => {
  test('shows a bar on stderr, which is gone in the end, and the result on stdout', async () => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    const { out, err } = await line(`check @/a.jsonl ${NOVA}`, { isTty: true, columns: 100 });
    expect(out).toBe('1 file, 120 records, 15.8 kB: good\n');
    expect(err).toMatch(/check \[=+\] 15\.8 kB of 15\.8 kB/);
  });

  test('shows none in a pipe', async () => {
    folder.write('a.jsonl', toFile(novaLines(120)));
    expect((await line(`check @/a.jsonl ${NOVA}`)).err).toBe('');
  });
});
