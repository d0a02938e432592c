import { Validations } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

export interface HardenedParts {
  readonly accessLogsBucket: IBucket;
  readonly vpc: IVpc;
  readonly undelivered: IQueue;
}

/** The packs of cdk-nag that an auditor of a regulated account asks for, beside AwsSolutions and Serverless. */
const REGULATED = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];

/**
 * Why what the app itself makes does without what a rule asks for. What the library makes has its reasons with it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export function giveReasons({ accessLogsBucket, vpc, undelivered }: HardenedParts): void {
  const acknowledge = (scope: IBucket | IVpc | IQueue, rule: string, packs: string[], reason: string) => {
    Validations.of(scope).acknowledge(...packs.map((pack) => ({ id: `${pack}-${rule}`, reason })));
  };
  acknowledge(
    accessLogsBucket,
    'S3BucketReplicationEnabled',
    REGULATED,
    'Access logs are kept for a year where the access was; a copy elsewhere belongs to the log archive of the organisation.',
  );
  acknowledge(
    accessLogsBucket,
    'S3DefaultEncryptionKMS',
    ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'],
    'S3 delivers access logs to no bucket that is encrypted with KMS by default; this one is encrypted by S3.',
  );
  acknowledge(
    accessLogsBucket,
    'S3BucketDefaultLockEnabled',
    ['NIST.800.53.R4'],
    'S3 takes no bucket with Object Lock for access logs.',
  );
  acknowledge(
    vpc,
    'VPCDefaultSecurityGroupClosed',
    REGULATED,
    'Nothing is in it: the job has a security group of its own. In apps of `cdk init` CDK empties it too (restrictDefaultSecurityGroup), which a template does not show.',
  );
  const last = 'It is itself the dead letter queue.';
  acknowledge(undelivered, 'SQS3', ['AwsSolutions'], last);
  acknowledge(undelivered, 'SQSRedrivePolicy', ['Serverless'], last);
}
