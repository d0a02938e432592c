import { entryOf } from '../core/model-source';
import { bodyKindOf } from '../records/bodies';
import type { BodyKind, BodyModel } from '../records/body-format';
import type { RecordLimits } from '../records/check-records';
import { limitsOf } from './job-facts';
import type { JobInputBindOptions } from './job-input';

/** What local records are judged by. Plain data. */
export interface InputRules {
  /** Undefined for a model that the catalog does not know: its bodies are not judged. */
  readonly kind?: BodyKind;
  readonly model: BodyModel;
  readonly limits: RecordLimits;
}

export function inputRules({ model, invocationType }: JobInputBindOptions): InputRules {
  const entry = entryOf(model._source);
  return {
    kind: bodyKindOf(entry?.family, invocationType),
    model: { modelId: entry?.id, limits: entry?.body },
    limits: limitsOf(model),
  };
}
