/** State of a record in an `OutcomeIndex`; from 0 on it is failed, with the number of its error group. */
export const SUCCEEDED = -1;
export const MISSING = -2;

/**
 * What became of every record, by `recordId`. Nothing else grows with the number of results: about a hundred bytes for each.
 *
 * A record answered twice, in two jobs or by a retry, has one outcome: a success wins over a failure, else the later wins over
 * the earlier.
 */
export class OutcomeIndex {
  private readonly rowOf = new Map<string, number>();
  private readonly states: number[] = [];
  private readonly expected: boolean[] = [];

  /** Rows noted so far. */
  public get rows(): number {
    return this.states.length;
  }

  /**
   * Notes one line of results as the next row.
   *
   * @returns the row that does not count, this one or an earlier one, when the record was answered before
   */
  public note(recordId: string, state: number): number | undefined {
    const row = this.states.push(state) - 1;
    const earlier = this.rowOf.get(recordId);
    this.expected.push(earlier !== undefined && (this.expected[earlier] as boolean));
    if (earlier === undefined) {
      this.rowOf.set(recordId, row);
      return undefined;
    }
    if (this.states[earlier] === SUCCEEDED && state !== SUCCEEDED) return row;
    this.rowOf.set(recordId, row);
    return earlier;
  }

  /** State of a record; undefined where there is no result of it, and none was noted as missing. */
  public find(recordId: string): number | undefined {
    const row = this.rowOf.get(recordId);
    return row === undefined ? undefined : this.states[row];
  }

  /**
   * Notes that the inputs hold a record.
   *
   * @returns whether it is the first of its id in the inputs
   */
  public expect(recordId: string): boolean {
    const row = this.rowOf.get(recordId);
    if (row === undefined) this.note(recordId, MISSING);
    const known = row ?? this.rows - 1;
    const isFirst = !this.expected[known];
    this.expected[known] = true;
    return isFirst;
  }

  /** Every record once, with what counts of it; `isExpected` where the inputs hold it. */
  public *outcomes(): Generator<{ readonly recordId: string; readonly state: number; readonly isExpected: boolean }> {
    for (const [recordId, row] of this.rowOf) {
      yield { recordId, state: this.states[row] as number, isExpected: this.expected[row] as boolean };
    }
  }
}
