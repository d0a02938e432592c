import type { FileHandle } from 'node:fs/promises';
import type { RowCutter } from '../records/dataset/row-cutter';
import type { RowProblem } from '../records/dataset/row-problems';
import type { PrepareBlockPiece } from './prepare-block';

/** A row larger than this is not read: with images in it a row has some megabytes. */
export const MAX_ROW_BYTES = 64 * 1024 * 1024;

/** Cuts a file into pieces of whole rows, without keeping what it reads. */
export class DatasetPieces {
  /** Rows that the pieces so far hold, as far as their ends were seen. */
  public rows = 0;
  /** Set if the rest of the file could not be cut. */
  public problem: RowProblem | undefined;

  constructor(
    private readonly file: FileHandle,
    private readonly cutter: RowCutter,
    private readonly blockBytes: number,
    /** Whether bytes behind the last row's end can be one more row, which nothing ends. */
    private readonly hasOpenEnd: boolean,
  ) {}

  public async *from(start: number): AsyncGenerator<PrepareBlockPiece> {
    const memory = Buffer.allocUnsafeSlow(this.blockBytes);
    let position = start;
    let pieceStart = start;
    for (;;) {
      const { bytesRead } = await this.file.read(memory, 0, memory.length, position);
      if (bytesRead === 0) break;
      const { end, rows } = this.cutter.push(memory.subarray(0, bytesRead));
      if (end > 0) {
        yield { start: pieceStart, end: position + end, firstRow: this.rows + 1 };
        pieceStart = position + end;
        this.rows += rows;
      }
      position += bytesRead;
      if (position - pieceStart > MAX_ROW_BYTES) {
        const detail = `goes on for more than ${MAX_ROW_BYTES} bytes`;
        this.problem = { code: 'RowTooLarge', row: this.rows + 1, offset: pieceStart, detail };
        return;
      }
    }
    if (this.hasOpenEnd && position > pieceStart) yield { start: pieceStart, end: position, firstRow: this.rows + 1 };
  }
}
