import { Token } from 'aws-cdk-lib';
import type { ISecurityGroup, ISubnet, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { Construct, IDependable } from 'constructs';
import type { JobFacts } from '../core/check-job';

/** The network of the user that a job runs in. */
export interface JobNetwork {
  readonly vpc: IVpc;
  readonly subnets: ISubnet[];
  readonly securityGroups: ISecurityGroup[];
  /** Subnets and routes that are to be there before the job. */
  readonly ready: IDependable;
}

/** The props of a job that choose its network. */
export interface JobNetworkOptions {
  readonly vpc?: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups?: ISecurityGroup[];
}

/** What the props choose, before anything is created. */
export class NetworkChoice {
  private readonly selected;

  constructor(private readonly options: JobNetworkOptions) {
    const { vpc, vpcSubnets } = options;
    this.selected = vpc?.selectSubnets({ onePerAz: true, ...vpcSubnets });
  }

  /** What the rules judge. Of a lookup that has not been made yet, the subnets are not known. */
  public facts(): Pick<JobFacts, 'subnets' | 'sharedZones' | 'securityGroups' | 'propsWithoutVpc' | 'vpcRegion'> {
    const { vpc, vpcSubnets, securityGroups } = this.options;
    if (vpc === undefined) {
      const given = Object.entries({ vpcSubnets, securityGroups }).filter(([, value]) => value !== undefined);
      return { propsWithoutVpc: given.map(([name]) => name) };
    }
    const subnets = this.selected?.isPendingLookup ? undefined : this.selected?.subnets;
    return {
      subnets: subnets?.length,
      sharedZones: subnets && sharedZones(subnets),
      securityGroups: securityGroups?.length,
      vpcRegion: Token.isUnresolved(vpc.env.region) ? undefined : vpc.env.region,
    };
  }

  /** The network, with a security group of the job's own where the user gives none; undefined where the job is in none. */
  public bind(scope: Construct): JobNetwork | undefined {
    const { vpc, securityGroups } = this.options;
    if (vpc === undefined || this.selected === undefined) return undefined;
    const { subnets, internetConnectivityEstablished } = this.selected;
    const ready = internetConnectivityEstablished;
    return { vpc, subnets, ready, securityGroups: securityGroups ?? [createSecurityGroup(scope, vpc)] };
  }
}

/** Zones that are known to hold more than one of the subnets. */
function sharedZones(subnets: readonly ISubnet[]): string[] {
  // A subnet that is given twice is one.
  const distinct = [...new Map(subnets.map((subnet) => [subnet.subnetId, subnet])).values()];
  const zones = distinct.map(zoneOf).filter((zone) => zone !== undefined);
  return [...new Set(zones.filter((zone, index) => zones.indexOf(zone) !== index))];
}

function zoneOf(subnet: ISubnet): string | undefined {
  try {
    const { availabilityZone } = subnet;
    return Token.isUnresolved(availabilityZone) ? undefined : availabilityZone;
  } catch {
    // Of an imported subnet CDK does not know it, unless it is told.
    return undefined;
  }
}

/** Nothing comes in. What goes out is left to routes and endpoints: which ports Bedrock needs is not documented. */
function createSecurityGroup(scope: Construct, vpc: IVpc): ISecurityGroup {
  // Loaded when it is used: most jobs have no network of their own, and would wait for it each time that they are synthesised.
  const { SecurityGroup } = require('aws-cdk-lib/aws-ec2') as typeof import('aws-cdk-lib/aws-ec2');
  return new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: 'Network interfaces of a batch inference job; nothing may connect to them',
  });
}
