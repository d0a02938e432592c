import { App, Aws, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { BatchInferenceJob } from '../../src';
import { BatchInferenceError } from '../../src/core/batch-inference-error';
import { Account } from './deploy-job';
import { type BusEvent, matches, toStateChange } from './event-pattern';
import { makeJob, makeStack, TODAY, US_EAST_1 } from './synth-job';

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

describe('a rule in a stack of its own', () => {
  const ruleFrom = (theirs: StackProps, ours: StackProps = US_EAST_1) => {
    const app = new App({ context: { 'cdk-bedrock-batch:today': TODAY } });
    const crossStackScope = new Stack(app, 'Other', theirs);
    const job = makeJob(new Stack(app, 'Books', ours));
    return () => job.onFailed('Failed', { crossStackScope });
  };

  test.each<[string, StackProps, string]>([
    [
      'Region',
      { env: { account: '111122223333', region: 'eu-west-1' } },
      'Books/Chapters: crossStackScope must be in the Region of the job (us-east-1), got eu-west-1; give a stack of that Region, or leave it out and name what is elsewhere as the target [JobElsewhere]',
    ],
    [
      'account',
      { env: { account: '444455556666', region: 'us-east-1' } },
      'Books/Chapters: crossStackScope must be in the account of the job (111122223333), got 444455556666; give a stack of that account, or leave it out and name what is elsewhere as the target [JobElsewhere]',
    ],
  ])('is refused in another %s, where CDK would leave it out without a word', (_, theirs, message) => {
    expect(ruleFrom(theirs)).toThrow(message);
  });

  test('is not judged where either place is decided at deployment', () => {
    expect(ruleFrom({}, {})).not.toThrow();
    expect(ruleFrom({ env: { account: '111122223333', region: 'eu-west-1' } }, {})).not.toThrow();
  });
});

describe('the description of a rule', () => {
  const BEGINNING = 'Changes of state of the batch inference job ';
  /** Of a job at a path of so many characters. */
  const describeAt = (length: number, filler = 'x') => {
    const stack = makeStack();
    const rest = length - 'Books///Chapters'.length;
    const [first, second] = [Math.floor(rest / 2), Math.ceil(rest / 2)];
    const scope = [first, second].reduce<Construct>(
      (parent, count) => new Construct(parent, filler.repeat(count / filler.length)),
      stack,
    );
    const job = makeJob(scope as Stack);
    job.onStateChange('Any');
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    return { path: job.node.path, description: Properties.Description as string };
  };

  test('has the whole path up to 512 characters', () => {
    const { path, description } = describeAt(512 - BEGINNING.length);
    expect(description).toBe(`${BEGINNING}${path}`);
    expect(description).toHaveLength(512);
  });

  test.each([513 - BEGINNING.length, 700])('has the end of a path of %d characters', (length) => {
    const { path, description } = describeAt(length);
    expect(path).toHaveLength(length);
    expect(description).toHaveLength(512);
    expect(description).toBe(`${BEGINNING}...${path.slice(-(512 - BEGINNING.length - 3))}`);
  });

  test('is not cut within a character', () => {
    const half = /^.*\.\.\.[\uDC00-\uDFFF]/;
    const both = [describeAt(692, '\u{1F600}'), describeAt(694, '\u{1F600}x\u{1F600}x\u{1F600}')];
    expect(both.filter(({ description }) => half.test(description))).toEqual([]);
    expect(both.every(({ description }) => description.length <= 512)).toBe(true);
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

describe('a topic that notifyOn cannot open', () => {
  const TOPIC = 'arn:aws:sns:us-east-1:111122223333:ends';
  const KEY = 'arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012';
  const PUBLISH = JSON.stringify([
    { Action: 'sns:Publish', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Resource: TOPIC },
  ]);
  const USE = JSON.stringify([
    {
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Resource: '*',
    },
  ]);
  const warningsOf = (make: (stack: Stack) => ITopic, stack = makeStack()) => {
    makeJob(stack).notifyOn(make(stack));
    const found = Annotations.fromStack(stack).findWarning('/Books/Chapters', Match.stringLikeRegexp('^topic'));
    return found.map(({ entry }) => String(entry.data));
  };
  const ack = ' [ack: cdk-bedrock-batch:TopicPolicyNotChecked]';
  const withKey = (make: (stack: Stack) => IKey) => (stack: Stack) =>
    new Topic(stack, 'Topic', { masterKey: make(stack) });

  test('of this app is none', () => {
    expect(warningsOf((stack) => new Topic(stack, 'Topic'))).toEqual([]);
  });

  test('imported, is told what its policy must say', () => {
    expect(warningsOf((stack) => Topic.fromTopicArn(stack, 'Theirs', TOPIC))).toEqual([
      `topic: is not a topic of this app, so that its policy cannot be seen from here, got Books/Theirs; it must let EventBridge publish: ${PUBLISH}${ack}`,
    ]);
  });

  test('imported by a token, is told so with the token in words', () => {
    const make = (stack: Stack) => Topic.fromTopicArn(stack, 'Theirs', topicParameter(stack));
    const topicParameter = (stack: Stack) =>
      stack.formatArn({ service: 'sns', resource: new CfnParameter(stack, 'Name').valueAsString });
    const [warning] = warningsOf(make, makeStack());
    expect(warning).toContain('"Resource":"arn:aws:sns:us-east-1:111122223333:${Name}"');
  });

  test('imported with its key, is told of both', () => {
    const make = (stack: Stack) => Topic.fromTopicAttributes(stack, 'Theirs', { topicArn: TOPIC, keyArn: KEY });
    expect(warningsOf(make)).toEqual([
      expect.stringContaining(PUBLISH),
      expect.stringContaining(`it must let EventBridge use the key: ${USE}${ack}`),
    ]);
  });

  test('with an imported key, is told what that of the key must say', () => {
    expect(warningsOf(withKey((stack) => Key.fromKeyArn(stack, 'Key', KEY)))).toEqual([
      `topic: has a key that is not of this app, so that its policy cannot be seen from here, got Books/Key; it must let EventBridge use the key: ${USE}${ack}`,
    ]);
  });

  test('with an alias of which no more is known, is told so too', () => {
    const make = withKey((stack) => Alias.fromAliasName(stack, 'Key', 'alias/books'));
    expect(warningsOf(make)).toEqual([expect.stringContaining(USE)]);
  });

  test('with the key of SNS, is told that nothing can open it', () => {
    const make = withKey((stack) => Alias.fromAliasName(stack, 'Key', 'alias/aws/sns'));
    expect(warningsOf(make)).toEqual([
      `topic: has the key alias/aws/sns, whose policy lets no other service in, so that nothing is told, got Books/Topic; encrypt it with a key of your own${ack}`,
    ]);
  });

  test.each<[string, (stack: Stack) => IKey]>([
    ['key', (stack) => new Key(stack, 'Key')],
    ['alias', (stack) => new Alias(stack, 'Alias', { aliasName: 'books', targetKey: new Key(stack, 'Key') })],
  ])('with a %s of this app is none: its policy is extended, once', (_, make) => {
    const stack = makeStack();
    expect(warningsOf(withKey(make), stack)).toEqual([]);
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
    const [use] = JSON.parse(USE);
    const forEvents = Properties.KeyPolicy.Statement.filter((each: unknown) =>
      JSON.stringify(each).includes('events.'),
    );
    expect(forEvents).toEqual([use]);
  });
});

describe('a topic that is told a second time', () => {
  test.each([[false], [true]])('in the same way (everyState %s) has the rule that it has', (everyState) => {
    const stack = makeStack();
    const job = makeJob(stack);
    const topic = new Topic(stack, 'Topic');
    expect(job.notifyOn(topic, { everyState })).toBe(job.notifyOn(topic, everyState ? { everyState } : {}));
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 1);
  });

  test.each([
    [true, false],
    [false, true],
  ])('in another way (everyState %s after %s) is refused, since each end would be told of twice', (second, first) => {
    const stack = makeStack();
    const job = makeJob(stack);
    const topic = new Topic(stack, 'Topic');
    job.notifyOn(topic, { everyState: first });
    expect(() => job.notifyOn(topic, { everyState: second })).toThrow(
      `Books/Chapters: topic must be told in one way, got Books/Topic a second time, with everyState ${second} after ${first}; call notifyOn once for a topic [AlreadyNotified]`,
    );
  });

  test('of another job, has another rule', () => {
    const stack = makeStack();
    const topic = new Topic(stack, 'Topic');
    makeJob(stack, { jobName: 'one' }, 'One').notifyOn(topic);
    makeJob(stack, { jobName: 'two' }, 'Two').notifyOn(topic, { everyState: true });
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 2);
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
