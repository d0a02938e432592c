import { AspectPriority, Aspects, CfnResource, Reference, Resource, Stack, Tokenization } from 'aws-cdk-lib';
import { CfnRoute, CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import type { Issue } from '../core/issue';
import { reportIssues } from '../private/report-issues';
import type { JobNetwork } from './job-network';

/** Whether a subnet has a way to S3, as far as the app tells. */
type Way = 'found' | 'none' | 'unknown';

/**
 * Looks, when the app is complete, for the network's ways to S3, since endpoints and routes may be added after the job. The
 * job waits for the endpoints of its stack; of a network without a way there is a warning, for the job would fail only
 * after it has waited for its turn.
 */
export function findWayToS3(job: IConstruct, resource: IConstruct, network: JobNetwork): void {
  Aspects.of(job).add(
    {
      visit(node) {
        if (node !== job) return;
        const endpoints = endpointsOf(job, network);
        // Those of another stack may wait for buckets or roles of this one.
        const near = endpoints.filter(({ stack }) => stack === Stack.of(job));
        if (near.length > 0) resource.node.addDependency(...near);
        reportIssues(job, checkWayToS3(waysOf(job, network, endpoints), network));
      },
    },
    { priority: AspectPriority.READONLY },
  );
}

function checkWayToS3(ways: readonly Way[], network: JobNetwork): Issue[] {
  const subnets = (wanted: Way) =>
    network.subnets.filter((_, index) => ways[index] === wanted).map(({ node }) => node.path);
  const input = 'vpcSubnets';
  const issues: Issue[] = [];
  if (ways.includes('none')) {
    const message = `should have a way to S3, where the job reads and writes, got none for ${subnets('none').join(', ')}; add vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 }) or choose subnets with a route through NAT`;
    issues.push({ code: 'NoWayToS3', input, severity: 'warning', message });
  }
  if (ways.includes('unknown')) {
    const message = `should have a way to S3, where the job reads and writes, got subnets of which the app does not tell: ${subnets('unknown').join(', ')}; see that they have a gateway endpoint for S3 or a route through NAT`;
    issues.push({ code: 'WayToS3NotChecked', input, severity: 'warning', message });
  }
  return issues;
}

function endpointsOf(job: IConstruct, { vpc }: JobNetwork): CfnVPCEndpoint[] {
  return job.node.root.node
    .findAll()
    .filter(CfnVPCEndpoint.isCfnVPCEndpoint)
    .filter(isForS3)
    .filter((endpoint) => isSame(endpoint, endpoint.vpcId, vpc, vpc.vpcId));
}

/** For each subnet: an endpoint for S3 in the app, a route in the app, or what is known of a network outside of it. */
function waysOf(job: IConstruct, { vpc, subnets }: JobNetwork, endpoints: readonly CfnVPCEndpoint[]): Way[] {
  const routes = job.node.root.node.findAll().filter(isRoute).filter(leavesByNat);
  if (endpoints.some(isInterface)) return subnets.map(() => 'found');

  return subnets.map((subnet) => {
    const { routeTableId } = subnet.routeTable;
    if (routeTableId !== undefined) {
      if (endpoints.some((endpoint) => tablesOf(endpoint).includes(textOf(subnet, routeTableId)))) return 'found';
      if (routes.some((route) => isSame(route, route.routeTableId, subnet, routeTableId))) return 'found';
    }
    if (Resource.isOwnedResource(subnet)) return 'none';
    // CDK counts a subnet of a network outside of the app as private with egress by its route, or by what the user says.
    return vpc.privateSubnets.includes(subnet) ? 'found' : 'unknown';
  });
}

/** `com.amazonaws.<region>.s3`, but not `s3express`, `s3tables` and their like. */
function isForS3(endpoint: CfnVPCEndpoint): boolean {
  return /\.s3"?(?![\w-])/.test(textOf(endpoint, endpoint.serviceName ?? ''));
}

/** Without private DNS, nothing that calls S3 by its name comes to the endpoint. */
function isInterface({ vpcEndpointType, privateDnsEnabled }: CfnVPCEndpoint): boolean {
  return vpcEndpointType === 'Interface' && privateDnsEnabled !== false;
}

function isRoute(construct: IConstruct): construct is CfnRoute {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === CfnRoute.CFN_RESOURCE_TYPE_NAME;
}

/** An internet gateway does not count: that Bedrock's network interfaces have public addresses is not documented. */
function leavesByNat({ destinationCidrBlock, gatewayId }: CfnRoute): boolean {
  return destinationCidrBlock === '0.0.0.0/0' && gatewayId === undefined;
}

/** The route tables of an endpoint's gateway, as its template names them. */
function tablesOf(endpoint: CfnVPCEndpoint): string[] {
  const resolved: unknown = Stack.of(endpoint).resolve(endpoint.routeTableIds);
  return Array.isArray(resolved) ? resolved.map((each) => JSON.stringify(each)) : [];
}

/** Two stacks may give the same name to different things: references are compared by what they point to. */
function isSame(scope: IConstruct, value: string, other: IConstruct, otherValue: string): boolean {
  const target = findTarget(value);
  return target === findTarget(otherValue) && textOf(scope, value) === textOf(other, otherValue);
}

function findTarget(value: string): IConstruct | undefined {
  const { firstToken } = Tokenization.reverseString(value);
  return firstToken !== undefined && Reference.isReference(firstToken) ? firstToken.target : undefined;
}

function textOf(scope: IConstruct, value: string): string {
  return JSON.stringify(Stack.of(scope).resolve(value));
}
