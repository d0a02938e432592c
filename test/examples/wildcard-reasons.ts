import type { Deployment, StackResource } from '../emulator/deployment';
import { type PolicyDocument, statementsOf, toList } from '../emulator/policy';
import type { ConstructMetadata } from './example-app';

/** What a stack's policies have of wildcards, against the reasons that stand beside its principals. */
export interface WildcardReport {
  /** Wildcards for which no reason is given: `/Stack/Job/Role: Resource::*`. */
  readonly unreasoned: string[];
  /** Reasons given for wildcards that are not there. */
  readonly idle: string[];
}

/** A reason as `acknowledgeWildcard` leaves it: on which construct, for which wildcard, with its references resolved. */
interface Reason {
  readonly path: string;
  readonly wildcard: string;
}

/** A user, group or role, and one wildcard in a policy of its. */
interface Finding {
  readonly principal: string;
  readonly wildcard: string;
}

/**
 * Looks at the policies as they were deployed, where no function of the template hides a wildcard any more. A reason counts
 * for one principal: one that stands above several is none, since it would cover the next one that somebody adds.
 */
export function reportWildcards(deployment: Deployment, metadata: ConstructMetadata): WildcardReport {
  const paths = pathsByLogicalId(metadata);
  const principals = PRINCIPALS.flatMap((type) => deployment.resourcesOfType(type)).map(({ logicalId }) =>
    pathOf(paths, logicalId),
  );
  const reasons = reasonsIn(deployment, metadata);
  const found = findWildcards(deployment, paths);
  const covers = ({ path, wildcard }: Reason, finding: Finding) =>
    wildcard === finding.wildcard &&
    isAtOrBelow(finding.principal, path) &&
    principals.filter((principal) => isAtOrBelow(principal, path)).length === 1;
  return {
    unreasoned: found
      .filter((finding) => !reasons.some((reason) => covers(reason, finding)))
      .map(({ principal, wildcard }) => `${principal}: ${wildcard}`),
    idle: reasons
      .filter((reason) => !found.some((finding) => covers(reason, finding)))
      .map(({ path, wildcard }) => `${path}: ${wildcard}`),
  };
}

const PRINCIPALS = ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'];

function findWildcards(deployment: Deployment, paths: ReadonlyMap<string, string>): Finding[] {
  const streams = deployment
    .resourcesOfType('AWS::Logs::LogGroup')
    .map(({ attributes }) => `Resource::${attributes.Arn}`);
  const found = (principal: string, documents: PolicyDocument[]): Finding[] =>
    documents
      .flatMap(wildcardsIn)
      // CloudFormation gives the ARN of a log group with `:*` at its end, for its streams. Nobody has written that.
      .filter((wildcard) => !streams.includes(wildcard))
      .map((wildcard) => ({ principal: pathOf(paths, principal), wildcard }));

  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => deployment.resourcesOfType(type))
    .flatMap((policy) => {
      const holders = holdersOf(deployment, policy);
      // Of who will hold it nothing is known: the policy stands for them, and no reason reaches it.
      return (holders.length === 0 ? [policy] : holders).flatMap((holder) =>
        found(holder.logicalId, [policy.properties.PolicyDocument as PolicyDocument]),
      );
    });
  const own = PRINCIPALS.flatMap((type) => deployment.resourcesOfType(type)).flatMap(({ logicalId, properties }) => [
    ...found(
      logicalId,
      ((properties.Policies ?? []) as { PolicyDocument: PolicyDocument }[]).map((each) => each.PolicyDocument),
    ),
    // What AWS's own policies allow is AWS's to change.
    ...toList(properties.ManagedPolicyArns)
      .filter((arn) => arn.includes(':iam::aws:'))
      .map((arn) => ({ principal: pathOf(paths, logicalId), wildcard: `Policy::${arn}` })),
  ]);
  return [...attached, ...own];
}

function wildcardsIn(document: PolicyDocument): string[] {
  return statementsOf(document)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, NotAction, Resource, NotResource }) => [
      ...toList(Action)
        .filter(isWild)
        .map((action) => `Action::${action}`),
      ...toList(Resource)
        .filter(isWild)
        .map((resource) => `Resource::${resource}`),
      ...(NotAction === undefined ? [] : ['Action::*']),
      ...(NotResource === undefined ? [] : ['Resource::*']),
    ]);
}

function isWild(text: string): boolean {
  return /[*?]/.test(text);
}

/** Whom a policy is attached to, of those that the stack makes. */
function holdersOf(deployment: Deployment, { physicalId, properties }: StackResource): StackResource[] {
  const names = [properties.Roles, properties.Users, properties.Groups].flatMap(toList);
  return PRINCIPALS.flatMap((type) => deployment.resourcesOfType(type)).filter(
    (principal) =>
      names.includes(principal.physicalId) || toList(principal.properties.ManagedPolicyArns).includes(physicalId),
  );
}

function reasonsIn(deployment: Deployment, metadata: ConstructMetadata): Reason[] {
  return Object.entries(metadata).flatMap(([path, entries]) =>
    entries
      .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
      .flatMap(({ data }) => Object.entries(data as { [finding: string]: string }))
      .flatMap(([finding, reason]) => {
        const [, wildcard] = /AwsSolutions-IAM[45]\[(.*)\]$/.exec(finding) ?? [];
        // One word is no reason.
        if (wildcard === undefined || reason.trim().split(/\s+/).length < 4) return [];
        return [{ path, wildcard: fillIn(wildcard, deployment) }];
      }),
  );
}

/** cdk-nag writes `<Bucket123.Arn>/*` for what was `Fn::GetAtt`, and `<AWS::Partition>` for what was `Ref`. */
function fillIn(wildcard: string, deployment: Deployment): string {
  return wildcard.replace(/<([\w:]+)(?:\.(\w+))?>/g, (_, id: string, attribute?: string) => {
    if (id.startsWith('AWS::')) return deployment.pseudoParameters[id];
    const { physicalId, attributes } = deployment.resource(id);
    return String(attribute === undefined ? physicalId : attributes[attribute]);
  });
}

function pathsByLogicalId(metadata: ConstructMetadata): Map<string, string> {
  return new Map(
    Object.entries(metadata).flatMap(([path, entries]) =>
      entries
        .filter(({ type }) => type === 'aws:cdk:logicalId')
        .map(({ data }): [string, string] => [String(data), path]),
    ),
  );
}

function pathOf(paths: ReadonlyMap<string, string>, logicalId: string): string {
  const path = paths.get(logicalId);
  if (path === undefined) throw new Error(`the assembly does not tell which construct ${logicalId} is`);
  return path;
}

function isAtOrBelow(path: string, above: string): boolean {
  return `${path}/`.startsWith(`${above}/`);
}
