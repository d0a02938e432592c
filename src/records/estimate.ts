import { findModel, findProfile } from '../catalog/model-catalog';
import type { BatchPrice, ModelEntry } from '../catalog/model-entry';
import type { Issue } from '../core/issue';
import type { TokenEstimate } from './token-estimate';

/** A price of one's own, US dollars for a million tokens in a batch; for what the catalog does not know, or a discount. */
export interface PriceOverride {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
}

/** US dollars. */
export interface CostRange {
  readonly expected: number;
  /** The expected answers, and prompts at the upper end of what their estimate may be off. */
  readonly withError: number;
  /** Every answer as long as its record allows. Absent where nothing bounds it. */
  readonly atMost?: number;
}

export interface CostEstimate {
  readonly batch: CostRange;
  /** What the same records would cost one by one. */
  readonly onDemand: CostRange;
  /** Set where no source gives the price on demand: taken as twice that of a batch, as AWS prices most models. */
  readonly isOnDemandAssumed: boolean;
  readonly price: BatchPrice | PriceOverride;
  /** Relative error of the prompts' tokens, counting and sampling together. Absent where one record stands for several. */
  readonly error?: number;
  readonly tokens: TokenEstimate;
}

/** Price of a model by one way to it: `in-region`, or the geography of a profile (`us`, `global`, …). */
export function findPrice(entry: ModelEntry, route: string): BatchPrice | undefined {
  return entry.prices?.find((price) => price.route === undefined || price.route === route);
}

/** Price of what `CreateModelInvocationJob` is given as `modelId`: a model id or a profile id. */
export function findPriceOf(modelId: string): BatchPrice | undefined {
  const profile = findProfile(modelId);
  const entry = findModel(profile?.modelId ?? modelId);
  return entry && findPrice(entry, profile?.geography ?? 'in-region');
}

/** Undefined where there is no price: then the cost is unknown, and is to be told as that. */
export function estimateCost(
  tokens: TokenEstimate,
  price: BatchPrice | PriceOverride | undefined,
): CostEstimate | undefined {
  if (price === undefined) return undefined;
  const { inputPerMillion, outputPerMillion } = price;
  const { counting, sampling } = tokens.error;
  const { onDemandInputPerMillion, onDemandOutputPerMillion } = price as Partial<BatchPrice>;
  const isOnDemandAssumed = onDemandInputPerMillion === undefined || onDemandOutputPerMillion === undefined;
  return {
    batch: toCost(tokens, inputPerMillion, outputPerMillion),
    onDemand: isOnDemandAssumed
      ? toCost(tokens, 2 * inputPerMillion, 2 * outputPerMillion)
      : toCost(tokens, onDemandInputPerMillion, onDemandOutputPerMillion),
    isOnDemandAssumed,
    price,
    ...(sampling !== undefined && { error: counting + sampling }),
    tokens,
  };
}

function toCost({ input, output, error }: TokenEstimate, inputPerMillion: number, outputPerMillion: number): CostRange {
  const cost = (inputTokens: number, outputTokens: number) =>
    (inputTokens * inputPerMillion + outputTokens * outputPerMillion) / 1e6;
  const high = input.expected * (1 + error.counting + (error.sampling ?? 0));
  return {
    expected: cost(input.expected, output.expected),
    withError: cost(high, output.expected),
    ...(input.atMost !== undefined && output.atMost !== undefined && { atMost: cost(input.atMost, output.atMost) }),
  };
}

/**
 * Holds an estimate against the most that a job may cost.
 *
 * Judged is the expected cost with its error, not the most that is possible: nearly every record allows a far longer answer than
 * it gets, so the most would refuse jobs that cost a fraction of it, and users would learn to raise the limit until it guards
 * nothing. What is possible is in the message.
 *
 * @param estimate undefined where the price is not known
 */
export function checkEstimatedCost(estimate: CostEstimate | undefined, maxUsd: number): Issue[] {
  const input = 'maxEstimatedCost';
  if (!(Number.isFinite(maxUsd) && maxUsd > 0)) {
    const message = `must be US dollars above 0, got ${maxUsd}`;
    return [{ code: 'MaxEstimatedCostOutOfRange', input, message }];
  }
  if (estimate === undefined) {
    const message =
      'is not checked, because the catalog has no batch price for this model by this route; give a price of your own';
    return [{ code: 'PriceUnknown', input, message, severity: 'warning' }];
  }
  const { expected, withError, atMost } = estimate.batch;
  if (withError <= maxUsd) return checkCompleteness(estimate.tokens, input);
  const most = atMost === undefined ? 'nothing bounds the answers' : `at most ${formatUsd(atMost)}`;
  const message = `must cover the estimated ${formatUsd(withError)} (${formatUsd(expected)} expected, with its error; ${most}), got ${formatUsd(maxUsd)}; send less, allow shorter answers, take a cheaper model or raise it`;
  return [{ code: 'EstimatedCostTooHigh', input, message }];
}

function checkCompleteness({ uncountedMedia }: TokenEstimate, input: string): Issue[] {
  if (uncountedMedia === 0) return [];
  const message = `is checked for the text alone; images and other media that are not in the estimate: ${uncountedMedia}`;
  return [{ code: 'CostIncomplete', input, message, severity: 'warning' }];
}

/** Cents, and below ten cents two digits that say something: `$12.34`, `$0.0042`. */
export function formatUsd(usd: number): string {
  if (usd === 0 || usd >= 0.1) return `$${usd.toFixed(2)}`;
  return `$${Number(usd.toPrecision(2)).toFixed(Math.min(12, 1 - Math.floor(Math.log10(usd))))}`;
}
