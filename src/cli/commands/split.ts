import { allModels } from '../../catalog/model-catalog';
import type { ModelQuotas } from '../../catalog/model-entry';
import { isError } from '../../core/issue';
import type { SplitLimits } from '../../records/split';
import { flag, type Input, number, requiredText, text, toCommand } from '../command';
import { toFilesTable } from '../files-table';
import { startProgress } from '../progress';
import { readModel } from '../read-model';
import { inOptions, tellIssues } from '../tell-issues';
import { toBytes } from '../words';

const OPTIONS = {
  out: requiredText('folder', 'folder for records-0001.jsonl and so on'),
  model: text('id', 'model whose quotas hold (default: the lowest that any model has)'),
  maxRecords: number('count', 'most records of a file (default: the quota)', { min: 1, whole: true }),
  maxBytes: number('bytes', 'most bytes of a file (default: the quota)', { min: 1, whole: true }),
  json: flag('print JSON'),
};

const NAMES = { outputFolder: '--out' };

export const split = toCommand({
  name: 'split',
  summary: 'cut files of records into parts that a job takes',
  description:
    'Takes the files as one, in their order. Lines are copied byte for byte. No part has fewer records than a job must have, so that each can be a job of its own; parts with the same number under JOB fit into one job. Writes every part or, where anything is wrong, none.',
  arguments: [{ name: 'file', description: 'JSONL file, or a folder of them', required: true, variadic: true }],
  options: OPTIONS,
  examples: [
    { line: 'split records.jsonl --out parts/ --model amazon.nova-lite-v1:0', says: 'by the quotas of Nova Lite' },
    { line: 'split a.jsonl b.jsonl --out parts/ --max-records 10000', says: 'parts of 10,000 records at most' },
  ],
  run: async ({ args, options }: Input<typeof OPTIONS>, context) => {
    const { print, terminal, colours, clock } = context;
    const today = new Date(clock.now()).toISOString().slice(0, 10);
    const given =
      options.model === undefined
        ? undefined
        : readModel({ model: options.model, converse: false, body: undefined }, today);
    // Of a model that is not known the bodies are no matter here.
    if (given?.entry !== undefined) tellIssues(given.issues, context);
    const { splitFiles } = require('../split-files') as typeof import('../split-files');
    const { findInputFiles } = require('../read-results-files') as typeof import('../read-results-files');
    const progress = startProgress(terminal.stderr, 'split');
    let report: Awaited<ReturnType<typeof splitFiles>>;
    try {
      report = await splitFiles({
        paths: findInputFiles(args).map(({ path }) => path),
        outputFolder: options.out,
        limits: limitsOf(given?.entry?.quotas ?? lowestQuotas(), options),
        signal: terminal.signal,
        onProgress: (bytes, total) => progress.update(bytes, total, `${toBytes(bytes)} of ${toBytes(total)}`),
      });
    } finally {
      progress.stop();
    }
    const issues = inOptions(report.issues, NAMES);
    if (options.json) print(JSON.stringify({ ...report, issues }, undefined, 2));
    else {
      tellIssues(issues, context);
      if (report.files.length > 0) print(toFilesTable(report.files, terminal.stdout, colours));
    }
    return issues.some(isError) ? 1 : 0;
  },
});

function limitsOf(quotas: ModelQuotas, { maxRecords, maxBytes }: Input<typeof OPTIONS>['options']): SplitLimits {
  return {
    minRecords: quotas.minRecordsPerJob,
    maxRecords: maxRecords ?? quotas.maxRecordsPerFile,
    maxBytes: maxBytes ?? quotas.maxFileBytes,
    // Who raises what a file may hold has a job that may hold it.
    maxRecordsPerJob: quotas.maxRecordsPerJob && Math.max(quotas.maxRecordsPerJob, maxRecords ?? 0),
    maxBytesPerJob: quotas.maxJobBytes && Math.max(quotas.maxJobBytes, maxBytes ?? 0),
  };
}

/** What every model of the catalog takes. */
function lowestQuotas(): ModelQuotas {
  const all = allModels().map(({ quotas }) => quotas);
  const lowest = (read: (quotas: ModelQuotas) => number | undefined) =>
    Math.min(...all.map((quotas) => read(quotas) ?? Infinity));
  return {
    minRecordsPerJob: Math.max(...all.map(({ minRecordsPerJob }) => minRecordsPerJob)),
    maxRecordsPerFile: lowest(({ maxRecordsPerFile }) => maxRecordsPerFile),
    maxRecordsPerJob: lowest(({ maxRecordsPerJob }) => maxRecordsPerJob),
    maxFileBytes: lowest(({ maxFileBytes }) => maxFileBytes),
    maxJobBytes: lowest(({ maxJobBytes }) => maxJobBytes),
    maxActiveJobs: lowest(({ maxActiveJobs }) => maxActiveJobs),
  };
}
