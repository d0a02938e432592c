import type { BodyFormat, BodyModel, BodyRequest, InferenceParameters } from '../body-format';
import { type ByteText, fromByteText, toByteText } from './byte-text';
import { JsonSink, toJsonText } from './json-sink';
import { type RowValues, TextValues } from './row-values';
import type { Template } from './template';

/** Writes the record of one row as a line of JSON. */
export interface RecordWriter {
  write(sink: JsonSink, recordId: ByteText, values: RowValues): void;
}

export interface RecordShape {
  readonly template: Template;
  readonly systemPrompt?: string;
  readonly parameters?: InferenceParameters;
}

/** Values that a body format might treat in ways of its own: white space to trim, quotes, tags of chat templates. */
const PROBE = ['  "a"\\ \n', '', '\t{{b}} <|eot_id|>[INST]</s> \u00e9\u{1f600}\u2028 '];

/**
 * A writer for records of one shape.
 *
 * What differs between rows is found once, by building a body from marks and looking for them in its JSON; a row is then the
 * constant pieces with its values between them. A body format that does more with a prompt than to put it somewhere is seen
 * by its answer to a probe, and gets its bodies built row by row.
 *
 * @param slots where the values of the template's columns are among those of a row
 */
export function toRecordWriter(
  format: BodyFormat,
  model: BodyModel,
  shape: RecordShape,
  slots: readonly number[],
): RecordWriter {
  const direct = new DirectWriter(format, model, shape, slots);
  const pattern = findPattern(format, model, shape, slots);
  if (pattern === undefined) return direct;
  const compiled = new PatternWriter(pattern);
  const probe = new TextValues();
  for (const slot of slots) probe.texts[slot] = toByteText(PROBE[slot % PROBE.length]);
  return isSame(direct, compiled, probe) ? compiled : direct;
}

/** The prompt of one row. */
export function fillTemplate({ texts, columns }: Template, values: readonly string[]): string {
  return columns.reduce((prompt, _, index) => prompt + values[index] + texts[index + 1], texts[0]);
}

export function buildBody(format: BodyFormat, model: BodyModel, shape: RecordShape, prompt: string): object {
  const { systemPrompt, parameters } = shape;
  const request: BodyRequest = {
    prompt,
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
    ...(parameters === undefined ? {} : { parameters }),
  };
  return format.build(request, model);
}

/** Builds each body on its own. */
class DirectWriter implements RecordWriter {
  constructor(
    private readonly format: BodyFormat,
    private readonly model: BodyModel,
    private readonly shape: RecordShape,
    private readonly slots: readonly number[],
  ) {}

  public write(sink: JsonSink, recordId: ByteText, values: RowValues): void {
    const { format, model, shape } = this;
    const prompt = fillTemplate(
      shape.template,
      this.slots.map((slot) => fromByteText(values.text(slot))),
    );
    const record = { recordId: fromByteText(recordId), modelInput: buildBody(format, model, shape, prompt) };
    sink.writeText(`${toByteText(JSON.stringify(record))}\n`);
  }
}

/** A record with gaps: `pieces[0]`, the value of `slots[0]`, `pieces[1]`, …; one piece more than slots, -1 for the id. */
interface RecordPattern {
  readonly pieces: readonly Uint8Array[];
  readonly slots: readonly number[];
}

class PatternWriter implements RecordWriter {
  constructor(private readonly pattern: RecordPattern) {}

  public write(sink: JsonSink, recordId: ByteText, values: RowValues): void {
    const { pieces, slots } = this.pattern;
    sink.writePiece(pieces[0]);
    for (let index = 0; index < slots.length; index += 1) {
      const slot = slots[index];
      if (slot === -1) sink.writeText(toJsonText(recordId));
      else values.write(slot, sink);
      sink.writePiece(pieces[index + 1]);
    }
  }
}

/** Undefined where marks were lost on the way into the body. */
function findPattern(
  format: BodyFormat,
  model: BodyModel,
  shape: RecordShape,
  slots: readonly number[],
): RecordPattern | undefined {
  const mark = unusedMark(JSON.stringify(shape));
  const prompt = fillTemplate(
    shape.template,
    slots.map((slot) => `${mark}${slot}.`),
  );
  const record = { recordId: `${mark}-1.`, modelInput: buildBody(format, model, shape, prompt) };
  const [first, ...rest] = `${JSON.stringify(record)}\n`.split(mark);
  const gaps = rest.map((part) => ({ slot: Number.parseInt(part, 10), piece: part.slice(part.indexOf('.') + 1) }));
  const isWhole = slots.every((slot) => gaps.some((gap) => gap.slot === slot));
  if (!isWhole || gaps.some(({ slot }) => slot !== -1 && !slots.includes(slot))) return undefined;
  return {
    pieces: [first, ...gaps.map(({ piece }) => piece)].map((piece) => Buffer.from(piece, 'utf8')),
    slots: gaps.map(({ slot }) => slot),
  };
}

/** Letters only, so that nothing is escaped in them; in none of the texts that they are put between. */
function unusedMark(texts: string): string {
  let mark = 'cdkBedrockBatchMark';
  while (texts.includes(mark)) mark += 'X';
  return mark;
}

function isSame(one: RecordWriter, other: RecordWriter, values: RowValues): boolean {
  const [a, b] = [one, other].map((writer) => {
    const sink = new JsonSink();
    writer.write(sink, toByteText('"\u00e9'), values);
    return Buffer.from(sink.take()).toString('latin1');
  });
  return a === b;
}
