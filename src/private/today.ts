import type { IConstruct } from 'constructs';
import { BatchInferenceError } from '../core/batch-inference-error';

/** Context that fixes the day by which the catalog's dates are judged, so that a synth can be repeated to the letter. */
export const TODAY_CONTEXT = 'cdk-bedrock-batch:today';

/** The ISO day of this synth. */
export function today(scope: IConstruct): string {
  const fixed: unknown = scope.node.tryGetContext(TODAY_CONTEXT);
  if (fixed === undefined) return new Date().toISOString().slice(0, 10);
  if (typeof fixed === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(fixed) && !Number.isNaN(Date.parse(fixed))) return fixed;
  throw new BatchInferenceError([
    {
      code: 'MalformedDay',
      input: TODAY_CONTEXT,
      message: `must be a day such as "2026-11-21", got ${JSON.stringify(fixed)}`,
    },
  ]);
}
