import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** The part of a bucket that one job uses: `folder/*`, `folder/file.jsonl`, or `*` for all of it. */
export interface JobData {
  readonly bucket: IBucket;
  readonly pattern: string;
  /** What the objects are encrypted with; absent: a key that S3 manages. */
  readonly key?: IKey;
  /** Account that owns the bucket, where it is another one than the bucket's construct says. */
  readonly owner?: string;
}

/** Reads the objects, and lists their bucket so that an object which is missing is told from one that is forbidden. */
export function grantRead(grantee: IGrantable, data: JobData): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: ['s3:GetObject'],
    resourceArns: [data.bucket.arnForObjects(data.pattern)],
    conditions: sameOwner(data),
  })
    .combine(grantList(grantee, data))
    .combine(grantKey(grantee, data, 'kms:Decrypt'));
}

/** Reads the objects, for a principal of whom nothing is known: one of another account gets it from the bucket's policy. */
export function grantReadTo(grantee: IGrantable, { bucket, pattern, key }: JobData): Grant {
  const grant = (action: string, resourceArn: string) =>
    Grant.addToPrincipalOrResource({ grantee, actions: [action], resourceArns: [resourceArn], resource: bucket });
  const read = grant('s3:GetObject', bucket.arnForObjects(pattern)).combine(grant('s3:ListBucket', bucket.bucketArn));
  return key === undefined ? read : read.combine(key.grantDecrypt(grantee));
}

/** Writes the objects. Multipart uploads under a key also decrypt the parts that they have written. */
export function grantWrite(grantee: IGrantable, data: JobData): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: ['s3:PutObject'],
    resourceArns: [data.bucket.arnForObjects(data.pattern)],
    conditions: sameOwner(data),
  }).combine(grantKey(grantee, data, 'kms:Decrypt', 'kms:GenerateDataKey'));
}

function grantList(grantee: IGrantable, data: JobData): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: ['s3:ListBucket'],
    resourceArns: [data.bucket.bucketArn],
    conditions: sameOwner(data),
  });
}

/** Only through S3 in this Region: the key is of no use to the grantee by itself. */
export function grantKey(
  grantee: IGrantable,
  { bucket, key }: Pick<JobData, 'bucket' | 'key'>,
  ...actions: string[]
): Grant {
  if (key === undefined) return Grant.drop(grantee, 'the bucket has no key of its own');
  return Grant.addToPrincipal({
    grantee,
    actions,
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `s3.${bucket.env.region}.amazonaws.com` } },
  });
}

/** A bucket name that another account has taken over gets nothing from us. */
export function sameOwner({
  bucket,
  owner,
}: Pick<JobData, 'bucket' | 'owner'>): Record<string, Record<string, string>> {
  return { StringEquals: { 'aws:ResourceAccount': owner ?? bucket.env.account } };
}
