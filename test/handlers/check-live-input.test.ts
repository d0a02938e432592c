import { type JobProperties, readJobProperties } from '../../src/core/event';
import { checkLiveInput, type LiveInputFacts, lookAtInput } from '../../src/handlers/check-live-input';
import type { LogFacts } from '../../src/handlers/log';
import type { Objects, StoredObject } from '../../src/handlers/objects';
import { networkError, serviceError } from './fake-services';
import { properties, records } from './starter';

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

describe('of a list that is cut', () => {
  const cut = (facts: LiveInputFacts) => said({ ...facts, isCut: true }, inPrefix);

  test('nothing is judged that the rest of the prefix may have: files, bytes, records', () => {
    expect(cut({ files: [] })).toEqual([]);
    expect(cut({ files: [file(0)], records: 0 })).toEqual([]);
    expect(cut({ files: [file(1)], records: 99 })).toEqual([]);
  });

  test('what the rest can only make worse is refused', () => {
    expect(cut({ files: [file(1_074)] })).toEqual([expect.stringContaining('[FileTooLarge]')]);
    const files = Array.from({ length: 6 }, (_, index) => file(1_000, `records/${index}.jsonl`));
    expect(cut({ files })).toEqual([expect.stringContaining('[JobTooLarge]')]);
    const archived = { key: 'a.jsonl', error: 'InvalidObjectState: no' };
    expect(cut({ files: [file(1)], archived })).toEqual([expect.stringContaining('[ArchivedInput]')]);
  });
});

describe('looking at the input', () => {
  const warnings: [string, LogFacts | undefined][] = [];
  const log = { info: () => undefined, warn: (text: string, facts?: LogFacts) => void warnings.push([text, facts]) };
  beforeEach(() => warnings.splice(0));

  let taken = 0;
  /** Objects with these keys below the prefix, each of 100 records. */
  function objectsNamed(keys: Iterable<string>, changes: Partial<Objects> = {}): Objects {
    taken = 0;
    return {
      list: async function* (): AsyncIterable<StoredObject> {
        for (const key of keys) {
          taken += 1;
          yield { key, bytes: 1 };
        }
      },
      open: async () => ({
        body: (async function* () {
          yield Buffer.from(records(100));
        })(),
      }),
      copy: () => Promise.reject(new Error('looking copies nothing')),
      ...changes,
    };
  }

  function* keys(count: number, suffix: string): Iterable<string> {
    for (let index = 0; index < count; index += 1) yield `records/${index}${suffix}`;
  }

  test('finds the records behind the images that are listed before them', async () => {
    function* multimodal() {
      yield* keys(20_000, '.jpg');
      yield 'records/records.jsonl';
    }
    const facts = await lookAtInput(objectsNamed(multimodal()), inPrefix, log);
    expect(facts).toEqual({ files: [{ key: 'records/records.jsonl', bytes: 1 }], isCut: false, records: 100 });
    expect(said(facts, inPrefix)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  describe.each([
    ['files', 20_000, '.jsonl', { objects: 20_000, files: 20_000 }],
    ['objects', 200_000, '.jpg', { objects: 200_000, files: 0 }],
  ])('takes so many %s: %d', (_, most, suffix, counts) => {
    test('and is whole with the last of them', async () => {
      const { files, isCut } = await lookAtInput(objectsNamed(keys(most, suffix)), inPrefix, log);
      expect([files?.length, isCut]).toEqual([counts.files, false]);
      expect(warnings).toEqual([]);
    });

    test('and is cut after that, with a warning, the rest not listed', async () => {
      const facts = await lookAtInput(objectsNamed(keys(most + 2_000, suffix)), inPrefix, log);
      expect([facts.files?.length, facts.isCut]).toEqual([counts.files, true]);
      expect(taken).toBe(most + 1);
      expect(said(facts, inPrefix)).toEqual([]);
      expect(warnings).toEqual([
        [
          'there is more below the prefix than is looked at: missing files and records are not noticed',
          { prefix: 'records/', ...counts },
        ],
      ]);
    });
  });

  test('knows that the list is cut even where the records may not be read', async () => {
    const open = () => Promise.reject(serviceError('AccessDenied', 'no', 403));
    const facts = await lookAtInput(objectsNamed(keys(20_001, '.jsonl'), { open }), inPrefix, log);
    expect([facts.files?.length, facts.isCut, facts.records]).toEqual([20_000, true, undefined]);
  });

  test('looks at one file only where a key is given', async () => {
    const objects = objectsNamed(['a.jsonl', 'a.jsonl.bak']);
    expect(await lookAtInput(objects, ofKey(), log)).toMatchObject({ files: [{ key: 'a.jsonl' }], isCut: false });
    expect(taken).toBe(1);
  });

  test('fails where a body breaks off, and may be done again, which counts anew', async () => {
    let opened = 0;
    const open = async () => {
      opened += 1;
      const breaks = opened === 1;
      return {
        body: (async function* () {
          yield Buffer.from(records(60));
          if (breaks) throw networkError();
        })(),
      };
    };
    const objects = objectsNamed(['records/a.jsonl'], { open });
    await expect(lookAtInput(objects, inPrefix, log)).rejects.toMatchObject({ code: 'ECONNRESET' });
    const facts = await lookAtInput(objects, inPrefix, log);
    expect(facts).toMatchObject({ files: [{ key: 'records/a.jsonl' }], records: 60 });
    expect(warnings).toEqual([]);
  });
});
