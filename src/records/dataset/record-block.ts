import { fromByteText } from './byte-text';
import { JsonSink } from './json-sink';
import type { RecordWriter } from './record-writer';
import type { RowHandler } from './row-handler';
import { type RowProblemCode, type RowProblemGroup, RowProblems } from './row-problems';
import type { RowValues } from './row-values';

/** Records of some rows in a row. Plain data, so that it can be made in another thread. */
export interface RecordBlock {
  /** The lines in UTF-8, each with its line end. */
  readonly bytes: Uint8Array;
  /** Bytes of each line; as many as rows, 0 for one with a problem. */
  readonly lengths: Uint32Array;
  /** Ids that the dataset gave, one a row, empty for a row without; none where ids are generated. */
  readonly ids?: readonly string[];
  readonly problems: readonly RowProblemGroup[];
  /** Set where it cannot be told how the dataset goes on: what follows is not to be read. */
  readonly isBroken?: boolean;
}

export interface RecordBlockOptions {
  readonly writer: RecordWriter;
  /** Where the values of the template's columns are among those of a row. */
  readonly slots: readonly number[];
  /** Where the id is; generated where it is not given. */
  readonly idSlot?: number;
  /** Whether the template has text of its own. */
  readonly hasText: boolean;
  /** Memory to write in, used again by the next block. */
  readonly sink?: JsonSink;
}

const DIGITS = 7;

/** `row-0000001`: by the place of the row in the dataset, so that the same dataset gives the same ids. */
export function generatedId(row: number): string {
  return `row-${String(row).padStart(DIGITS, '0')}`;
}

/** Makes a block of records out of rows. */
export class RecordBlockBuilder implements RowHandler {
  private readonly lengths: number[] = [];
  private readonly ids: string[] = [];
  private readonly problems = new RowProblems();
  private readonly sink: JsonSink;
  private row: number;

  /** @param offset byte of the file at which the block begins; not given for formats without lines */
  constructor(
    private readonly options: RecordBlockOptions,
    firstRow: number,
    private readonly offset?: number,
  ) {
    this.row = firstRow;
    this.sink = options.sink ?? new JsonSink();
  }

  public onRow(values: RowValues, start: number): true {
    const { writer, slots, idSlot, hasText } = this.options;
    const isBlank = slots.every((slot) => values.isBlank(slot));
    if (isBlank && !hasText) {
      this.onProblem('EmptyPrompt', start, 'gives an empty one');
      return true;
    }
    if (idSlot !== undefined && values.isBlank(idSlot)) {
      this.onProblem('EmptyRecordId', start, 'has none');
      return true;
    }
    if (isBlank && slots.length > 0) this.note('NoValues', start, 'has nothing');
    const { sink } = this;
    const before = sink.length;
    if (idSlot === undefined) {
      writer.write(sink, generatedId(this.row), values);
    } else {
      const id = values.text(idSlot);
      this.ids.push(fromByteText(id));
      writer.write(sink, id, values);
    }
    this.endRow(sink.length - before);
    return true;
  }

  public onProblem(code: RowProblemCode, start: number, detail: string): void {
    this.note(code, start, detail);
    if (this.options.idSlot !== undefined) this.ids.push('');
    this.endRow(0);
  }

  public finish(isBroken = false): RecordBlock {
    return {
      bytes: this.sink.take(),
      lengths: Uint32Array.from(this.lengths),
      ...(this.options.idSlot === undefined ? {} : { ids: this.ids }),
      problems: this.problems.toGroups(),
      ...(isBroken ? { isBroken } : {}),
    };
  }

  private endRow(length: number): void {
    this.lengths.push(length);
    this.row += 1;
  }

  private note(code: RowProblemCode, start: number, detail: string): void {
    const { offset, row } = this;
    this.problems.add({ code, row, ...(offset === undefined ? {} : { offset: offset + start }), detail });
  }
}
