import { BatchInferenceError } from '../../core/batch-inference-error';
import { type Issue, isError } from '../../core/issue';
import type { BodyFormat, BodyKind, BodyModel, InferenceParameters } from '../body-format';
import { findNotUtf8, toByteText } from './byte-text';
import type { DatasetFormat } from './dataset-format';
import { JsonSink } from './json-sink';
import { readDelimited } from './read-delimited';
import { JsonRowReader } from './read-json-rows';
import { type RecordBlock, RecordBlockBuilder, type RecordBlockOptions } from './record-block';
import { RecordIds } from './record-ids';
import { buildBody, fillTemplate, toRecordWriter } from './record-writer';
import { toRowCutter } from './row-cutter';
import { isRowError, RowProblems } from './row-problems';
import { TextValues } from './row-values';
import { checkColumns, parseTemplate, type Template } from './template';
import { toValueText } from './value-text';

const SURROGATE = /\p{Surrogate}/u;
/** Rows that `prepareRecords` takes at a time; the first of them say which columns there are. */
const ROWS_AT_A_TIME = 1000;

/** What records are made of rows. */
export interface PrepareOptions {
  readonly kind: BodyKind;
  readonly model: BodyModel;
  /** The prompt, with `{{column}}` where the value of a column belongs; see `parseTemplate`. */
  readonly template: string;
  /** The same for every record; it has no placeholders. */
  readonly systemPrompt?: string;
  /**
   * Column whose values become the record ids.
   *
   * @default - `row-0000001` and so on, by the place of the row
   */
  readonly idColumn?: string;
  readonly parameters?: InferenceParameters;
}

/** How to read the rows of a dataset. Plain data, as it crosses between threads. */
export interface RowShape {
  readonly format: Exclude<DatasetFormat, 'parquet'>;
  /** Of CSV and TSV. */
  readonly delimiter: string;
  readonly columns: readonly string[];
}

/** Where in its file a piece of a dataset is. */
export interface PieceAt {
  readonly offset: number;
  /** Number of its first row, from 1. */
  readonly firstRow: number;
}

/** Everything about the options that can be told without the rows. */
export function checkPrepare(options: PrepareOptions, columns: readonly string[], format: BodyFormat): Issue[] {
  const { template, issues } = parseTemplate(options.template);
  const { idColumn } = options;
  const found = [
    ...issues,
    // A placeholder without a name is told of already.
    ...checkColumns(
      template.columns.filter((name) => name !== ''),
      columns,
      'template',
    ),
    ...(idColumn === undefined ? [] : checkColumns([idColumn], columns, 'idColumn')),
    ...checkRepeated(template.columns, columns, 'template'),
    ...checkRepeated(idColumn === undefined ? [] : [idColumn], columns, 'idColumn'),
    ...checkSystemPrompt(options.systemPrompt, columns),
  ];
  return found.some(isError) ? found : [...found, ...checkBody(options, template, format)];
}

/** A column that comes twice cannot be told apart; one that nobody asks for does no harm. */
function checkRepeated(wanted: readonly string[], columns: readonly string[], input: string): Issue[] {
  return [...new Set(wanted)].flatMap((name) => {
    const places = columns.flatMap((column, index) => (column === name ? [index + 1] : []));
    if (places.length < 2) return [];
    const message = `must name ${input === 'template' ? 'columns' : 'a column'} that the dataset has once, got "${name}", which it has ${places.length} times (columns ${places.join(', ')}); rename all but one`;
    return [{ code: 'DuplicateColumn', input, message }];
  });
}

function checkSystemPrompt(systemPrompt: string | undefined, columns: readonly string[]): Issue[] {
  if (systemPrompt === undefined) return [];
  const named = parseTemplate(systemPrompt).template.columns.find((column) => columns.includes(column));
  if (named === undefined) return [];
  const message = `is sent as it is, {{${named}}} included: only the template has placeholders`;
  return [{ code: 'PlaceholderInSystemPrompt', input: 'systemPrompt', message, severity: 'warning' }];
}

/** Builds the body of one row and has it checked: what is wrong with it is wrong with all of them. */
function checkBody(options: PrepareOptions, template: Template, format: BodyFormat): Issue[] {
  const { systemPrompt, parameters, model } = options;
  const prompt = fillTemplate(template, template.columns);
  try {
    const body = buildBody(format, model, { template, systemPrompt, parameters }, prompt);
    return format.check(body as Readonly<Record<string, unknown>>, model);
  } catch (error) {
    if (BatchInferenceError.is(error)) return [...error.issues];
    throw error;
  }
}

function wantedColumns({ columns }: Template, idColumn: string | undefined): string[] {
  return [...new Set([...columns, ...(idColumn === undefined ? [] : [idColumn])])];
}

/** Makes records of pieces of a dataset; made once, it takes one piece after another. The options have been checked. */
export class RecordMaker {
  /** Columns that the records need, each once: all that has to be read. */
  public readonly wanted: readonly string[];
  private readonly block: RecordBlockOptions;

  constructor(options: PrepareOptions, format: BodyFormat) {
    const { template } = parseTemplate(options.template);
    const { idColumn, systemPrompt, parameters } = options;
    this.wanted = wantedColumns(template, idColumn);
    const slots = template.columns.map((column) => this.wanted.indexOf(column));
    this.block = {
      writer: toRecordWriter(format, options.model, { template, systemPrompt, parameters }, slots),
      slots,
      idSlot: idColumn === undefined ? undefined : this.wanted.indexOf(idColumn),
      hasText: template.texts.some((text) => /\S/.test(text)),
      sink: new JsonSink(),
    };
  }

  /**
   * Records of a piece of a text format, cut between rows.
   *
   * @param isUtf8 the engine's own check, where there is one
   */
  public makeFromBytes(
    bytes: Uint8Array,
    shape: RowShape,
    at: PieceAt,
    isUtf8: (bytes: Uint8Array) => boolean = (all) => findNotUtf8(all) === -1,
  ): RecordBlock {
    if (!isUtf8(bytes)) return this.refuseEncoding(bytes, shape, at);
    const builder = new RecordBlockBuilder(this.block, at.firstRow, at.offset);
    const { format, delimiter, columns } = shape;
    if (format === 'json') {
      new JsonRowReader(this.wanted, builder).readElements(bytes, at.firstRow === 1);
    } else if (format === 'jsonl') {
      new JsonRowReader(this.wanted, builder).readLines(asBuffer(bytes).toString('latin1'));
    } else {
      const wanted = this.wanted.map((column) => columns.indexOf(column));
      return builder.finish(!readDelimited(asBuffer(bytes), { delimiter, cells: columns.length, wanted }, builder));
    }
    return builder.finish();
  }

  /** Records of rows that are objects already. */
  public makeFromRows(rows: Iterable<Readonly<Record<string, unknown>>>, firstRow: number): RecordBlock {
    const builder = new RecordBlockBuilder(this.block, firstRow);
    const values = new TextValues();
    for (const row of rows) {
      const texts = this.wanted.map((column) => (Object.hasOwn(row, column) ? toValueText(row[column]) : ''));
      const deep = texts.indexOf(undefined);
      const broken = texts.findIndex((text) => text !== undefined && SURROGATE.test(text));
      values.texts = texts.map((text = '') => toByteText(text));
      if (deep !== -1) builder.onProblem('NestedTooDeeply', 0, `has one that is not in "${this.wanted[deep]}"`);
      else if (broken === -1) builder.onRow(values, 0);
      else builder.onProblem('LoneSurrogate', 0, `has one in "${this.wanted[broken]}"`);
    }
    return builder.finish();
  }

  private refuseEncoding(
    bytes: Uint8Array,
    { format, delimiter }: RowShape,
    { offset, firstRow }: PieceAt,
  ): RecordBlock {
    const index = findNotUtf8(bytes);
    const cutter = toRowCutter(format, delimiter);
    if (format === 'json' && firstRow > 1) cutter.push(Buffer.from('['));
    const { rows } = cutter.push(bytes.subarray(0, index));
    const builder = new RecordBlockBuilder(this.block, firstRow + rows, offset);
    builder.onProblem(
      'NotUtf8',
      index,
      `has byte 0x${bytes[index].toString(16).padStart(2, '0')} where no text has one`,
    );
    return builder.finish(true);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Records of rows that are objects, one line of JSON each, without line ends. Takes a thousand rows at a time.
 *
 * @throws BatchInferenceError for what is wrong with the options, before the first line, and for what is wrong with rows, before
 * the first line of the thousand in which it is
 */
export function* prepareRecords(
  rows: Iterable<Readonly<Record<string, unknown>>>,
  options: PrepareOptions,
  format: BodyFormat,
): Generator<string> {
  let maker: RecordMaker | undefined;
  let firstRow = 1;
  const ids = new RecordIds();
  for (const some of inGroups(rows)) {
    if (maker === undefined) {
      const columns = [...new Set(some.flatMap((row) => Object.keys(row)))];
      const errors = checkPrepare(options, columns, format).filter(isError);
      if (errors.length > 0) throw new BatchInferenceError(errors);
      maker = new RecordMaker(options, format);
    }
    const block = maker.makeFromRows(some, firstRow);
    const problems = new RowProblems();
    for (const group of block.problems.filter(isRowError)) problems.addGroup(group);
    for (const [index, id] of (block.ids ?? []).entries()) {
      const problem = id === '' ? undefined : ids.findProblem(id, firstRow + index);
      if (problem !== undefined) problems.add(problem);
    }
    if (problems.hasErrors) throw new BatchInferenceError(problems.toIssues('rows'));
    yield* linesIn(block);
    firstRow += some.length;
  }
}

function* inGroups<T>(items: Iterable<T>): Generator<T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length < ROWS_AT_A_TIME) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function* linesIn({ bytes, lengths }: RecordBlock): Generator<string> {
  let start = 0;
  for (const length of lengths) {
    yield Buffer.from(bytes.buffer, bytes.byteOffset + start, length - 1).toString('utf8');
    start += length;
  }
}
