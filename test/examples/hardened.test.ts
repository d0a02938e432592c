import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HardenedStack } from '../../examples/hardened/stack';
import { Deployment } from '../emulator/deployment';
import { Emulator } from '../emulator/emulator';
import { matches, toStateChange } from '../job/event-pattern';
import { TODAY } from '../job/synth-job';
import { messagesOf, synthExample } from './example-app';

const folder = mkdtempSync(join(tmpdir(), 'hardened-'));
afterAll(() => rmSync(folder, { recursive: true }));

function synth(outdir: string): HardenedStack {
  const app = new App({ outdir, context: { 'cdk-bedrock-batch:today': TODAY } });
  return new HardenedStack(app, 'Hardened', { env: { region: 'us-east-1' } });
}

test('the app synthesises, and has nothing to warn of', () => {
  const outdir = join(folder, 'app');
  const { status, stderr } = synthExample('hardened', outdir);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const template = JSON.parse(readFileSync(join(outdir, 'Hardened.template.json'), 'utf8'));
  const types = new Set(Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type));
  expect(types).toEqual(
    new Set([
      'AWS::EC2::FlowLog',
      'AWS::EC2::RouteTable',
      'AWS::EC2::SecurityGroup',
      'AWS::EC2::Subnet',
      'AWS::EC2::SubnetRouteTableAssociation',
      'AWS::EC2::VPC',
      'AWS::EC2::VPCEndpoint',
      'AWS::Events::Rule',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::KMS::Key',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'Custom::BedrockBatchInferenceJob',
    ]),
  );
  expect(messagesOf(outdir)).toEqual([]);
});

describe('the template', () => {
  const template = Template.fromStack(synth(join(folder, 'template')));
  const arnOf = (name: string) => {
    const ids = Object.keys(template.findResources('AWS::KMS::Key')).filter((id) => id.startsWith(name));
    return { 'Fn::GetAtt': [ids[0], 'Arn'] };
  };
  const [arnOfKey, arnOfMessageKey] = [arnOf('Key'), arnOf('MessageKey')];
  const arnsOf = (part: string) => {
    const [id] = Object.keys(template.findResources('AWS::S3::Bucket')).filter((each) => each.includes(part));
    return [{ 'Fn::GetAtt': [id, 'Arn'] }, { 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, '/*']] }];
  };

  test('has a key for the data and one for messages, both rotated', () => {
    template.resourceCountIs('AWS::KMS::Key', 2);
    template.allResourcesProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: arnOfMessageKey });
    template.hasResourceProperties('AWS::SQS::Queue', { KmsMasterKeyId: arnOfMessageKey });
    template.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: arnOfKey });
    template.hasResourceProperties('Custom::BedrockBatchInferenceJob', { outputKeyArn: arnOfKey });
    const encryptions = Object.values(template.findResources('AWS::S3::Bucket')).map(
      ({ Properties }) =>
        Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault,
    );
    expect(encryptions.filter(({ KMSMasterKeyID }) => KMSMasterKeyID !== undefined)).toEqual([
      { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOfKey },
      { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOfKey },
    ]);
  });

  test.each([
    ['events.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey*']],
    ['logs.us-east-1.amazonaws.com', Match.anyValue()],
  ])('has a key that lets %s in, and not the other', (Service, Action) => {
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: 'Allow', Principal: { Service }, Action })]),
      },
    });
    const admitting = Object.values(template.findResources('AWS::KMS::Key')).filter((key) =>
      JSON.stringify(key).includes(Service),
    );
    expect(admitting).toHaveLength(1);
  });

  test('has no subnet with a way out but the endpoint, which leads to two buckets', () => {
    template.resourceCountIs('AWS::EC2::InternetGateway', 0);
    template.resourceCountIs('AWS::EC2::Route', 0);
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Gateway',
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'],
            Resource: [...arnsOf('InputBucket'), ...arnsOf('OutputBucket')],
          },
        ],
      },
    });
  });

  test('lets nobody of the public in, and no plain HTTP', () => {
    const closed = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
    template.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: Object.fromEntries(closed.map((each) => [each, true])),
      AccessControl: Match.absent(),
    });
    for (const type of ['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy']) {
      template.allResourcesProperties(type, {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    }
  });

  test('has every bucket logged, and versioned', () => {
    template.allResourcesProperties('AWS::S3::Bucket', {
      LoggingConfiguration: Match.anyValue(),
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });
});

describe('deployed', () => {
  let emulator: Emulator;
  let deployment: Deployment;
  beforeAll(async () => {
    const assembly = (synth(join(folder, 'deployed')).node.root as App).synth().directory;
    emulator = await Emulator.start({ clock: () => new Date(`${TODAY}T12:00:00Z`) });
    deployment = await Deployment.create(emulator, { assembly });
  });
  afterAll(async () => {
    // Where one of them could not be started, no other is to hold the tests up.
    await deployment?.close();
    await emulator?.stop();
  });

  const theJob = () => {
    const [job, ...others] = emulator.listJobs();
    expect(others).toEqual([]);
    return job;
  };
  const idsOf = (type: string) => deployment.resourcesOfType(type).map(({ physicalId }) => physicalId);
  const keysIn = (bucket: string) => emulator.s3.list(bucket).map((name) => emulator.s3.object(bucket, name).keyArn);

  test('the job runs in both subnets of the network, in a security group of its own', () => {
    expect(theJob().request.vpcConfig).toEqual({
      subnetIds: idsOf('AWS::EC2::Subnet'),
      securityGroupIds: idsOf('AWS::EC2::SecurityGroup'),
    });
    expect(idsOf('AWS::EC2::Subnet')).toHaveLength(2);
  });

  test('records and results lie under the key', async () => {
    const { status, counts } = await emulator.finish(theJob().arn);
    expect([status, counts.success]).toEqual(['Completed', 100]);
    const [key] = deployment.resourcesOfType('AWS::KMS::Key');
    const { input, outputBucket } = deployment.resourcesOfType('Custom::BedrockBatchInferenceJob')[0].properties as {
      input: { bucket: string };
      outputBucket: string;
    };
    expect(keysIn(input.bucket)).toEqual([key.attributes.Arn]);
    expect(keysIn(outputBucket)).toEqual([key.attributes.Arn, key.attributes.Arn]);
  });

  test('its failure is told to the topic, and to the queue where the topic cannot be told', () => {
    const [rule, ...others] = deployment.resourcesOfType('AWS::Events::Rule');
    expect(others).toEqual([]);
    const { EventPattern, Targets } = rule.properties as { EventPattern: unknown; Targets: unknown };
    const told = (status: string) => matches(EventPattern, toStateChange({ ...theJob(), status }));
    expect([told('Failed'), told('Stopped'), told('Expired'), told('Completed')]).toEqual([true, true, true, false]);
    const [queue] = deployment.resourcesOfType('AWS::SQS::Queue');
    expect(Targets).toEqual([
      { Id: 'Target0', Arn: idsOf('AWS::SNS::Topic')[0], DeadLetterConfig: { Arn: queue.attributes.Arn } },
    ]);
  });

  test('is gone when it is deleted, network interfaces too; what holds data stays', async () => {
    await deployment.delete();
    expect(deployment.status).toBe('DELETE_COMPLETE');
    expect([...theJob().interfaces]).toEqual([]);
    const kept = deployment.events.filter(({ status }) => status === 'DELETE_SKIPPED').map(({ type }) => type);
    expect(kept.sort()).toEqual([
      'AWS::KMS::Key',
      'AWS::KMS::Key',
      'AWS::S3::Bucket',
      'AWS::S3::Bucket',
      'AWS::S3::Bucket',
    ]);
  });
});
