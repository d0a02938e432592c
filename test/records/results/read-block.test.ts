import fc from 'fast-check';
import { MAX_LINE_BYTES } from '../../../src/records/check-block';
import { SUCCEEDED } from '../../../src/records/results/outcome-index';
import { answerRecord } from '../../emulator/answers';
import { CSV, embedding, escaped, failure, input, JSONL, readLines, rowsOf, success } from './lines';

describe('a block of results', () => {
  test('has an id, a state and a row for each line', () => {
    const block = readLines(`${success('a')}\n${failure('b')}\n`, { table: CSV });
    expect(block).toMatchObject({ lines: 2, ids: ['a', 'b'], states: [SUCCEEDED, 0] });
    expect(rowsOf(block.table)).toEqual([
      'a,succeeded,answer to a,end_turn,10,4,,\r\n',
      'b,failed,,,,,400,bad request\r\n',
    ]);
  });

  test('numbers its errors by group', () => {
    const block = readLines([failure('a', 'x'), failure('b', 'y'), failure('c', 'x')].join('\n'));
    expect(block.states).toEqual([0, 1, 0]);
    expect(block.errors.map(({ errorMessage }) => errorMessage)).toEqual(['x', 'y']);
  });

  test('adds up the tokens of its answers, and counts those that do not say', () => {
    const block = readLines([success('a'), success('b'), embedding('c'), failure('d')].join('\n'));
    expect(block.tokens).toEqual({ inputTokens: 23, outputTokens: 8, withoutInputTokens: 0, withoutOutputTokens: 1 });
  });

  test('takes a count that is none for one that is not there', () => {
    const line = success('a').replace('"input_tokens":10', '"input_tokens":1e400');
    expect(readLines(line).tokens).toMatchObject({ inputTokens: 0, withoutInputTokens: 1 });
  });

  test('takes a count below nothing for one that is not there', () => {
    const line = success('a').replace('"input_tokens":10', '"input_tokens":-5');
    expect(readLines(line).tokens).toMatchObject({ inputTokens: 0, withoutInputTokens: 1 });
  });

  test('counts lines that do not say what became of the record', () => {
    expect(readLines([input('a'), success('b'), failure('c'), input('d')].join('\n')).withoutOutcome).toBe(2);
  });

  test('takes a byte that is no character for a line that cannot be read', () => {
    expect(readLines(Buffer.from('\xa0\n \t\r\n', 'latin1')).unreadable).toMatchObject({ count: 1 });
  });

  test('counts embeddings, and writes one as JSON', () => {
    const block = readLines(embedding('a', [0.25, -1e-7]), { table: { format: 'csv', hasEmbedding: true } });
    expect(block.embeddings).toBe(1);
    expect(rowsOf(block.table)).toEqual(['a,succeeded,,,3,,,,"[0.25,-1e-7]"\r\n']);
  });

  test('writes several embeddings of one record as a list of them', () => {
    const modelOutput = { embeddings: [1, 2].map((each) => ({ embeddingType: 'VIDEO', embedding: [each] })) };
    const block = readLines(JSON.stringify({ recordId: 'a', modelOutput }), { table: JSONL });
    expect(JSON.parse(rowsOf(block.table)[0] as string).embedding).toEqual([[1], [2]]);
  });

  test('names outputs of no known shape, which succeeded', () => {
    const lines = Array.from({ length: 5 }, (_, index) => JSON.stringify({ recordId: `r${index}`, modelOutput: {} }));
    const block = readLines(lines.join('\n'));
    expect(block.unknownOutputs).toEqual({ count: 5, recordIds: ['r0', 'r1', 'r2'] });
    expect(block.states).toEqual(Array(5).fill(SUCCEEDED));
  });

  test('has no rows where no table is wanted', () => {
    expect(readLines(success('a')).table).toBeUndefined();
  });

  test('may hold rows far larger than the lines around them', () => {
    const text = '"'.repeat(300_000);
    const [, row] = rowsOf(readLines(`${success('a')}\n${success('b', text)}`, { table: CSV }).table);
    expect(row).toBe(`b,succeeded,"${text}${text}",end_turn,10,4,,\r\n`);
  });

  test.each([
    'anthropic-messages',
    'amazon-nova',
    'meta-llama',
    'mistral-text',
    'chat-completions',
    'amazon-titan-embed-text',
    'amazon-nova-embeddings',
  ] as const)('reads what the emulator answers as %s', async (family) => {
    const modelInput = { messages: [{ content: 'Grüße 🐳' }], max_tokens: 99, anthropic_version: 'x' };
    const answer = await answerRecord(modelInput, 'InvokeModel', { id: family, family });
    const block = readLines(JSON.stringify({ recordId: 'a', modelInput, ...answer }), { table: JSONL, kind: family });
    const row = JSON.parse(rowsOf(block.table)[0] as string);
    expect(block.unknownOutputs.count).toBe(0);
    if (family.includes('embed')) expect(row.embedding).toHaveLength(8);
    else expect(row.text).toMatch('Grüße 🐳');
  });
});

describe('lines', () => {
  test.each([
    ['with a newline at the end', `${success('a')}\n${success('b')}\n`],
    ['without', `${success('a')}\n${success('b')}`],
    ['that end in CR and LF', `${success('a')}\r\n${success('b')}\r\n`],
    ['with blank ones among them', `\n${success('a')}\n  \r\n${success('b')}\n\n`],
    ['after a byte order mark', `\uFEFF${success('a')}\n${success('b')}\n`],
  ])('%s are read', (_, text) => {
    expect(readLines(text)).toMatchObject({ ids: ['a', 'b'], unreadable: { count: 0 } });
  });

  test('are counted with the blank ones, so that line numbers are right', () => {
    expect(readLines('\n\n{\n').unreadable.first).toEqual([
      { line: 3, problem: expect.stringMatching('must be one JSON object') },
    ]);
  });

  test('that cannot be read are named, three of them, and the others are read', () => {
    const block = readLines(['{', success('a'), 'null', '[]', '7', success('b')].join('\n'));
    expect(block.ids).toEqual(['a', 'b']);
    expect(block.unreadable).toMatchObject({ count: 4, first: [{ line: 1 }, { line: 3 }, { line: 4 }] });
  });

  test('that are a manifest are no results', () => {
    const manifest = { totalRecordCount: 1, successRecordCount: 1 };
    const block = readLines(`${success('a')}\n${JSON.stringify(manifest)}\n`);
    expect(block).toMatchObject({ ids: ['a'], manifests: [manifest], unreadable: { count: 0 } });
  });

  test('that are too long are refused, by number', () => {
    const long = Buffer.alloc(MAX_LINE_BYTES + 1, 0x20);
    const block = readLines(Buffer.concat([Buffer.from(`${success('a')}\n`), long]));
    expect(block.unreadable.first).toEqual([{ line: 2, problem: expect.stringMatching(`at most ${MAX_LINE_BYTES}`) }]);
  });

  test('of a file of another format are refused as a whole', () => {
    expect(readLines(Buffer.from([0x1f, 0x8b, 8, 10, 10, 10])).unreadable).toEqual({
      count: 1,
      first: [{ line: 1, problem: expect.stringMatching('gzip') }],
    });
  });

  test('of a later block are not taken for another format', () => {
    expect(readLines(Buffer.from([0x1f, 0x8b, 10]), {}, false).unreadable.first[0]?.problem).toMatch(
      'must be one JSON',
    );
  });

  test('with an excerpt beyond ASCII show it as it is, and not cut through a character', () => {
    const id = JSON.stringify(['ä'.repeat(100)]);
    expect(readLines(`{"recordId":${id}}`).unreadable.first[0]?.problem).toBe(
      `must have text as "recordId", got ["${'ä'.repeat(38)}…`,
    );
  });
});

describe('characters beyond ASCII', () => {
  const ID = 'réc—1 🐳';
  const TEXT = 'naïve “quotes”, 日本語\u00a0🐳\r\nand more';
  const raw = success(ID, TEXT);
  const row = `${ID},succeeded,"${TEXT}",end_turn,10,4,,\r\n`;

  test.each([
    ['as they are', raw],
    ['as escapes', escaped(raw)],
    ['some as they are and some as escapes', raw.replace('ï', '\\u00ef').replace('🐳', '\\ud83d\\udc33')],
  ])('come out whole, written %s', (_, line) => {
    const block = readLines(line, { table: CSV });
    expect(block.ids).toEqual([ID]);
    expect(rowsOf(block.table)).toEqual([row]);
  });

  test('come out whole, each line in its own way, one block or many', () => {
    const lines = [raw, escaped(raw), success('b', 'plain'), raw.replace('日', '\\u65e5')];
    expect(rowsOf(readLines(lines.join('\n'), { table: CSV }).table)).toEqual([row, row, expect.any(String), row]);
  });

  test.each([
    ['as they are', failure('a', 'größer — 100')],
    ['as escapes', escaped(failure('a', 'größer — 100'))],
  ])('come out whole in errors, written %s', (_, line) => {
    const block = readLines(`${line}\n${success('é')}`, { table: CSV });
    expect(block.errors).toEqual([{ errorCode: 400, errorMessage: 'größer — 100' }]);
    expect(rowsOf(block.table)[0]).toBe('a,failed,,,,,400,größer — 100\r\n');
  });

  test('in a code that is text come out whole', () => {
    expect(readLines(failure('a', 'x', 'Fählér')).errors).toEqual([{ errorCode: 'Fählér', errorMessage: 'x' }]);
  });

  test('in an error without a message do no harm', () => {
    expect(readLines('{"recordId":"é","error":{}}').errors).toEqual([{}]);
  });

  test('that are not UTF-8 are replaced, counted, and harm no other line', () => {
    const broken = Buffer.from(success('a', '\u00ff'), 'latin1');
    const block = readLines(Buffer.concat([broken, Buffer.from(`\n${raw}`)]), { table: CSV });
    expect(block.notUtf8).toBe(1);
    expect(rowsOf(block.table)).toEqual(['a,succeeded,\ufffd,end_turn,10,4,,\r\n', row]);
  });

  test('cut in half by an escape are replaced in CSV, and kept as the escape in JSON Lines', () => {
    const line = success('a', '').replace('"text":""', '"text":"\\ud83d"');
    expect(rowsOf(readLines(line, { table: CSV }).table)[0]).toMatch(',\ufffd,');
    expect(rowsOf(readLines(line, { table: JSONL }).table)[0]).toMatch('\\ud83d');
  });

  test('give the same rows by the fast way as by the exact one, for any text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', 'é', '\u00a0', '—', '日', '🐳', '\u0001') });
    fc.assert(
      fc.property(text, text, fc.constantFrom(CSV, JSONL), (id, answer, table) => {
        const lines = [success(`x${id}`, answer), failure(`y${id}`, answer)];
        const rules = { table, keepBodies: true };
        const fast = readLines(lines.join('\n'), rules);
        const exact = readLines(lines.join('\n'), { ...rules, isUtf8: () => false, isAscii: () => false });
        const asEscapes = readLines(escaped(lines.join('\n')), rules);
        const seen = ({ ids, states, errors, table: rows }: typeof fast) => [ids, states, errors, rowsOf(rows)];
        expect(seen(fast)).toEqual(seen(exact));
        expect(seen(asEscapes)).toEqual(seen(exact));
        expect(rowsOf(fast.bodies)).toEqual(rowsOf(exact.bodies));
      }),
      { numRuns: 500 },
    );
  });
});

describe('failed records', () => {
  test('are lines of input again, bodies to the digit', () => {
    const body = '{"a":1.0,"b":[12345678901234567890],"c":"\\u00e9é"}';
    const line = `{"recordId":"é1","modelInput": ${body} ,"error":{"errorCode":400}}`;
    const block = readLines(`${success('a')}\n${line}\n`, { keepBodies: true });
    expect(rowsOf(block.bodies)).toEqual(['', `{"recordId":"é1","modelInput":${body}}\n`]);
  });

  test('whose line does not repeat the body have none', () => {
    const lines = '{"recordId":"a","error":{}}\n{"recordId":"b","modelInput":7,"error":{}}';
    expect(rowsOf(readLines(lines, { keepBodies: true }).bodies)).toEqual(['', '']);
  });
});
