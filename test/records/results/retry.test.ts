import { readRecord } from '../../../src/records/record';
import { checkRetry, MIN_RECORDS, toRecordLine } from '../../../src/records/results/retry';

describe('a line to send again', () => {
  test('is a record of input with the body as it was', () => {
    expect(toRecordLine('a"b', '{"x":1.0}')).toBe('{"recordId":"a\\"b","modelInput":{"x":1.0}}\n');
    expect(readRecord(toRecordLine('é', '{}').trimEnd()).record).toEqual({ recordId: 'é', modelInput: {} });
  });
});

describe('a list to send again', () => {
  test.each([1, MIN_RECORDS - 1])('of %d records is too short for a job of its own, which is said', (records) => {
    expect(checkRetry('again.jsonl', records)).toMatchObject([
      { code: 'TooFewToSendAgain', input: 'again.jsonl', severity: 'warning' },
    ]);
  });

  test.each([0, MIN_RECORDS])('of %d records needs no word', (records) => {
    expect(checkRetry('again.jsonl', records)).toEqual([]);
  });
});
