import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { toCsvHeader, toCsvRow, toJsonlRow } from '../../../src/records/results/table-row';

const ROW = { recordId: 'a', status: 'succeeded', text: 'yes', inputTokens: 3, outputTokens: 0 } as const;

describe('a table as CSV', () => {
  test('has the columns in a fixed order, and ends lines as RFC 4180 does', () => {
    expect(toCsvHeader(false) + toCsvRow(ROW, false)).toBe(
      'recordId,status,text,stopReason,inputTokens,outputTokens,errorCode,errorMessage\r\na,succeeded,yes,,3,0,,\r\n',
    );
  });

  test('has a column more for embeddings', () => {
    expect(toCsvHeader(true)).toMatch(/,errorMessage,embedding\r\n$/);
    expect(toCsvRow({ ...ROW, embedding: '[0.5,1]' }, true)).toBe('a,succeeded,yes,,3,0,,,"[0.5,1]"\r\n');
  });

  test('leaves a formula as it is', () => {
    expect(toCsvRow({ recordId: 'a', status: 'succeeded', text: '=1+1' }, false)).toMatch(/^a,succeeded,=1\+1,/);
  });

  test('gives back any text that was put in', () => {
    const text = fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ' ', 'a', 'é', '=', '\0') });
    fc.assert(
      fc.property(text, text, (recordId, errorMessage) => {
        const csv = toCsvHeader(false) + toCsvRow({ recordId, status: 'failed', errorCode: 400, errorMessage }, false);
        const [row] = parse(csv, { columns: true, record_delimiter: '\r\n' }) as object[];
        expect(row).toMatchObject({ recordId, status: 'failed', errorCode: '400', errorMessage, text: '' });
      }),
    );
  });
});

describe('a table as JSON Lines', () => {
  test('leaves out what there is none of', () => {
    expect(toJsonlRow({ recordId: 'a', status: 'missing' })).toBe('{"recordId":"a","status":"missing"}\n');
  });

  test('has an embedding as a list', () => {
    expect(JSON.parse(toJsonlRow({ ...ROW, embedding: '[0.5,1]' }))).toEqual({ ...ROW, embedding: [0.5, 1] });
  });
});
