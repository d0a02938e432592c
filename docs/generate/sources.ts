/** The public pages that the reasons rest on: address and title. A reason that cites another one is refused. */
const BEDROCK = 'https://docs.aws.amazon.com/bedrock/latest';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest';

export const SERVICE_ROLE = `${BEDROCK}/userguide/batch-iam-sr.html`;
export const SUBMITTER = `${BEDROCK}/userguide/batch-inference-permissions.html`;
export const NETWORK = `${BEDROCK}/userguide/batch-vpc.html`;
export const GEOGRAPHIC = `${BEDROCK}/userguide/geographic-cross-region-inference.html`;
export const GLOBAL = `${BEDROCK}/userguide/global-cross-region-inference.html`;
export const GET_PROFILE = `${BEDROCK}/APIReference/API_GetInferenceProfile.html`;
export const BEDROCK_ACTIONS = 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_bedrock.html';
export const PASS_ROLE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html';
export const BOUNDARY = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html';
export const EXECUTION_ROLE = 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html';
export const XRAY = 'https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html';
export const BASIC_EXECUTION =
  'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html';
export const GET_OBJECT = `${S3}/API/API_GetObject.html`;
export const COPY_OBJECT = `${S3}/API/API_CopyObject.html`;
export const S3_KMS = `${S3}/userguide/UsingKMSEncryption.html`;
export const S3_PRACTICES = `${S3}/userguide/security-best-practices.html`;
export const ACCESS_LOGS = `${S3}/userguide/enable-server-access-logging.html`;
export const CROSS_ACCOUNT_BUCKET = `${S3}/userguide/example-walkthroughs-managing-access-example2.html`;
export const VPC_ENDPOINT = `${S3}/userguide/example-bucket-policies-vpc-endpoint.html`;
export const AUTO_DELETE =
  'https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3.Bucket.html#autodeleteobjects';
export const STACK_OUTPUT =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html';
export const VIA_SERVICE = 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html';
export const LOGS_KEY = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html';
export const SNS_KEY = 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html';
export const SQS_KEY =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html';
export const EVENT_TARGETS = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html';
export const LOGS_TARGET = 'https://github.com/aws-samples/serverless-patterns/pull/618';

const TITLES: { readonly [url: string]: string } = {
  [SERVICE_ROLE]: 'Create a custom service role for batch inference',
  [SUBMITTER]: 'Required permissions for batch inference',
  [NETWORK]: 'Protect batch inference jobs using a VPC',
  [GEOGRAPHIC]: 'Geographic cross-Region inference',
  [GLOBAL]: 'Global cross-Region inference',
  [GET_PROFILE]: 'GetInferenceProfile',
  [BEDROCK_ACTIONS]: 'Actions, resources, and condition keys for Amazon Bedrock',
  [PASS_ROLE]: 'Grant a user permissions to pass a role to an AWS service',
  [BOUNDARY]: 'Permissions boundaries for IAM entities',
  [EXECUTION_ROLE]: 'Defining Lambda function permissions with an execution role',
  [XRAY]: 'Visualize Lambda function invocations using AWS X-Ray',
  [BASIC_EXECUTION]: 'AWSLambdaBasicExecutionRole',
  [GET_OBJECT]: 'GetObject',
  [COPY_OBJECT]: 'CopyObject',
  [S3_KMS]: 'Using server-side encryption with AWS KMS keys',
  [S3_PRACTICES]: 'Security best practices for Amazon S3',
  [ACCESS_LOGS]: 'Enabling Amazon S3 server access logging',
  [CROSS_ACCOUNT_BUCKET]: 'Bucket owner granting cross-account bucket permissions',
  [VPC_ENDPOINT]: 'Controlling access from VPC endpoints with bucket policies',
  [AUTO_DELETE]: "CDK's Bucket: autoDeleteObjects",
  [STACK_OUTPUT]: 'Fn::GetStackOutput',
  [VIA_SERVICE]: 'AWS KMS condition keys',
  [LOGS_KEY]: 'Encrypt log data in CloudWatch Logs using AWS Key Management Service',
  [SNS_KEY]: 'Managing Amazon SNS encryption keys and costs',
  [SQS_KEY]: 'Amazon SQS key management',
  [EVENT_TARGETS]: 'Using resource-based policies for Amazon EventBridge',
  [LOGS_TARGET]: 'aws-samples/serverless-patterns, pull request 618',
};

export function citeSource(url: string): string {
  const title = TITLES[url];
  if (title === undefined) throw new Error(`docs/generate/sources.ts has no title for ${url}`);
  return `[${title}](${url})`;
}
