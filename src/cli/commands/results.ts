import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { BatchPrice } from '../../catalog/model-entry';
import { BatchInferenceError } from '../../core/batch-inference-error';
import { isError } from '../../core/issue';
import { formatUsd, type PriceOverride } from '../../records/estimate';
import { type Context, choice, flag, type Input, SERVICE_OPTIONS, text, texts, toCommand } from '../command';
import { fetchObjects, findS3Place } from '../fetch-objects';
import { startProgress } from '../progress';
import { readModel } from '../read-model';
import { describePrice, findGivenPrice, PRICE_OPTIONS } from '../read-price';
import type { ResultsReport, TableFormat } from '../read-results';
import type { ObjectStore } from '../services';
import { inOptions, tellIssues } from '../tell-issues';
import { type Output, toPrintable } from '../terminal';
import { UsageError } from '../usage-error';
import { counted, toBytes, toCount } from '../words';

const FORMATS = ['csv', 'jsonl', 'parquet'] as const satisfies readonly TableFormat[];

const OPTIONS = {
  inputs: texts('path', 'what was sent: file, folder or s3://…, for what is missing; can be given several times'),
  to: choice(FORMATS, 'format', 'write a table: csv, jsonl or parquet (default: as --out ends)'),
  out: text('file', 'file for the table (default with --to: stdout, and the summary on stderr)'),
  retryFile: text('file', 'file for the records to send again, bodies whole'),
  model: text('id', 'model of the job, for the cost and where the answers do not tell whose they are'),
  converse: flag('bodies are those of Converse'),
  ...PRICE_OPTIONS,
  json: flag('print the summary as JSON'),
  ...SERVICE_OPTIONS,
};

type Values = Input<typeof OPTIONS>['options'];

/** Props of the engine, and what sets them here. */
const NAMES = { output: '--out', retryFile: '--retry-file', inputs: '--inputs', paths: 'path' };

export const results = toCommand({
  name: 'results',
  summary: 'read the results of jobs: what succeeded, failed and is missing, as a summary and as a table',
  description:
    'Takes folders and files of results (*.jsonl.out, manifest.json.out), of one job or several, and places in S3, from which they are downloaded for the time of the reading. Of two answers to a record the later path counts. Exit code 1 where a line cannot be read; records that failed are no error of the reading.',
  arguments: [{ name: 'path', description: 'file, folder or s3://bucket/folder/', required: true, variadic: true }],
  options: OPTIONS,
  examples: [
    { line: 'results s3://answers/out/a1b2c3d4e5f6/', says: 'the summary of a job' },
    { line: 'results out/ --inputs records.jsonl --out answers.csv', says: 'a table with a row for every record sent' },
    {
      line: 'results out/ --inputs records.jsonl --retry-file again.jsonl',
      says: 'what failed or is missing, ready to be sent again',
    },
    { line: 'results out/ --to jsonl | jq -r .text', says: 'the texts, for another program' },
  ],
  run: async ({ args, options }: Input<typeof OPTIONS>, context) => {
    const { terminal, print, tell, clock } = context;
    const { to, out, json, model, converse } = options;
    const format = tableFormat(options);
    const isPiped = format !== undefined && out === undefined;
    const today = new Date(clock.now()).toISOString().slice(0, 10);
    // What is not known of a model does not matter any more once it has answered.
    const given = model === undefined ? undefined : readModel({ model, converse, body: undefined }, today);
    const price = findGivenPrice(options, given);
    const work = new Workplace(options, context);
    try {
      const paths = await work.fetch(args, (key) => /(\.jsonl\.out|manifest\.json\.out)$/.test(key));
      const inputs = options.inputs && (await work.fetch(options.inputs, (key) => key.endsWith('.jsonl')));
      const table = isPiped ? join(await work.folder(), `table.${to}`) : out;
      const progress = startProgress(terminal.stderr, 'results');
      let report: ResultsReport;
      try {
        const { readResults } = require('../read-results') as typeof import('../read-results');
        report = await readResults({
          paths,
          inputs,
          kind: given?.kind ?? (converse ? 'converse' : undefined),
          output: table === undefined || format === undefined ? undefined : { path: table, format },
          retryFile: options.retryFile,
          signal: terminal.signal,
          onProgress: (bytes, total) => progress.update(bytes, total, `${toBytes(bytes)} of ${toBytes(total)}`),
        });
      } finally {
        progress.stop();
      }
      const issues = inOptions(report.issues, NAMES).map((issue) => ({
        ...issue,
        input: work.toGiven(issue.input),
        message: work.toGiven(issue.message),
      }));
      const cost = findCost(report, price);
      if (json) print(JSON.stringify({ ...report, cost, price, issues }, undefined, 2));
      else {
        tellIssues(issues, context);
        const say = isPiped ? tell : print;
        for (const line of describeReport(isPiped ? { ...report, table: undefined } : report, cost, price)) say(line);
      }
      if (isPiped && table !== undefined) await pipeFile(table, terminal.stdout, terminal.signal);
      return issues.some(isError) ? 1 : 0;
    } finally {
      await work.close();
    }
  },
});

/** What the table is to be, and that it has a place to go. */
function tableFormat({ to, out, json }: Values): TableFormat | undefined {
  const ending = FORMATS.find((format) => out !== undefined && extname(out).toLowerCase() === `.${format}`);
  if (out !== undefined && to === undefined && ending === undefined) {
    const message = `must end in ${FORMATS.map((format) => `.${format}`).join(', ')}, or come with --to, got ${out}`;
    throw new UsageError({ code: 'FormatUnknown', input: '--out', message });
  }
  if (out === undefined && to === 'parquet') {
    throw new UsageError({ code: 'ParquetNeedsFile', input: '--to', message: 'parquet must come with --out' });
  }
  if (out === undefined && to !== undefined && json) {
    const message = 'must come with --out where --json is given: both would be on stdout';
    throw new UsageError({ code: 'TwoResults', input: '--to', message });
  }
  return to ?? ending;
}

/** Where what is in S3 is kept for the time of the reading. */
class Workplace {
  private store: ObjectStore | undefined;
  private madeFolder: string | undefined;
  private readonly fetched: { readonly folder: string; readonly given: string }[] = [];

  constructor(
    private readonly options: Values,
    private readonly context: Context,
  ) {}

  public async folder(): Promise<string> {
    this.madeFolder ??= await mkdtemp(join(tmpdir(), 'cdk-bedrock-batch-'));
    return this.madeFolder;
  }

  /** Paths as they are, and folders with what was in S3. */
  public async fetch(given: readonly string[], isWanted: (key: string) => boolean): Promise<string[]> {
    const places = given.map((path) => ({ path, place: findS3Place(path) }));
    const paths: string[] = [];
    for (const { path, place } of places) {
      if (place === undefined) {
        paths.push(path);
        continue;
      }
      this.store ??= await this.context.connectObjects(this.options);
      const folder = join(await this.folder(), String(this.fetched.length));
      const progress = startProgress(this.context.terminal.stderr, 'download');
      try {
        const count = await fetchObjects(this.store, place, {
          isWanted,
          folder,
          onProgress: (bytes, total) => progress.update(bytes, total, `${toBytes(bytes)} of ${toBytes(total)}`),
        });
        if (count === 0) throw nothingThere(path);
      } finally {
        progress.stop();
      }
      this.fetched.push({ folder, given: path });
      paths.push(folder);
    }
    return paths;
  }

  /** What is said of a downloaded file, said of where it came from. */
  public toGiven(words: string): string {
    return this.fetched.reduce(
      (said, { folder, given }) =>
        said.replaceAll(`${folder}/`, given.endsWith('/') ? given : `${given}/`).replaceAll(folder, given),
      words,
    );
  }

  public async close(): Promise<void> {
    this.store?.close();
    if (this.madeFolder !== undefined) await rm(this.madeFolder, { recursive: true, force: true });
  }
}

function nothingThere(given: string): BatchInferenceError {
  const message =
    'must hold results (*.jsonl.out) or, with --inputs, records (*.jsonl), found none; the service writes results into a folder named after the job’s id';
  return new BatchInferenceError([{ code: 'NoFiles', input: given, message }]);
}

/** Of the tokens that the answers name; undefined where there is no price or nothing to count. */
function findCost({ tokens }: ResultsReport, price: BatchPrice | PriceOverride | undefined): number | undefined {
  const { inputTokens, outputTokens } = tokens;
  if (price === undefined || (inputTokens === undefined && outputTokens === undefined)) return undefined;
  return ((inputTokens ?? 0) * price.inputPerMillion + (outputTokens ?? 0) * price.outputPerMillion) / 1e6;
}

function describeReport(
  report: ResultsReport,
  cost: number | undefined,
  price: BatchPrice | PriceOverride | undefined,
): string[] {
  const { records, tokens, errorGroups, table, retry, files, bytes } = report;
  const { total, succeeded, failed, missing } = records;
  const lines = [
    `${counted(files, 'file')}, ${toBytes(bytes)}`,
    `records   ${toCount(total)}: ${toCount(succeeded)} succeeded, ${toCount(failed)} failed, ${missing === undefined ? 'missing unknown without --inputs' : `${toCount(missing)} missing`}`,
    `tokens    ${describeTokens(tokens)}`,
    `cost      ${cost === undefined || price === undefined ? unknownCost(report, price) : `${formatUsd(cost)} (${describePrice(price)})`}`,
  ];
  if (table !== undefined) lines.push(`table     ${table.path}, ${counted(table.rows, 'row')}`);
  if (retry !== undefined) {
    lines.push(
      `retry     ${retry.records === 0 ? 'nothing to send again' : `${retry.path}, ${counted(retry.records, 'record')}`}`,
    );
  }
  if (errorGroups.length > 0) lines.push('errors');
  for (const { errorCode, message, count, recordIds } of errorGroups) {
    const what = [errorCode, message].filter((part) => part !== undefined && part !== '').join(' ');
    const more = count > recordIds.length ? ', …' : '';
    const said = `${toCount(count)} × ${what || 'no reason given'} (${recordIds.join(', ')}${more})`;
    lines.push(`  ${toPrintable(said.replace(/\s+/g, ' '))}`);
  }
  return lines;
}

function describeTokens({
  inputTokens,
  outputTokens,
  withoutInputTokens,
  withoutOutputTokens,
}: ResultsReport['tokens']) {
  const amount = (sum: number | undefined, without: number) => {
    if (sum === undefined) return 'unknown';
    return without === 0
      ? toCount(sum)
      : `${toCount(sum)} (and those of ${counted(without, 'answer')} that ${without === 1 ? 'does' : 'do'} not say)`;
  };
  return `${amount(inputTokens, withoutInputTokens)} in, ${amount(outputTokens, withoutOutputTokens)} out`;
}

function unknownCost({ tokens }: ResultsReport, price: BatchPrice | PriceOverride | undefined): string {
  if (tokens.inputTokens === undefined && tokens.outputTokens === undefined)
    return 'unknown: the answers name no tokens';
  return price === undefined ? 'unknown: --model, or --price-in and --price-out, would tell' : 'unknown';
}

/** Copies a file to an output that may be slower than the disk. */
async function pipeFile(file: string, { stream }: Output, signal: AbortSignal): Promise<void> {
  const content = createReadStream(file, { signal });
  // The output stays open: it is not ours.
  content.pipe(stream, { end: false });
  await finished(content, { signal });
}
