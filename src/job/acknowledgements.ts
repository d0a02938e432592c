import type { IConstruct } from 'constructs';
import type { BatchModelConfig } from '../model/model-binding';
import { acknowledgeWildcard } from '../private/acknowledge-wildcard';
import type { JobData } from './data-access';

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
