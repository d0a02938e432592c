import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';

export interface JobBucketOptions {
  readonly encryptionKey?: IKey;
  readonly removalPolicy?: RemovalPolicy;
}

/** A bucket for the records or the results of one job: encrypted, versioned, closed to the public and to plain HTTP. */
export function createJobBucket(scope: Construct, id: string, options: JobBucketOptions): Bucket {
  const { encryptionKey, removalPolicy = RemovalPolicy.RETAIN } = options;
  const bucket = new Bucket(scope, id, {
    encryption: encryptionKey === undefined ? BucketEncryption.S3_MANAGED : BucketEncryption.KMS,
    encryptionKey,
    bucketKeyEnabled: encryptionKey === undefined ? undefined : true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    removalPolicy,
    // CloudFormation cannot delete a bucket that holds anything, and one of these always does.
    autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY ? true : undefined,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'Access logs need a bucket of their own; who wants them gives inputBucket and outputBucket with logs turned on.',
  });
  return bucket;
}

/**
 * Has a job stopped, when its stack is deleted, before the bucket is emptied. Such a bucket's objects are removed by a
 * custom resource of CDK's; what Bedrock still writes while a job is stopping stays.
 */
export function stopBeforeEmptying(job: IConstruct, bucket: IBucket): void {
  const emptying = bucket.node.tryFindChild('AutoDeleteObjectsCustomResource');
  if (emptying !== undefined) job.node.addDependency(emptying);
}
