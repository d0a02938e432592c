/** What a `modelId` of a batch job can name. */
export type ModelKind =
  | 'foundation-model'
  | 'inference-profile'
  | 'application-inference-profile'
  | 'custom-model'
  | 'unknown';

const ARN = /^arn:aws(?:-[^:]+)?:bedrock:[a-z0-9-]*:[0-9]*:([a-z-]+)\//;

/** A profile id puts a geography before the provider; every known geography but `apac` and `global` is a two-letter one. */
const PROFILE_ID = /^(?:global|apac|[a-z]{2}(?:-[a-z]+)?)\.[a-z0-9-]+\./;

const FOUNDATION_MODEL_ID = /^[a-z0-9-]+\.[a-z0-9-]/;

const KINDS: readonly string[] = [
  'foundation-model',
  'inference-profile',
  'application-inference-profile',
  'custom-model',
] satisfies ModelKind[];

export function modelKind(modelId: string): ModelKind {
  const arn = ARN.exec(modelId);
  if (arn !== null) {
    return KINDS.includes(arn[1] ?? '') ? (arn[1] as ModelKind) : 'unknown';
  }
  if (PROFILE_ID.test(modelId)) {
    return 'inference-profile';
  }
  return FOUNDATION_MODEL_ID.test(modelId) ? 'foundation-model' : 'unknown';
}

/** The id in the ARN of a foundation model, or the id itself. */
export function foundationModelId(idOrArn: string): string {
  return idOrArn.slice(idOrArn.indexOf('/') + 1);
}
