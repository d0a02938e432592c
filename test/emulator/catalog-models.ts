import { allModels, allProfiles } from '../../src/catalog/model-catalog';
import type { ModelTableOptions } from './model-table';

/** Every model and profile that the library's catalog knows: the emulator's default. */
export function catalogModels(): ModelTableOptions {
  return { models: allModels(), profiles: allProfiles() };
}
