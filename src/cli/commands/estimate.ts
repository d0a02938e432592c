import { type Issue, isError } from '../../core/issue';
import { type Routing, routeModel } from '../../core/route-model';
import { type CostEstimate, type CostRange, checkEstimatedCost, estimateCost, formatUsd } from '../../records/estimate';
import { choice, flag, type Input, number, text, toCommand } from '../command';
import { startProgress } from '../progress';
import { type GivenModel, MODEL_OPTIONS, readModel } from '../read-model';
import { describePrice, findGivenPrice, PRICE_OPTIONS } from '../read-price';
import { inOptions, tellIssues } from '../tell-issues';
import { UsageError } from '../usage-error';
import { counted, toBytes, toCount } from '../words';

const ROUTINGS = ['AUTO', 'IN_REGION', 'GEOGRAPHIC', 'GLOBAL'] as const satisfies readonly Routing[];

const OPTIONS = {
  ...MODEL_OPTIONS,
  region: text('region', 'Region of the job: its way to the model has a price of its own'),
  routing: choice(ROUTINGS, 'routing', `way to the model from --region: ${ROUTINGS.join(', ')} (default: AUTO)`),
  outputShare: number('share', 'part of the allowed length that answers are taken to use (default: 0.5)', {
    min: 0.01,
    max: 1,
  }),
  ...PRICE_OPTIONS,
  maxCost: number('usd', 'exit code 1 where the cost, with the error of the estimate, is above', { min: 0.01 }),
  json: flag('print JSON'),
};

type Values = Input<typeof OPTIONS>['options'];

export const estimate = toCommand({
  name: 'estimate',
  summary: 'estimate tokens and cost of a job from its input files',
  description:
    'Every record is counted, and the tokens of a sample of them, by kinds of characters: how far off that may be is told with it. How long answers get nobody knows before. Prices are those of the catalog, with source and date; what it does not know is called unknown.',
  arguments: [{ name: 'file', description: 'JSONL file, or a folder of them', required: true, variadic: true }],
  options: OPTIONS,
  examples: [
    { line: 'estimate records.jsonl --model amazon.nova-lite-v1:0', says: 'at the price of the catalog' },
    {
      line: 'estimate parts/ --model anthropic.claude-sonnet-4-6 --region eu-west-1 --max-cost 50',
      says: 'by the way that a job in Ireland takes; exit code 1 above 50 dollars',
    },
    { line: 'estimate records.jsonl --model my.model-v1:0 --price-in 0.5 --price-out 2.5', says: 'at your own price' },
  ],
  run: async ({ args, options }: Input<typeof OPTIONS>, context) => {
    const { print, terminal, clock } = context;
    const given = readModel(options, new Date(clock.now()).toISOString().slice(0, 10));
    const route = findRoute(given, options);
    const price = findGivenPrice(options, given, route);
    const { estimateFiles } = require('../estimate-files') as typeof import('../estimate-files');
    const { findInputFiles } = require('../read-results-files') as typeof import('../read-results-files');
    const paths = findInputFiles(args).map(({ path }) => path);
    const progress = startProgress(terminal.stderr, 'estimate');
    let files: Awaited<ReturnType<typeof estimateFiles>>;
    try {
      files = await estimateFiles({
        paths,
        kind: given.kind,
        modelId: given.entry?.id,
        outputShare: options.outputShare,
        signal: terminal.signal,
        onProgress: (bytes, total) => progress.update(bytes, total, `${toBytes(bytes)} of ${toBytes(total)}`),
      });
    } finally {
      progress.stop();
    }
    const { tokens, bytes, unreadable } = files;
    const cost = estimateCost(tokens, price);
    const issues = [
      ...given.issues,
      ...(tokens.records === 0 ? [EMPTY] : []),
      ...(unreadable > 0 ? [unreadableLines(unreadable, tokens.sampledRecords)] : []),
      ...(options.maxCost === undefined
        ? []
        : inOptions(checkEstimatedCost(cost, options.maxCost), { maxEstimatedCost: '--max-cost' })),
    ];
    if (options.json) {
      const { tokens: _, ...amounts } = cost ?? {};
      print(JSON.stringify({ files: paths.length, bytes, route, tokens, cost: cost && amounts, issues }, undefined, 2));
    } else {
      tellIssues(issues, context);
      print(
        `records    ${toCount(tokens.records)} in ${counted(paths.length, 'file')}, ${toBytes(bytes)}; ${counted(tokens.sampledRecords, 'record')} looked into`,
      );
      print(`tokens in  ${describeRange(tokens.input)}`);
      print(`tokens out ${describeRange(tokens.output)}`);
      for (const line of describeCost(cost, given, route)) print(line);
      for (const note of tokens.notes) print(`note       ${note}`);
    }
    return issues.some(isError) ? 1 : 0;
  },
});

/** `in-region`, or the geography of the profile that a job would go through. */
function findRoute({ entry, geography }: GivenModel, { region, routing = 'AUTO' }: Values): string {
  if (geography !== undefined || entry === undefined) return geography ?? 'in-region';
  if (region === undefined) return 'in-region';
  const { route, issues } = routeModel({ kind: 'foundation-model', modelId: entry.id, entry }, region, routing);
  if (route === undefined) {
    const [{ code, message } = { code: 'ModelNotInRegion', message: '' }] = issues;
    throw new UsageError({ code, input: '--model', message });
  }
  return route.kind === 'in-region' ? 'in-region' : route.modelId.slice(0, -entry.id.length - 1);
}

function describeRange({ expected, atMost }: { readonly expected: number; readonly atMost?: number }): string {
  return `about ${toCount(expected)}, ${atMost === undefined ? 'bounded by nothing' : `at most ${toCount(atMost)}`}`;
}

function describeCost(cost: CostEstimate | undefined, { entry, modelId }: GivenModel, route: string): string[] {
  if (cost === undefined) {
    const why =
      entry === undefined
        ? `${modelId} is not in the catalog`
        : `the catalog has no price for ${entry.name} by the way ${route}`;
    return [`cost       unknown: ${why}; --price-in and --price-out give one`];
  }
  const { batch, onDemand, isOnDemandAssumed, price } = cost;
  return [
    `batch      ${describeAmounts(batch)}`,
    `on demand  ${describeAmounts(onDemand)}${isOnDemandAssumed ? ' (taken as twice the batch price)' : ''}`,
    `price      ${describePrice(price)}`,
  ];
}

function describeAmounts({ expected, withError, atMost }: CostRange): string {
  return `about ${formatUsd(expected)}, ${formatUsd(withError)} with the error, ${atMost === undefined ? 'bounded by nothing' : `at most ${formatUsd(atMost)}`}`;
}

const EMPTY: Issue = { code: 'EmptyInput', input: 'input', message: 'must hold records, got none' };

/** @param read lines of the sample that could be read: without any there is no estimate */
function unreadableLines(count: number, read: number): Issue {
  const what = `${counted(count, 'line')} of the sample that cannot be read`;
  const message =
    read === 0
      ? `must hold records, got ${what}, and no other; \`check\` tells what is wrong`
      : `holds ${what}, which the estimate leaves out; \`check\` tells what is wrong`;
  return { code: 'UnreadableLines', input: 'input', message, severity: read === 0 ? 'error' : 'warning' };
}
