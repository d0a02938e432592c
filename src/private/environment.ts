import { Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { IConstruct } from 'constructs';
import type { Environment } from '../core/model-access';

/** Where a construct's stack lands. The partition of a known Region is written out, so that ARNs can be read. */
export function environmentOf(scope: IConstruct): Environment {
  const { account, partition, region } = Stack.of(scope);
  const known = Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition;
  return { account, partition: known ?? partition, region };
}

/** Every batch inference job of this account and Region: Bedrock makes up the last part when a job starts. */
export function anyJobArn(scope: IConstruct): string {
  const { account, partition, region } = environmentOf(scope);
  return `arn:${partition}:bedrock:${region}:${account}:model-invocation-job/*`;
}
