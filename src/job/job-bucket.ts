import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, type LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';
import { checkLogsBucket } from '../core/check-logs-bucket';
import { reportIssues } from '../private/report-issues';
import { accessLogPrefix, factsOfLogsBucket } from './access-logs';
import { acknowledgeBucket } from './acknowledgements';

export interface JobBucketOptions {
  readonly encryptionKey?: IKey;
  readonly removalPolicy?: RemovalPolicy;
  readonly accessLogsBucket?: IBucket;
  readonly dataRetention?: Duration;
}

/** A bucket for the records or the results of one job: encrypted, versioned, closed to the public and to plain HTTP. */
export function createJobBucket(scope: Construct, id: string, options: JobBucketOptions): Bucket {
  const { encryptionKey, removalPolicy = RemovalPolicy.RETAIN, accessLogsBucket, dataRetention } = options;
  if (accessLogsBucket !== undefined) reportIssues(scope, checkLogsBucket(factsOfLogsBucket(scope, accessLogsBucket)));
  const bucket = new Bucket(scope, id, {
    encryption: encryptionKey === undefined ? BucketEncryption.S3_MANAGED : BucketEncryption.KMS,
    encryptionKey,
    bucketKeyEnabled: encryptionKey === undefined ? undefined : true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    serverAccessLogsBucket: accessLogsBucket,
    // Several buckets may log to one: each below its own path in the app.
    serverAccessLogsPrefix: accessLogsBucket === undefined ? undefined : accessLogPrefix(scope, id),
    lifecycleRules: dataRetention === undefined ? undefined : forgetAfter(dataRetention),
    removalPolicy,
    // CloudFormation cannot delete a bucket that holds anything, and one of these always does.
    autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY ? true : undefined,
  });
  acknowledgeBucket(bucket, { isLogged: accessLogsBucket !== undefined });
  return bucket;
}

/**
 * An object that expires in a versioned bucket stays as a version that is not current. Such a version is given one more day,
 * the least there is, so that data is gone when its time is up and not twice as late.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
function forgetAfter(time: Duration): LifecycleRule[] {
  return [
    { expiration: time, noncurrentVersionExpiration: Duration.days(1), abortIncompleteMultipartUploadAfter: time },
    // S3 takes the removal of what is left of an expired object in a rule of its own only.
    { expiredObjectDeleteMarker: true },
  ];
}

/**
 * Has a job stopped, when its stack is deleted, before the bucket is emptied. Such a bucket's objects are removed by a
 * custom resource of CDK's; what Bedrock still writes while a job is stopping stays.
 */
export function stopBeforeEmptying(job: IConstruct, bucket: IBucket): void {
  const emptying = bucket.node.tryFindChild('AutoDeleteObjectsCustomResource');
  if (emptying !== undefined) job.node.addDependency(emptying);
}
