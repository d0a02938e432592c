import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Every batch inference job of this account and Region: Bedrock makes up the last part when a job starts. */
export function anyJobArn(scope: IConstruct): string {
  return Stack.of(scope).formatArn({ service: 'bedrock', resource: 'model-invocation-job', resourceName: '*' });
}
