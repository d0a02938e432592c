import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BatchPrice } from '../catalog/model-entry';
import { describeModel, entryOf, type ModelSource } from '../core/model-source';
import { routeModel } from '../core/route-model';
import type { BatchInferenceJob } from '../job/batch-inference-job';
import type { BatchModel } from '../model/batch-model';
import { metricIdsOf } from '../model/model-metrics';
import { findPrice, findPriceOf } from '../records/estimate';

/** What a dashboard shows of a model. */
export interface ShownModel {
  readonly name: string;
  /** Ids under which its metrics may be published. */
  readonly ids: readonly string[];
  readonly price?: BatchPrice;
  /** Why there is no price. */
  readonly unpriced?: string;
}

/** The models given and those of the jobs, each once. */
export function shownModels(
  scope: Construct,
  models: readonly BatchModel[],
  jobs: readonly BatchInferenceJob[],
): ShownModel[] {
  const shown = new Map<string, ShownModel>();
  const show = (source: ModelSource, sentId: string | undefined) => {
    if (!shown.has(source.modelId)) shown.set(source.modelId, showModel(source, sentId));
  };
  for (const { _model, modelId } of jobs) show(_model._source, Token.isUnresolved(modelId) ? undefined : modelId);
  const { region } = Stack.of(scope);
  for (const { _source } of models) show(_source, Token.isUnresolved(region) ? undefined : sentFrom(_source, region));
  return [...shown.values()];
}

/** What jobs send that are not given: by the way that a job takes unless it is told. */
function sentFrom(source: ModelSource, region: string): string {
  return routeModel(source, region, 'AUTO').route?.modelId ?? source.modelId;
}

/** @param sentId what is sent, if that is known: prices differ by the way to a model */
function showModel(source: ModelSource, sentId: string | undefined): ShownModel {
  const model = { name: describeModel(source), ids: metricIdsOf(source) };
  const price = sentId === undefined ? priceOfAnyRoute(source) : findPriceOf(sentId);
  if (price !== undefined) return { ...model, price };
  const isPriced = entryOf(source)?.prices !== undefined;
  const unpriced =
    sentId === undefined && isPriced
      ? 'its price depends on the way to the model, which is decided at deployment'
      : 'no source gives its price by this way';
  return { ...model, unpriced };
}

function priceOfAnyRoute(source: ModelSource): BatchPrice | undefined {
  const entry = source.kind === 'custom-model' ? undefined : entryOf(source);
  return entry && findPrice(entry, '');
}
