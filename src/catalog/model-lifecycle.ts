import type { ModelEntry } from './model-entry';

export type LifecycleState = 'active' | 'legacy' | 'ended';

/** State of a model on a day (`2026-11-21`). A date of the catalog is the first day on which its state holds. */
export function lifecycleOn({ lifecycle }: Pick<ModelEntry, 'lifecycle'>, isoDay: string): LifecycleState {
  const { legacyDate, endOfLifeDate, ended } = lifecycle;
  // ISO days compare as text.
  if (ended || (endOfLifeDate !== undefined && endOfLifeDate <= isoDay)) return 'ended';
  return legacyDate !== undefined && legacyDate <= isoDay ? 'legacy' : 'active';
}
