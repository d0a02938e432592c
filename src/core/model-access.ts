import type { ModelRoute } from './route-model';

/** Where a job runs. Members may be tokens: ARNs are only put together here, never taken apart. */
export interface Environment {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/**
 * What a role must be allowed to use for a route, in full ARNs.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
 */
export interface ModelAccess {
  /** ARN of what the job names as its model: a foundation model, a profile or a custom model. */
  readonly modelArn: string;
  /** Foundation models that answer behind a profile; needed only for requests that come through `modelArn`. */
  readonly behindProfile: readonly string[];
  /** The Region-less foundation model of a global profile, requested in the Region `unspecified`. */
  readonly regionless?: string;
}

export function modelAccess(
  route: ModelRoute,
  environment: Environment,
  modelArn: string = arnOf(route, environment),
): ModelAccess {
  const { kind, foundationModelId } = route;
  if (kind === 'in-region' || kind === 'custom') return { modelArn, behindProfile: [] };

  const modelIn = (place: string) => foundationModelArn(foundationModelId, place, environment);
  if (foundationModelId === undefined) {
    // Nothing says which models an application profile was made from; the condition on the profile keeps this narrow.
    return { modelArn, behindProfile: [foundationModelArn('*', '*', environment)] };
  }
  const behindProfile = route.destinationRegions.map(modelIn);
  return route.regionless ? { modelArn, behindProfile, regionless: modelIn('') } : { modelArn, behindProfile };
}

/** ARN of what the job names as its model. */
export function arnOf({ kind, modelId }: ModelRoute, environment: Environment): string {
  const { partition, region, account } = environment;
  switch (kind) {
    case 'in-region':
      return foundationModelArn(modelId, region, environment);
    case 'geographic':
    case 'global':
      return `arn:${partition}:bedrock:${region}:${account}:inference-profile/${modelId}`;
    case 'application':
    case 'custom':
      return modelId;
  }
}

function foundationModelArn(modelId: string | undefined, region: string, { partition }: Environment): string {
  return `arn:${partition}:bedrock:${region}::foundation-model/${modelId}`;
}
