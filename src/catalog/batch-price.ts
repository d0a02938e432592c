import type { BatchPrice } from './model-entry';

/** Where and when prices were read. */
export interface PriceSource {
  readonly source: string;
  readonly date: string;
}

/** Input and output, US dollars for a million tokens. */
type Prices = readonly [input: number, output: number];

/** One price as the generated table writes it: short, because the table goes into the function's bundle. */
export function batchPrice(
  { source, date }: PriceSource,
  route: string | undefined,
  [inputPerMillion, outputPerMillion]: Prices,
  onDemand?: Prices,
  derived?: true,
): BatchPrice {
  return {
    inputPerMillion,
    outputPerMillion,
    ...(onDemand && { onDemandInputPerMillion: onDemand[0], onDemandOutputPerMillion: onDemand[1] }),
    ...(route && { route }),
    ...(derived && { derived }),
    source,
    date,
  };
}
