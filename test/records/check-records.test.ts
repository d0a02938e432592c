import { checkRecords, RecordsCheck } from '../../src/records/check-records';

const record = (recordId: unknown = undefined, modelInput: unknown = {}) => JSON.stringify({ recordId, modelInput });
const records = (count: number) => Array.from({ length: count }, (_, index) => record(`r${index}`));
const LIMITS = { minRecords: 3, maxRecords: 5 };

describe('the number of records', () => {
  test.each([3, 5])('takes %p of 3 to 5', (count) => {
    expect(checkRecords(records(count), LIMITS)).toEqual([]);
  });

  test.each([
    [0, 'EmptyInput'],
    [2, 'TooFewRecords'],
    [6, 'TooManyRecords'],
  ])('fails on %p of 3 to 5', (count, code) => {
    expect(checkRecords(records(count), LIMITS)).toMatchObject([{ code, input: 'input' }]);
  });

  test('a maximum that is not known is not judged', () => {
    expect(checkRecords(records(6), { minRecords: 3 })).toEqual([]);
  });

  test('fails on more in one file than a file may hold, though a job may', () => {
    expect(checkRecords(records(5), { minRecords: 3, maxRecordsPerFile: 4, maxRecords: 100 })).toMatchObject([
      { code: 'TooManyRecordsInFile', message: expect.stringContaining('got 5; split it') },
    ]);
  });

  test('is told once where a single file is more than the job may hold', () => {
    expect(checkRecords(records(6), { minRecords: 3, maxRecordsPerFile: 5, maxRecords: 5 })).toMatchObject([
      { code: 'TooManyRecords' },
    ]);
  });
});

describe('blank lines', () => {
  test('do not count', () => {
    expect(checkRecords([...records(2), '', '  '], LIMITS)).toMatchObject([
      { code: 'TooFewRecords' },
      { code: 'BlankLine' },
    ]);
  });

  test('are a warning that names them', () => {
    expect(checkRecords([...records(3), '', '  \r'], LIMITS)).toMatchObject([
      { code: 'BlankLine', severity: 'warning', message: expect.stringMatching(/: line 4; line 5: is blank$/) },
    ]);
  });

  test('keep their place in the numbering', () => {
    expect(checkRecords(['', ...records(3), 'nonsense'], LIMITS)[1].message).toContain('line 5');
  });
});

describe('a line that is no record', () => {
  test.each([
    ['{"modelInput":', 'MalformedRecord', 'line 4, column 15, must be one JSON object'],
    ['[1]', 'MalformedRecord', 'line 4 must be one JSON object, got [1]; write one record a line'],
    ['[{"modelInput":{}},', 'MalformedRecord', 'expected a value; write one record a line instead of a list'],
    ['\uFEFF{"modelInput":{}}', 'ByteOrderMark', 'line 4 must not begin with a byte order mark'],
    ['null', 'MalformedRecord', 'line 4 must be one JSON object'],
    ['{"recordId":"a"}', 'MalformedRecord', 'line 4 must have an object "modelInput", got none'],
    ['{"modelInput":"text"}', 'MalformedRecord', 'line 4 must have an object "modelInput"'],
    ['{"recordId":7,"modelInput":{}}', 'MalformedRecord', 'line 4 must have text as "recordId"'],
    ['{"recordId":"","modelInput":{}}', 'MalformedRecord', 'line 4 must have text as "recordId" or none, got ""'],
  ])('%s is named by its number', (line, code, problem) => {
    const issues = checkRecords([...records(3), line], LIMITS);
    expect(issues).toMatchObject([{ code }]);
    expect(issues[0].message).toContain(problem);
  });

  test.each([
    ['{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{}}', 'OpenAI Batch API'],
    ['{"custom_id":"a","params":{}}', "Anthropic's own batch API"],
    ['{"messages":[]}', 'put the body into it'],
  ])('%s is recognised, and the way to a record told', (line, fix) => {
    expect(checkRecords([...records(3), line], LIMITS)[0].message).toContain(fix);
  });

  test('many of them are told in one issue: the first three, then a count', () => {
    const [{ message }] = checkRecords(new Array(5).fill('nonsense'), LIMITS);
    expect(message).toMatch(
      /: line 1, column 1; line 2, column 1; line 3, column 1; and 2 more: must be one JSON object/,
    );
  });

  test('says of each what is wrong, where that differs', () => {
    const [{ message }] = checkRecords(['[]', 'null', 'null', 'null'], LIMITS);
    expect(message).toMatch(
      /: line 1 must be .*, got \[\].*; line 2 must be .*, got null; line 3 must .*; and 1 more$/,
    );
  });
});

describe('a member that records do not have', () => {
  test('is a warning that names it', () => {
    const line = '{"recordId":"x","modelInput":{},"comment":"hello"}';
    expect(checkRecords([...records(3), line], LIMITS)).toMatchObject([
      { code: 'UnknownRecordMember', severity: 'warning', message: expect.stringContaining('line 4 should have') },
    ]);
  });
});

describe('half of a surrogate pair', () => {
  const text = (escaped: string) => `{"modelInput":{"text":"${escaped}"}}`;
  const limits = { minRecords: 1 };

  test.each(['\\ud83d\\ude00', '\\u00e9', '😀', '\\\\ud83d'])('is not %s', (escaped) => {
    expect(checkRecords([text(escaped)], limits)).toEqual([]);
  });

  test.each(['\\ud83d', '\\uDE00', '\\ude00\\ud83d', 'x\\uD83Dx'])('is refused as %s', (escaped) => {
    expect(checkRecords([text(escaped)], limits)).toMatchObject([{ code: 'LoneSurrogate' }]);
  });

  test('is found in a name as well', () => {
    expect(checkRecords(['{"modelInput":{"\\ud83d":1}}'], limits)).toMatchObject([{ code: 'LoneSurrogate' }]);
  });
});

describe('recordId', () => {
  test('may be left out', () => {
    expect(checkRecords([record(), record(), record()], LIMITS)).toEqual([]);
  });

  test('fails when it is left out here and given there, naming both lines', () => {
    expect(checkRecords([...records(3), record()], LIMITS)).toMatchObject([
      { code: 'MixedRecordIds', message: expect.stringContaining('got one on line 1 and none on line 4') },
    ]);
  });

  test('fails when repeated, naming both lines', () => {
    const issues = checkRecords([...records(3), record('r1')], LIMITS);
    expect(issues).toMatchObject([{ code: 'DuplicateRecordId' }]);
    expect(issues[0].message).toContain('"r1" on lines 2 and 4');
  });

  test('fails when repeated in another way of writing it', () => {
    expect(checkRecords([record('é'), '{"recordId":"\\u00e9","modelInput":{}}', record('x')], LIMITS)).toMatchObject([
      { code: 'DuplicateRecordId', message: expect.stringContaining('"é" on lines 1 and 2') },
    ]);
  });
});

describe('several files of one job', () => {
  const block = (over: object = {}) => ({
    lines: 2,
    records: 2,
    bytes: 10,
    ids: ['a', 'b'],
    idLines: [1, 2],
    findings: [],
    ...over,
  });
  let check: RecordsCheck;
  beforeEach(() => {
    check = new RecordsCheck({ minRecords: 2, maxFileBytes: 10, maxJobBytes: 20 });
    check.startFile('one.jsonl');
    check.add(block());
    check.startFile('two.jsonl');
  });

  test('count together', () => {
    check.add(block({ ids: ['c', 'd'] }));
    expect(check.issues()).toEqual([]);
    expect([check.records, check.bytes]).toEqual([4, 20]);
  });

  test('fail on an id of one in another, naming both files', () => {
    check.add(block({ ids: ['c', 'a'] }));
    expect(check.issues()).toMatchObject([
      {
        code: 'DuplicateRecordId',
        message: expect.stringContaining('"a" on one.jsonl line 1 and two.jsonl line 2'),
      },
    ]);
  });

  test('name the file of a mistake, its line counted over the blocks', () => {
    check.add(block({ ids: [], idLines: [], records: 0 }));
    check.add(
      block({
        bytes: 0,
        ids: [],
        idLines: [],
        findings: [{ kind: 'NotUtf8', code: 'NotUtf8', count: 1, first: [{ line: 2, message: 'must be UTF-8' }] }],
      }),
    );
    expect(check.issues()[0].message).toContain('two.jsonl line 4 must be UTF-8');
  });

  test('fail on the file that is too large, and on all of them', () => {
    check.add(block({ ids: ['c', 'd'], bytes: 12 }));
    expect(check.issues()).toMatchObject([
      {
        code: 'FileTooLarge',
        message: expect.stringMatching(/^must be at most 10 bytes .* in a file \("two.jsonl"\), got 12/),
      },
      { code: 'JobTooLarge', message: expect.stringMatching(/^must be at most 20 bytes .* in a job, got 22/) },
    ]);
  });

  test('are warned of where a gigabyte of 2^30 bytes would take them', () => {
    check.add(block({ ids: ['c', 'd'], bytes: 10.7 }));
    expect(check.issues()).toMatchObject([
      { code: 'FileTooLarge', severity: 'warning', message: expect.stringContaining('should be at most 10 bytes') },
      { code: 'JobTooLarge', severity: 'warning', message: expect.stringContaining('should be at most 20 bytes') },
    ]);
  });
});

describe('what is nested or long beyond reason', () => {
  const limits = { minRecords: 1 };

  test.each([
    ['a list of 200,000', `{"modelInput":{"a":[${'1,'.repeat(200_000)}"\\ud83d\\ude00"]}}`],
    ['objects in objects', `{"modelInput":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
  ])('%s is read to the end', (_, line) => {
    expect(checkRecords([line], limits)).toEqual([]);
  });

  test('is refused like any other', () => {
    const deep = `{"modelInput":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(checkRecords([deep], limits)).toMatchObject([{ message: expect.stringContaining('got a list') }]);
  });
});

describe('what many lines have in common', () => {
  test('is that ids are their own, where one is repeated', () => {
    expect(checkRecords([record('a'), record('b'), record('a')], LIMITS)).toMatchObject([
      { code: 'DuplicateRecordId', message: 'must give every record an id of its own: "a" on lines 1 and 3' },
    ]);
  });

  test('is told of an id in a line and in few words, whatever the id is', () => {
    const long = 'x'.repeat(1000);
    const [{ message }] = checkRecords([record('a\nb'), record('a\nb'), record(long), record(long)], LIMITS);
    expect(message).toContain('"a\\nb" on lines 1 and 2');
    expect(message).toContain(`"${'x'.repeat(40)}…" on lines 3 and 4`);
  });

  test('is no "must" where it is a warning', () => {
    const issue = { code: 'Odd', severity: 'warning', input: 'modelInput.odd', message: 'is odd' } as const;
    const format = { kind: 'converse', build: () => ({}), check: () => [issue] } as const;
    expect(checkRecords(records(3), LIMITS, { format })[0].message).toMatch(/^should hold bodies that the model takes/);
  });
});
