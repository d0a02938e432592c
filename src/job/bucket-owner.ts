import { Stack, Token } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import type { Issue } from '../core/issue';
import type { JobData } from './data-access';
import { policyText } from './policy-text';

/** The account that owns a bucket, where it is said or known to be another one than that of the stack. */
export function findOtherOwner(scope: IConstruct, bucket: IBucket, given: string | undefined): string | undefined {
  const { account } = Stack.of(scope);
  if (given !== undefined) return given === account ? undefined : given;
  const { account: owner } = bucket.env;
  if (Token.isUnresolved(account) || Token.isUnresolved(owner)) return undefined;
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

/** Rights in this account are not enough for a bucket of another one: its policy must say so too, and may be in this app. */
export function checkBucketPolicy(
  scope: IConstruct,
  input: 'inputBucketOwner' | 'outputBucketOwner',
  { bucket, owner }: JobData,
  statements: readonly PolicyStatement[],
): Issue[] {
  if (owner === undefined || admits(bucket, statements)) return [];
  const prop = input.replace('Owner', 'PolicyStatements');
  const unseen = bucket.policy === undefined ? ', which cannot be seen from here' : '';
  const message = `must let this account in by the policy of the bucket${unseen}, got ${owner}; it needs (job.${prop}): ${policyText(scope, statements)}`;
  return [{ code: 'BucketPolicyNotChecked', input, severity: 'warning', message }];
}

/** Whether the policy of a bucket of this app has every one of these rights; CDK may have joined or parted statements. */
function admits({ policy }: IBucket, statements: readonly PolicyStatement[]): boolean {
  if (policy === undefined) return false;
  const stack = Stack.of(policy);
  const { Statement: said = [] } = (stack.resolve(policy.document) ?? {}) as { Statement?: StatementJson[] };
  const allowed = new Set(
    said.filter(({ Effect, Condition }) => Effect === 'Allow' && Condition === undefined).flatMap(rightsIn),
  );
  return statements
    .flatMap((each) => rightsIn(stack.resolve(each.toStatementJson())))
    .every((right) => allowed.has(right));
}

interface StatementJson {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Principal?: { readonly AWS?: unknown };
  readonly Condition?: unknown;
}

/** Each principal, action and resource of a statement, as a text that stands for the three. */
function rightsIn({ Action, Resource, Principal }: StatementJson): string[] {
  return listOf(Principal?.AWS).flatMap((principal) =>
    listOf(Action).flatMap((action) =>
      listOf(Resource).map((resource) => JSON.stringify([principal, action, resource])),
    ),
  );
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
