import type { ByteText } from './byte-text';
import { type JsonSink, toJsonText, toView } from './json-sink';

/** The wanted values of one row, by their number. */
export interface RowValues {
  text(index: number): ByteText;
  /** Whether there is nothing but white space in it. */
  isBlank(index: number): boolean;
  /** Writes it as it stands between quotes in JSON. */
  write(index: number, sink: JsonSink): void;
}

/** Values that are text already. */
export class TextValues implements RowValues {
  public texts: ByteText[] = [];

  public text(index: number): ByteText {
    return this.texts[index];
  }

  public isBlank(index: number): boolean {
    return !/\S/.test(this.texts[index]);
  }

  public write(index: number, sink: JsonSink): void {
    sink.writeText(toJsonText(this.texts[index]));
  }
}

/** Cells of CSV or TSV: where in the bytes they are, without their quotes. */
export class CellValues implements RowValues {
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private readonly doubled: boolean[] = [];

  private readonly view: DataView;

  constructor(private readonly bytes: Buffer) {
    this.view = toView(bytes);
  }

  /** @param isDoubled whether quotes in it are doubled */
  public set(index: number, start: number, end: number, isDoubled: boolean): void {
    this.starts[index] = start;
    this.ends[index] = end;
    this.doubled[index] = isDoubled;
  }

  public get count(): number {
    return this.starts.length;
  }

  public text(index: number): ByteText {
    const text = this.bytes.toString('latin1', this.starts[index], this.ends[index]);
    return this.doubled[index] ? text.replaceAll('""', '"') : text;
  }

  public isBlank(index: number): boolean {
    const { bytes } = this;
    for (let position = this.starts[index]; position < this.ends[index]; position += 1) {
      const byte = bytes[position];
      if (byte !== 0x20 && (byte < 0x09 || byte > 0x0d)) return false;
    }
    return true;
  }

  public write(index: number, sink: JsonSink): void {
    const isWritten = sink.writeBytes(this.view, this.starts[index], this.ends[index], this.doubled[index]);
    if (!isWritten) sink.writeText(toJsonText(this.text(index)));
  }
}
