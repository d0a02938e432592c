import { readJobName } from '../../src/core/job-name';
import { hashIdentity } from '../../src/handlers/hash-identity';

test('the identity hash is a wire format: this very one', () => {
  // SHA-256 of the empty text, its first 60 bits in base32.
  expect(hashIdentity('')).toBe('4oymiquy7qob');
});

test('the identity hash can be read back from a job name', () => {
  const hash = hashIdentity('anything');
  expect(readJobName(`Job-${hash}-1`)).toEqual({ hash, attempt: 1 });
});

test('another text has another hash', () => {
  expect(hashIdentity('a')).not.toBe(hashIdentity('b'));
});
