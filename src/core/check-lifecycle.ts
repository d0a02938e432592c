import { findModel } from '../catalog/model-catalog';
import { lifecycleOn } from '../catalog/model-lifecycle';
import type { Issue } from './issue';
import { entryOf, type ModelSource } from './model-source';

/**
 * Refuses a model past its end of life, warns of a legacy one.
 *
 * @param today ISO day by which the catalog's dates are judged
 */
export function checkLifecycle(source: ModelSource, today: string): Issue[] {
  const entry = entryOf(source);
  if (entry === undefined) return [];
  const state = lifecycleOn(entry, today);
  if (state === 'active') return [];

  const { endOfLifeDate, legacyDate } = entry.lifecycle;
  const successor = entry.successor === undefined ? undefined : findModel(entry.successor);
  const instead = successor === undefined ? '' : `; use ${successor.name} (${successor.id}) instead`;
  if (state === 'legacy') {
    const until = endOfLifeDate === undefined ? '' : `, its end of life is ${endOfLifeDate}`;
    const message = `${entry.name} (${entry.id}) is legacy since ${legacyDate}${until}${instead}`;
    return [{ code: 'LegacyModel', input: 'model', severity: 'warning', message }];
  }

  const when =
    endOfLifeDate === undefined
      ? 'is past its end of life (exact day unknown)'
      : `reached its end of life on ${endOfLifeDate}`;
  const overridden = source.kind === 'foundation-model' && source.statedRegions !== undefined;
  return [
    {
      code: 'ModelEndOfLife',
      input: 'model',
      severity: overridden ? 'warning' : 'error',
      message: `${entry.name} (${entry.id}) ${when}${instead}`,
    },
  ];
}
