import { Aws, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Function as LambdaFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { BatchInferenceJob } from '../../src';
import { BatchInferenceError } from '../../src/core/batch-inference-error';
import { Account } from './deploy-job';
import { type BusEvent, matches, toStateChange } from './event-pattern';
import { makeJob, makeStack } from './synth-job';

const BATCH = { source: ['aws.bedrock'], 'detail-type': ['Batch Inference Job State Change'] };

function synth(fill: (job: BatchInferenceJob, stack: Stack) => void, stack = makeStack()): Template {
  fill(makeJob(stack), stack);
  return Template.fromStack(stack);
}

/** What refers to the one job of a template. */
function refTo(template: Template): { Ref: string } {
  const [Ref] = Object.keys(template.findResources('Custom::BedrockBatchInferenceJob'));
  return { Ref };
}

describe('the pattern of a rule', () => {
  test.each<[string, (job: BatchInferenceJob) => Rule, string[] | undefined]>([
    ['onStateChange', (job) => job.onStateChange('Rule'), undefined],
    ['onCompleted', (job) => job.onCompleted('Rule'), ['Completed']],
    ['onPartiallyCompleted', (job) => job.onPartiallyCompleted('Rule'), ['PartiallyCompleted']],
    ['onFailed', (job) => job.onFailed('Rule'), ['Failed', 'Stopped', 'Expired']],
  ])('%s lets this job alone through, in its states', (_, on, status) => {
    const template = synth(on);
    const job = refTo(template);
    template.hasResourceProperties('AWS::Events::Rule', {
      State: 'ENABLED',
      EventPattern: {
        ...BATCH,
        resources: [job],
        detail: { batchJobArn: [job], status: status ?? Match.absent() },
      },
    });
  });

  test('takes what the user adds beside it', () => {
    const template = synth((job) =>
      job.onStateChange('Rule', { eventPattern: { account: [Aws.ACCOUNT_ID], detail: { status: ['InProgress'] } } }),
    );
    const job = refTo(template);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        ...BATCH,
        account: [{ Ref: 'AWS::AccountId' }],
        resources: [job],
        detail: { status: ['InProgress'], batchJobArn: [job] },
      },
    });
  });

  test.each<[string, Parameters<BatchInferenceJob['onFailed']>[1]]>([
    ['source', { eventPattern: { source: ['aws.s3'] } }],
    ['detailType', { eventPattern: { detailType: ['Other'] } }],
    [
      'resources',
      { eventPattern: { resources: ['arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/other'] } },
    ],
    ['detail.batchJobArn', { eventPattern: { detail: { batchJobArn: ['other'] } } }],
    ['detail.status', { eventPattern: { detail: { status: ['Completed'] } } }],
  ])('cannot be widened by %s', (field, options) => {
    const stack = makeStack();
    const job = makeJob(stack);
    const issue = {
      code: 'EventPatternTaken',
      input: 'eventPattern',
      message: `must add to what chooses this job and its states, which is set, got ${field}; for other jobs or states make a Rule of your own`,
    };
    expect(() => job.onFailed('Rule', options)).toThrow(BatchInferenceError);
    expect(() => job.onFailed('Rule', options)).toThrow(`${issue.input} ${issue.message} [${issue.code}]`);
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 0);
  });
});

describe('a rule', () => {
  test('is made only where it is asked for', () => {
    synth(() => undefined).resourceCountIs('AWS::Events::Rule', 0);
  });

  test('says what it is for, unless the user says it', () => {
    const template = synth((job) => {
      job.onFailed('Failed');
      job.onStateChange('Any');
      job.onCompleted('Done', { description: 'Starts the report' });
    });
    const rules = Object.values(template.findResources('AWS::Events::Rule'));
    expect(rules.map(({ Properties }) => Properties.Description)).toEqual([
      'Change to Failed, Stopped, Expired of the batch inference job Books/Chapters',
      'Changes of state of the batch inference job Books/Chapters',
      'Starts the report',
    ]);
  });

  test('has no name of its own, and takes one', () => {
    const template = synth((job) => {
      job.onFailed('Failed');
      job.onCompleted('Done', { ruleName: 'done' });
    });
    const rules = Object.values(template.findResources('AWS::Events::Rule'));
    expect(rules.map(({ Properties }) => Properties.Name)).toEqual([undefined, 'done']);
  });

  test('takes any target, then and later', () => {
    const template = synth((job, stack) => {
      const rule = job.onCompleted('Done', { target: new SqsQueue(new Queue(stack, 'Queue')) });
      const arn = 'arn:aws:lambda:us-east-1:111122223333:function:report';
      rule.addTarget(new LambdaFunction(LambdaFunctionResource.fromFunctionArn(stack, 'Report', arn)));
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      Targets: [{ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Queue'), 'Arn'] } }, { Arn: Match.anyValue() }],
    });
  });

  test('can be in a stack of its own', () => {
    const stack = makeStack();
    const other = new Stack(stack.node.root as never, 'Other', {
      env: { account: '111122223333', region: 'us-east-1' },
    });
    makeJob(stack).onFailed('Failed', { crossStackScope: other });
    Template.fromStack(other).resourceCountIs('AWS::Events::Rule', 1);
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 0);
  });
});

describe('notifyOn', () => {
  const template = synth((job, stack) => job.notifyOn(new Topic(stack, 'Topic')));

  test('tells of the end of the job', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        ...BATCH,
        detail: { status: ['Completed', 'PartiallyCompleted', 'Failed', 'Stopped', 'Expired'] },
      },
    });
  });

  test('tells of every state where that is wanted', () => {
    const every = synth((job, stack) => job.notifyOn(new Topic(stack, 'Topic'), { everyState: true }));
    every.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { ...BATCH, detail: { status: Match.absent() } },
    });
  });

  test('says which job, its state, what failed, its ARN and where the results are', () => {
    const { Ref } = refTo(template);
    const [rule] = Object.values(template.findResources('AWS::Events::Rule'));
    const [{ Arn, InputTransformer }] = rule.Properties.Targets;
    expect(Arn).toEqual({ Ref: expect.stringMatching(/^Topic/) });
    const { InputPathsMap, InputTemplate } = InputTransformer;
    expect(InputPathsMap).toEqual({
      'detail-batchJobName': '$.detail.batchJobName',
      'detail-status': '$.detail.status',
      'detail-failureMessage': '$.detail.failureMessage',
      'detail-batchJobArn': '$.detail.batchJobArn',
    });
    expect(InputTemplate).toEqual({
      'Fn::Join': [
        '',
        [
          [
            '"Batch inference job <detail-batchJobName> is <detail-status>."',
            '"Failure message: <detail-failureMessage>"',
            '"Job: <detail-batchJobArn>"',
            '"Results go to: ',
          ].join('\n'),
          { 'Fn::GetAtt': [Ref, 'OutputS3Uri'] },
          '"',
        ],
      ],
    });
  });

  test('lets EventBridge publish to the topic', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'events.amazonaws.com' },
            Resource: { Ref: Match.stringLikeRegexp('^Topic') },
          },
        ],
      },
    });
  });

  test('tells several topics', () => {
    const several = synth((job, stack) => {
      job.notifyOn(new Topic(stack, 'One'));
      job.notifyOn(new Topic(stack, 'Two'));
    });
    several.resourceCountIs('AWS::Events::Rule', 2);
  });
});

describe('deployed', () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.start();
  });
  afterEach(() => account.stop());

  const eventsOf = () =>
    new Map<string, BusEvent>(
      account.emulator.listJobs().map((job) => [job.arn, toStateChange({ ...job, status: 'Failed' })]),
    );

  test('the rule of one job lets its events through, and those of another job not', async () => {
    const deployment = await account.deploy((stack) => {
      makeJob(stack, { jobName: 'other' }, 'Other');
      const job = makeJob(stack, { jobName: 'mine' });
      job.onFailed('Failed');
      return job;
    });
    const [{ properties }] = deployment.resourcesOfType('AWS::Events::Rule');
    const passed = [...eventsOf()].filter(([, event]) => matches(properties.EventPattern, event)).map(([arn]) => arn);
    expect(eventsOf().size).toBe(2);
    expect(passed).toEqual([deployment.outputs.OutjobArn]);
  });

  test('a state that is not asked for, and events of another kind, do not pass', async () => {
    const deployment = await account.deploy((stack) => {
      const job = makeJob(stack);
      job.onFailed('Failed');
      return job;
    });
    const [{ properties }] = deployment.resourcesOfType('AWS::Events::Rule');
    const [job] = account.emulator.listJobs();
    const passes = (status: string, change: Partial<BusEvent> = {}) =>
      matches(properties.EventPattern, { ...toStateChange({ ...job, status }), ...change });
    const states = [
      'Submitted',
      'InProgress',
      'Completed',
      'PartiallyCompleted',
      'Failed',
      'Stopping',
      'Stopped',
      'Expired',
    ];
    expect(states.filter((status) => passes(status))).toEqual(['Failed', 'Stopped', 'Expired']);
    expect(passes('Failed', { 'detail-type': 'Model Customization Job State Change' })).toBe(false);
    expect(passes('Failed', { source: 'aws.batch' })).toBe(false);
  });

  test('the rule follows a job that replaces this one', async () => {
    const make = (count: number) => (stack: Stack) => {
      const job = makeJob(stack, { runKey: String(count) });
      job.onStateChange('Any');
      return job;
    };
    const deployment = await account.deploy(make(1));
    await deployment.update(account.synth(make(2)));
    const [{ properties }] = deployment.resourcesOfType('AWS::Events::Rule');
    const passed = [...eventsOf()].filter(([, event]) => matches(properties.EventPattern, event)).map(([arn]) => arn);
    expect(eventsOf().size).toBe(2);
    expect(passed).toEqual([deployment.outputs.OutjobArn]);
  });
});
