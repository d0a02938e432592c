import type { ModelEntry, ProfileEntry } from '../catalog/model-entry';

/** A model as the user named it, with what the catalog knows of it. `modelId` is the id or ARN as given. */
export type ModelSource = FoundationModelSource | InferenceProfileSource | ApplicationProfileSource | CustomModelSource;

export interface FoundationModelSource {
  readonly kind: 'foundation-model';
  readonly modelId: string;
  /** Absent: the catalog has never heard of the model. */
  readonly entry?: ModelEntry;
  /** Regions where the user says that batch takes the bare id, whatever the catalog says. */
  readonly statedRegions?: readonly string[];
}

export interface InferenceProfileSource {
  readonly kind: 'inference-profile';
  readonly modelId: string;
  readonly foundationModelId: string;
  readonly global: boolean;
  readonly entry?: ModelEntry;
  /** Absent: the catalog has never heard of the profile. */
  readonly profile?: ProfileEntry;
  /** Regions to which the user says that the profile routes, whatever the catalog says. */
  readonly statedDestinations?: readonly string[];
}

export interface ApplicationProfileSource {
  readonly kind: 'application-inference-profile';
  readonly modelId: string;
  /** What the profile was made from, when the user says so. */
  readonly copiedFrom?: FoundationModelSource | InferenceProfileSource;
}

export interface CustomModelSource {
  readonly kind: 'custom-model';
  readonly modelId: string;
  /** Absent: the ARN names no base model that the catalog knows. */
  readonly entry?: ModelEntry;
}

/** The catalog row behind a model, if there is one. */
export function entryOf(source: ModelSource): ModelEntry | undefined {
  return source.kind === 'application-inference-profile' ? source.copiedFrom?.entry : source.entry;
}

/** `Claude Sonnet 4.6 (anthropic.claude-sonnet-4-6)` */
export function describeModel(source: ModelSource): string {
  const entry = entryOf(source);
  return entry === undefined ? source.modelId : `${entry.name} (${source.modelId})`;
}

/** The Region that an ARN names; absent where the model is given by id, or by an ARN whose Region is not known yet. */
export function regionInArn({ modelId }: ModelSource): string | undefined {
  return /^arn:[a-z-]+:bedrock:([a-z0-9-]+):/.exec(modelId)?.[1];
}
