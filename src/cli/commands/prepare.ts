import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { BatchInferenceError } from '../../core/batch-inference-error';
import { isError } from '../../core/issue';
import { flag, type Input, number, requiredText, text, toCommand } from '../command';
import { toFilesTable } from '../files-table';
import { withPath } from '../output-place';
import type { PreparedDataset } from '../prepare-dataset';
import { startProgress } from '../progress';
import { type GivenModel, MODEL_OPTIONS, readModel } from '../read-model';
import { inOptions, tellIssues } from '../tell-issues';
import { UsageError } from '../usage-error';
import { counted, toBytes } from '../words';

const OPTIONS = {
  template: text('text', 'the prompt, with {{column}} where the value of a column belongs'),
  templateFile: text('file', 'file that holds the prompt'),
  ...MODEL_OPTIONS,
  out: requiredText('place', 'file to write (ends in .jsonl), or folder for records-0001.jsonl and so on'),
  system: text('text', 'system prompt, the same for every record'),
  idColumn: text('column', 'column whose values become record ids (default: row-0000001 and so on)'),
  maxTokens: number('count', 'most tokens of an answer', { min: 1, whole: true }),
  temperature: number('number', 'sampling temperature', { min: 0 }),
  topP: number('number', 'share of the likeliest tokens to sample from', { min: 0, max: 1 }),
  delimiter: {
    ...text('character', 'what is between the cells of CSV or TSV (default: a comma, in .tsv a tab)'),
    read: readDelimiter,
  },
  maxRecords: number('count', 'most records of a file (default: the quota of the model)', { min: 1, whole: true }),
  maxBytes: number('bytes', 'most bytes of a file (default: the quota of the model)', { min: 1, whole: true }),
  json: flag('print JSON'),
};

/** Props of the engine, and what sets them here. */
const NAMES = {
  template: '--template',
  systemPrompt: '--system',
  idColumn: '--id-column',
  outputFile: '--out',
  outputFolder: '--out',
  delimiter: '--delimiter',
  parameters: '--max-tokens, --temperature or --top-p',
  'parameters.maxTokens': '--max-tokens',
  'parameters.temperature': '--temperature',
  'parameters.topP': '--top-p',
};

/** One character of ASCII; `\t` as most shells hand it over is a tab. */
function readDelimiter(given: string): string {
  if (given === '\\t') return '\t';
  if (!/^[^\P{ASCII}"\r\n]$/u.test(given)) throw new Error('one character of ASCII, but no quote and no line end');
  return given;
}

export const prepare = toCommand({
  name: 'prepare',
  summary: 'make the records of a job from a dataset and a prompt',
  description:
    'Reads CSV, TSV, JSONL, a JSON array or Parquet, as the name of the file says. Writes every file or, where anything is wrong, none. Into a folder it writes as many files as the quotas of the model make necessary, none with fewer records than a job must have.',
  arguments: [{ name: 'dataset', description: 'file with a row for each record', required: true }],
  options: OPTIONS,
  examples: [
    {
      line: `prepare reviews.csv --template 'Is this review kind? {{review}}' --model amazon.nova-lite-v1:0 --out records.jsonl`,
      says: 'one record for each row of a CSV file',
    },
    {
      line: 'prepare books.parquet --template-file prompt.txt --id-column isbn --max-tokens 500 --model us.anthropic.claude-sonnet-4-6 --out parts/',
      says: 'ids from a column, the prompt from a file, as many files as it takes',
    },
  ],
  run: async ({ args, options }: Input<typeof OPTIONS>, context) => {
    const { print, colours, terminal, clock } = context;
    const [path = ''] = args;
    const template = readTemplate(options);
    const given = readModel(options, new Date(clock.now()).toISOString().slice(0, 10));
    tellIssues(given.issues, context);
    if (given.issues.some(isError)) return 1;
    const progress = startProgress(terminal.stderr, 'prepare');
    let prepared: PreparedDataset;
    try {
      const { prepareDataset } = require('../prepare-dataset') as typeof import('../prepare-dataset');
      prepared = await prepareDataset({
        path,
        ...(/\.jsonl$/i.test(options.out) ? { outputFile: options.out } : { outputFolder: options.out }),
        kind: knownKind(given),
        model: given.model,
        template,
        systemPrompt: options.system,
        idColumn: options.idColumn,
        delimiter: options.delimiter,
        parameters: parametersOf(options),
        limits: {
          minRecords: given.limits.minRecords,
          maxRecords: options.maxRecords ?? given.limits.maxRecordsPerFile,
          maxBytes: options.maxBytes ?? given.limits.maxFileBytes,
          // Who raises what a file may hold has a job that may hold it.
          maxRecordsPerJob: given.limits.maxRecords && Math.max(given.limits.maxRecords, options.maxRecords ?? 0),
          maxBytesPerJob: given.limits.maxJobBytes && Math.max(given.limits.maxJobBytes, options.maxBytes ?? 0),
        },
        signal: terminal.signal,
        onProgress: (bytes, total, records) =>
          progress.update(bytes, total, `${toBytes(bytes)} of ${toBytes(total)}, ${counted(records, 'record')}`),
      });
    } finally {
      progress.stop();
    }
    const issues = inOptions(prepared.issues, NAMES);
    if (options.json) print(JSON.stringify({ ...prepared, issues }, undefined, 2));
    else {
      tellIssues(issues, context);
      if (prepared.files.length > 0) print(toFilesTable(prepared.files, terminal.stdout, colours));
    }
    return issues.some(isError) ? 1 : 0;
  },
});

function readTemplate({ template, templateFile }: Input<typeof OPTIONS>['options']): string {
  if ((template === undefined) === (templateFile === undefined)) {
    throw new UsageError({
      code: 'OneTemplate',
      input: '--template or --template-file',
      message: `must be given, one of the two, got ${template === undefined ? 'none' : 'both'}`,
    });
  }
  return template ?? readTemplateFile(templateFile as string);
}

function readTemplateFile(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw withPath(error, path);
  }
  if (!isUtf8(bytes)) {
    const message = 'must be text in UTF-8, got other bytes; save it as UTF-8';
    throw new BatchInferenceError([{ code: 'NotUtf8', input: path, message }]);
  }
  // An editor puts a line end at the end of every file, and nobody means it.
  return bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n$/, '');
}

/** Bodies that nobody knows can be judged by nobody, and made by nobody. */
function knownKind({ kind, modelId }: GivenModel): NonNullable<GivenModel['kind']> {
  if (kind !== undefined) return kind;
  throw new UsageError({
    code: 'BodyUnknown',
    input: '--body',
    message: `or --converse must say what bodies ${modelId} takes, which the catalog does not know, got none`,
  });
}

function parametersOf({ maxTokens, temperature, topP }: Input<typeof OPTIONS>['options']) {
  return { maxTokens, temperature, topP };
}
