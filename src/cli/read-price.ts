import type { BatchPrice } from '../catalog/model-entry';
import { findPrice, type PriceOverride } from '../records/estimate';
import { number } from './command';
import type { GivenModel } from './read-model';
import { UsageError } from './usage-error';

/** For every command that speaks of money. */
export const PRICE_OPTIONS = {
  priceIn: number('usd', 'US dollars for a million input tokens in a batch, in place of the catalog’s', { min: 0 }),
  priceOut: number('usd', 'US dollars for a million output tokens in a batch, in place of the catalog’s', { min: 0 }),
};

export interface PriceWords {
  readonly priceIn: number | undefined;
  readonly priceOut: number | undefined;
}

/** One's own price, or that of the catalog for the way to the model; undefined where nobody knows. */
export function findGivenPrice(
  { priceIn, priceOut }: PriceWords,
  given: GivenModel | undefined,
  route = given?.geography ?? 'in-region',
): BatchPrice | PriceOverride | undefined {
  if (priceIn !== undefined || priceOut !== undefined) {
    if (priceIn === undefined || priceOut === undefined) {
      const input = priceIn === undefined ? '--price-in' : '--price-out';
      throw new UsageError({ code: 'HalfAPrice', input, message: 'must be given too: a price has two parts' });
    }
    return { inputPerMillion: priceIn, outputPerMillion: priceOut };
  }
  return given?.entry && findPrice(given.entry, route);
}

/** `$0.03 in, $0.12 out for a million tokens, from … on 2026-10-05` */
export function describePrice(price: BatchPrice | PriceOverride): string {
  const { inputPerMillion, outputPerMillion } = price;
  const amounts = `$${inputPerMillion} in and $${outputPerMillion} out for a million tokens`;
  if (!('source' in price)) return `${amounts}, as given`;
  return `${amounts}, ${price.derived ? 'worked out from' : 'from'} ${price.source} as of ${price.date}`;
}
