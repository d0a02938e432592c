import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aws, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { acknowledgeWildcard } from '../../src/private/acknowledge-wildcard';
import { Deployment } from '../emulator/deployment';
import { Emulator } from '../emulator/emulator';
import { type ConstructMetadata, readMetadata } from './example-app';
import { reportWildcards } from './wildcard-reasons';

const REASON = 'The service makes up the names.';
const folder = mkdtempSync(join(tmpdir(), 'wildcard-reasons-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function reportOf(fill: (stack: Stack) => void, metadata?: ConstructMetadata) {
  const app = new App({ outdir: mkdtempSync(join(folder, 'app-')) });
  fill(new Stack(app, 'Test'));
  const assembly = app.synth().directory;
  const emulator = await Emulator.start({ models: { models: [] } });
  try {
    const deployment = await Deployment.create(emulator, { assembly });
    await deployment.close();
    return reportWildcards(deployment, metadata ?? readMetadata(assembly, 'Test'));
  } finally {
    await emulator.stop();
  }
}

function roleWith(scope: IConstruct, resources: string[], actions = ['s3:GetObject'], id = 'Role'): Role {
  const role = new Role(scope as Stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions, resources }));
  return role;
}

describe('a wildcard', () => {
  test('is reasoned by the acknowledgement on its principal', async () => {
    const report = reportOf((stack) => {
      const bucket = new Bucket(stack, 'Bucket');
      const name = `arn:${Aws.PARTITION}:s3:::${bucket.bucketName}/a/*`;
      const role = roleWith(stack, [bucket.arnForObjects('*'), name]);
      acknowledgeWildcard(role, bucket.arnForObjects('*'), REASON);
      acknowledgeWildcard(role, name, REASON);
    });
    expect(await report).toEqual({ unreasoned: [], idle: [] });
  });

  test('is unreasoned without', async () => {
    const report = reportOf((stack) => roleWith(stack, ['*']));
    expect(await report).toEqual({ unreasoned: ['/Test/Role/Resource: Resource::*'], idle: [] });
  });

  test('is unreasoned where the reason is one for another wildcard, which is then idle', async () => {
    const report = reportOf((stack) =>
      acknowledgeWildcard(roleWith(stack, ['arn:aws:s3:::b/*']), 'arn:aws:s3:::b/a/*', REASON),
    );
    expect(await report).toEqual({
      unreasoned: ['/Test/Role/Resource: Resource::arn:aws:s3:::b/*'],
      idle: ['/Test/Role: Resource::arn:aws:s3:::b/a/*'],
    });
  });

  test('is unreasoned where the reason stands on another principal', async () => {
    const report = reportOf((stack) => {
      roleWith(stack, ['*']);
      acknowledgeWildcard(roleWith(stack, ['*'], undefined, 'Other'), '*', REASON);
    });
    expect(await report).toEqual({ unreasoned: ['/Test/Role/Resource: Resource::*'], idle: [] });
  });

  test('is unreasoned where the reason stands above several principals', async () => {
    const report = await reportOf((stack) => {
      roleWith(stack, ['*']);
      roleWith(stack, ['arn:aws:s3:::b/k'], undefined, 'Other');
      acknowledgeWildcard(stack, '*', REASON);
    });
    expect(report.unreasoned).toEqual(['/Test/Role/Resource: Resource::*']);
  });

  test.each(['', 'Needed.'])('is unreasoned where the reason is no reason: "%s"', async (reason) => {
    const report = reportOf((stack) => acknowledgeWildcard(roleWith(stack, ['*']), '*', reason));
    expect(await report).toEqual({ unreasoned: ['/Test/Role/Resource: Resource::*'], idle: [] });
  });

  test('is seen in actions', async () => {
    const report = await reportOf((stack) => roleWith(stack, ['arn:aws:s3:::b/k'], ['s3:Get*']));
    expect(report.unreasoned).toEqual(['/Test/Role/Resource: Action::s3:Get*']);
  });

  test('is what NotAction and NotResource amount to', async () => {
    const report = await reportOf((stack) => {
      const role = roleWith(stack, ['arn:aws:s3:::b/k']);
      role.addToPolicy(new PolicyStatement({ notActions: ['s3:PutObject'], resources: ['arn:aws:s3:::b'] }));
      role.addToPolicy(new PolicyStatement({ actions: ['s3:PutObject'], notResources: ['arn:aws:s3:::b/k'] }));
    });
    expect(report.unreasoned).toEqual(['/Test/Role/Resource: Action::*', '/Test/Role/Resource: Resource::*']);
  });

  test('is seen in a policy inside of the role, and in a managed one', async () => {
    const report = await reportOf((stack) => {
      const statements = (resource: string) => [new PolicyStatement({ actions: ['a:B'], resources: [resource] })];
      const managed = new ManagedPolicy(stack, 'Managed', { statements: statements('arn:managed:*') });
      new Role(stack, 'Role', {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        managedPolicies: [managed],
        inlinePolicies: { Own: managed.document },
      });
    });
    expect(report.unreasoned).toEqual([
      '/Test/Role/Resource: Resource::arn:managed:*',
      '/Test/Role/Resource: Resource::arn:managed:*',
    ]);
  });

  test('is seen in a managed policy that nobody has yet, for whoever gets it', async () => {
    const report = await reportOf((stack) => {
      const statements = [new PolicyStatement({ actions: ['a:B'], resources: ['*'] })];
      acknowledgeWildcard(new ManagedPolicy(stack, 'Managed', { statements }), '*', REASON);
    });
    expect(report.unreasoned).toEqual(['/Test/Managed/Resource: Resource::*']);
  });

  test("is a policy of AWS's own", async () => {
    const report = await reportOf((stack) =>
      roleWith(stack, ['arn:aws:s3:::b/k']).addManagedPolicy(
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole'),
      ),
    );
    expect(report.unreasoned).toEqual([
      '/Test/Role/Resource: Policy::arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    ]);
  });

  test('is nothing that denies', async () => {
    const report = reportOf((stack) => {
      const role = roleWith(stack, ['arn:aws:s3:::b/k']);
      const everything = PolicyStatement.fromJson({ Effect: 'Deny', Action: 's3:*', Resource: '*' });
      role.addToPolicy(everything);
    });
    expect(await report).toEqual({ unreasoned: [], idle: [] });
  });

  test('is not the end of the ARN of a log group, but is one that somebody has added', async () => {
    const report = await reportOf((stack) => {
      const { logGroupArn } = new LogGroup(stack, 'Logs', { logGroupName: 'mine' });
      roleWith(stack, [logGroupArn, `${logGroupArn}*`]);
    });
    expect(report.unreasoned).toEqual([
      '/Test/Role/Resource: Resource::arn:aws:logs:us-east-1:111122223333:log-group:mine:**',
    ]);
  });
});

test('an assembly that does not tell which construct a resource is cannot be judged', async () => {
  const report = reportOf((stack) => roleWith(stack, ['*']), {});
  await expect(report).rejects.toThrow(/^the assembly does not tell which construct Role.* is$/);
});
