import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import {
  type DashboardWidget,
  readDashboard,
  renderDashboard,
  renderExample,
} from '../../examples/monitoring/render-dashboard';
import { MonitoringStack } from '../../examples/monitoring/stack';
import { Deployment } from '../emulator/deployment';
import { Emulator } from '../emulator/emulator';
import { matches, toStateChange } from '../job/event-pattern';

const ROOT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'monitoring-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the app synthesises', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'examples/monitoring/app.ts'], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: join(folder, 'app') },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const template = JSON.parse(readFileSync(join(folder, 'app', 'Monitoring.template.json'), 'utf8'));
  const types = new Set(Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type));
  expect(types).toEqual(
    new Set([
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::Events::Rule',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::Logs::ResourcePolicy',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'Custom::BedrockBatchInferenceJob',
    ]),
  );
});

describe('deployed', () => {
  let emulator: Emulator;
  let deployment: Deployment;
  beforeAll(async () => {
    emulator = await Emulator.start({ clock: () => new Date('2026-11-21T12:00:00Z') });
    const app = new App({ outdir: join(folder, 'deployed'), context: { 'cdk-bedrock-batch:today': '2026-11-21' } });
    new MonitoringStack(app, 'Monitoring', { env: { region: 'us-east-1' } });
    deployment = await Deployment.create(emulator, { assembly: app.synth().directory });
  });
  afterAll(async () => {
    await deployment.close();
    await emulator.stop();
  });

  /** Where an event of the one job goes: which targets, by the part of the logical id that tells. */
  const targetsOf = (status: string, arn?: string) => {
    const [job] = emulator.listJobs() as [ReturnType<typeof emulator.listJobs>[number]];
    const event = toStateChange({ ...job, arn: arn ?? job.arn, status });
    return deployment
      .resourcesOfType('AWS::Events::Rule')
      .filter(({ properties }) => matches(properties.EventPattern, event))
      .flatMap(({ properties }) => (properties.Targets as { Arn: string }[]).map(({ Arn }) => Arn))
      .map((arnOfTarget) => /OnCall|Reports|EventsLogGroup/.exec(arnOfTarget)?.[0])
      .sort();
  };

  test('the end of the job is told to the topic and the queue, and kept', () => {
    expect(deployment.status).toBe('CREATE_COMPLETE');
    expect(targetsOf('Completed')).toEqual(['EventsLogGroup', 'OnCall', 'Reports']);
    expect(targetsOf('Failed')).toEqual(['EventsLogGroup', 'OnCall']);
  });

  test('what happens on the way there is only kept', () => {
    expect(targetsOf('InProgress')).toEqual(['EventsLogGroup']);
  });

  test('another job is told to nobody', () => {
    const other = 'arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/zzzzzzzzzzzz';
    expect(targetsOf('Completed', other)).toEqual([]);
  });

  test('the message names the place of the results', () => {
    const rule = deployment
      .resourcesOfType('AWS::Events::Rule')
      .find(({ properties }) => JSON.stringify(properties).includes('InputTransformer'));
    const [job] = emulator.listJobs() as [ReturnType<typeof emulator.listJobs>[number]];
    expect(JSON.stringify(rule?.properties)).toMatch(new RegExp(`Results go to: s3://[^/]+/${job.id}/`));
  });
});

describe('the picture of the dashboard', () => {
  test('docs/dashboard.svg is what the template gives: run `npx tsx examples/monitoring/render-dashboard.ts` if not', () => {
    expect(readFileSync(join(ROOT, 'docs', 'dashboard.svg'), 'utf8')).toBe(renderExample());
  });

  const graph: DashboardWidget = {
    type: 'metric',
    x: 12,
    y: 3,
    width: 12,
    height: 6,
    properties: {
      title: 'Queue & more',
      metrics: [
        [{ label: 'One <1>', expression: 'FILL(m, 0)' }],
        ['Space', 'Name', 'Dimension', 'value', { visible: false }],
      ],
    },
  };

  test('is as wide as 24 columns, and as high as the widgets', () => {
    expect(renderDashboard([graph])).toContain(`viewBox="0 0 ${24 * 44} ${9 * 34}"`);
  });

  test('has a box for each widget, where the dashboard has it', () => {
    expect(renderDashboard([graph])).toContain(`<g transform="translate(${12 * 44 + 5} ${3 * 34 + 5})">`);
  });

  test('tells title, metric and lines, as text and not as markup', () => {
    const svg = renderDashboard([graph]);
    for (const text of ['>Queue &amp; more<', '>Space Name<', '>One &lt;1&gt;<']) expect(svg).toContain(text);
  });

  test('wraps text at the width of its box', () => {
    const markdown = `# Head\n${'word '.repeat(40).trim()}\n- **item**`;
    const svg = renderDashboard([{ ...graph, type: 'text', width: 6, properties: { markdown } }]);
    const lines = [...svg.matchAll(/<text [^>]+>([^<]*)</g)].map(([, line]) => line as string);
    expect(lines[0]).toBe('Head');
    expect(lines.at(-1)).toBe('• item');
    expect(lines.slice(1, -1).join(' ')).toBe('word '.repeat(40).trim());
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(Math.floor((6 * 44 - 38) / 6.3));
  });

  test('tells the columns of a table', () => {
    const query = "SOURCE 'log' | fields @timestamp, detail.status as status\n| limit 1";
    const svg = renderDashboard([{ ...graph, type: 'log', properties: { title: 'Changes', query } }]);
    for (const text of ['>Changes<', '>@timestamp<', '>status<']) expect(svg).toContain(text);
  });

  test('needs a dashboard', () => {
    expect(() => readDashboard({ Resources: {} })).toThrow('the template has no dashboard');
  });

  test('reads a body without anything to fill in', () => {
    const DashboardBody = JSON.stringify({ widgets: [graph] });
    expect(
      readDashboard({ Resources: { D: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody } } } }),
    ).toEqual([graph]);
  });
});
