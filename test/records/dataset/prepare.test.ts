import { isUtf8 } from 'node:buffer';
import { BatchInferenceError } from '../../../src/core/batch-inference-error';
import {
  checkPrepare,
  type PrepareOptions,
  prepareRecords,
  RecordMaker,
  type RowShape,
} from '../../../src/records/dataset/prepare';
import { RecordIds } from '../../../src/records/dataset/record-ids';
import { isRowError, type RowProblem, RowProblems } from '../../../src/records/dataset/row-problems';
import { fakeFormat, promptIn } from './fake-format';

const options = (overrides: Partial<PrepareOptions> = {}): PrepareOptions => ({
  kind: 'converse',
  model: {},
  template: 'About {{text}}:',
  ...overrides,
});

/** Lines, ids, and problems in words, of rows written as one format or another. */
function make(text: string | Buffer, overrides: Partial<PrepareOptions> = {}, shape: Partial<RowShape> = {}) {
  const maker = new RecordMaker(options(overrides), fakeFormat());
  const rowShape: RowShape = { format: 'csv', delimiter: ',', columns: ['id', 'text'], ...shape };
  const block = maker.makeFromBytes(Buffer.from(text as string), rowShape, { offset: 100, firstRow: 11 });
  const lines = Buffer.from(block.bytes).toString('utf8').split('\n').slice(0, -1);
  const problems = block.problems.flatMap((group) => group.problems);
  return { ...block, lines, prompts: lines.map(promptIn), problems };
}

const idOf = (line: string) => JSON.parse(line).recordId;

describe('options that are fine', () => {
  test('have no issues', () => {
    expect(
      checkPrepare(options({ idColumn: 'id', systemPrompt: 'Use {json}.' }), ['id', 'text'], fakeFormat()),
    ).toEqual([]);
  });
});

describe('options', () => {
  const codes = (overrides: Partial<PrepareOptions>, columns: readonly string[] = ['id', 'text']) =>
    checkPrepare(options(overrides), columns, fakeFormat()).map(({ code, input }) => `${input} ${code}`);

  test.each<[string, Partial<PrepareOptions>]>([
    ['template UnclosedPlaceholder', { template: '{{text}} {{' }],
    ['template EmptyTemplate', { template: '' }],
    ['template UnknownColumn', { template: '{{texts}}' }],
    ['idColumn UnknownColumn', { idColumn: 'ids' }],
    ['idColumn UnknownColumn', { idColumn: '' }],
    ['modelInput.maxTokens TooManyTokens', { parameters: { maxTokens: 101 } }],
    ['systemPrompt NoSystemPrompt', { systemPrompt: 'x', model: { modelId: 'refuses-system' } }],
    ['template NoPlaceholder', { template: 'Hello' }],
    ['systemPrompt PlaceholderInSystemPrompt', { systemPrompt: 'About {{text}}' }],
  ])('with %s', (code, overrides) => {
    expect(codes(overrides)).toEqual([code]);
  });

  test('may name no column in the system prompt, as nobody meant one', () => {
    expect(codes({ systemPrompt: 'Fill in {{name}}' })).toEqual([]);
  });

  test('must not name a column that the dataset has twice', () => {
    expect(checkPrepare(options({ idColumn: 'id' }), ['text', 'id', 'text', 'id'], fakeFormat())).toMatchObject([
      { code: 'DuplicateColumn', input: 'template', message: expect.stringContaining('has 2 times (columns 1, 3)') },
      { code: 'DuplicateColumn', input: 'idColumn', message: expect.stringContaining('has 2 times (columns 2, 4)') },
    ]);
  });

  test('do not mind a column that comes twice if nobody asks for it, nor one without a name', () => {
    expect(codes({}, ['', 'a', 'text', 'a', ''])).toEqual([]);
  });

  test('that a format fails on for other reasons are not kept quiet', () => {
    const broken = {
      ...fakeFormat(),
      build: () => {
        throw new TypeError('broken');
      },
    };
    expect(() => checkPrepare(options(), ['text'], broken)).toThrow('broken');
  });
});

describe('rows of CSV', () => {
  test('become records, with ids by their place', () => {
    const { lines, prompts, lengths, problems, ids } = make('1,"one, é"\n2,two\n');
    expect(prompts).toEqual(['About one, é:', 'About two:']);
    expect(lines.map(idOf)).toEqual(['row-0000011', 'row-0000012']);
    expect([...lengths]).toEqual(lines.map((line) => Buffer.byteLength(line) + 1));
    expect(problems).toEqual([]);
    expect(ids).toBeUndefined();
  });

  test('have ids of a column', () => {
    const { lines, ids } = make('"é""1",one\n 2 ,two\n', { idColumn: 'id' });
    expect(lines.map(idOf)).toEqual(['é"1', ' 2 ']);
    expect(ids).toEqual(['é"1', ' 2 ']);
  });

  test('may have control characters', () => {
    expect(make('1,"a\u0001\u001f\u007f"\n').prompts).toEqual(['About a\u0001\u001f\u007f:']);
  });

  test('without an id are told, and the others read', () => {
    const { problems, ids, lengths, lines } = make(',one\n"  ",two\n3,three\n', { idColumn: 'id' });
    expect(problems).toEqual([
      { code: 'EmptyRecordId', row: 11, offset: 100, detail: 'has none' },
      { code: 'EmptyRecordId', row: 12, offset: 105, detail: 'has none' },
    ]);
    expect(ids).toEqual(['', '', '3']);
    expect([...lengths]).toEqual([0, 0, lines[0].length + 1]);
  });

  test.each(['1,\n', '1," \t\n"\n'])('with nothing for a prompt of its own text are only warned of: %j', (text) => {
    const { problems, prompts } = make(text);
    expect(problems).toMatchObject([{ code: 'NoValues', row: 11 }]);
    expect(prompts).toHaveLength(1);
  });

  test.each(['1,\n', '1," \t\n"\n'])('must not leave a prompt empty: %j', (text) => {
    expect(make(text, { template: ' {{text}}\n' })).toMatchObject({ problems: [{ code: 'EmptyPrompt' }], prompts: [] });
  });

  test('may leave some columns of a prompt empty', () => {
    expect(make('1,\n', { template: '{{id}} {{text}}' })).toMatchObject({ problems: [], prompts: ['1 '] });
  });

  test('may all ask the same', () => {
    expect(make('1,\n', { template: 'Hello' })).toMatchObject({ problems: [], prompts: ['Hello'] });
  });

  test('of another number of cells count as rows', () => {
    const { problems, lines } = make('1\n2,two\n');
    expect(problems).toEqual([{ code: 'RaggedRow', row: 11, offset: 100, detail: 'has 1, not 2' }]);
    expect(lines.map(idOf)).toEqual(['row-0000012']);
  });

  test('end where it cannot be told how they go on', () => {
    expect(make('1,one\n2,"two\n')).toMatchObject({
      isBroken: true,
      problems: [{ code: 'UnterminatedQuote', row: 12, offset: 108 }],
      prompts: ['About one:'],
    });
  });

  test('may have tabs', () => {
    expect(make('1\t"a\t,b"\n', {}, { format: 'tsv', delimiter: '\t' }).prompts).toEqual(['About a\t,b:']);
  });
});

describe('bytes that are not UTF-8', () => {
  const bad = (before: string, after: string) =>
    Buffer.concat([Buffer.from(before), Buffer.from([0xe9]), Buffer.from(after)]);

  test.each<[RowShape['format'], Buffer, number, number]>([
    ['csv', bad('1,"a\nb"\n2,b', '\n3,c'), 12, 11],
    ['jsonl', bad('{"text":"a"}\n\n{"text":"b', '"}'), 12, 24],
    ['json', bad('{"text":"a"},{"text":"b', '"},'), 12, 23],
  ])('are told with their row, and nothing behind them is read: %s', (format, bytes, row, index) => {
    const { problems, isBroken } = make(bytes, {}, { format });
    expect(problems).toEqual([
      { code: 'NotUtf8', row, offset: 100 + index, detail: 'has byte 0xe9 where no text has one' },
    ]);
    expect(isBroken).toBe(true);
  });

  test('can be looked for by someone faster', () => {
    const maker = new RecordMaker(options(), fakeFormat());
    const shape: RowShape = { format: 'csv', delimiter: ',', columns: ['text'] };
    const asked = jest.fn(isUtf8);
    maker.makeFromBytes(Buffer.from('a\n'), shape, { offset: 0, firstRow: 1 }, asked);
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

describe('rows of JSON', () => {
  test('become records: JSON Lines', () => {
    const { prompts } = make('{"text":"\\u00e9","id":1}\n{"text":7}\n', { template: '{{text}}' }, { format: 'jsonl' });
    expect(prompts).toEqual(['é', '7']);
  });

  test('become records: a piece of an array', () => {
    expect(make('\n{"text":"a"},{"text":"b"}]', {}, { format: 'json' }).prompts).toEqual(['About a:', 'About b:']);
  });

  test('may have a number for an id', () => {
    const { lines } = make('{"text":"a","id":7}\n', { idColumn: 'id' }, { format: 'jsonl' });
    expect(lines.map(idOf)).toEqual(['7']);
  });
});

describe('rows that are objects', () => {
  test('become lines of JSON', () => {
    const rows = [{ text: 'é', n: 1 }, { text: { deep: [1] } }, { n: 3n, text: null }];
    const lines = [...prepareRecords(rows, options({ template: '{{text}}|{{n}}' }), fakeFormat())];
    expect(lines.map(promptIn)).toEqual(['é|1', '{"deep":[1]}|', '|3']);
    expect(lines.map(idOf)).toEqual(['row-0000001', 'row-0000002', 'row-0000003']);
    expect(lines.join('')).not.toContain('\n');
  });

  test('are taken a thousand at a time', () => {
    let taken = 0;
    const rows = (function* () {
      for (taken = 1; taken <= 2500; taken += 1) yield { text: taken };
    })();
    const lines = prepareRecords(rows, options(), fakeFormat());
    lines.next();
    expect(taken).toBe(1000);
    expect([...lines]).toHaveLength(2499);
  });

  test.each<[string, readonly Record<string, unknown>[], Partial<PrepareOptions>, string]>([
    [
      'an unknown column',
      [{ txt: 1 }],
      {},
      'template must name columns of the dataset, got "text" (did you mean "txt"?)',
    ],
    ['half of a surrogate pair', [{ text: 'a' }, { text: '\ud83d' }], {}, 'row 2 has one in "text"'],
    ['an empty prompt', [{ text: '' }], { template: '{{text}}' }, 'row 1 gives an empty one'],
    [
      'an id that comes twice',
      [{ text: 'a' }, { text: 'b' }, { text: 'a' }],
      { idColumn: 'text' },
      'row 3 has "a" of row 1',
    ],
    ['no id', [{ text: 'a' }, { text: '', a: 1 }], { template: 'x', idColumn: 'text' }, 'row 2 has none'],
  ])('are refused for %s', (_, rows, overrides, words) => {
    const prepare = () => [...prepareRecords(rows, options(overrides), fakeFormat())];
    expect(prepare).toThrow(words);
    try {
      prepare();
    } catch (error) {
      expect(BatchInferenceError.is(error)).toBe(true);
    }
  });

  test('are refused where they are nested deeper than the stack is', () => {
    const text: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const prepare = () => [...prepareRecords([{ text: 'a' }, { text }], options(), fakeFormat())];
    expect(prepare).toThrow(/row 2 has one that is not in "text" \[NestedTooDeeply\]/);
  });

  test('are not refused for a warning', () => {
    expect([...prepareRecords([{ text: '' }], options(), fakeFormat())]).toHaveLength(1);
  });

  test('that are none are no lines', () => {
    expect([...prepareRecords([], options(), fakeFormat())]).toEqual([]);
  });
});

describe('problems of rows', () => {
  const ragged = (row: number, offset?: number): RowProblem => ({
    code: 'RaggedRow',
    row,
    offset,
    detail: 'has 1, not 2',
  });

  test('are told by kind, the first three with their places, the rest counted', () => {
    const problems = new RowProblems();
    for (const row of [2, 3, 5, 7, 11]) problems.add(ragged(row, row * 10));
    problems.add({ code: 'EmptyRecordId', row: 4, detail: 'has none' });
    expect(problems.toIssues('data.csv', (offset) => offset / 10 + 1)).toEqual([
      {
        code: 'RaggedRow',
        input: 'data.csv',
        message:
          'must have as many cells in every row as in the header: row 2 (line 3) has 1, not 2; row 3 (line 4) has 1, not 2; row 5 (line 6) has 1, not 2; and 2 more',
      },
      {
        code: 'EmptyRecordId',
        input: 'data.csv',
        message: 'must have an id in every row of the id column: row 4 has none',
      },
    ]);
  });

  test('are the same when they come in groups', () => {
    const [all, first, second] = [new RowProblems(), new RowProblems(), new RowProblems()];
    for (const row of [1, 2]) first.add(ragged(row));
    for (const row of [3, 4, 5, 6]) second.add(ragged(row));
    for (const row of [1, 2, 3, 4, 5, 6]) all.add(ragged(row));
    const merged = new RowProblems();
    for (const group of [...first.toGroups(), ...second.toGroups()]) merged.addGroup(group);
    expect(merged.toIssues('x')).toEqual(all.toIssues('x'));
  });

  test('have no line where none is known', () => {
    const problems = new RowProblems();
    problems.add(ragged(2, 7));
    expect(problems.toIssues('x')[0].message).toContain(': row 2 has 1');
  });

  test('are errors, but for warnings', () => {
    const problems = new RowProblems();
    problems.add({ code: 'NoValues', row: 1, detail: 'has nothing' });
    expect(problems.hasErrors).toBe(false);
    expect(problems.toGroups().map(isRowError)).toEqual([false]);
    expect(problems.toIssues('x')).toMatchObject([{ code: 'NoValues', severity: 'warning' }]);
    problems.add(ragged(2));
    expect(problems.hasErrors).toBe(true);
    expect(problems.toGroups().map(isRowError)).toEqual([false, true]);
  });
});

describe('ids', () => {
  test('that come twice are told with both rows', () => {
    const ids = new RecordIds();
    expect(ids.findProblem('a', 1)).toBeUndefined();
    expect(ids.findProblem('b', 2)).toBeUndefined();
    expect(ids.findProblem('a', 3)).toEqual({ code: 'DuplicateRecordId', row: 3, detail: 'has "a" of row 1' });
    expect(ids.findProblem('a', 4)?.detail).toBe('has "a" of row 1');
  });

  test('that are long are cut in messages only', () => {
    const ids = new RecordIds();
    const long = 'x'.repeat(100);
    ids.findProblem(`${long}1`, 1);
    expect(ids.findProblem(`${long}2`, 2)).toBeUndefined();
    expect(ids.findProblem(`${long}1`, 3)?.detail).toBe(`has "${'x'.repeat(60)}…" of row 1`);
  });
});
