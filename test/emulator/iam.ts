import {
  type CallContext,
  conditionsHold,
  coveringGrants,
  type Grant,
  grantsOf,
  type PolicyDocument,
  type Statement,
  statementsOf,
  toList,
} from './policy';
import { ServiceError } from './service-error';

/** Someone who calls: a user or a role's session. */
export interface Principal {
  readonly accessKeyId: string;
  /** As error messages name it; of a role, its session: `arn:aws:sts::…:assumed-role/<role>/<session>`. */
  readonly arn: string;
  /** Whose policies apply; of a role, the role's own ARN. */
  readonly policyOwner: string;
}

export interface RoleOptions {
  readonly arn: string;
  readonly trust: PolicyDocument;
  /** Name of the role's session in principal ARNs. */
  readonly session?: string;
}

/** What a resource says of those who come to it. What it denies holds for all; what it allows is needed from other accounts. */
export interface ResourcePolicy {
  /** Account that owns the resource. */
  readonly owner: string;
  readonly document?: PolicyDocument;
}

/** One decision about one action on one resource. */
export interface RecordedCall {
  /** ARN of the policies' owner: the user, or the role itself. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: CallContext;
  readonly allowed: boolean;
  /** The statement that decided; absent where nothing spoke for the call. */
  readonly statement?: Statement;
  /** Whose policy refused the call. */
  readonly refusedBy?: 'identity-based' | 'resource-based';
}

/** One (statement, action, resource) of a policy. */
export interface UnusedGrant extends Grant {
  readonly principal: string;
  readonly policy: string;
  readonly sid?: string;
}

export interface HeldGrant extends UnusedGrant {
  readonly statement: Statement;
}

export interface ServiceCaller {
  /** `bedrock.amazonaws.com` */
  readonly service: string;
  readonly sourceAccount?: string;
  readonly sourceArn?: string;
}

/**
 * Who may do what. Identity policies, trust policies and the resource policies that come with a call are evaluated;
 * boundaries, session policies and SCPs are not known here.
 */
export class Iam {
  /** Every decision, in order. */
  public readonly calls: RecordedCall[] = [];

  private readonly principals = new Map<string, Principal>();
  private readonly roles = new Map<string, { readonly trust: PolicyDocument; readonly principal: Principal }>();
  /** Policies by owner ARN, then by policy name. */
  private readonly policies = new Map<string, Map<string, readonly Statement[]>>();
  /** What of a statement some call has matched. */
  private readonly used = new Map<Statement, Set<string>>();
  private keys = 0;

  /** @param enforced false: every caller is known and may do everything, and calls are still recorded. */
  constructor(public readonly enforced: boolean) {}

  /** A user, with its own access key. */
  public addUser(arn: string, statements: readonly Statement[], accessKeyId = this.newAccessKey()): Principal {
    const principal = { accessKeyId, arn, policyOwner: arn };
    this.principals.set(accessKeyId, principal);
    this.putPolicy(arn, 'inline', { Statement: statements });
    return principal;
  }

  /** A role, made or changed; the answer is its session's principal, whose access key stays the same. */
  public putRole({ arn, trust, session = 'session' }: RoleOptions): Principal {
    const known = this.roles.get(arn);
    const [, , , , account, path] = arn.split(':');
    const principal = known?.principal ?? {
      accessKeyId: this.newAccessKey(),
      arn: `${arn.split(':').slice(0, 2).join(':')}:sts::${account}:assumed-role/${path.split('/').pop()}/${session}`,
      policyOwner: arn,
    };
    this.roles.set(arn, { trust, principal });
    this.principals.set(principal.accessKeyId, principal);
    return principal;
  }

  public deleteRole(arn: string): void {
    const role = this.roles.get(arn);
    if (role !== undefined) this.principals.delete(role.principal.accessKeyId);
    this.roles.delete(arn);
    this.policies.delete(arn);
  }

  public putPolicy(owner: string, name: string, document: PolicyDocument): void {
    const named = this.policies.get(owner) ?? new Map<string, readonly Statement[]>();
    // Copied, so that one document attached to two roles is two sets of grants, each used or unused by itself.
    named.set(name, structuredClone(statementsOf(document)));
    this.policies.set(owner, named);
  }

  public deletePolicy(owner: string, name: string): void {
    this.policies.get(owner)?.delete(name);
  }

  public principalByAccessKey(accessKeyId: string): Principal {
    const known = this.principals.get(accessKeyId);
    if (known !== undefined) return known;
    if (this.enforced) throw new ServiceError('AccessDenied', 'The security token included in the request is invalid.');
    return { accessKeyId, arn: `arn:aws:iam::000000000000:user/${accessKeyId}`, policyOwner: accessKeyId };
  }

  public roleExists(arn: string): boolean {
    return this.roles.has(arn);
  }

  /** The role's session for a service, or nothing where the role is not there or does not trust the caller. */
  public assumeRole(roleArn: string, caller: ServiceCaller): Principal | undefined {
    const role = this.roles.get(roleArn);
    if (!this.enforced) return role?.principal ?? { accessKeyId: '', arn: roleArn, policyOwner: roleArn };
    if (role === undefined) return undefined;

    const context: { [key: string]: string } = {};
    if (caller.sourceAccount !== undefined) context['aws:SourceAccount'] = caller.sourceAccount;
    if (caller.sourceArn !== undefined) context['aws:SourceArn'] = caller.sourceArn;
    const applying = statementsOf(role.trust).filter(
      (statement) =>
        trusts(statement, caller.service) &&
        toList(statement.Action).includes('sts:AssumeRole') &&
        conditionsHold(statement.Condition, context),
    );
    const deny = applying.find((statement) => statement.Effect === 'Deny');
    const statement = deny ?? applying[0];
    const allowed = statement !== undefined && deny === undefined;
    this.calls.push({
      principal: caller.service,
      action: 'sts:AssumeRole',
      resource: roleArn,
      context,
      allowed,
      statement,
    });
    return allowed ? role.principal : undefined;
  }

  /** Goes on if the principal may, throws AccessDenied if not. */
  public authorize(
    principal: Principal,
    action: string,
    resource: string,
    context: CallContext = {},
    guard?: ResourcePolicy,
  ): void {
    const decision = this.decide(principal, action, resource, context, guard);
    this.record(decision, guard);
    if (decision.allowed) return;
    const policy = `${decision.refusedBy} policy`;
    const why =
      decision.statement === undefined
        ? `because no ${policy} allows the ${action} action`
        : `with an explicit deny in ${decision.refusedBy === 'resource-based' ? 'a' : 'an'} ${policy}`;
    throw new ServiceError(
      'AccessDenied',
      `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
    );
  }

  /** As `authorize`, but answers. */
  public allows(principal: Principal, action: string, resource: string, context: CallContext = {}): boolean {
    const decision = this.decide(principal, action, resource, context);
    this.record(decision);
    return decision.allowed;
  }

  /**
   * A right that a page of the service asks for and that nobody saw it use: counts as used where it is granted, and is
   * not missed where it is not.
   */
  public noteIfGranted(principal: Principal, action: string, resource: string, context: CallContext = {}): void {
    const decision = this.decide(principal, action, resource, context);
    if (decision.allowed) this.record(decision);
  }

  public deniedCalls(): RecordedCall[] {
    return this.calls.filter((call) => !call.allowed);
  }

  /** What was granted to users and roles and no allowed call ever matched. */
  public unusedGrants(): UnusedGrant[] {
    return this.heldGrants()
      .filter(({ statement, ...grant }) => !this.isUsed(statement, grant))
      .map(({ statement, ...grant }) => grant);
  }

  /** What users and roles are granted now. */
  public heldGrants(): HeldGrant[] {
    return [...this.policies].flatMap(([principal, policies]) =>
      [...policies].flatMap(([policy, statements]) =>
        statements.flatMap((statement) =>
          grantsOf(statement).map((grant) => ({ principal, policy, sid: statement.Sid, ...grant, statement })),
        ),
      ),
    );
  }

  /** Whether an allowed call has matched this part of a statement, of a policy that is held or was. */
  public isUsed(statement: Statement, { action, resource }: Grant): boolean {
    return this.used.get(statement)?.has(`${action} ${resource}`) ?? false;
  }

  /** Forgets everything, access keys included. */
  public reset(): void {
    this.calls.length = 0;
    for (const map of [this.principals, this.roles, this.policies, this.used]) map.clear();
  }

  private decide(
    principal: Principal,
    action: string,
    resource: string,
    extra: CallContext,
    guard?: ResourcePolicy,
  ): RecordedCall {
    const context: CallContext = { 'aws:PrincipalArn': principal.policyOwner, 'aws:SecureTransport': 'true', ...extra };
    const call = { principal: principal.policyOwner, action, resource, context };
    if (!this.enforced) return { ...call, allowed: true };

    const applies = (statement: Statement) =>
      coveringGrants(statement, action, resource).length > 0 && conditionsHold(statement.Condition, context);
    const applying = [...(this.policies.get(principal.policyOwner)?.values() ?? [])].flat().filter(applies);
    const deny = applying.find((statement) => statement.Effect === 'Deny');
    const statement = deny ?? applying[0];
    if (statement === undefined || deny !== undefined) {
      return { ...call, allowed: false, statement, refusedBy: 'identity-based' };
    }
    if (guard === undefined) return { ...call, allowed: true, statement };

    const ofResource = statementsOn(guard).filter((each) => isAddressed(each, principal.policyOwner) && applies(each));
    const denied = ofResource.find((each) => each.Effect === 'Deny');
    const isAdmitted = ofResource.length > 0 || principal.policyOwner.split(':')[4] === guard.owner;
    if (denied === undefined && isAdmitted) return { ...call, allowed: true, statement };
    return { ...call, allowed: false, statement: denied, refusedBy: 'resource-based' };
  }

  private record(call: RecordedCall, guard?: ResourcePolicy): void {
    this.calls.push(call);
    if (!call.allowed) return;
    const held = [...(this.policies.get(call.principal)?.values() ?? [])].flat();
    const admitting = statementsOn(guard).filter((each) => isAddressed(each, call.principal));
    for (const statement of [...held, ...admitting]) {
      if (statement.Effect !== 'Allow' || !conditionsHold(statement.Condition, call.context)) continue;
      const used = this.used.get(statement) ?? new Set<string>();
      for (const grant of coveringGrants(statement, call.action, call.resource)) {
        used.add(`${grant.action} ${grant.resource}`);
      }
      this.used.set(statement, used);
    }
  }

  private newAccessKey(): string {
    this.keys += 1;
    return `AKIAEMULATOR${String(this.keys).padStart(8, '0')}`;
  }
}

function statementsOn(guard: ResourcePolicy | undefined): readonly Statement[] {
  return guard?.document === undefined ? [] : statementsOf(guard.document);
}

/** Everyone, the account as a whole, or the principal itself. */
function isAddressed({ Principal: addressed }: Statement, policyOwner: string): boolean {
  if (addressed === '*') return true;
  const [arn, partition, , , account] = policyOwner.split(':');
  const root = `${arn}:${partition}:iam::${account}:root`;
  return toList(addressed?.AWS).some((each) => ['*', root, account, policyOwner].includes(each));
}

function trusts(statement: Statement, service: string): boolean {
  if (statement.Principal === '*') return true;
  return toList(statement.Principal?.Service).includes(service);
}
