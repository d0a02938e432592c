import { type JobProperties, readJobProperties } from '../../src/core/event';
import { checkLiveInput, type LiveInputFacts } from '../../src/handlers/check-live-input';
import { properties } from './starter';

const job = readJobProperties(properties());
const inPrefix: JobProperties = { ...job, input: { bucket: 'books', prefix: 'records/' } };
const ofKey = (objectVersion?: string): JobProperties => ({
  ...job,
  input: { bucket: 'books', key: 'a.jsonl', objectVersion },
});
const said = (facts: LiveInputFacts, of: JobProperties = ofKey()) =>
  checkLiveInput(facts, of).map(({ severity = 'error', input, message, code }) =>
    [severity, input, message, `[${code}]`].join(' '),
  );
const file = (megabytes: number, key = 'a.jsonl') => ({ key, bytes: megabytes * 1_000_000 });

test('of which nothing could be learnt, nothing is judged', () => {
  expect(said({})).toEqual([]);
  expect(said({ files: [file(1)] })).toEqual([]);
});

test('that is not there is refused: one file, or every file of a prefix', () => {
  expect(said({ files: [] })).toEqual([
    'error input must be a file, found none at s3://books/a.jsonl; upload it before you deploy [InputMissing]',
  ]);
  expect(said({ files: [] }, inPrefix)).toEqual([
    'error input must be at least one .jsonl file, found none at s3://books/records/; upload it before you deploy [InputMissing]',
  ]);
});

test('that is empty is refused, and one empty file among others is no matter', () => {
  expect(said({ files: [file(0)] })).toEqual([
    'error input must hold at least 100 records, got an empty file at s3://books/a.jsonl [EmptyInput]',
  ]);
  expect(said({ files: [file(0), file(1)] }, inPrefix)).toEqual([]);
});

test('that is archived is refused, with what S3 said', () => {
  const archived = { key: 'a.jsonl', error: 'InvalidObjectState: no' };
  expect(said({ files: [file(1)], archived })).toEqual([
    'error input must be readable, s3://books/a.jsonl is archived; restore it or copy it to another storage class (InvalidObjectState: no) [ArchivedInput]',
  ]);
});

describe('a file', () => {
  test('of the quota is taken, and of more than it may be, by one way of reading a megabyte, warned of', () => {
    expect(said({ files: [file(1_000)] })).toEqual([]);
    expect(said({ files: [file(1_000.000001)] })).toEqual([
      'warning input should be at most 1000 MB in a file, got 1001 MB at s3://books/a.jsonl; if the service refuses it, split it over several files below a prefix [FileTooLarge]',
    ]);
    expect(said({ files: [file(1_073.741824)] })[0]).toMatch(/^warning/);
  });

  test('of more by every way of reading it is refused, the largest named', () => {
    expect(said({ files: [file(1, 'records/a.jsonl'), file(1_074, 'records/b.jsonl'), file(2)] }, inPrefix)).toEqual([
      "error input must be at most 1000 MB in a file (the service's quota for this model), got 1074 MB at s3://books/records/b.jsonl; split it over several files below a prefix [FileTooLarge]",
    ]);
  });

  test('is not judged where the quota is not known', () => {
    const unknown = { ...ofKey(), maxFileMegabytes: undefined, maxJobMegabytes: undefined };
    expect(said({ files: [file(10_000)] }, unknown)).toEqual([]);
  });
});

test('all files together are held against the quota of a job', () => {
  const files = Array.from({ length: 6 }, (_, index) => file(1_000, `records/${index}.jsonl`));
  expect(said({ files: files.slice(1) }, inPrefix)).toEqual([]);
  expect(said({ files }, inPrefix)).toEqual([
    "error input must be at most 5000 MB in a job (the service's quota for this model), got 6000 MB at s3://books/records/; split it over several jobs [JobTooLarge]",
  ]);
});

describe('the version of a file', () => {
  test('must be the one that was asked for', () => {
    expect(said({ files: [file(1)], versionId: 'new' }, ofKey('old'))).toEqual([
      'error input must be at object version old, found new at s3://books/a.jsonl; a job can read the current version only, so name that one or put the old one back [InputVersionChanged]',
    ]);
  });

  test.each<[string | undefined, string | undefined]>([
    ['same', 'same'],
    [undefined, 'new'],
    ['old', undefined],
  ])('is no matter where %p was asked for and %p is there', (wanted, versionId) => {
    expect(said({ files: [file(1)], versionId }, ofKey(wanted))).toEqual([]);
  });
});

test('fewer records than the service takes are refused', () => {
  expect(said({ files: [file(1)], records: 99 })).toEqual([
    "error input must hold at least 100 records (the service's minimum for a job), found 99 at s3://books/a.jsonl; for fewer, on-demand inference is the way [TooFewRecords]",
  ]);
  expect(said({ files: [file(1)], records: 100 })).toEqual([]);
});
