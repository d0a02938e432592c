import type { BatchJob } from './batch-jobs';
import { InvalidJob } from './batch-run';
import type { Iam, Principal } from './iam';
import type { CallContext } from './policy';

const LOOKS = ['NetworkInterfaces', 'Vpcs', 'DhcpOptions', 'Subnets', 'SecurityGroups'];

/**
 * EC2's side of a job in a network, with the role's rights: Bedrock looks around, and makes a network interface with its two
 * tags. Its page says no more than which rights that takes; in which subnets it does so is not known, so it is done in each.
 */
export function makeInterfaces(job: BatchJob, role: Principal, iam: Iam): void {
  const { vpcConfig } = job.request;
  if (vpcConfig === undefined) return;
  const ec2 = ec2Of(job);
  const demand = (action: string, resource: string, context: CallContext = {}) => {
    if (iam.allows(role, `ec2:${action}`, resource, context)) return;
    throw new InvalidJob(
      `The role ${job.request.roleArn} is not authorized to perform: ec2:${action} on resource: ${resource}`,
    );
  };
  for (const look of LOOKS) demand(`Describe${look}`, '*');
  for (const subnetId of vpcConfig.subnetIds) {
    const networkInterface = interfaceArn(job, subnetId);
    const request = {
      'aws:RequestTag/BedrockManaged': 'true',
      'aws:RequestTag/BedrockModelInvocationJobArn': job.arn,
      'aws:TagKeys': ['BedrockManaged', 'BedrockModelInvocationJobArn'],
    };
    const groups = vpcConfig.securityGroupIds.map((id) => `${ec2}:security-group/${id}`);
    for (const resource of [networkInterface, `${ec2}:subnet/${subnetId}`, ...groups]) {
      demand('CreateNetworkInterface', resource, request);
    }
    demand('CreateTags', networkInterface, { ...request, 'ec2:CreateAction': 'CreateNetworkInterface' });
    demand('CreateNetworkInterfacePermission', networkInterface, tagged(job, subnetId));
    job.interfaces.add(subnetId);
  }
}

/** What the role may not take away stays, as it does in EC2. */
export function removeInterfaces(job: BatchJob, role: Principal | undefined, iam: Iam): void {
  if (role === undefined) return;
  for (const subnetId of job.interfaces) {
    const networkInterface = interfaceArn(job, subnetId);
    const context = tagged(job, subnetId);
    const isFree = iam.allows(role, 'ec2:DeleteNetworkInterfacePermission', networkInterface, context);
    if (isFree && iam.allows(role, 'ec2:DeleteNetworkInterface', networkInterface, context)) {
      job.interfaces.delete(subnetId);
    }
  }
}

function interfaceArn(job: BatchJob, subnetId: string): string {
  return `${ec2Of(job)}:network-interface/eni-${job.id}${subnetId.slice(-5)}`;
}

function tagged(job: BatchJob, subnetId: string): CallContext {
  return {
    'ec2:Subnet': `${ec2Of(job)}:subnet/${subnetId}`,
    'ec2:ResourceTag/BedrockManaged': 'true',
    'ec2:ResourceTag/BedrockModelInvocationJobArn': job.arn,
  };
}

/** Where EC2 has what belongs to a job: `arn:aws:ec2:us-east-1:111122223333`. */
function ec2Of({ arn }: BatchJob): string {
  const [, partition, , region, account] = arn.split(':');
  return `arn:${partition}:ec2:${region}:${account}`;
}
