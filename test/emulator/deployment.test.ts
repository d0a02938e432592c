import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  App,
  Aws,
  CfnCondition,
  CfnOutput,
  CfnParameter,
  CfnResource,
  CfnRule,
  CustomResource,
  Fn,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { AccountPrincipal, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Deployment, DeploymentFailed, type DeployOptions } from './deployment';
import { Emulator } from './emulator';
import { writeHandMadeAsset } from './hand-made-asset';

let work: string;
let emulator: Emulator;
const deployments: Deployment[] = [];

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'deployment-'));
  writeHandMadeAsset(work);
  writeFileSync(join(work, 'records.jsonl'), '{"recordId":"a"}\n');
});
afterAll(() => rmSync(work, { recursive: true }));
beforeEach(async () => {
  emulator = await Emulator.start({ models: { models: [] } });
});
afterEach(async () => {
  for (const deployment of deployments.splice(0)) await deployment.close();
  await emulator.stop();
});

interface ThingProps {
  readonly Name?: string;
  /** `<request type>:<misbehaviour>`; see hand-made-asset.ts. */
  readonly Mode?: string;
  readonly Read?: string;
  readonly [name: string]: unknown;
}

interface Starter {
  readonly stack: Stack;
  readonly role: Role;
  thing(id: string, properties?: ThingProps): CustomResource;
}

let assemblies = 0;

/** A stack with a function, its role and its log group, synthesised to a cloud assembly. */
function synth(fill: (starter: Starter) => void, timeoutSeconds = 30): string {
  assemblies += 1;
  const app = new App({ outdir: join(work, `cdk.out.${assemblies}`), analyticsReporting: false });
  const stack = new Stack(app, 'Test');
  const logGroup = new LogGroup(stack, 'Logs', { removalPolicy: RemovalPolicy.DESTROY });
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const starter = new LambdaFunction(stack, 'Function', {
    code: Code.fromAsset(join(work, 'hand-made-function')),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_22_X,
    architecture: Architecture.ARM_64,
    timeout: { toSeconds: () => timeoutSeconds } as never,
    environment: { OWN: 'mine' },
    role,
    logGroup,
  });
  logGroup.grantWrite(role);
  fill({
    stack,
    role,
    thing: (id, properties = {}) =>
      new CustomResource(stack, id, {
        serviceToken: starter.functionArn,
        resourceType: 'Custom::Thing',
        properties: { Name: id, ...properties },
      }),
  });
  return app.synth().directory;
}

async function deploy(assembly: string, options: Partial<DeployOptions> = {}): Promise<Deployment> {
  const deployment = await Deployment.create(emulator, { assembly, ...options });
  deployments.push(deployment);
  return deployment;
}

/** The deployment that failed, after its rollback. */
async function failedDeploy(assembly: string, options: Partial<DeployOptions> = {}): Promise<DeploymentFailed> {
  const error = await Deployment.create(emulator, { assembly, ...options }).catch((failure) => failure);
  expect(error).toBeInstanceOf(DeploymentFailed);
  return error;
}

/** `Create Thing`, `Delete Thing thing-a`: what was sent, in order. */
const sent = ({ exchanges }: Deployment) =>
  exchanges.map(({ event: { RequestType, PhysicalResourceId, ResourceProperties } }) =>
    [RequestType, ResourceProperties.Name, PhysicalResourceId].filter((part) => part !== undefined).join(' '),
  );

describe('a new stack', () => {
  test('sends Create, and takes the attributes into its outputs', async () => {
    const assembly = synth(({ stack, thing }) => {
      const made = thing('Thing');
      new CfnOutput(stack, 'Id', { value: made.ref });
      new CfnOutput(stack, 'Region', { value: made.getAttString('Region') });
    });
    const deployment = await deploy(assembly);
    expect(deployment.status).toBe('CREATE_COMPLETE');
    expect(deployment.outputs).toEqual({ Id: 'thing-Thing', Region: 'us-east-1' });
    expect(deployment.exchanges[0].event).toMatchObject({
      RequestType: 'Create',
      ResourceType: 'Custom::Thing',
      LogicalResourceId: 'Thing',
      StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:111122223333:stack\/Test\//),
    });
    expect(deployment.exchanges[0].event).not.toHaveProperty('PhysicalResourceId');
  });

  test('gives properties as text', async () => {
    const deployment = await deploy(synth(({ thing }) => thing('Thing', { Hours: 24, On: true, List: [1] })));
    expect(deployment.exchanges[0].event.ResourceProperties).toMatchObject({ Hours: '24', On: 'true', List: ['1'] });
  });

  test('runs the function with its own environment, role and clock', async () => {
    process.env.HOME_OF_THE_TEST = 'here';
    const deployment = await deploy(synth(({ thing }) => thing('Thing')));
    delete process.env.HOME_OF_THE_TEST;
    const { attributes } = deployment.resource('Thing');
    expect(attributes).toMatchObject({ Leaked: 'nothing', Own: 'mine', Region: 'us-east-1' });
    expect(attributes.Remaining).toBeGreaterThan(20_000);
    expect(deployment.logs).toEqual(['Create Thing']);
  });

  test('publishes file assets to the bootstrap bucket', async () => {
    const assembly = synth(({ stack, thing }) => {
      const asset = new Asset(stack, 'Records', { path: join(work, 'records.jsonl') });
      thing('Thing', { Bucket: asset.s3BucketName, Key: asset.s3ObjectKey });
    });
    const deployment = await deploy(assembly);
    const { Bucket: bucket, Key: key } = deployment.exchanges[0].event.ResourceProperties;
    expect(bucket).toBe('cdk-hnb659fds-assets-111122223333-us-east-1');
    expect(emulator.s3.get(String(bucket), String(key))).toBe('{"recordId":"a"}\n');
  });

  test('gives the function the rights of its role, and no others', async () => {
    emulator.s3.createBucket('mine');
    emulator.s3.put('mine', 'k', 'content');
    const read = (resource: string) =>
      synth(({ role, thing }) => {
        const grant = new PolicyStatement({ actions: ['s3:GetObject'], resources: [resource] });
        const policy = role.addToPrincipalPolicy(grant).policyDependable;
        const made = thing('Thing', { Read: 'mine/k' });
        if (policy !== undefined) made.node.addDependency(policy);
      });
    const allowed = await deploy(read('arn:aws:s3:::mine/*'));
    expect(allowed.resource('Thing').attributes.Read).toBe('200 content');
    expect(emulator.iam.unusedGrants()).toEqual([]);
    await allowed.delete();
    const denied = await deploy(read('arn:aws:s3:::other/*'));
    expect(denied.resource('Thing').attributes.Read).toMatch(/^403/);
    expect(emulator.iam.deniedCalls()).toMatchObject([{ action: 's3:GetObject', resource: 'arn:aws:s3:::mine/k' }]);
    expect(emulator.iam.unusedGrants()).toMatchObject([{ resource: 'arn:aws:s3:::other/*' }]);
  });

  test('finds out a custom resource that does not wait for the rights it needs', async () => {
    emulator.s3.createBucket('mine');
    emulator.s3.put('mine', 'k', 'content');
    const assembly = synth(({ stack, role, thing }) => {
      const policy = new CfnResource(stack, 'Late', {
        type: 'AWS::IAM::Policy',
        properties: {
          PolicyName: 'late',
          Roles: [role.roleName],
          PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::mine/*' }] },
        },
      });
      expect(policy).toBeDefined();
      thing('Thing', { Read: 'mine/k' });
    });
    expect((await deploy(assembly)).resource('Thing').attributes.Read).toMatch(/^403/);
  });

  test('makes buckets as the template has them', async () => {
    const assembly = synth(({ stack }) => {
      const key = new Key(stack, 'Key');
      new Bucket(stack, 'Plain');
      new Bucket(stack, 'Sealed', { versioned: true, encryption: BucketEncryption.KMS, encryptionKey: key });
    });
    const deployment = await deploy(assembly);
    const [plain, sealed] = deployment
      .resourcesOfType('AWS::S3::Bucket')
      .map(({ physicalId }) => emulator.s3.bucket(physicalId));
    expect(plain).toMatchObject({ versioned: false, keyArn: undefined, owner: '111122223333', region: 'us-east-1' });
    expect(sealed).toMatchObject({
      versioned: true,
      keyArn: expect.stringMatching(/^arn:aws:kms:us-east-1:111122223333:key\/[0-9a-f-]{36}$/),
    });
    expect(plain.name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  });

  test("gives a role the managed policies that it names, the stack's own and the one that CDK attaches", async () => {
    const assembly = synth(({ stack, role }) => {
      const grant = new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] });
      role.addManagedPolicy(new ManagedPolicy(stack, 'Own', { statements: [grant] }));
      role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole'));
    });
    await deploy(assembly);
    const granted = emulator.iam.unusedGrants().map(({ action, resource }) => `${action} ${resource}`);
    expect(granted).toContain('s3:GetObject *');
    expect(granted).toContain('logs:PutLogEvents *');
  });

  test('fails on a managed policy of AWS that the player does not know', async () => {
    const assembly = synth(({ role }) => {
      role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess'));
    });
    expect((await failedDeploy(assembly)).message).toContain('does not know the managed policy');
  });

  test('fails on an attribute that a resource does not have', async () => {
    const assembly = synth(
      ({ stack, thing }) => new CfnOutput(stack, 'Out', { value: thing('Thing').getAttString('No') }),
    );
    expect((await failedDeploy(assembly)).message).toBe('Thing (Custom::Thing) has no attribute No');
  });

  test('takes its parameters, and fails without them', async () => {
    const assembly = synth(({ stack, thing }) => {
      const size = new CfnParameter(stack, 'Size', { allowedValues: ['1', '2'] });
      thing('Thing', { Size: size.valueAsString });
    });
    expect((await failedDeploy(assembly)).message).toContain('[Size] must have values');
    expect((await failedDeploy(assembly, { parameters: { Size: '3' } })).message).toContain('AllowedValues');
    const deployment = await deploy(assembly, { parameters: { Size: '2' } });
    expect(deployment.exchanges[0].event.ResourceProperties.Size).toBe('2');
  });

  test('leaves out what its conditions leave out', async () => {
    const assembly = synth(({ stack }) => {
      const here = new CfnCondition(stack, 'Here', { expression: Fn.conditionEquals(Aws.REGION, 'us-east-1') });
      const away = new CfnCondition(stack, 'Away', { expression: Fn.conditionNot(here) });
      new CfnResource(stack, 'Yes', { type: 'Test::Yes' }).cfnOptions.condition = here;
      new CfnResource(stack, 'No', { type: 'Test::No' }).cfnOptions.condition = away;
    });
    const deployment = await deploy(assembly);
    expect(deployment.resource('Yes').physicalId).toMatch(/^Test-Yes-/);
    expect(() => deployment.resource('No')).toThrow('has no resource No');
  });

  test('is refused by a rule before anything is made', async () => {
    const assembly = synth(({ stack, thing }) => {
      new CfnRule(stack, 'Region', {
        assertions: [
          { assert: Fn.conditionContains(['eu-west-1'], Aws.REGION), assertDescription: 'not served in this Region' },
        ],
      });
      thing('Thing');
    });
    const { message, deployment } = await failedDeploy(assembly);
    expect(message).toBe('not served in this Region');
    expect(deployment.events).toEqual([]);
    expect(emulator.s3.bucketNames()).toEqual([]);
  });

  test('is refused where the function cannot assume its role', async () => {
    const assembly = synth(({ role }) => {
      (role.node.defaultChild as CfnResource).addPropertyOverride(
        'AssumeRolePolicyDocument.Statement.0.Principal.Service',
        'bedrock.amazonaws.com',
      );
    });
    expect((await failedDeploy(assembly)).message).toContain('cannot be assumed by Lambda');
  });
});

describe('a stack that cannot be made', () => {
  test('is rolled back, and what was made is deleted, last first', async () => {
    const assembly = synth(({ thing }) => {
      const first = thing('First');
      thing('Second', { Mode: 'Create:fail' }).node.addDependency(first);
    });
    const { message, deployment } = await failedDeploy(assembly);
    expect(message).toContain('Message returned: as fail');
    expect(deployment.status).toBe('ROLLBACK_COMPLETE');
    expect(sent(deployment)).toEqual([
      'Create First',
      'Create Second',
      'Delete Second thing-Second',
      'Delete First thing-First',
    ]);
  });

  test('sends no Delete for what was never asked for', async () => {
    const assembly = synth(({ thing }) => thing('Thing'));
    const { deployment } = await failedDeploy(assembly, {
      refuse: (operation, id) => (operation === 'Create' && id === 'Thing' ? 'not today' : undefined),
    });
    expect(sent(deployment)).toEqual([]);
  });

  test('fails to roll back where a Delete fails', async () => {
    const assembly = synth(({ thing }) => thing('Thing', { Mode: 'Create:fail Delete:fail' }));
    expect((await failedDeploy(assembly)).deployment.status).toBe('ROLLBACK_FAILED');
  });

  test('keeps a bucket that is retained', async () => {
    const assembly = synth(({ stack, thing }) => {
      const kept = new Bucket(stack, 'Kept', { removalPolicy: RemovalPolicy.RETAIN });
      const gone = new Bucket(stack, 'Gone', { removalPolicy: RemovalPolicy.DESTROY });
      thing('Thing', { Mode: 'Create:fail' }).node.addDependency(kept, gone);
    });
    await failedDeploy(assembly);
    expect(emulator.s3.bucketNames().filter((name) => name.startsWith('test-'))).toEqual([
      expect.stringContaining('kept'),
    ]);
  });

  test.each([
    ['says nothing', 'Any:silent', 1, 'did not receive a response'],
    ['throws each time', 'Any:throw', 3, 'did not receive a response'],
    ['crashes each time', 'Any:crash', 3, 'did not receive a response'],
  ])('fails where the function %s, after Lambda has tried again', async (_, Mode, runs, reason) => {
    const { message, deployment } = await failedDeploy(synth(({ thing }) => thing('Thing', { Mode })));
    expect(message).toContain(reason);
    expect(deployment.exchanges[0].failures).toHaveLength(runs === 1 ? 0 : runs);
  });

  test('fails where the function takes too long', async () => {
    const assembly = synth(({ thing }) => thing('Thing', { Mode: 'Any:hang' }), 1);
    const { deployment } = await failedDeploy(assembly, { lambdaRetries: 0 });
    expect(deployment.exchanges[0].failures).toEqual(['Task timed out after 1.00 seconds']);
  });
});

describe('an update', () => {
  test('with no change sends nothing', async () => {
    const assembly = synth(({ thing }) => thing('Thing'));
    const deployment = await deploy(assembly);
    await deployment.update();
    expect(deployment.status).toBe('UPDATE_COMPLETE');
    expect(sent(deployment)).toEqual(['Create Thing']);
  });

  test('sends the new and the old properties, and nothing more where the physical id stays', async () => {
    const deployment = await deploy(synth(({ thing }) => thing('Thing', { Size: 1 })));
    await deployment.update(synth(({ thing }) => thing('Thing', { Size: 2 })));
    expect(sent(deployment)).toEqual(['Create Thing', 'Update Thing thing-Thing']);
    expect(deployment.exchanges[1].event).toMatchObject({
      ResourceProperties: { Size: '2' },
      OldResourceProperties: { Size: '1' },
    });
  });

  test('deletes the old physical id, with its own properties, once everything else has worked', async () => {
    const two = (name: string) =>
      synth(({ thing }) => {
        const first = thing('First', { Name: name });
        thing('Second', { Of: first.ref });
      });
    const deployment = await deploy(two('a'));
    await deployment.update(two('b'));
    expect(sent(deployment)).toEqual([
      'Create a',
      'Create Second',
      'Update b thing-a',
      'Update Second thing-Second',
      'Delete a thing-a',
    ]);
    expect(deployment.resource('First').physicalId).toBe('thing-b');
  });

  test('makes what is new and deletes what is gone', async () => {
    const deployment = await deploy(synth(({ thing }) => thing('Old')));
    await deployment.update(synth(({ thing }) => thing('New')));
    expect(sent(deployment)).toEqual(['Create Old', 'Create New', 'Delete Old thing-Old']);
  });

  test("of a resource's type makes the new one and deletes the old one", async () => {
    const typed = (type: string) => synth(({ stack }) => new CfnResource(stack, 'Something', { type }));
    const deployment = await deploy(typed('Test::One'));
    await deployment.update(typed('Test::Two'));
    const events = deployment.events.filter(({ logicalId }) => logicalId === 'Something');
    expect(events.map(({ type, status }) => `${type} ${status}`)).toEqual([
      'Test::One CREATE_COMPLETE',
      'Test::Two CREATE_COMPLETE',
      'Test::One DELETE_COMPLETE',
    ]);
  });

  test('works all the same where its clean-up does not', async () => {
    const deployment = await deploy(synth(({ thing }) => thing('Thing', { Name: 'a', Mode: 'Delete:fail' })));
    await deployment.update(synth(({ thing }) => thing('Thing', { Name: 'b' })));
    expect(deployment.status).toBe('UPDATE_COMPLETE');
    expect(deployment.events.at(-1)).toMatchObject({ logicalId: 'Thing', status: 'DELETE_FAILED' });
  });

  test('is refused by a rule, and the stack stays as it was', async () => {
    const deployment = await deploy(synth(({ thing }) => thing('Thing')));
    const refused = synth(({ stack }) => {
      new CfnRule(stack, 'Never', {
        assertions: [{ assert: Fn.conditionEquals('a', 'b'), assertDescription: 'never' }],
      });
    });
    await expect(deployment.update(refused)).rejects.toThrow('never');
    expect(sent(deployment)).toEqual(['Create Thing']);
  });

  test('changes the rights of a role', async () => {
    emulator.s3.createBucket('mine');
    emulator.s3.put('mine', 'k', 'content');
    const withRight = (resource: string, read: string) =>
      synth(({ role, thing }) => {
        const grant = new PolicyStatement({ actions: ['s3:GetObject'], resources: [resource] });
        const policy = role.addToPrincipalPolicy(grant).policyDependable;
        const made = thing('Thing', { Read: read });
        if (policy !== undefined) made.node.addDependency(policy);
      });
    const deployment = await deploy(withRight('arn:aws:s3:::mine/k', 'mine/k'));
    await deployment.update(withRight('arn:aws:s3:::mine/other', 'mine/k?x-id=GetObject'));
    expect(deployment.resource('Thing').attributes.Read).toMatch(/^403/);
  });
});

describe('an update that fails', () => {
  const pair = (name: string, mode?: string) =>
    synth(({ thing }) => {
      const first = thing('First', { Name: name });
      thing('Second', { Of: first.ref, Mode: mode });
    });

  test('goes back by updates with the properties the other way round, and then deletes the new id', async () => {
    const deployment = await deploy(pair('a'));
    await expect(deployment.update(pair('b', 'Update:fail'))).rejects.toBeInstanceOf(DeploymentFailed);
    expect(deployment.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sent(deployment)).toEqual([
      'Create a',
      'Create Second',
      'Update b thing-a',
      'Update Second thing-Second',
      'Update a thing-b',
      'Update Second thing-Second',
      'Delete b thing-b',
    ]);
    expect(deployment.exchanges[4].event).toMatchObject({
      ResourceProperties: { Name: 'a' },
      OldResourceProperties: { Name: 'b' },
    });
    expect(deployment.resource('First').physicalId).toBe('thing-a');
  });

  test('deletes what it had added', async () => {
    const deployment = await deploy(synth(({ thing }) => thing('Thing')));
    const added = synth(({ thing }) => {
      const first = thing('Thing');
      thing('Added', { Mode: 'Create:fail' }).node.addDependency(first);
    });
    await expect(deployment.update(added)).rejects.toThrow('as fail');
    expect(sent(deployment)).toEqual(['Create Thing', 'Create Added', 'Delete Added thing-Added']);
    expect(() => deployment.resource('Added')).toThrow();
  });

  test('fails to go back where that update fails, too', async () => {
    const deployment = await deploy(synth(({ thing }) => thing('Thing', { Size: 1, Mode: 'Update:fail' })));
    const failing = synth(({ thing }) => thing('Thing', { Size: 2, Mode: 'Update:fail' }));
    await expect(deployment.update(failing)).rejects.toBeInstanceOf(DeploymentFailed);
    expect(deployment.status).toBe('UPDATE_ROLLBACK_FAILED');
  });

  test('can be deployed again afterwards', async () => {
    const deployment = await deploy(pair('a'));
    await expect(deployment.update(pair('b', 'Update:fail'))).rejects.toThrow();
    await deployment.update(pair('b'));
    expect(deployment.status).toBe('UPDATE_COMPLETE');
    expect(deployment.resource('First').physicalId).toBe('thing-b');
  });

  test('keeps a bucket whose new name did not come to stay', async () => {
    const named = (bucketName: string, mode?: string) =>
      synth(({ stack, thing }) => {
        const bucket = new Bucket(stack, 'Bucket', { bucketName, removalPolicy: RemovalPolicy.DESTROY });
        thing('Thing', { Of: bucket.bucketName, Mode: mode });
      });
    const deployment = await deploy(named('first-name'));
    await expect(deployment.update(named('second-name', 'Update:fail'))).rejects.toThrow();
    expect(deployment.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(emulator.s3.hasBucket('first-name')).toBe(true);
    expect(emulator.s3.hasBucket('second-name')).toBe(false);
  });
});

describe('deleting a stack', () => {
  test('sends Delete, dependents first', async () => {
    const assembly = synth(({ thing }) => {
      const first = thing('First');
      thing('Second', { Of: first.ref });
    });
    const deployment = await deploy(assembly);
    await deployment.delete();
    expect(deployment.status).toBe('DELETE_COMPLETE');
    expect(sent(deployment).slice(2)).toEqual(['Delete Second thing-Second', 'Delete First thing-First']);
  });

  test('keeps what is retained, and forgets the roles', async () => {
    const assembly = synth(({ stack }) => new Bucket(stack, 'Kept', { removalPolicy: RemovalPolicy.RETAIN }));
    const deployment = await deploy(assembly);
    const [{ physicalId }] = deployment.resourcesOfType('AWS::S3::Bucket');
    const [{ attributes }] = deployment.resourcesOfType('AWS::IAM::Role');
    await deployment.delete();
    expect(emulator.s3.hasBucket(physicalId)).toBe(true);
    expect(emulator.iam.roleExists(String(attributes.Arn))).toBe(false);
  });

  test('fails where a bucket is not empty', async () => {
    const assembly = synth(({ stack }) => new Bucket(stack, 'Full', { removalPolicy: RemovalPolicy.DESTROY }));
    const deployment = await deploy(assembly);
    const [{ physicalId }] = deployment.resourcesOfType('AWS::S3::Bucket');
    emulator.s3.put(physicalId, 'k', 'x');
    await expect(deployment.delete()).rejects.toThrow('The bucket you tried to delete is not empty');
    expect(deployment.status).toBe('DELETE_FAILED');
  });

  test('empties a bucket that is to be emptied', async () => {
    const assembly = synth(
      ({ stack }) => new Bucket(stack, 'Full', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }),
    );
    const deployment = await deploy(assembly);
    const [{ physicalId }] = deployment.resourcesOfType('AWS::S3::Bucket');
    emulator.s3.put(physicalId, 'k', 'x');
    await deployment.delete();
    expect(emulator.s3.hasBucket(physicalId)).toBe(false);
  });

  test('and making it again gives another stack id', async () => {
    const assembly = synth(() => undefined);
    const first = await deploy(assembly);
    await first.delete();
    expect((await deploy(assembly)).stackId).not.toBe(first.stackId);
  });
});

describe('the policy of a bucket', () => {
  const withBucket = (more: (bucket: Bucket) => void) =>
    synth(({ stack }) => more(new Bucket(stack, 'Bucket', { bucketName: 'mine', enforceSSL: true })));
  const policyOf = (name: string) => emulator.s3.bucket(name).policy;

  test('comes with the stack, changes with it, and goes where the bucket stays', async () => {
    const deployment = await deploy(withBucket(() => undefined));
    expect(policyOf('mine')?.Statement).toMatchObject([
      { Effect: 'Deny', Resource: ['arn:aws:s3:::mine', 'arn:aws:s3:::mine/*'] },
    ]);
    const { physicalId } = deployment.resourcesOfType('AWS::S3::BucketPolicy')[0];
    await deployment.update(withBucket((bucket) => bucket.grantRead(new AccountPrincipal('444455556666'))));
    expect(policyOf('mine')?.Statement).toHaveLength(2);
    expect(deployment.resourcesOfType('AWS::S3::BucketPolicy')[0].physicalId).toBe(physicalId);
    await deployment.delete();
    expect(emulator.s3.hasBucket('mine')).toBe(true);
    expect(policyOf('mine')).toBeUndefined();
  });

  test('is gone already where somebody has deleted the bucket', async () => {
    const deployment = await deploy(withBucket(() => undefined));
    emulator.s3.deleteBucket('mine');
    await deployment.delete();
    expect(deployment.status).toBe('DELETE_COMPLETE');
  });
});

describe('a stack that names an account', () => {
  const synthIn = (account?: string) => {
    assemblies += 1;
    const app = new App({ outdir: join(work, `cdk.out.${assemblies}`), analyticsReporting: false });
    const stack = new Stack(app, 'Test', { env: { account, region: 'us-east-1' } });
    new Bucket(stack, 'Bucket', { bucketName: 'mine' });
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    new CfnOutput(stack, 'Account', { value: Aws.ACCOUNT_ID });
    new CfnOutput(stack, 'RoleArn', { value: role.roleArn });
    return app.synth().directory;
  };

  test.each([
    ['444455556666', '444455556666'],
    [undefined, '111122223333'],
  ])('%s lands in %s', async (named, account) => {
    const { outputs, stackId } = await deploy(synthIn(named));
    expect(outputs.Account).toBe(account);
    expect(outputs.RoleArn).toContain(`:${account}:role/`);
    expect(stackId).toContain(`:${account}:stack/`);
    expect(emulator.s3.bucket('mine').owner).toBe(account);
  });
});

describe('an event that Lambda repeats', () => {
  test('after a failure is the same event, and the first answer counts', async () => {
    const assembly = synth(({ thing }) => thing('Thing', { Mode: 'Create:answer-and-throw' }));
    const { deployment } = await failedDeploy(assembly);
    const [{ failures, bodies, answer }] = deployment.exchanges;
    expect(failures).toHaveLength(3);
    expect(bodies).toHaveLength(3);
    expect(answer.Reason).toBe('as answer-and-throw');
  });

  test('for no reason gets an answer that changes nothing', async () => {
    const deployment = await deploy(synth(({ thing }) => thing('Thing')));
    const again = await deployment.resend(deployment.exchanges[0]);
    expect(again).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'thing-Thing' });
    expect(deployment.exchanges).toHaveLength(1);
  });
});

describe('stacks that share a value', () => {
  test('hand it over by export and import', async () => {
    const directory = join(work, 'cdk.out.shared');
    const app = new App({ outdir: directory, analyticsReporting: false });
    const producer = new Stack(app, 'Producer');
    const bucket = new Bucket(producer, 'Bucket');
    const consumer = new Stack(app, 'Consumer');
    new CfnResource(consumer, 'Something', { type: 'Test::Something' });
    new CfnOutput(consumer, 'Name', { value: bucket.bucketName });
    app.synth();
    const produced = await deploy(directory, { stackName: 'Producer' });
    const consumed = await deploy(directory, { stackName: 'Consumer' });
    expect(consumed.outputs.Name).toBe(produced.resourcesOfType('AWS::S3::Bucket')[0].physicalId);
  });

  test('must be told apart by name', async () => {
    await expect(deploy(join(work, 'cdk.out.shared'))).rejects.toThrow('Producer, Consumer; 2 of them answer');
  });
});
