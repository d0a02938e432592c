import type { RowProblemCode } from './row-problems';
import type { RowValues } from './row-values';

/** Takes the rows that a reader finds. Positions are bytes of what is read. */
export interface RowHandler<Values extends RowValues = RowValues> {
  /** The wanted values; the object is used again for the next row. False ends the reading. */
  onRow(values: Values, start: number, end: number): boolean;
  /** A row with something wrong counts as a row. */
  onProblem(code: RowProblemCode, position: number, detail: string): void;
}
