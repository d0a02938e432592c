import { App, Fn, Stack } from 'aws-cdk-lib';
import { Annotations as Found, Match, Template } from 'aws-cdk-lib/assertions';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Port,
  RouterType,
  SecurityGroup,
  Subnet,
  SubnetType,
  Vpc,
  type VpcProps,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { BatchInferenceJobProps } from '../../src';
import { jobIdentity } from '../../src/core/job-identity';
import { jobProperties, makeJob, makeStack, refusalOf, TODAY, US_EAST_1 } from './synth-job';

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const ISOLATED = { name: 'Inner', subnetType: SubnetType.PRIVATE_ISOLATED };
const PRIVATE = { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS };
const PUBLIC = { name: 'Public', subnetType: SubnetType.PUBLIC };
const S3 = { service: GatewayVpcEndpointAwsService.S3 };

const makeVpc = (stack: Stack, props: VpcProps = {}, id = 'Net') =>
  new Vpc(stack, id, { availabilityZones: ZONES, subnetConfiguration: [ISOLATED], ...props });
const importVpc = (stack: Stack) =>
  Vpc.fromVpcAttributes(stack, 'Theirs', {
    vpcId: 'vpc-1',
    vpcCidrBlock: '10.0.0.0/16',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    privateSubnetIds: ['subnet-p1', 'subnet-p2'],
    isolatedSubnetIds: ['subnet-i1', 'subnet-i2'],
  });
const statements = (template: Template, role: string): { Action: unknown; Resource: unknown; Condition?: unknown }[] =>
  Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

describe('a job in a VPC', () => {
  const stack = makeStack();
  const vpc = makeVpc(stack, { gatewayEndpoints: { S3 } });
  makeJob(stack, { vpc });
  const template = Template.fromStack(stack);

  test('runs in one subnet of each Availability Zone', () => {
    expect(jobProperties(template).subnetIds).toEqual(
      vpc.isolatedSubnets.map(({ subnetId }) => stack.resolve(subnetId)),
    );
  });

  test('has a security group of its own that lets nothing in', () => {
    const [[id, group], ...others] = Object.entries(template.findResources('AWS::EC2::SecurityGroup'));
    expect(others).toEqual([]);
    expect(group.Properties.SecurityGroupIngress).toBeUndefined();
    expect(jobProperties(template).securityGroupIds).toEqual([{ 'Fn::GetAtt': [id, 'GroupId'] }]);
  });

  test('waits for the routes of its subnets', () => {
    const [{ DependsOn }] = Object.values(template.findResources('Custom::BedrockBatchInferenceJob'));
    const associations = Object.keys(template.findResources('AWS::EC2::SubnetRouteTableAssociation'));
    expect(associations).toHaveLength(3);
    expect(DependsOn).toEqual(expect.arrayContaining(associations));
  });

  test('waits for the endpoint through which it reaches S3', () => {
    const [{ DependsOn }] = Object.values(template.findResources('Custom::BedrockBatchInferenceJob'));
    expect(DependsOn).toEqual(expect.arrayContaining(Object.keys(template.findResources('AWS::EC2::VPCEndpoint'))));
  });

  test('gives the service role the rights of the page on batch inference in a VPC, with its conditions', () => {
    const arn = (kind: string, id: unknown) => ({
      'Fn::Join': ['', [`arn:aws:ec2:us-east-1:111122223333:${kind}/`, id]],
    });
    const subnets = (jobProperties(template).subnetIds as unknown[]).map((id) => arn('subnet', id));
    const groups = (jobProperties(template).securityGroupIds as unknown[]).map((id) => arn('security-group', id));
    const interfaces = 'arn:aws:ec2:us-east-1:111122223333:network-interface/*';
    const jobs = 'arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/*';
    const given = statements(template, 'ChaptersRole').filter(({ Action }) => JSON.stringify(Action).includes('ec2:'));
    expect(given).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeVpcs',
          'ec2:DescribeDhcpOptions',
          'ec2:DescribeSubnets',
          'ec2:DescribeSecurityGroups',
        ],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: 'ec2:CreateNetworkInterface',
        Resource: [interfaces, ...subnets, ...groups],
        Condition: {
          StringEquals: { 'aws:RequestTag/BedrockManaged': 'true' },
          ArnEquals: { 'aws:RequestTag/BedrockModelInvocationJobArn': jobs },
        },
      },
      {
        Effect: 'Allow',
        Action: [
          'ec2:CreateNetworkInterfacePermission',
          'ec2:DeleteNetworkInterface',
          'ec2:DeleteNetworkInterfacePermission',
        ],
        Resource: '*',
        Condition: {
          StringEquals: { 'ec2:Subnet': subnets },
          ArnEquals: { 'ec2:ResourceTag/BedrockModelInvocationJobArn': jobs },
        },
      },
      {
        Effect: 'Allow',
        Action: 'ec2:CreateTags',
        Resource: interfaces,
        Condition: {
          StringEquals: { 'ec2:CreateAction': 'CreateNetworkInterface' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['BedrockManaged', 'BedrockModelInvocationJobArn'] },
        },
      },
    ]);
  });

  test('gives the starter none of them', () => {
    expect(JSON.stringify(statements(template, 'BatchInferenceJobStarter'))).not.toContain('ec2:');
  });

  test('is the same job as outside of it: only how it is run differs', () => {
    const identity = (props: Record<string, unknown>) =>
      jobIdentity({ stackId: 'stack', logicalId: 'job' }, props as never);
    const inside = jobProperties(template);
    const { subnetIds: _s, securityGroupIds: _g, ...outside } = inside;
    expect(identity(inside)).toBe(identity(outside));
  });
});

describe('what the user chooses', () => {
  test('is used: subnets and security groups', () => {
    const stack = makeStack();
    const vpc = importVpc(stack);
    const group = SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1');
    makeJob(stack, { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED }, securityGroups: [group] });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    expect(jobProperties(template)).toMatchObject({
      subnetIds: ['subnet-i1', 'subnet-i2'],
      securityGroupIds: ['sg-1'],
    });
  });

  test('may be several subnets of a zone', () => {
    const stack = makeStack();
    const vpc = makeVpc(stack, { subnetConfiguration: [ISOLATED, { ...ISOLATED, name: 'Other' }] });
    makeJob(stack, { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED, onePerAz: false } });
    expect(jobProperties(Template.fromStack(stack)).subnetIds).toHaveLength(6);
  });

  test('may be a VPC that is looked up, and has not been yet', () => {
    const stack = makeStack();
    makeJob(stack, { vpc: Vpc.fromLookup(stack, 'Default', { isDefault: true }) });
    expect(jobProperties(Template.fromStack(stack)).subnetIds).not.toEqual([]);
  });

  test('may be a VPC of another stack', () => {
    const app = new App({ context: { 'cdk-bedrock-batch:today': TODAY } });
    const vpc = makeVpc(new Stack(app, 'Shared', US_EAST_1), { gatewayEndpoints: { S3 } });
    const stack = new Stack(app, 'Books', US_EAST_1);
    makeJob(stack, { vpc });
    expect(JSON.stringify(jobProperties(Template.fromStack(stack)).subnetIds)).toContain('Shared:ExportsOutput');
  });

  test('may be a subnet that another account shares: its ARN is of that account', () => {
    const stack = makeStack();
    const vpc: IVpc = importVpc(stack);
    // As a lookup leaves it, which finds out whose the VPC is.
    Object.defineProperty(vpc, 'env', { value: { region: 'us-east-1', account: '444455556666' } });
    makeJob(stack, { vpc });
    const given = JSON.stringify(statements(Template.fromStack(stack), 'ChaptersRole'));
    expect(given).toContain('arn:aws:ec2:us-east-1:444455556666:subnet/');
    expect(given).toContain('arn:aws:ec2:us-east-1:111122223333:network-interface/*');
  });

  test('a stack whose Region is decided at deployment names it in every ARN', () => {
    const stack = makeStack({});
    makeJob(stack, { vpc: importVpc(stack) });
    const given = statements(Template.fromStack(stack), 'ChaptersRole');
    expect(JSON.stringify(given)).toContain('{"Ref":"AWS::AccountId"},":subnet/subnet-p1"');
  });

  test('a role of the user gets its rights with grantRun, and nothing without', () => {
    const rights = (grant: boolean) => {
      const stack = makeStack();
      const role = new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('bedrock.amazonaws.com') });
      const job = makeJob(stack, { role, vpc: importVpc(stack) });
      if (grant) job.grantRun(role);
      return JSON.stringify(statements(Template.fromStack(stack), '"Mine'));
    };
    expect(rights(true)).toContain('ec2:CreateNetworkInterface');
    expect(rights(false)).toBe('[]');
  });

  test('the security groups can be named by others', () => {
    const stack = makeStack();
    const [group] = makeJob(stack, { vpc: makeVpc(stack) }).securityGroups;
    const endpoint = new SecurityGroup(stack, 'Endpoint', { vpc: makeVpc(stack, {}, 'Second') });
    endpoint.addIngressRule(group, Port.HTTPS);
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      SourceSecurityGroupId: stack.resolve(group.securityGroupId),
    });
    expect(makeJob(stack, {}, 'Outside').securityGroups).toEqual([]);
  });
});

describe('a wrong network is refused before the first resource', () => {
  const inTheirs = (props: (stack: Stack) => Partial<BatchInferenceJobProps>) => {
    const stack = makeStack();
    return refusalOf({ vpc: importVpc(stack), ...props(stack) }, stack);
  };
  const subnets = (stack: Stack, count: number) =>
    Array.from({ length: count }, (_, index) => Subnet.fromSubnetId(stack, `S${index}`, `subnet-${index}`));
  const groups = (stack: Stack, count: number) =>
    Array.from({ length: count }, (_, index) => SecurityGroup.fromSecurityGroupId(stack, `G${index}`, `sg-${index}`));

  test('17 subnets', () => {
    expect(inTheirs((stack) => ({ vpcSubnets: { subnets: subnets(stack, 17) } }))).toMatchObject([
      { code: 'TooManySubnets', input: 'vpcSubnets' },
    ]);
  });

  test('but not 16', () => {
    const stack = makeStack();
    makeJob(stack, { vpc: importVpc(stack), vpcSubnets: { subnets: subnets(stack, 16) } });
    expect(jobProperties(Template.fromStack(stack)).subnetIds).toHaveLength(16);
  });

  test('6 security groups', () => {
    expect(inTheirs((stack) => ({ securityGroups: groups(stack, 6) }))).toMatchObject([
      { code: 'TooManySecurityGroups', input: 'securityGroups' },
    ]);
  });

  test('but not 5', () => {
    const stack = makeStack();
    makeJob(stack, { vpc: importVpc(stack), securityGroups: groups(stack, 5) });
    expect(jobProperties(Template.fromStack(stack)).securityGroupIds).toHaveLength(5);
  });

  test('no subnets, or no security groups', () => {
    expect(inTheirs(() => ({ vpcSubnets: { subnets: [] }, securityGroups: [] }))).toMatchObject([
      { code: 'NoSubnets' },
      { code: 'NoSecurityGroups' },
    ]);
  });

  test('subnets and security groups without a VPC', () => {
    expect(refusalOf({ vpcSubnets: {}, securityGroups: [] })).toMatchObject([
      { code: 'NetworkWithoutVpc', input: 'vpcSubnets' },
      { code: 'NetworkWithoutVpc', input: 'securityGroups' },
    ]);
  });

  test('a VPC of another Region', () => {
    const stack = makeStack();
    const vpc = Vpc.fromVpcAttributes(stack, 'Far', {
      vpcId: 'vpc-1',
      region: 'eu-west-1',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-1'],
    });
    expect(refusalOf({ vpc }, stack)).toMatchObject([{ code: 'VpcInOtherRegion', input: 'vpc' }]);
  });
});

describe('a way to S3', () => {
  const warnings = (stack: Stack) =>
    Found.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data).match(/cdk-bedrock-batch:\w+/)?.[0]);
  const NONE = 'cdk-bedrock-batch:NoWayToS3';
  const UNKNOWN = 'cdk-bedrock-batch:WayToS3NotChecked';

  test('is a gateway endpoint on the route tables of the subnets', () => {
    const stack = makeStack();
    makeJob(stack, { vpc: makeVpc(stack, { gatewayEndpoints: { S3 } }) });
    expect(warnings(stack)).toEqual([]);
  });

  test('is an endpoint that the app adds after the job', () => {
    const stack = makeStack();
    const vpc = makeVpc(stack);
    makeJob(stack, { vpc });
    vpc.addGatewayEndpoint('S3', S3);
    expect(warnings(stack)).toEqual([]);
  });

  test('is an interface endpoint', () => {
    const stack = makeStack();
    const vpc = makeVpc(stack);
    vpc.addInterfaceEndpoint('S3', { service: InterfaceVpcEndpointAwsService.S3, privateDnsEnabled: true });
    makeJob(stack, { vpc });
    expect(warnings(stack)).toEqual([]);
  });

  test('is no interface endpoint that the name of S3 does not lead to', () => {
    const stack = makeStack();
    const vpc = makeVpc(stack);
    vpc.addInterfaceEndpoint('S3', { service: InterfaceVpcEndpointAwsService.S3, privateDnsEnabled: false });
    makeJob(stack, { vpc });
    expect(warnings(stack)).toEqual([NONE]);
  });

  test('is NAT', () => {
    const stack = makeStack();
    makeJob(stack, { vpc: makeVpc(stack, { subnetConfiguration: [PUBLIC, PRIVATE] }) });
    expect(warnings(stack)).toEqual([]);
  });

  test('is missing in isolated subnets, and the warning names them and the fix', () => {
    const stack = makeStack();
    const job = makeJob(stack, { vpc: makeVpc(stack) });
    Found.fromStack(stack).hasWarning(
      `/${job.node.path}`,
      Match.stringLikeRegexp('Books/Net/InnerSubnet1.*addGatewayEndpoint.*NoWayToS3'),
    );
  });

  test('is missing in public subnets, whose gateway takes public addresses', () => {
    const stack = makeStack();
    const vpc = makeVpc(stack, { subnetConfiguration: [PUBLIC] });
    makeJob(stack, { vpc, vpcSubnets: { subnetType: SubnetType.PUBLIC } });
    expect(warnings(stack)).toEqual([NONE]);
  });

  test('is missing in private subnets without a NAT gateway', () => {
    const stack = makeStack();
    makeJob(stack, { vpc: makeVpc(stack, { subnetConfiguration: [PUBLIC, PRIVATE], natGateways: 0 }) });
    expect(warnings(stack)).toEqual([NONE]);
  });

  test('is no endpoint of other subnets', () => {
    const stack = makeStack();
    const vpc = makeVpc(stack, { subnetConfiguration: [ISOLATED, { ...ISOLATED, name: 'Other' }] });
    vpc.addGatewayEndpoint('S3', { ...S3, subnets: [{ subnetGroupName: 'Other' }] });
    makeJob(stack, { vpc, vpcSubnets: { subnetGroupName: 'Inner' } });
    expect(warnings(stack)).toEqual([NONE]);
  });

  test.each([GatewayVpcEndpointAwsService.DYNAMODB, GatewayVpcEndpointAwsService.S3_EXPRESS])(
    'is no endpoint for another service: $name',
    (service) => {
      const stack = makeStack();
      makeJob(stack, { vpc: makeVpc(stack, { gatewayEndpoints: { Other: { service } } }) });
      expect(warnings(stack)).toEqual([NONE]);
    },
  );

  test('is no endpoint of another VPC, even one of the same name in another stack', () => {
    const app = new App({ context: { 'cdk-bedrock-batch:today': TODAY } });
    makeVpc(new Stack(app, 'Other', US_EAST_1), { gatewayEndpoints: { S3 } });
    const stack = new Stack(app, 'Books', US_EAST_1);
    makeJob(stack, { vpc: makeVpc(stack) });
    expect(warnings(stack)).toEqual([NONE]);
  });

  test('may be in the stack of the VPC; the job does not wait for another stack’s endpoint', () => {
    const app = new App({ context: { 'cdk-bedrock-batch:today': TODAY } });
    const vpc = makeVpc(new Stack(app, 'Shared', US_EAST_1), { gatewayEndpoints: { S3 } });
    const stack = new Stack(app, 'Books', US_EAST_1);
    makeJob(stack, { vpc });
    expect(warnings(stack)).toEqual([]);
  });

  test('is taken for granted where the user says that an imported subnet has egress', () => {
    const stack = makeStack();
    makeJob(stack, { vpc: importVpc(stack) });
    expect(warnings(stack)).toEqual([]);
  });

  test('cannot be told of other imported subnets, and the warning says just that', () => {
    const stack = makeStack();
    makeJob(stack, { vpc: importVpc(stack), vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });
    expect(warnings(stack)).toEqual([UNKNOWN]);
  });

  test('is an interface endpoint that the app adds to an imported VPC', () => {
    const stack = makeStack();
    const vpc = importVpc(stack);
    vpc.addInterfaceEndpoint('S3', { service: InterfaceVpcEndpointAwsService.S3, privateDnsEnabled: true });
    makeJob(stack, { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });
    expect(warnings(stack)).toEqual([]);
  });

  test('is nobody’s concern without a VPC', () => {
    const stack = makeStack();
    makeVpc(stack);
    makeJob(stack);
    expect(warnings(stack)).toEqual([]);
  });

  test('may be a route to a NAT instance of the user’s own', () => {
    const stack = makeStack();
    const vpc = makeVpc(stack);
    for (const subnet of vpc.isolatedSubnets as Subnet[]) {
      subnet.addRoute('Out', { routerType: RouterType.NETWORK_INTERFACE, routerId: 'eni-1' });
    }
    makeJob(stack, { vpc });
    expect(warnings(stack)).toEqual([]);
  });
});

describe('subnets that share an Availability Zone', () => {
  const warned = (make: (stack: Stack) => Partial<BatchInferenceJobProps>, stack = makeStack()) => {
    makeJob(stack, make(stack));
    const found = Found.fromStack(stack).findWarning('*', Match.stringLikeRegexp('SubnetsShareZone'));
    return found.map(({ entry }) => String(entry.data));
  };
  const twoOfEach = (stack: Stack) =>
    makeVpc(stack, { subnetConfiguration: [ISOLATED, { ...ISOLATED, name: 'Other' }], gatewayEndpoints: { S3 } });
  const imported = (stack: Stack, id: string, availabilityZone?: string) =>
    Subnet.fromSubnetAttributes(stack, id, { subnetId: `subnet-${id}`, availabilityZone, routeTableId: 'rtb-1' });

  test('are not chosen by default', () => {
    expect(warned((stack) => ({ vpc: twoOfEach(stack) }))).toEqual([]);
  });

  test('are warned of, with their zones', () => {
    const make = (stack: Stack) => {
      const vpc = twoOfEach(stack);
      return { vpc, vpcSubnets: { subnets: vpc.isolatedSubnets.filter((_, index) => index !== 2) } };
    };
    expect(warned(make)).toEqual([
      'vpcSubnets: should be one for each Availability Zone, as AWS asks for, got several in us-east-1a, us-east-1b; choose one of each zone, for example with onePerAz: true [ack: cdk-bedrock-batch:SubnetsShareZone]',
    ]);
  });

  test('are none where each lies in a zone of its own', () => {
    const make = (stack: Stack) => {
      const vpc = twoOfEach(stack);
      return { vpc, vpcSubnets: { subnets: vpc.isolatedSubnets.slice(0, 3) } };
    };
    expect(warned(make)).toEqual([]);
  });

  test('are warned of where they are imported with their zones', () => {
    const subnets = (stack: Stack) => ['a', 'b'].map((id) => imported(stack, id, 'us-east-1a'));
    expect(warned((stack) => ({ vpc: importVpc(stack), vpcSubnets: { subnets: subnets(stack) } }))).toHaveLength(1);
  });

  test('are not known where they are imported without', () => {
    const subnets = (stack: Stack) => ['a', 'b'].map((id) => imported(stack, id));
    expect(warned((stack) => ({ vpc: importVpc(stack), vpcSubnets: { subnets: subnets(stack) } }))).toEqual([]);
  });

  test('are none where one is given twice', () => {
    const make = (stack: Stack) => {
      const subnet = imported(stack, 'a', 'us-east-1a');
      return { vpc: importVpc(stack), vpcSubnets: { subnets: [subnet, subnet] } };
    };
    expect(warned(make)).toEqual([]);
  });

  test('are not judged where the zones are decided at deployment', () => {
    const zone = (stack: Stack) => Fn.select(0, Fn.getAzs(stack.region));
    const subnets = (stack: Stack) => ['a', 'b'].map((id) => imported(stack, id, zone(stack)));
    expect(warned((stack) => ({ vpc: importVpc(stack), vpcSubnets: { subnets: subnets(stack) } }))).toEqual([]);
  });
});
