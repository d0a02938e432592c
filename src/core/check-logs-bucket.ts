import { findDifference, type Place } from './check-place';
import type { Issue } from './issue';

/** What is known of the bucket for access logs, and of the job whose buckets log to it. */
export interface LogsBucketFacts {
  readonly place: Place;
  readonly bucket: Place;
  readonly encrypted: boolean;
  readonly locked: boolean;
}

/**
 * S3 takes the settings and delivers nothing where its conditions are not met.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export function checkLogsBucket({ place, bucket, encrypted, locked }: LogsBucketFacts): Issue[] {
  const input = 'accessLogsBucket';
  const issues: Issue[] = [];
  const [name, allowed, came] = findDifference(bucket, place);
  if (name !== undefined) {
    const message = `must be in the ${name} of the stack (${allowed}), as S3 asks for, got ${came}; give a bucket of that ${name}`;
    issues.push({ code: 'LogsBucketElsewhere', input, message });
  }
  if (encrypted) {
    const message =
      'should have the default encryption of S3 (SSE-S3), got one with AWS KMS, to which S3 delivers no access logs; use BucketEncryption.S3_MANAGED';
    issues.push({ code: 'LogsBucketEncrypted', input, severity: 'warning', message });
  }
  if (locked) {
    const message =
      'should have no Object Lock, got a bucket with it, to which S3 delivers no access logs; give one without objectLockEnabled';
    issues.push({ code: 'LogsBucketLocked', input, severity: 'warning', message });
  }
  return issues;
}
