import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';
import { reportIssues } from '../private/report-issues';
import type { BatchInferenceJob } from './batch-inference-job';
import { type BucketPolicyText, findBucketPolicy } from './bucket-policy';
import type { JobData } from './data-access';
import { policyText, readable } from './policy-text';
import { judgePolicy, type Verdict } from './policy-verdict';

/**
 * The account that owns a bucket, where it is said or known to be another one than that of the stack, or may be.
 *
 * In a stack whose account is decided at deployment it may turn out to be the stack's own. The API asks for the account that
 * owns the bucket, whichever that is; that Bedrock takes the job's own account there is not confirmed.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ModelInvocationJobS3OutputDataConfig.html
 */
export function findOtherOwner(scope: IConstruct, bucket: IBucket, given: string | undefined): string | undefined {
  const { account } = Stack.of(scope);
  const known = Token.isUnresolved(bucket.env.account) ? undefined : bucket.env.account;
  const owner = given ?? known;
  return owner === account ? undefined : owner;
}

/**
 * What the policy of a bucket in another account must say: the objects, then the bucket.
 *
 * The principal is the account of the job, whose roles get no more than they need by their own policies: S3 refuses a policy
 * that names a role before there is one, and the starter needs the bucket in the deployment that makes its role.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html
 */
export function bucketPolicyStatements(
  scope: IConstruct,
  { bucket, pattern }: JobData,
  { objects, list }: { objects: string[]; list: boolean },
): PolicyStatement[] {
  const principals = () => [new AccountPrincipal(Stack.of(scope).account)];
  const onObjects = new PolicyStatement({
    principals: principals(),
    actions: objects,
    resources: [bucket.arnForObjects(pattern)],
  });
  if (!list) return [onObjects];
  return [
    onObjects,
    new PolicyStatement({ principals: principals(), actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
  ];
}

/** A job, of which the statements are asked once the app is complete. */
type Job = Construct & Pick<BatchInferenceJob, 'inputBucketPolicyStatements' | 'outputBucketPolicyStatements'>;

/**
 * Tells where the policy of a bucket of another account may not let the job in: rights in this account are not enough. The
 * policy is looked for in the app when that is complete, since it may be written after the job.
 */
export function warnIfNotAdmitted(job: Job, which: 'inputBucket' | 'outputBucket', { bucket, owner }: JobData): void {
  if (owner === undefined) return;
  const tell = () => {
    const statements = job[`${which}PolicyStatements`];
    const policy = findBucketPolicy(job, bucket);
    const verdicts = judge(policy, statements, Stack.of(job));
    const isOwn = Token.isUnresolved(Stack.of(job).account) ? ', unless that is the account of the stack' : '';
    const got = `got ${readable(job, owner)}; it needs${isOwn} (job.${which}PolicyStatements): ${policyText(job, statements)}`;
    const how = `let this account in by the policy of the bucket ${bucket.node.path}`;
    if (verdicts.some((each) => each === 'missing' || each === 'denied')) {
      const refused = verdicts.includes('denied') ? ', which refuses it' : '';
      const seen = policy === undefined ? ', which cannot be seen from here' : refused;
      const message = `must ${how}${seen}, ${got}`;
      reportIssues(job, [{ code: 'BucketPolicyNotChecked', input: `${which}Owner`, severity: 'warning', message }]);
    } else if (verdicts.includes('perhaps')) {
      // No warning: who wrote the condition knows whom it is for.
      const message = `${which}Owner: may ${how} on a condition or for some roles only, which is not judged, ${got}`;
      Annotations.of(job).addInfoV2('cdk-bedrock-batch:BucketPolicyOnCondition', message);
    }
  };
  job.node.addValidation({
    validate: () => {
      tell();
      return [];
    },
  });
}

/** What the policy of a bucket says of each action on each resource of the statements. */
function judge(
  policy: BucketPolicyText | undefined,
  statements: readonly PolicyStatement[],
  { account: ours }: Stack,
): Verdict[] {
  if (policy === undefined) return ['missing'];
  const account = Token.isUnresolved(ours) ? undefined : ours;
  return statements.flatMap(({ actions, resources }) =>
    resources
      .map((resource) => policy.waysToWrite(resource))
      .flatMap((resource) => actions.map((action) => judgePolicy(policy.statements, { account, action, resource }))),
  );
}
