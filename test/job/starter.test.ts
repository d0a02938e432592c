import { Match, Template } from 'aws-cdk-lib/assertions';
import { Account } from './deploy-job';
import { makeJob, makeStack, synthJob } from './synth-job';

const FUNCTION = 'AWS::Lambda::Function';
const traceRights = { Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Effect: 'Allow', Resource: '*' };
const statements = (template: Template) =>
  Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );

describe('tracing of the starter', () => {
  test('is off, and costs no right, unless it is asked for', () => {
    const template = synthJob();
    template.hasResourceProperties(FUNCTION, { TracingConfig: Match.absent() });
    expect(JSON.stringify(statements(template))).not.toContain('xray');
  });

  test('is on with starterTracing, with the two rights that it needs', () => {
    const template = synthJob({ starterTracing: true });
    template.hasResourceProperties(FUNCTION, { TracingConfig: { Mode: 'Active' } });
    expect(statements(template)).toContainEqual(traceRights);
  });

  test('is on for all jobs of a stack once one asks for it', () => {
    const stack = makeStack();
    makeJob(stack, {}, 'First');
    makeJob(stack, { starterTracing: true }, 'Second');
    makeJob(stack, { starterTracing: true }, 'Third');
    const template = Template.fromStack(stack);
    template.hasResourceProperties(FUNCTION, { TracingConfig: { Mode: 'Active' } });
    expect(statements(template).filter((statement) => JSON.stringify(statement).includes('xray'))).toEqual([
      traceRights,
    ]);
  });

  test('waits for its rights: Lambda makes no function that is to be traced without them', () => {
    const template = synthJob({ starterTracing: true });
    const [policy] = Object.keys(
      template.findResources('AWS::IAM::Policy', {
        Properties: { PolicyDocument: { Statement: [Match.objectLike({ Action: traceRights.Action })] } },
      }),
    );
    template.hasResource(FUNCTION, { DependsOn: [policy] });
    synthJob().hasResource(FUNCTION, { DependsOn: Match.absent() });
  });

  test('uses its rights, and nothing that it is not given', async () => {
    const account = await Account.start();
    try {
      await account.deploy((stack) => makeJob(stack, { starterTracing: true }));
      const { iam } = account.emulator;
      expect(iam.deniedCalls()).toEqual([]);
      expect(iam.unusedGrants().filter(({ action }) => action.startsWith('xray'))).toEqual([]);
      expect(iam.calls.map(({ action }) => action)).toContain('xray:PutTraceSegments');
    } finally {
      await account.stop();
    }
  });
});

describe('the log of the deployed starter', () => {
  test('is lines of JSON that tell request, identity and job', async () => {
    const account = await Account.start();
    try {
      const { logs, outputs, stackId } = await account.deploy((stack) => makeJob(stack));
      const lines = logs.map((line) => JSON.parse(line));
      expect(lines.map(({ message }) => message)).toEqual([
        'asked by CloudFormation',
        'staged the input',
        'started a job',
        'answered CloudFormation',
      ]);
      expect(lines.at(-1)).toMatchObject({
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: 'info',
        requestId: expect.any(String),
        lambdaRequestId: expect.any(String),
        stackId,
        logicalResourceId: expect.stringMatching(/^Chapters[0-9A-F]{8}$/),
        identity: expect.stringMatching(/^[a-z2-7]{12}$/),
        jobArn: outputs.OutjobArn,
        status: 'SUCCESS',
      });
    } finally {
      await account.stop();
    }
  });
});
