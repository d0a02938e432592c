import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MonitoringStack } from './stack';

/** The part of a dashboard's body that is drawn: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface DashboardWidget {
  readonly type: 'text' | 'metric' | 'log';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly view?: string;
    readonly query?: string;
    /** Namespace, name, dimensions, and at the end how it is drawn; an expression has that alone. */
    readonly metrics?: readonly (readonly (string | MetricOptions)[])[];
  };
}

interface MetricOptions {
  readonly label?: string;
  readonly expression?: string;
  readonly visible?: boolean;
}

export interface TemplateOfDashboard {
  readonly Resources: { readonly [logicalId: string]: { readonly Type: string; readonly Properties?: object } };
}

/** The picture in the docs: what is on the dashboard of the example, as its template has it. */
export function renderExample(): string {
  const app = new App({ context: { 'cdk-bedrock-batch:today': '2026-11-21' } });
  const stack = new MonitoringStack(app, 'Monitoring', { env: { region: 'us-east-1' } });
  return renderDashboard(readDashboard(Template.fromStack(stack).toJSON() as TemplateOfDashboard));
}

/** The widgets of the one dashboard in a template, with `<LogicalId>` for what CloudFormation fills in. */
export function readDashboard({ Resources }: TemplateOfDashboard): DashboardWidget[] {
  const dashboard = Object.values(Resources).find(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
  if (dashboard?.Properties === undefined) throw new Error('the template has no dashboard');
  const { DashboardBody: body } = dashboard.Properties as { readonly DashboardBody: string | Join };
  const parts = typeof body === 'string' ? [body] : body['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('')).widgets;
}

interface Join {
  readonly 'Fn::Join': readonly [string, readonly (string | { readonly Ref: string })[]];
}

const COLUMN = 44;
const ROW = 34;
const GAP = 5;
const PADDING = 14;
const LINE = 17;
/** Width of an average letter at 12 pixels. */
const LETTER = 6.3;
const COLOURS = ['#2563eb', '#d97706', '#059669', '#7c3aed', '#dc2626', '#0891b2'];

/** Boxes on the dashboard's grid of 24 columns, with their titles and what they show. The same widgets, the same picture. */
export function renderDashboard(widgets: readonly DashboardWidget[]): string {
  const width = 24 * COLUMN;
  const height = Math.max(...widgets.map((widget) => widget.y + widget.height)) * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>BatchInferenceDashboard: what each widget shows</title>`,
    `<rect width="${width}" height="${height}" fill="#f1f5f9"/>`,
    ...widgets.flatMap(renderWidget),
    '</svg>',
    '',
  ].join('\n');
}

function renderWidget(widget: DashboardWidget): string[] {
  const [x, y] = [widget.x * COLUMN + GAP, widget.y * ROW + GAP];
  const [width, height] = [widget.width * COLUMN - 2 * GAP, widget.height * ROW - 2 * GAP];
  const letters = Math.floor((width - 2 * PADDING) / LETTER);
  return [
    `<g transform="translate(${x} ${y})">`,
    `<rect width="${width}" height="${height}" rx="4" fill="#ffffff" stroke="#cbd5e1"/>`,
    ...contentOf(widget, { width, height, letters }),
    '</g>',
  ];
}

interface Box {
  readonly width: number;
  readonly height: number;
  /** How many fit into a line. */
  readonly letters: number;
}

function contentOf({ type, properties }: DashboardWidget, box: Box): string[] {
  if (type === 'text') return renderMarkdown(properties.markdown ?? '', box);
  const title = text(PADDING, 22, properties.title ?? '', 'font-size="14" font-weight="600" fill="#0f172a"');
  return [title, ...(type === 'metric' ? renderGraph(properties, box) : renderTable(properties, box))];
}

function renderMarkdown(markdown: string, { letters }: Box): string[] {
  const lines = markdown.split('\n').flatMap((line) => wrap(line.replaceAll('**', ''), letters));
  return lines.map((line, index) => {
    const isHeading = line.startsWith('# ');
    const style = isHeading ? 'font-size="16" font-weight="600" fill="#0f172a"' : 'fill="#334155"';
    return text(PADDING, 24 + index * LINE, isHeading ? line.slice(2) : line.replace(/^- /, '• '), style);
  });
}

/** No curves, since there are no data: the axis, what is measured, and a line of the legend for each model. */
function renderGraph({ metrics = [] }: DashboardWidget['properties'], { width, height }: Box): string[] {
  const drawn = metrics
    .map((row) => row.at(-1) as MetricOptions)
    .filter(({ expression, visible }) => expression && visible !== false);
  const names = [
    ...new Set(metrics.filter((row) => row.length > 1).map(([namespace, name]) => `${namespace} ${name}`)),
  ];
  const legendTop = height - 12 - (drawn.length - 1) * LINE;
  const [top, bottom] = [48 + (names.length - 1) * LINE, legendTop - 22];
  const grid = [0, 1, 2].map((step) => {
    const at = bottom - (step * (bottom - top)) / 2;
    return `<line x1="${PADDING}" x2="${width - PADDING}" y1="${at}" y2="${at}" stroke="#e2e8f0"/>`;
  });
  return [
    ...names.map((name, index) => text(PADDING, 40 + index * LINE, name, 'fill="#64748b"')),
    ...grid,
    ...drawn.flatMap(({ label = '' }, index) => {
      const at = legendTop + index * LINE;
      const colour = COLOURS[index % COLOURS.length];
      return [
        `<rect x="${PADDING}" y="${at - 9}" width="10" height="10" fill="${colour}"/>`,
        text(PADDING + 16, at, label, 'fill="#334155"'),
      ];
    }),
  ];
}

/** The heads of the columns, and rows without data. */
function renderTable({ query = '' }: DashboardWidget['properties'], { width, height }: Box): string[] {
  const [fields = ''] = query
    .split('\n')
    .map((line) => /fields (.+)/.exec(line)?.[1])
    .filter((line) => line !== undefined);
  const columns = fields.split(', ').map((field) => field.split(' as ').at(-1) as string);
  const step = (width - 2 * PADDING) / Math.max(1, columns.length);
  const rows: string[] = [];
  for (let at = 56; at < height - 10; at += 24) {
    rows.push(`<line x1="${PADDING}" x2="${width - PADDING}" y1="${at}" y2="${at}" stroke="#e2e8f0"/>`);
  }
  return [
    ...columns.map((name, index) => text(PADDING + index * step, 46, name, 'font-weight="600" fill="#64748b"')),
    ...rows,
  ];
}

function text(x: number, y: number, content: string, style: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${x}" y="${y}" ${style}>${escaped}</text>`;
}

function wrap(line: string, letters: number): string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) as string;
    if (last !== '' && last.length + 1 + word.length > letters) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

if (require.main === module) writeFileSync(join(__dirname, '..', '..', 'docs', 'dashboard.svg'), renderExample());
