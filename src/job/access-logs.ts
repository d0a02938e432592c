import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { LogsBucketFacts } from '../core/check-logs-bucket';
import { knownPlace, placeOf } from './job-facts';

/** What the rules judge of the bucket that access logs go to. */
export function factsOfLogsBucket(scope: Construct, bucket: IBucket): LogsBucketFacts {
  const { defaultChild } = bucket.node;
  const settings = CfnBucket.isCfnBucket(defaultChild)
    ? settingsOf(defaultChild)
    : { encrypted: bucket.encryptionKey !== undefined, locked: false };
  return { place: placeOf(scope), bucket: knownPlace(bucket.env), ...settings };
}

/** In the template there is a key of S3 too, of which the construct does not tell: `aws:kms` or `aws:kms:dsse`. */
function settingsOf({ stack, bucketEncryption, objectLockEnabled }: CfnBucket) {
  const encryption = JSON.stringify(stack.resolve(bucketEncryption) ?? '');
  return { encrypted: encryption.includes('"aws:kms'), locked: objectLockEnabled === true };
}

/** Longer prefixes would fill the policy of the bucket for the logs, which holds 20 KB and has one for each bucket. */
const MAX_LOG_PREFIX_LENGTH = 256;
const ADDRESS_LENGTH = 8;

/**
 * The path of a bucket in the app. It comes into the policy of the bucket for the logs, where a `*` or a `${…}` in it would
 * stand for more than this path; where something has to go, a part of the construct's address keeps two paths apart.
 */
export function accessLogPrefix({ node }: Construct, id: string): string {
  const prefix = `${node.path}/${id}/`;
  if (/^[A-Za-z0-9/-]+$/.test(prefix) && prefix.length <= MAX_LOG_PREFIX_LENGTH) return prefix;
  const end = `-${node.addr.slice(0, ADDRESS_LENGTH)}/${id}/`;
  const segments = node.path.normalize('NFKD').replace(/\p{M}/gu, '').split('/');
  const clean = segments.map((segment) => segment.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, ''));
  const path = clean.filter((segment) => segment !== '').join('/');
  // The end of a path tells more than the beginning.
  return `${path.slice(-(MAX_LOG_PREFIX_LENGTH - end.length)).replace(/^[/-]+/, '')}${end}`.replace(/^-/, '');
}
