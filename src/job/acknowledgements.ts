import type { IConstruct } from 'constructs';
import type { BatchModelConfig } from '../model/model-binding';
import { acknowledgeRule, type RulePack } from '../private/acknowledge-rule';
import { acknowledgeWildcard } from '../private/acknowledge-wildcard';
import type { JobData } from './data-access';

const REGULATED: readonly RulePack[] = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];

/** Acknowledges that the rights of a role stand in a policy of its own. */
export function acknowledgeOwnPolicy(role: IConstruct): void {
  const reason =
    'The policy is written for this one role and goes with it; as a managed policy it could be attached to others.';
  acknowledgeRule(role, 'IAMNoInlinePolicy', REGULATED, reason);
}

/** Acknowledges what a function that only a deployment calls does without. */
export function acknowledgeStarter(starter: IConstruct): void {
  acknowledgeRule(
    starter,
    'LambdaInsideVPC',
    REGULATED,
    'It reaches only the public endpoints of Bedrock, S3 and CloudFormation, over TLS. It has no listener and no way into your networks; its role may manage batch inference jobs, and read and copy the records of its stack.',
  );
  acknowledgeRule(
    starter,
    'LambdaConcurrency',
    ['HIPAA.Security', 'NIST.800.53.R5'],
    'It runs once for each change of a job in a deployment; concurrency that is reserved for it would be taken from all other functions of the account.',
  );
  const noQueue =
    'An event holds a pre-signed URL, which must not be stored. It is of no use later: CloudFormation stops waiting after 15 minutes and reports the failure itself.';
  acknowledgeRule(starter, 'LambdaDLQ', ['HIPAA.Security', 'NIST.800.53.R5', 'Serverless'], noQueue);
  acknowledgeRule(starter, 'LambdaAsyncFailureDestination', ['Serverless'], noQueue);
}

/** Acknowledges what the buckets of a job do without; a bucket that the user brings may have it. */
export function acknowledgeBucket(bucket: IConstruct, { isLogged }: { readonly isLogged: boolean }): void {
  if (!isLogged) {
    const reason =
      'Access logs need a bucket that outlives this one, so it is not made here: accessLogsBucket turns them on.';
    acknowledgeRule(bucket, 'S1', ['AwsSolutions'], reason);
  }
  acknowledgeRule(
    bucket,
    'S3BucketReplicationEnabled',
    REGULATED,
    'Records are copied from a source that stays elsewhere, and results can be made again, though not word for word. Where they must survive the loss of the bucket or the Region, bring a replicated bucket as inputBucket or outputBucket.',
  );
  acknowledgeRule(
    bucket,
    'S3BucketDefaultLockEnabled',
    ['NIST.800.53.R4'],
    'A default lock would keep copies of records and results from being deleted when they must be (dataRetention, requests for erasure). Where they must be kept unchanged, bring a locked bucket as inputBucket or outputBucket.',
  );
}

/** Acknowledges that rights reach every object of a folder, where they do. */
export function acknowledgeData(scope: IConstruct, { bucket, pattern }: JobData, reason: string): void {
  if (pattern.includes('*')) acknowledgeWildcard(scope, bucket.arnForObjects(pattern), reason);
}

/** Acknowledges that nothing tells which models an application inference profile was made from, where nothing does. */
export function acknowledgeModels(scope: IConstruct, { submitArns }: BatchModelConfig): void {
  for (const arn of submitArns.filter((each) => each.includes('*'))) {
    acknowledgeWildcard(
      scope,
      arn,
      'The models behind the application inference profile are not known; name them with copiedFrom.',
    );
  }
}
