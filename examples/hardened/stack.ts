import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { FlowLogDestination, GatewayVpcEndpointAwsService, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { S3_CREATE_DEFAULT_LOGGING_POLICY, S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { BatchInferenceJob, BatchModel, JobInput } from '../../src'; // in an app of yours: 'cdk-bedrock-batch'
import { giveReasons } from './reasons';

/**
 * A job under a key of its own, in a network without a way out but to the job's two buckets, its traffic and its buckets
 * logged, its data forgotten after a month, its failure told to an encrypted topic.
 */
export class HardenedStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    // As `cdk init` has it in every new app: logs are let in by the policy of their bucket, not by an ACL.
    this.node.setContext(S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY, true);
    this.node.setContext(S3_CREATE_DEFAULT_LOGGING_POLICY, true);

    const encryptionKey = new Key(this, 'Key', { enableKeyRotation: true });
    // S3 delivers access logs to no bucket that is encrypted with KMS by default.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    const accessLogsBucket = new Bucket(this, 'AccessLogs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      serverAccessLogsPrefix: 'own/',
      lifecycleRules: [{ expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(1) }],
    });
    const vpc = new Vpc(this, 'Network', {
      maxAzs: 2,
      subnetConfiguration: [{ name: 'Inner', subnetType: SubnetType.PRIVATE_ISOLATED }],
      flowLogs: { All: { destination: FlowLogDestination.toS3(accessLogsBucket, 'flow-logs') } },
    });
    const wayToS3 = vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });

    const job = new BatchInferenceJob(this, 'Letters', {
      model: BatchModel.ANTHROPIC_CLAUDE_HAIKU_4_5,
      input: JobInput.fromRecords(makeRecords()),
      encryptionKey,
      vpc,
      accessLogsBucket,
      dataRetention: Duration.days(30),
      starterTracing: true,
    });

    // An endpoint without a policy leads to every bucket there is.
    // https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-s3.html
    wayToS3.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'],
        resources: [job.inputBucket, job.outputBucket].flatMap((bucket) => [
          bucket.bucketArn,
          bucket.arnForObjects('*'),
        ]),
      }),
    );

    // CDK lets EventBridge use the key of a topic that it publishes to: not that of the data.
    const messageKey = new Key(this, 'MessageKey', { enableKeyRotation: true });
    const onCall = new Topic(this, 'OnCall', { enforceSSL: true, masterKey: messageKey });
    const undelivered = new Queue(this, 'Undelivered', { enforceSSL: true, encryptionMasterKey: messageKey });
    job.onFailed('Failed', { target: new SnsTopic(onCall, { deadLetterQueue: undelivered }) });

    giveReasons({ accessLogsBucket, vpc, undelivered });
  }
}

function makeRecords(): object[] {
  return Array.from({ length: 100 }, (_, index) => ({
    recordId: `letter-${index}`,
    modelInput: {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 20,
      messages: [{ role: 'user', content: `Does letter number ${index} ask for money back? Answer yes or no.` }],
    },
  }));
}
