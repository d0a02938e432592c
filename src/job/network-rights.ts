import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import { acknowledgeWildcard } from '../private/acknowledge-wildcard';
import { anyJobArn, environmentOf } from '../private/environment';
import type { JobNetwork } from './job-network';

/** Tags that Bedrock puts on the network interfaces that it makes. */
const MANAGED_TAG = 'BedrockManaged';
const JOB_TAG = 'BedrockModelInvocationJobArn';

/**
 * What Bedrock needs to put network interfaces into the user's network: the statements of its page, on these subnets and
 * security groups, for jobs of this account and Region.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-vpc.html
 */
export function grantNetwork(grantee: IGrantable, scope: Construct, network: JobNetwork): Grant {
  const { subnetArns, securityGroupArns } = arnsOf(scope, network);
  const jobs = anyJobArn(scope);
  const interfaces = anyInterfaceArn(scope);
  const allow = (
    actions: string[],
    resourceArns: string[],
    conditions?: Record<string, Record<string, string | string[]>>,
  ) => Grant.addToPrincipal({ grantee, actions, resourceArns, conditions });
  return allow(
    [
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeVpcs',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
    ],
    // No description in EC2 has a resource type: none can be limited to this network.
    ['*'],
  )
    .combine(
      allow(['ec2:CreateNetworkInterface'], [interfaces, ...subnetArns, ...securityGroupArns], {
        StringEquals: { [`aws:RequestTag/${MANAGED_TAG}`]: 'true' },
        ArnEquals: { [`aws:RequestTag/${JOB_TAG}`]: jobs },
      }),
    )
    .combine(
      allow(
        ['ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DeleteNetworkInterfacePermission'],
        // As the page has it: the conditions name the network interfaces, in these subnets and with the tag of a job.
        ['*'],
        { StringEquals: { 'ec2:Subnet': subnetArns }, ArnEquals: { [`ec2:ResourceTag/${JOB_TAG}`]: jobs } },
      ),
    )
    .combine(
      allow(['ec2:CreateTags'], [interfaces], {
        StringEquals: { 'ec2:CreateAction': 'CreateNetworkInterface' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': [MANAGED_TAG, JOB_TAG] },
      }),
    );
}

/** Acknowledges the wildcards that the page asks for. */
export function acknowledgeNetwork(role: IConstruct, scope: Construct): void {
  acknowledgeWildcard(
    role,
    '*',
    "ec2:Describe* actions have no resource type; of the others, conditions name the network interfaces by subnet and by the tag of a job, as AWS's page does.",
  );
  acknowledgeWildcard(
    role,
    anyInterfaceArn(scope),
    'EC2 makes up the id of a network interface when Bedrock makes one.',
  );
}

function anyInterfaceArn(scope: Construct): string {
  const { account, partition, region } = environmentOf(scope);
  return `arn:${partition}:ec2:${region}:${account}:network-interface/*`;
}

/** A subnet that is shared with this account belongs to the account of its VPC. */
function arnsOf(scope: Construct, { vpc, subnets, securityGroups }: JobNetwork) {
  const { partition, region } = environmentOf(scope);
  return {
    subnetArns: subnets.map(({ subnetId }) => `arn:${partition}:ec2:${region}:${vpc.env.account}:subnet/${subnetId}`),
    securityGroupArns: securityGroups.map(
      ({ securityGroupId, env }) => `arn:${partition}:ec2:${region}:${env.account}:security-group/${securityGroupId}`,
    ),
  };
}
