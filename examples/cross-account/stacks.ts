import { CfnOutput, type Environment, PhysicalName, Stack, type StackProps } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { BatchInferenceJob, BatchModel, JobInput } from '../../src'; // in an app of yours: 'cdk-bedrock-batch'

const JOB: Environment = { account: '111122223333', region: 'us-east-1' };
const DATA: Environment = { account: '444455556666', region: 'us-east-1' };

/** Where the records lie in their bucket. */
const RECORDS = 'letters/';

/** The account whose data it is: a bucket for records, which must be there before the job, and one for results. */
export class DataStack extends Stack {
  public readonly records: Bucket;
  public readonly results: Bucket;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    // As `cdk init` has it in every new app: logs are let in by the policy of their bucket, not by an ACL.
    this.node.setContext(S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY, true);
    const closed = {
      // A bucket's name can be made up beforehand, a key's ARN cannot: with a key here, the job's template would read it from
      // an output of this stack, through a role that CDK makes for it in this account (`Fn::GetStackOutput`).
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
    };
    const serverAccessLogsBucket = new Bucket(this, 'AccessLogs', { ...closed, serverAccessLogsPrefix: 'own/' });
    // CDK makes a name up, since a template in another account uses it.
    const logged = { ...closed, bucketName: PhysicalName.GENERATE_IF_NEEDED, serverAccessLogsBucket };
    this.records = new Bucket(this, 'Records', { ...logged, serverAccessLogsPrefix: 'records/' });
    this.results = new Bucket(this, 'Results', { ...logged, serverAccessLogsPrefix: 'results/' });
    new CfnOutput(this, 'PutRecordsBelow', { value: this.records.s3UrlForObject(RECORDS) });
  }

  /** Lets a job of another account read the records and write the results; what it asks for names its account, and no role. */
  public admit(job: BatchInferenceJob): void {
    for (const statement of job.inputBucketPolicyStatements) this.records.addToResourcePolicy(statement);
    for (const statement of job.outputBucketPolicyStatements) this.results.addToResourcePolicy(statement);
  }
}

export interface JobStackProps extends StackProps {
  readonly records: IBucket;
  readonly results: IBucket;
}

/** The account that runs the job. Who owns the buckets is known from their stack; of imported ones it would be said here. */
export class JobStack extends Stack {
  public readonly job: BatchInferenceJob;

  constructor(scope: Construct, id: string, { records, results, ...props }: JobStackProps) {
    super(scope, id, props);
    this.job = new BatchInferenceJob(this, 'Letters', {
      model: BatchModel.AMAZON_NOVA_LITE,
      input: JobInput.fromBucketPrefix(records, RECORDS),
      outputBucket: results,
      outputPrefix: 'answers/',
    });
  }
}

/** Both. Deploy the data's stack, put the records into their bucket, then deploy the job's. */
export function makeCrossAccount(scope: Construct): { readonly data: DataStack; readonly job: JobStack } {
  const data = new DataStack(scope, 'LettersData', { env: DATA });
  const job = new JobStack(scope, 'LettersJob', { env: JOB, records: data.records, results: data.results });
  data.admit(job.job);
  // CDK does not see it: the job's template holds the buckets' names, and no reference to their stack.
  job.node.addDependency(data);
  return { data, job };
}
