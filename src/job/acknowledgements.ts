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
    'It calls the APIs of Bedrock and S3 and answers CloudFormation, over TLS and with a role that ends at its jobs; nothing can call into it, and it holds no connection to a network of yours.',
  );
  acknowledgeRule(
    starter,
    'LambdaConcurrency',
    ['HIPAA.Security', 'NIST.800.53.R5'],
    'It runs once for each change of a job in a deployment; what is reserved for it would be taken from every other function.',
  );
  const noQueue =
    'An event holds a pre-signed URL that must not be kept, and has no use once CloudFormation has stopped waiting, which it does by itself and says so.';
  acknowledgeRule(starter, 'LambdaDLQ', ['HIPAA.Security', 'NIST.800.53.R5', 'Serverless'], noQueue);
  acknowledgeRule(starter, 'LambdaAsyncFailureDestination', ['Serverless'], noQueue);
}

/** Acknowledges what the buckets of a job do without; a bucket that the user brings may have it. */
export function acknowledgeBucket(bucket: IConstruct, { isLogged }: { readonly isLogged: boolean }): void {
  if (!isLogged) {
    const reason = 'Access logs need a bucket of their own; who wants them gives one as accessLogsBucket.';
    acknowledgeRule(bucket, 'S1', ['AwsSolutions'], reason);
  }
  acknowledgeRule(
    bucket,
    'S3BucketReplicationEnabled',
    REGULATED,
    'Records are a copy of what the app or its data holds, and results come back when the job is run again; a bucket that must be replicated is brought as inputBucket or outputBucket.',
  );
  acknowledgeRule(
    bucket,
    'S3BucketDefaultLockEnabled',
    ['NIST.800.53.R4'],
    'A lock would keep what dataRetention is there to remove; a bucket that must be locked is brought as inputBucket or outputBucket.',
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
