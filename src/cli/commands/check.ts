import { type Issue, isError } from '../../core/issue';
import { type Context, flag, type Input, number, toCommand } from '../command';
import { startProgress } from '../progress';
import { MODEL_OPTIONS, readModel } from '../read-model';
import { describeIssue, tellIssues } from '../tell-issues';
import { counted, toBytes } from '../words';

const OPTIONS = {
  ...MODEL_OPTIONS,
  failFast: flag('end at the first lines with an error'),
  minRecords: number('count', 'fewest records of a job (default: the quota of the model)', { min: 1, whole: true }),
  maxRecords: number('count', 'most records of a job (default: the quota of the model)', { min: 1, whole: true }),
  maxRecordsPerFile: number('count', 'most records of a file (default: the quota of the model)', {
    min: 1,
    whole: true,
  }),
  json: flag('print JSON'),
};

/** Of more than this the first error is told before the rest is read. */
const LONG_BYTES = 32_000_000;

export const check = toCommand({
  name: 'check',
  summary: 'check the input files of a job, before it costs anything',
  description:
    'The service does not look into bodies: a job of bad ones completes, full of errors. This reads every line: JSON, recordId, the body as the model takes it, and the quotas of the model on files and job. All files that are named are taken as the input of one job; of a folder those that end in .jsonl. Exit code 1 where an error is found.',
  arguments: [{ name: 'file', description: 'JSONL file, or a folder of them', required: true, variadic: true }],
  options: OPTIONS,
  examples: [
    { line: 'check records.jsonl --model anthropic.claude-sonnet-4-6', says: 'bodies for Claude' },
    {
      line: 'check parts/ --model us.amazon.nova-lite-v1:0 --converse',
      says: 'a folder of files, bodies for Converse',
    },
    { line: 'check records.jsonl --model amazon.nova-lite-v1:0 --json | jq .issues', says: 'for another program' },
  ],
  run: async ({ args, options }: Input<typeof OPTIONS>, context) => {
    const { print, clock, colours } = context;
    const given = readModel(options, new Date(clock.now()).toISOString().slice(0, 10));
    const report = await checkAll(args, given, options, context);
    const issues = [...given.issues, ...report.issues];
    if (options.json) print(JSON.stringify({ ...report, issues }, undefined, 2));
    else {
      tellIssues(given.issues, context);
      for (const issue of report.issues) print(describeIssue(issue, colours));
      print(describeReport(report));
    }
    return issues.some(isError) ? 1 : 0;
  },
});

interface Report {
  readonly files: number;
  readonly records: number;
  readonly bytes: number;
  readonly isWhole: boolean;
  readonly issues: readonly Issue[];
}

async function checkAll(
  args: readonly string[],
  { kind, model, limits }: ReturnType<typeof readModel>,
  { failFast, minRecords, maxRecords, maxRecordsPerFile }: Input<typeof OPTIONS>['options'],
  { terminal, toldColours, tell }: Context,
): Promise<Report> {
  // With the readers that they bring these are loaded by the commands that read files only.
  const { checkFiles } = require('../check-files') as typeof import('../check-files');
  const { findInputFiles } = require('../read-results-files') as typeof import('../read-results-files');
  const paths = findInputFiles(args).map(({ path }) => path);
  let progress = startProgress(terminal.stderr, 'check');
  let size = 0;
  try {
    const report = await checkFiles({
      paths,
      kind,
      model,
      limits: {
        ...limits,
        minRecords: minRecords ?? limits.minRecords,
        maxRecords: maxRecords ?? limits.maxRecords,
        maxRecordsPerFile: maxRecordsPerFile ?? limits.maxRecordsPerFile,
      },
      failFast,
      onProgress: (bytes, total) => {
        terminal.signal.throwIfAborted();
        size = total;
        progress.update(bytes, total, `${toBytes(bytes)} of ${toBytes(total)}`);
      },
      onFirstError: (issues) => {
        if (failFast || size < LONG_BYTES) return;
        progress.stop();
        for (const issue of issues) tell(`so far: ${describeIssue(issue, toldColours)}`);
        progress = startProgress(terminal.stderr, 'check');
      },
    });
    return { ...report, files: paths.length };
  } finally {
    progress.stop();
  }
}

function describeReport({ files, records, bytes, isWhole, issues }: Report): string {
  const read = `${counted(files, 'file')}, ${counted(records, 'record')}, ${toBytes(bytes)}`;
  const errors = issues.filter(isError).length;
  const warnings = issues.length - errors;
  const found = [
    ...(errors > 0 ? [`${counted(errors, 'kind')} of error`] : []),
    ...(warnings > 0 ? [`${counted(warnings, 'kind')} of warning`] : []),
  ];
  return `${read}: ${found.length === 0 ? 'good' : found.join(', ')}${isWhole ? '' : '; not read to the end'}`;
}
