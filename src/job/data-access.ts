import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** The part of a bucket that one job uses: `folder/*`, `folder/file.jsonl`, or `*` for all of it. */
export interface JobData {
  readonly bucket: IBucket;
  readonly pattern: string;
}

/** Reads the objects, and lists their bucket so that an object which is missing is told from one that is forbidden. */
export function grantRead(grantee: IGrantable, data: JobData): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: ['s3:GetObject'],
    resourceArns: [data.bucket.arnForObjects(data.pattern)],
    conditions: sameOwner(data.bucket),
  })
    .combine(grantList(grantee, data.bucket))
    .combine(grantKey(grantee, data.bucket, 'kms:Decrypt'));
}

/** Writes the objects. Multipart uploads under a key also decrypt the parts that they have written. */
export function grantWrite(grantee: IGrantable, data: JobData): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: ['s3:PutObject'],
    resourceArns: [data.bucket.arnForObjects(data.pattern)],
    conditions: sameOwner(data.bucket),
  }).combine(grantKey(grantee, data.bucket, 'kms:Decrypt', 'kms:GenerateDataKey'));
}

function grantList(grantee: IGrantable, bucket: IBucket): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: ['s3:ListBucket'],
    resourceArns: [bucket.bucketArn],
    conditions: sameOwner(bucket),
  });
}

/** Only through S3 in this Region: the key is of no use to the grantee by itself. */
function grantKey(grantee: IGrantable, bucket: IBucket, ...actions: string[]): Grant {
  const key = bucket.encryptionKey;
  if (key === undefined) return Grant.drop(grantee, 'the bucket has no key of its own');
  return Grant.addToPrincipal({
    grantee,
    actions,
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(bucket).region}.amazonaws.com` } },
  });
}

/** A bucket name that another account has taken over gets nothing from us. */
function sameOwner(bucket: IBucket): Record<string, Record<string, string>> {
  return { StringEquals: { 'aws:ResourceAccount': bucket.env.account } };
}
