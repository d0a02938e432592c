import { Aws, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { makeJob, makeStack, refusalOf } from './synth-job';

const warnings = (stack: Stack) =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('^role: '))
    .map(({ entry }) => String(entry.data));
const forBedrock = (stack: Stack) =>
  new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('bedrock.amazonaws.com') });
const imported = (stack: Stack, account = '111122223333') =>
  Role.fromRoleArn(stack, 'Mine', `arn:aws:iam::${account}:role/mine`);

describe('a role of the user', () => {
  test('gets nothing added unasked, and a warning says what it must be allowed', () => {
    const stack = makeStack();
    const role = forBedrock(stack);
    const job = makeJob(stack, { role });
    const [warning, ...others] = warnings(stack);
    expect(others).toEqual([]);
    expect(warning).toMatch(
      /^role: should be given what the job needs by job\.grantRun\(role\), got Books\/Mine without it;/,
    );
    expect(warning).toContain('[ack: cdk-bedrock-batch:RoleNotGranted]');
    for (const { actions } of job.rolePolicyStatements) {
      for (const action of actions) expect(warning).toContain(`"${action}"`);
    }
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).not.toContain(
      'bedrock:InvokeModel',
    );
  });

  test('is not warned of once grantRun was called for it, be it after the job', () => {
    const stack = makeStack();
    const role = forBedrock(stack);
    makeJob(stack, { role }).grantRun(role);
    expect(warnings(stack)).toEqual([]);
  });

  test('is warned of where grantRun was called for another', () => {
    const stack = makeStack();
    const job = makeJob(stack, { role: forBedrock(stack) });
    job.grantRun(new Role(stack, 'Other', { assumedBy: new ServicePrincipal('bedrock.amazonaws.com') }));
    expect(warnings(stack)).toHaveLength(1);
  });

  test('that is imported is warned of in the same way', () => {
    const stack = makeStack();
    makeJob(stack, { role: imported(stack) });
    expect(warnings(stack)).toEqual([expect.stringContaining('policies that it has from elsewhere must say')]);
  });

  test('that others assume is warned of: Bedrock cannot', () => {
    const stack = makeStack();
    const role = new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    makeJob(stack, { role }).grantRun(role);
    expect(warnings(stack)).toEqual([
      'role: should let bedrock.amazonaws.com assume it, which Bedrock does to run the job, got Books/Mine with a trust policy for others [ack: cdk-bedrock-batch:RoleNotForBedrock]',
    ]);
  });

  test('that lets Bedrock in beside others is right', () => {
    const stack = makeStack();
    const role = new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.assumeRolePolicy?.addStatements(
      new PolicyStatement({ actions: ['sts:AssumeRole'], principals: [new ServicePrincipal('bedrock.amazonaws.com')] }),
    );
    makeJob(stack, { role }).grantRun(role);
    expect(warnings(stack)).toEqual([]);
  });

  test('of another account is refused: IAM hands a role to a service in its own account only', () => {
    const stack = makeStack();
    expect(refusalOf({ role: imported(stack, '444455556666') }, stack)).toEqual([
      {
        code: 'RoleInOtherAccount',
        input: 'role',
        message:
          'must be a role of the account of the stack (111122223333), got one of 444455556666; a role is handed to a service in its own account only',
      },
    ]);
  });

  test.each([
    ['of the account', undefined, '111122223333'],
    ['of an account that is not known yet', undefined, Aws.ACCOUNT_ID],
    ['in a stack whose account is not known yet', {}, '444455556666'],
  ])('%s is taken', (_, env, account) => {
    const stack = makeStack(env);
    expect(() => makeJob(stack, { role: imported(stack, account) })).not.toThrow();
  });

  test('that the construct makes is not judged', () => {
    const stack = makeStack();
    makeJob(stack);
    expect(warnings(stack)).toEqual([]);
  });
});

describe('what such a role must be allowed', () => {
  test('is what grantRun writes', () => {
    const stack = makeStack();
    const role = forBedrock(stack);
    const job = makeJob(stack, { role, encryptionKey: new Key(stack, 'Key') });
    const needed = stack.resolve(job.rolePolicyStatements.map((statement) => statement.toStatementJson()));
    job.grantRun(role);
    const [policy] = Object.values(
      Template.fromStack(stack).findResources('AWS::IAM::Policy', {
        Properties: { Roles: [{ Ref: stack.getLogicalId(role.node.defaultChild as never) }] },
      }),
    );
    expect(needed).toEqual(policy?.Properties.PolicyDocument.Statement);
    expect(needed.length).toBeGreaterThan(4);
  });

  test('is a value: asking for it adds nothing to the template', () => {
    const synth = (ask: boolean) => {
      const stack = makeStack();
      const job = makeJob(stack);
      if (ask) expect(job.rolePolicyStatements).not.toEqual([]);
      return Template.fromStack(stack).toJSON();
    };
    expect(synth(true)).toEqual(synth(false));
  });
});
