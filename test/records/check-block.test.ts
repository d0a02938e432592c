import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import type { BodyFormat } from '../../src/records/body-format';
import { checkBlock, MAX_LINE_BYTES } from '../../src/records/check-block';

const line = (recordId: string, modelInput: object = {}) => `${JSON.stringify({ recordId, modelInput })}\n`;
const check = (content: string | Buffer, isFirst = false) =>
  checkBlock(Buffer.from(content as string), { isUtf8 }, isFirst);

describe('a block of lines', () => {
  test('is counted, its ids with their lines', () => {
    expect(check(`${line('a')}\n${line('é')}`)).toMatchObject({
      lines: 3,
      records: 2,
      ids: ['a', 'é'],
      idLines: [1, 3],
      firstWithoutId: undefined,
    });
  });

  test('may end without a newline', () => {
    expect(check(line('a').trimEnd())).toMatchObject({ lines: 1, records: 1, ids: ['a'], findings: [] });
  });

  test('may end its lines in CRLF', () => {
    expect(check(line('a').replace('\n', '\r\n'))).toMatchObject({ records: 1, ids: ['a'], findings: [] });
  });

  test('names the first record without an id', () => {
    expect(check(`${line('a')}{"modelInput":{}}\n{"modelInput":{}}\n`)).toMatchObject({ firstWithoutId: 2 });
  });

  test('keeps the first three mistakes of a kind and counts the rest', () => {
    const [finding] = check('nonsense\n'.repeat(9)).findings;
    expect(finding).toMatchObject({ code: 'MalformedRecord', count: 9 });
    expect(finding?.first.map(({ line: number }) => number)).toEqual([1, 2, 3]);
  });

  test('refuses a line that is not UTF-8, and only that', () => {
    const bytes = Buffer.concat([
      Buffer.from(line('é')),
      Buffer.from('{"modelInput":{"t":"\xe9"}}\n', 'latin1'),
      Buffer.from(line('ü')),
    ]);
    expect(check(bytes)).toMatchObject({ records: 3, ids: ['é', 'ü'], findings: [{ code: 'NotUtf8', count: 1 }] });
  });

  test('takes a byte that is no character for a mistake, and not for a blank', () => {
    expect(check(Buffer.from('\xa0\n', 'latin1')).findings).toMatchObject([{ code: 'NotUtf8' }]);
    expect(check('\f\n').findings).toMatchObject([{ code: 'MalformedRecord' }]);
    expect(check(' \t\r\n').findings).toMatchObject([{ code: 'BlankLine' }]);
  });

  test('refuses a line that is as long as a file', () => {
    const long = Buffer.alloc(MAX_LINE_BYTES + 1, 'x');
    expect(check(long)).toMatchObject({ records: 1, findings: [{ code: 'LineTooLong' }] });
    expect(check(long).findings[0]?.first[0]?.message).toContain('got more; each record must end in a newline');
  });
});

describe('a file of another kind', () => {
  test.each<[string, Buffer, string]>([
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'compressed with gzip'],
    ['zip', Buffer.from('PK\u0003\u0004...'), 'zip archive'],
    ['Parquet', Buffer.from('PAR1....'), 'Parquet file'],
    ['UTF-16', Buffer.from('\uFEFF{"a":1}', 'utf16le'), 'UTF-16'],
    ['UTF-16 without a mark', Buffer.from('{"a":1}', 'utf16le'), 'UTF-16'],
    ['UTF-16 of the other order', Buffer.from('{"a":1}', 'utf16le').swap16(), 'UTF-16'],
  ])('%s is told by its first bytes, and nothing else is said of it', (_, bytes, words) => {
    const { findings, records } = check(bytes, true);
    expect(findings).toMatchObject([{ code: 'NotJsonLines', first: [{ message: expect.stringContaining(words) }] }]);
    expect(records).toBe(0);
  });

  test('is not looked for in the middle of a file', () => {
    expect(check('PAR1\n').findings).toMatchObject([{ code: 'MalformedRecord' }]);
  });
});

describe('the body', () => {
  const format: BodyFormat = {
    kind: 'converse',
    build: () => ({}),
    check: ({ text }) =>
      typeof text === 'string' ? [] : [{ code: 'TextMissing', input: 'modelInput.text', message: 'must be there' }],
  };

  test('is judged by its format, with the path of what is wrong', () => {
    const bytes = Buffer.from(line('a', { text: 'é' }) + line('b', {}));
    expect(checkBlock(bytes, { isUtf8, format })).toMatchObject({
      records: 2,
      ids: ['a', 'b'],
      findings: [{ code: 'TextMissing', first: [{ line: 2, message: 'modelInput.text must be there' }] }],
    });
  });
});

test('100,000 mutated lines: no crash, and every refusal names a line', () => {
  const good = line('rec-1', {
    messages: [{ role: 'user', content: [{ text: 'Grüße 😀 "quoted" \\ud83d' }] }],
  }).trimEnd();
  const pieces = [
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\u',
    '\\ud800',
    'é',
    '\u0000',
    '\r',
    ' ',
    '1e',
    'null',
    '',
  ];
  const mutation = fc.record({
    at: fc.nat(good.length),
    cut: fc.nat(4),
    put: fc.constantFrom(...pieces),
    byte: fc.option(fc.nat(255), { freq: 4 }),
  });
  const mutate = (all: { at: number; cut: number; put: string; byte: number | null }[]) => {
    const text = all.reduce((now, { at, cut, put }) => now.slice(0, at) + put + now.slice(at + cut), good);
    const bytes = Buffer.from(text.replaceAll('\n', ' '));
    for (const { at, byte } of all) if (byte !== null && at < bytes.length && byte !== 10) bytes[at] = byte;
    return Buffer.concat([bytes, Buffer.from('\n')]);
  };
  const LINES_PER_BLOCK = 100;
  fc.assert(
    fc.property(
      fc.array(fc.array(mutation, { minLength: 1, maxLength: 3 }), {
        minLength: LINES_PER_BLOCK,
        maxLength: LINES_PER_BLOCK,
        size: 'max',
      }),
      (block) => {
        const report = check(Buffer.concat(block.map(mutate)));
        expect(report.lines).toBe(LINES_PER_BLOCK);
        const blank = report.findings.find(({ code }) => code === 'BlankLine')?.count ?? 0;
        expect(report.records).toBe(LINES_PER_BLOCK - blank);
        for (const { first, count } of report.findings) {
          expect(count).toBeGreaterThanOrEqual(first.length);
          for (const { line: number } of first) expect(number >= 1 && number <= LINES_PER_BLOCK).toBe(true);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
