import { checkRecords } from '../../src/records/check-records';

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

  test('blank lines do not count', () => {
    expect(checkRecords([...records(2), '', '  '], LIMITS)).toMatchObject([{ code: 'TooFewRecords' }]);
  });
});

describe('a line that is no record', () => {
  test.each([
    ['{"modelInput":', 'must be one JSON object'],
    ['[1]', 'must be one JSON object'],
    ['\uFEFF{"modelInput":{}}', 'must not begin with a byte order mark'],
    ['null', 'must be one JSON object'],
    ['{"recordId":"a"}', 'must have an object "modelInput", got none'],
    ['{"modelInput":"text"}', 'must have an object "modelInput"'],
    ['{"recordId":7,"modelInput":{}}', 'must have text as "recordId"'],
  ])('%s is named by its number', (line, problem) => {
    const issues = checkRecords([...records(3), line], LIMITS);
    expect(issues).toMatchObject([{ code: 'MalformedRecord' }]);
    expect(issues[0].message).toContain(`line 4 ${problem}`);
  });

  test('many of them are told in one issue: the first three, then a count', () => {
    const [{ message }] = checkRecords(new Array(5).fill('nonsense'), LIMITS);
    expect(message.match(/line \d/g)).toEqual(['line 1', 'line 2', 'line 3']);
    expect(message).toMatch(/and 2 more$/);
  });

  test('blank lines keep their place in the numbering', () => {
    expect(checkRecords(['', ...records(3), 'nonsense'], LIMITS)[0].message).toContain('line 5');
  });
});

describe('recordId', () => {
  test('may be left out', () => {
    expect(checkRecords([record(), record(), record()], LIMITS)).toEqual([]);
  });

  test('fails when repeated, naming both lines', () => {
    const issues = checkRecords([...records(3), record('r1')], LIMITS);
    expect(issues).toMatchObject([{ code: 'DuplicateRecordId' }]);
    expect(issues[0].message).toContain('"r1" on lines 2 and 4');
  });
});
