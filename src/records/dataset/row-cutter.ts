import type { DatasetFormat } from './dataset-format';
import { DelimitedCutter } from './delimited-cutter';
import { JsonArrayCutter } from './json-array-cutter';
import { JsonLinesCutter } from './json-lines-cutter';

/** Finds where rows end in a file that is read part by part, so that it can be cut between rows. Keeps a few numbers only. */
export interface RowCutter {
  /** Looks at the next bytes of the file. `end` is behind the last row that ends in them, 0 if none does. */
  push(bytes: Uint8Array): RowCut;
  /** What the file as a whole has wrong, once all of it was pushed; reads on from the file's name. */
  findProblem(): string | undefined;
}

export interface RowCut {
  readonly end: number;
  readonly rows: number;
}

export function toRowCutter(format: Exclude<DatasetFormat, 'parquet'>, delimiter: string): RowCutter {
  if (format === 'jsonl') return new JsonLinesCutter();
  return format === 'json' ? new JsonArrayCutter() : new DelimitedCutter(delimiter);
}
