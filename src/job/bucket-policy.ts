import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnBucketPolicy, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { readable, write } from './policy-text';
import type { StatementText } from './policy-verdict';

/** The policy that the app has for a bucket. */
export interface BucketPolicyText {
  readonly statements: readonly StatementText[];
  /** Each way in which the policy may write a resource. */
  waysToWrite(resource: string): string[];
}

/**
 * The policy of a bucket, wherever the app has it: that of the bucket's construct, one that is made for an imported bucket, or
 * CloudFormation's own resource.
 */
export function findBucketPolicy(scope: IConstruct, bucket: IBucket): BucketPolicyText | undefined {
  const policy = scope.node.root.node
    .findAll()
    .filter(isBucketPolicy)
    .find((each) => waysToWrite(bucket.bucketName, each, scope).includes(readable(each, each.bucket)));
  if (policy === undefined) return undefined;
  const document = Stack.of(policy).resolve(policy.policyDocument) as { Statement?: unknown } | undefined;
  return {
    statements: [document?.Statement ?? []].flat().map(write) as StatementText[],
    waysToWrite: (resource) => {
      const byName = resource.replace(bucket.bucketArn, `arn:aws:s3:::${bucket.bucketName}`);
      return [resource, byName].flatMap((each) => waysToWrite(each, policy, scope));
    },
  };
}

/** The stack of the bucket has a reference where others have its name. */
function waysToWrite(value: string, ...scopes: IConstruct[]): string[] {
  return scopes.map((scope) => readable(scope, value));
}

function isBucketPolicy(construct: IConstruct): construct is CfnBucketPolicy {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === CfnBucketPolicy.CFN_RESOURCE_TYPE_NAME;
}
