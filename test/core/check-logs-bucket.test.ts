import { checkLogsBucket, type LogsBucketFacts } from '../../src/core/check-logs-bucket';
import type { Place } from '../../src/core/check-place';

const HERE: Place = { account: '111122223333', region: 'us-east-1' };

describe('the bucket for access logs', () => {
  const said = (facts: Partial<LogsBucketFacts>) =>
    checkLogsBucket({ place: HERE, bucket: HERE, encrypted: false, locked: false, ...facts });

  test.each<[string, Place]>([
    ['of the same account and Region', HERE],
    ['of which nothing is known', {}],
  ])('%s is taken', (_, bucket) => {
    expect(said({ bucket })).toEqual([]);
  });

  test.each<[string, Place, string]>([
    ['Region', { ...HERE, region: 'eu-west-1' }, '(us-east-1), as S3 asks for, got eu-west-1'],
    ['account', { ...HERE, account: '444455556666' }, '(111122223333), as S3 asks for, got 444455556666'],
  ])('of another %s is refused', (name, bucket, middle) => {
    expect(said({ bucket })).toEqual([
      {
        code: 'LogsBucketElsewhere',
        input: 'accessLogsBucket',
        message: `must be in the ${name} of the stack ${middle}; give a bucket of that ${name}`,
      },
    ]);
  });

  test('encrypted with KMS is warned of', () => {
    expect(said({ encrypted: true })).toEqual([
      {
        code: 'LogsBucketEncrypted',
        input: 'accessLogsBucket',
        severity: 'warning',
        message:
          'should have the default encryption of S3 (SSE-S3), got one with AWS KMS, to which S3 delivers no access logs; use BucketEncryption.S3_MANAGED',
      },
    ]);
  });

  test('with Object Lock is warned of', () => {
    expect(said({ locked: true })).toEqual([
      {
        code: 'LogsBucketLocked',
        input: 'accessLogsBucket',
        severity: 'warning',
        message:
          'should have no Object Lock, got a bucket with it, to which S3 delivers no access logs; give one without objectLockEnabled',
      },
    ]);
  });
});
