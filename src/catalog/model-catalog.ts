import type { ModelEntry, ProfileEntry } from './model-entry';
import { MODELS, PROFILES } from './model-table';

export { CATALOG_CHECKED } from './model-table';
export { nearestModelIds } from './nearest-model-ids';

// Plain scans: under a hundred rows each, and nothing to keep in step with the table.

export function allModels(): readonly ModelEntry[] {
  return MODELS;
}

export function allProfiles(): readonly ProfileEntry[] {
  return PROFILES;
}

export function findModel(id: string): ModelEntry | undefined {
  return MODELS.find((model) => model.id === id);
}

export function findProfile(profileId: string): ProfileEntry | undefined {
  return PROFILES.find((profile) => profile.id === profileId);
}

/** Every known profile of a model, those included that batch inference does not take. */
export function profilesOf(modelId: string): ProfileEntry[] {
  return PROFILES.filter((profile) => profile.modelId === modelId);
}

/** Regions in which batch inference takes at least one model, ended ones included; sorted. */
export function batchRegions(): string[] {
  const regions = MODELS.flatMap(({ inRegion, byProfile, custom }) => [...inRegion, ...byProfile, ...custom]);
  return [...new Set(regions)].sort();
}
