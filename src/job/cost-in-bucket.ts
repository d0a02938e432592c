import type { Issue } from '../core/issue';
import type { JobInputBindOptions } from './job-input';

/** What is in S3 already is not known when the app is synthesised. */
export function checkCostInBucket({ maxEstimatedCost }: JobInputBindOptions): Issue[] {
  if (maxEstimatedCost === undefined) return [];
  const message =
    'is not checked for records that are in S3 already; `cdk-bedrock-batch estimate` tells the cost of a local copy';
  return [{ code: 'CostNotEstimated', input: 'maxEstimatedCost', message, severity: 'warning' }];
}
