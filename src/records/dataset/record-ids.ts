import type { RowProblem } from './row-problems';

/** Finds ids that come twice. Remembers every id, so its memory grows with the number of rows, not with their size. */
export class RecordIds {
  private readonly firstRows = new Map<string, number>();

  /** What is wrong with the id of a row, if it came before. */
  public findProblem(id: string, row: number): RowProblem | undefined {
    const first = this.firstRows.get(id);
    if (first === undefined) {
      this.firstRows.set(id, row);
      return undefined;
    }
    const shown = id.length > 60 ? `${id.slice(0, 60)}…` : id;
    return { code: 'DuplicateRecordId', row, detail: `has "${shown}" of row ${first}` };
  }
}
