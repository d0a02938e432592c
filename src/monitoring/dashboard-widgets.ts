import {
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import {
  type BatchMetric,
  batchMetric,
  INPUT_TOKENS_PER_MINUTE,
  OUTPUT_TOKENS_PER_MINUTE,
  RECORDS_PENDING,
} from '../model/model-metrics';
import type { ShownModel } from './shown-models';

/** A dashboard is 24 columns wide. */
const WIDTH = 24;
const HALF = WIDTH / 2;
const GRAPH_HEIGHT = 6;

const ABOUT = `# Batch inference
Queue, tokens and spend are of **each model in this account and Region**, whoever's jobs they are: Bedrock publishes no metric of one job. Nothing published is drawn as 0.`;

/** Rows of widgets, from top to bottom. */
export function dashboardRows(models: readonly ShownModel[], logGroup: ILogGroup, ofWhichJobs: string): IWidget[][] {
  return [
    [new TextWidget({ markdown: ABOUT, width: WIDTH, height: 3 })],
    [graphOf(RECORDS_PENDING, models, WIDTH)],
    [graphOf(INPUT_TOKENS_PER_MINUTE, models, HALF), graphOf(OUTPUT_TOKENS_PER_MINUTE, models, HALF)],
    spendRow(models),
    [stateTable(logGroup, ofWhichJobs)],
  ];
}

function graphOf(metric: BatchMetric, models: readonly ShownModel[], width: number): IWidget {
  const left = models.map(({ name, ids }) => batchMetric(metric, ids, { label: name }));
  return graph(metric.title, left, width);
}

function graph(title: string, left: IMetric[], width: number): IWidget {
  return new GraphWidget({ title, left, width, height: GRAPH_HEIGHT, leftYAxis: { min: 0, showUnits: false } });
}

/** Spend, and the prices it was made from: they are as of a day, and some are missing. */
function spendRow(models: readonly ShownModel[]): IWidget[] {
  const spend = models.flatMap((model) => spendOf(model) ?? []);
  const prices = (width: number) => new TextWidget({ markdown: tellPrices(models), width, height: GRAPH_HEIGHT });
  if (spend.length === 0) return [prices(WIDTH)];
  return [graph('Estimated spend, US dollars per hour', spend, HALF), prices(HALF)];
}

function spendOf({ name, ids, price }: ShownModel): IMetric | undefined {
  if (price === undefined) return undefined;
  const input = batchMetric(INPUT_TOKENS_PER_MINUTE, ids);
  const output = batchMetric(OUTPUT_TOKENS_PER_MINUTE, ids);
  // Its own ids, since those of one model must not meet those of another in the same graph.
  const [inputId, outputId] = [`spend_${idOf(input)}`, `spend_${idOf(output)}`];
  return new MathExpression({
    label: name,
    expression: `(${inputId} * ${price.inputPerMillion} + ${outputId} * ${price.outputPerMillion}) * 60 / 1000000`,
    usingMetrics: { [inputId]: input, [outputId]: output },
  });
}

function idOf({ usingMetrics }: MathExpression): string {
  return Object.keys(usingMetrics)[0] as string;
}

function tellPrices(models: readonly ShownModel[]): string {
  const lines = models.map(({ name, price, unpriced }) => {
    if (price === undefined) return `- ${name}: left out, since ${unpriced}`;
    const { inputPerMillion, outputPerMillion, route, derived, date } = price;
    const notes = [
      ...(route === undefined ? [] : [route]),
      date,
      ...(derived ? ['worked out from another price'] : []),
    ];
    return `- ${name}: ${inputPerMillion} in, ${outputPerMillion} out (${notes.join(', ')})`;
  });
  const head =
    '**Prices behind the estimate**, US dollars for a million tokens, each as of the day it was read. An estimate, not a bill.';
  return [head, '', ...lines].join('\n');
}

function stateTable(logGroup: ILogGroup, ofWhichJobs: string): IWidget {
  return new LogQueryWidget({
    title: `Recent changes of state, ${ofWhichJobs}`,
    logGroupNames: [logGroup.logGroupName],
    view: LogQueryVisualizationType.TABLE,
    queryLines: [
      'fields @timestamp, detail.batchJobName as job, detail.status as status, detail.failureMessage as reason, detail.batchModelId as model, detail.batchJobArn as arn',
      'sort @timestamp desc',
      'limit 100',
    ],
    width: WIDTH,
    height: 8,
  });
}
