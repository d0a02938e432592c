import {
  clientRequestToken,
  isLegalNamePrefix,
  jobName,
  MAX_NAME_PREFIX_LENGTH,
  namePrefixFromPath,
  readJobName,
} from '../../src/core/job-name';

/** The API's own patterns. */
const JOB_NAME = /^[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9+\-.]){0,63}$/;
const TOKEN = /^[a-zA-Z0-9]{1,256}(-*[a-zA-Z0-9]){0,256}$/;
const hash = 'abcdefgh2345';

describe('a name prefix', () => {
  test.each(['a', '9', 'My.Job+1-x', 'a'.repeat(MAX_NAME_PREFIX_LENGTH)])('may be %s', (prefix) => {
    expect(isLegalNamePrefix(prefix)).toBe(true);
  });

  test.each(['', '-a', '.a', '+a', 'a b', 'a_b', 'a/b', 'ä', 'a\n', 'a'.repeat(MAX_NAME_PREFIX_LENGTH + 1)])(
    'may not be %j',
    (prefix) => {
      expect(isLegalNamePrefix(prefix)).toBe(false);
    },
  );
});

describe('a name prefix made from a construct path', () => {
  test.each([
    ['Books/Chapters', 'Books-Chapters'],
    ['My Stack/Chapters_of the/Book', 'My-Stack-Chapters-of-the-Book'],
    ['Bücher/Épître', 'Bucher-Epitre'],
    ['//--Books--//', 'Books'],
    ['書籍', 'job'],
    ['', 'job'],
    ['---', 'job'],
  ])('cleans %j to %j', (path, prefix) => {
    expect(namePrefixFromPath(path)).toBe(prefix);
  });

  test('keeps a path that just fits', () => {
    const path = 'a'.repeat(MAX_NAME_PREFIX_LENGTH);
    expect(namePrefixFromPath(path)).toBe(path);
  });

  test('keeps the end of a path that is too long', () => {
    const prefix = namePrefixFromPath(`${'x'.repeat(200)}/Chapters`);
    expect(prefix).toHaveLength(MAX_NAME_PREFIX_LENGTH);
    expect(prefix).toMatch(/x-Chapters$/);
  });

  test('begins with a letter or digit where the cut falls on a hyphen', () => {
    const prefix = namePrefixFromPath(`Stack/${'y'.repeat(MAX_NAME_PREFIX_LENGTH - 1)}`);
    expect(prefix).toBe('y'.repeat(MAX_NAME_PREFIX_LENGTH - 1));
  });

  test.each(['a b/ü_☃/', '_'.repeat(200), `${'é/'.repeat(100)}`, '\u0000/\ud83d/z', 'İ/ß/Æ'])(
    'is legal for %j',
    (path) => {
      expect(isLegalNamePrefix(namePrefixFromPath(path))).toBe(true);
    },
  );
});

describe('a job name', () => {
  test('holds prefix, identity and attempt', () => {
    expect(jobName('Books', { hash, attempt: 2 })).toBe('Books-abcdefgh2345-2');
  });

  test.each([1, 999, 1000, 123456])('is legal with the longest prefix at attempt %d', (attempt) => {
    const name = jobName('z'.repeat(MAX_NAME_PREFIX_LENGTH), { hash, attempt });
    expect(name).toMatch(JOB_NAME);
    expect(name.length).toBeLessThanOrEqual(63);
    expect(readJobName(name)).toEqual({ hash, attempt });
  });

  test('does not cut the prefix before the thousandth attempt', () => {
    const prefix = 'z'.repeat(MAX_NAME_PREFIX_LENGTH);
    expect(jobName(prefix, { hash, attempt: 999 })).toBe(`${prefix}-${hash}-999`);
  });

  test('is read back although its prefix looks like another identity', () => {
    expect(readJobName('x-aaaaaaaaaaaa-7-abcdefgh2345-3')).toEqual({ hash, attempt: 3 });
  });

  test.each([
    'Books',
    'Books-abcdefgh2345',
    'Books-ABCDEFGH2345-1',
    'Books-abcdefgh2341-1',
    'Books-abcdefgh2345-0',
    '',
  ])('is not read from %j', (name) => {
    expect(readJobName(name)).toBeUndefined();
  });
});

describe('a client request token', () => {
  test('is made from identity and request alone, in letters that the API takes', () => {
    expect(clientRequestToken(hash, 'zyxwvuts7654')).toBe('abcdefgh2345-zyxwvuts7654');
    expect(clientRequestToken(hash, 'zyxwvuts7654')).toMatch(TOKEN);
  });
});
