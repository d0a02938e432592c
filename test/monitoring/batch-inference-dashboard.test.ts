import { App, Duration, RemovalPolicy, Stack, type StackProps, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import {
  BatchInferenceDashboard,
  type BatchInferenceDashboardProps,
  type BatchInferenceJob,
  BatchModel,
  ModelRouting,
} from '../../src';
import { allModels } from '../../src/catalog/model-catalog';
import { makeJob, makeStack, TODAY, US_EAST_1 } from '../job/synth-job';
import { type DashboardWidget, readWidgets } from './read-widgets';

const CLAUDE = BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6;

function synth(props: BatchInferenceDashboardProps, stack: Stack = makeStack()): Template {
  new BatchInferenceDashboard(stack, 'Dashboard', props);
  return Template.fromStack(stack);
}

function withJobs(make: (stack: Stack) => BatchInferenceJob[], stack: Stack = makeStack()): Template {
  return synth({ jobs: make(stack) }, stack);
}

function find(template: Template, title: string): DashboardWidget {
  const found = readWidgets(template).find(({ properties }) => properties.title === title);
  if (found === undefined) throw new Error(`no widget is called ${title}`);
  return found;
}

const titlesOf = (template: Template) => readWidgets(template).map(({ properties }) => properties.title);
const SPEND = 'Estimated spend, US dollars per hour';

/** What a graph draws: label and expression of each line. */
const linesOf = (widget: DashboardWidget) =>
  (widget.properties.metrics ?? [])
    .map((row) => row.at(-1) as { readonly label: string; readonly expression?: string; readonly visible?: boolean })
    .filter(({ expression, visible }) => expression !== undefined && visible !== false);

const pricesIn = (template: Template) =>
  readWidgets(template).find(({ properties }) => properties.markdown?.startsWith('**Prices'))?.properties.markdown;

describe('the page', () => {
  const template = synth({ models: [CLAUDE, BatchModel.AMAZON_NOVA_LITE] });

  test('shows queue, tokens in and out, spend and its prices, and changes of state, in 24 columns', () => {
    const places = readWidgets(template).map(({ type, x, y, width, height, properties }) => [
      type,
      properties.title,
      x,
      y,
      width,
      height,
    ]);
    expect(places).toEqual([
      ['text', undefined, 0, 0, 24, 3],
      ['metric', 'Records pending', 0, 3, 24, 6],
      ['metric', 'Input tokens per minute', 0, 9, 12, 6],
      ['metric', 'Output tokens per minute', 12, 9, 12, 6],
      ['metric', SPEND, 0, 15, 12, 6],
      ['text', undefined, 12, 15, 12, 6],
      ['log', 'Recent changes of state, all jobs of this account and Region', 0, 21, 24, 8],
    ]);
  });

  test('says first over what it is: never one job', () => {
    expect(readWidgets(template)[0]?.properties.markdown).toContain('**each model in this account and Region**');
  });

  test.each([
    ['Records pending', 'NumberOfRecordsPendingProcessing'],
    ['Input tokens per minute', 'NumberOfInputTokensProcessedPerMinute'],
    ['Output tokens per minute', 'NumberOfOutputTokensProcessedPerMinute'],
  ])('%s has one line for each model', (title, metricName) => {
    const widget = find(template, title);
    expect(linesOf(widget).map(({ label }) => label)).toEqual([
      'Claude Sonnet 4.6 (anthropic.claude-sonnet-4-6)',
      'Nova Lite (amazon.nova-lite-v1:0)',
    ]);
    const names = (widget.properties.metrics ?? []).filter((row) => row.length > 1).map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set([metricName]));
  });

  test('has no name, and takes one, and the time to show', () => {
    template.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: Match.absent() });
    const named = synth({ models: [CLAUDE], dashboardName: 'Batch', defaultInterval: Duration.days(2) });
    named.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'Batch' });
    expect(JSON.stringify(named.toJSON())).toContain('-P2D');
  });

  test('comes with a log group, a rule and a policy, and no function', () => {
    const types = Object.values<{ Type: string }>(template.toJSON().Resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual([
      'AWS::CloudWatch::Dashboard',
      'AWS::Events::Rule',
      'AWS::Logs::LogGroup',
      'AWS::Logs::ResourcePolicy',
    ]);
  });
});

describe('spend', () => {
  test('is tokens a minute times the price, for an hour', () => {
    const [line] = linesOf(find(synth({ models: [BatchModel.AMAZON_NOVA_LITE] }), SPEND));
    expect(line).toEqual({
      label: 'Nova Lite (amazon.nova-lite-v1:0)',
      expression: '(spend_in_amazon_nova_lite_v1_0 * 0.03 + spend_out_amazon_nova_lite_v1_0 * 0.12) * 60 / 1000000',
    });
  });

  test('goes by the way that a job takes', () => {
    const price = (routing: ModelRouting) => {
      const model = BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6;
      return linesOf(
        find(
          withJobs((stack) => [makeJob(stack, { model, routing })]),
          SPEND,
        ),
      )[0]?.expression;
    };
    expect(price(ModelRouting.GEOGRAPHIC)).toContain(' * 1.65 + ');
    expect(price(ModelRouting.GLOBAL)).toContain(' * 1.5 + ');
  });

  test('goes by the way that a job would take, where a model is given', () => {
    const [line] = linesOf(find(synth({ models: [CLAUDE] }), SPEND));
    expect(line?.expression).toContain(' * 1.65 + ');
  });

  test('names price, way, day, and whether it was worked out', () => {
    const markdown = pricesIn(synth({ models: [CLAUDE, BatchModel.AMAZON_NOVA_LITE] }));
    expect(markdown).toContain(
      '- Claude Sonnet 4.6 (anthropic.claude-sonnet-4-6): 1.65 in, 8.25 out (us, 2026-10-05, worked out from another price)',
    );
    expect(markdown).toContain('- Nova Lite (amazon.nova-lite-v1:0): 0.03 in, 0.12 out (in-region, 2026-09-03)');
  });

  test('leaves a model without a price out, and says so', () => {
    const template = synth({ models: [BatchModel.AMAZON_NOVA_LITE, BatchModel.AMAZON_TITAN_TEXT_EMBEDDINGS_V2] });
    expect(linesOf(find(template, SPEND))).toHaveLength(1);
    expect(pricesIn(template)).toContain(
      '- Titan Text Embeddings V2 (amazon.titan-embed-text-v2:0): left out, since no source gives its price by this way',
    );
  });

  test('is no graph where no price is known', () => {
    const template = synth({ models: [BatchModel.AMAZON_TITAN_TEXT_EMBEDDINGS_V2] });
    expect(titlesOf(template)).not.toContain(SPEND);
    expect(pricesIn(template)).toContain('left out');
  });

  test('is left out where the price depends on a Region that is decided at deployment', () => {
    const template = synth({ models: [CLAUDE] }, makeStack({}));
    expect(titlesOf(template)).not.toContain(SPEND);
    expect(pricesIn(template)).toContain(
      'left out, since its price depends on the way to the model, which is decided at deployment',
    );
  });

  test('is left out for a job whose way to the model is decided there', () => {
    const template = withJobs((stack) => [makeJob(stack)], makeStack({}));
    expect(titlesOf(template)).not.toContain(SPEND);
    expect(linesOf(find(template, 'Records pending'))).toHaveLength(1);
  });

  test('is known in every Region where the price is the same by every way', () => {
    const id = allModels().find(({ prices }) => prices?.some(({ route }) => route === undefined))?.id;
    const template = synth({ models: [BatchModel.of(id as string)] }, makeStack({}));
    expect(linesOf(find(template, SPEND))).toHaveLength(1);
  });

  test('of a custom model is not known', () => {
    const arn = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.titan-embed-image-v1:0/a1b2c3d4e5f6';
    expect(pricesIn(synth({ models: [BatchModel.fromCustomModel(arn)] }))).toContain('left out');
    expect(pricesIn(synth({ models: [BatchModel.fromCustomModel(arn)] }, makeStack({})))).toContain('left out');
  });
});

describe('models', () => {
  test('of jobs and those given are shown once', () => {
    const stack = makeStack();
    const jobs = [makeJob(stack), makeJob(stack, { jobName: 'other' }, 'Other')];
    const template = synth({ jobs, models: [CLAUDE, BatchModel.AMAZON_NOVA_LITE] }, stack);
    expect(linesOf(find(template, 'Records pending'))).toHaveLength(2);
  });

  test('that the Region does not serve are shown all the same: others may have used them', () => {
    const stack = makeStack({ env: { account: '111122223333', region: 'me-south-1' } });
    expect(() => synth({ models: [BatchModel.AMAZON_NOVA_MULTIMODAL_EMBEDDINGS] }, stack)).not.toThrow();
  });

  test.each<[string, BatchInferenceDashboardProps]>([
    ['none', {}],
    ['an empty list', { models: [] }],
  ])('%s, and no jobs, is refused', (_, props) => {
    expect(() => synth(props)).toThrow(
      'Books/Dashboard: models must hold a model where no jobs are given, got none [NothingToShow]',
    );
  });
});

describe('changes of state', () => {
  test('of every job of the account and Region are kept where no jobs are given', () => {
    synth({ models: [CLAUDE] }).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.bedrock'],
        'detail-type': ['Batch Inference Job State Change'],
        resources: Match.absent(),
      },
    });
  });

  test('of the jobs given, and of no other', () => {
    const template = withJobs((stack) => [makeJob(stack), makeJob(stack, { jobName: 'other' }, 'Other')]);
    const refs = Object.keys(template.findResources('Custom::BedrockBatchInferenceJob')).map((Ref) => ({ Ref }));
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.bedrock'], 'detail-type': ['Batch Inference Job State Change'], resources: refs },
    });
    expect(titlesOf(template)).toContain('Recent changes of state, 2 jobs');
  });

  test('go into the log group, whose ARN ends at its name', () => {
    const template = synth({ models: [CLAUDE] });
    const [Ref] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    template.hasResourceProperties('AWS::Events::Rule', {
      Targets: [
        {
          Arn: {
            'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:us-east-1:111122223333:log-group:', { Ref }]],
          },
        },
      ],
    });
  });

  test('may be written by EventBridge, in the name of this rule, to this log group and to no other', () => {
    const template = synth({ models: [CLAUDE] });
    const [logGroup] = Object.keys(template.findResources('AWS::Logs::LogGroup')) as [string];
    const [rule] = Object.keys(template.findResources('AWS::Events::Rule')) as [string];
    const [{ Properties }] = Object.values(template.findResources('AWS::Logs::ResourcePolicy'));
    expect(Properties.PolicyName).toEqual({ Ref: logGroup });
    const Principal = { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] };
    expect(policyOf(Properties.PolicyDocument)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal, Action: 'logs:CreateLogStream', Resource: `<${logGroup}.Arn>` },
        {
          Effect: 'Allow',
          Principal,
          Action: 'logs:PutLogEvents',
          Resource: `<${logGroup}.Arn>`,
          Condition: { ArnEquals: { 'aws:SourceArn': `<${rule}.Arn>` } },
        },
      ],
    });
  });

  test('are listed by a query over that log group, newest first', () => {
    const template = synth({ models: [CLAUDE] });
    const [logGroup] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    const { properties } = find(template, 'Recent changes of state, all jobs of this account and Region');
    expect(properties).toMatchObject({ view: 'table' });
    expect(properties.query?.split('\n| ')).toEqual([
      `SOURCE '<${logGroup}>' | fields @timestamp, detail.batchJobName as job, detail.status as status, detail.failureMessage as reason, detail.batchModelId as model, detail.batchJobArn as arn`,
      'sort @timestamp desc',
      'limit 100',
    ]);
  });

  test('are kept for three months and go with the dashboard, unless it is said otherwise', () => {
    const byDefault = synth({ models: [CLAUDE] });
    byDefault.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete',
      Properties: { RetentionInDays: 90, LogGroupName: Match.absent() },
    });
    const kept = synth({
      models: [CLAUDE],
      eventRetention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    kept.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain', Properties: { RetentionInDays: 365 } });
  });

  test('are encrypted with a key, whose policy lets CloudWatch Logs use it for this log group alone', () => {
    const stack = makeStack();
    const template = synth({ models: [CLAUDE], encryptionKey: new Key(stack, 'Key') }, stack);
    const [key] = Object.keys(template.findResources('AWS::KMS::Key'));
    const [logGroup] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    const logGroups = 'arn:aws:logs:us-east-1:111122223333:log-group';
    template.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: { 'Fn::GetAtt': [key, 'Arn'] } });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Principal: { Service: 'logs.us-east-1.amazonaws.com' },
            Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
            Resource: '*',
            Condition: {
              ArnLike: {
                'kms:EncryptionContext:aws:logs:arn': `${logGroups}:Books-${logGroup}-*`,
              },
            },
          },
        ]),
      },
    });
  });

  test('with a key of elsewhere: what its policy must say is told', () => {
    const stack = makeStack();
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012';
    synth({ models: [CLAUDE], encryptionKey: Key.fromKeyArn(stack, 'Key', arn) }, stack);
    Annotations.fromStack(stack).hasWarning('/Books/Dashboard/Events', Match.stringLikeRegexp('KeyPolicyNotChecked'));
  });

  const jobs = (count: number) => (stack: Stack) =>
    Array.from({ length: count }, (_, index) => makeJob(stack, { jobName: `job-${index}` }, `Job${index}`));

  test('of 20 jobs are within what an event pattern holds', () => {
    const template = withJobs(jobs(20));
    const [{ Properties }] = Object.values(template.findResources('AWS::Events::Rule'));
    const longest = 'arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:model-invocation-job/a1b2c3d4e5f6';
    const pattern = { ...Properties.EventPattern, resources: Array(20).fill(longest) };
    expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2048);
  });

  test.each([0, 21])('of %d jobs are refused', (count) => {
    expect(() => withJobs(jobs(count))).toThrow(
      `jobs must be 1 to 20 jobs (what an event pattern holds), got ${count}; leave it out, and give models, for the changes of every job of the Region [JobsOutOfRange]`,
    );
  });
});

describe('jobs of another stack', () => {
  const showFrom = (dashboard: StackProps, jobs: StackProps = US_EAST_1) => {
    const app = new App({ context: { 'cdk-bedrock-batch:today': TODAY } });
    const stack = new Stack(app, 'OnCall', dashboard);
    return synth({ jobs: [makeJob(new Stack(app, 'Books', jobs))] }, stack);
  };

  test('of the same account and Region are shown', () => {
    expect(titlesOf(showFrom(US_EAST_1))).toContain('Recent changes of state, 1 job');
  });

  test.each<[string, StackProps, string, string]>([
    ['Region', { env: { account: '111122223333', region: 'eu-west-1' } }, 'eu-west-1', 'us-east-1'],
    ['account', { env: { account: '444455556666', region: 'us-east-1' } }, '444455556666', '111122223333'],
  ])('of another %s are refused: their events come there', (name, props, must, got) => {
    expect(() => showFrom(props)).toThrow(
      `OnCall/Dashboard: jobs must be in the ${name} of the dashboard (${must}), got ${got} (Books/Chapters); put the dashboard into a stack of that ${name} [JobElsewhere]`,
    );
  });

  test('are not judged where their place is decided at deployment', () => {
    expect(() => showFrom({}, {})).not.toThrow();
  });
});

test('a rule below a very long path has a description that EventBridge takes', () => {
  const stack = makeStack();
  const parts = [`${'x'.repeat(200)}1`, `${'x'.repeat(200)}2`, 'Last'];
  const scope = parts.reduce<Construct>((parent, id) => new Construct(parent, id), stack);
  new BatchInferenceDashboard(scope, 'x'.repeat(290), { models: [CLAUDE] });
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  expect(Properties.Description).toHaveLength(512);
  expect(Properties.Description).toMatch(
    /^Keeps the changes of state of batch inference jobs for \.\.\.x+2\/Last\/x{290}$/,
  );
});

test('AwsSolutions finds nothing in it', () => {
  const stack = makeStack();
  new BatchInferenceDashboard(stack, 'Dashboard', { models: [CLAUDE] });
  const { violations } = new AwsSolutionsChecks(Stage.of(stack) as App).validateScope(stack);
  expect(violations).toEqual([]);
});

/** A policy document that is a text, with `<LogicalId.Arn>` for what CloudFormation fills in. */
function policyOf(document: { readonly 'Fn::Join': [string, (string | { 'Fn::GetAtt': string[] })[]] }): unknown {
  const [, parts] = document['Fn::Join'];
  return JSON.parse(
    parts.map((part) => (typeof part === 'string' ? part : `<${part['Fn::GetAtt'].join('.')}>`)).join(''),
  );
}
