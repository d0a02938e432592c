import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { readStack, type StackArtifact, type Template, type TemplateResource } from './assembly';
import {
  type CustomResourceAnswer,
  type CustomResourceEvent,
  ResponseServer,
  readAnswer,
  toText,
} from './custom-resource';
import type { Emulator } from './emulator';
import { type FunctionInvoker, FunctionProcess, type FunctionSpec } from './function-process';
import { Infrastructure, type Made, type Properties } from './infrastructure';
import { brokenRules, conditionHolds, inDependencyOrder, resolve, type Scope } from './template';

export interface DeployOptions {
  /** Cloud assembly: the `cdk.out` directory of a synthesised app. */
  readonly assembly: string;
  /** Not needed where the assembly holds one stack. */
  readonly stackName?: string;
  readonly parameters?: { readonly [name: string]: string };
  /** How functions are run. Default: the packaged asset in a process of its own. */
  readonly functions?: (spec: FunctionSpec) => FunctionInvoker;
  /** Asked before each resource operation; a reason makes that one fail. */
  readonly refuse?: (operation: 'Create' | 'Update' | 'Delete', logicalId: string) => string | undefined;
  /** How often Lambda runs a failed event again. Default: 2, as for every asynchronous invocation. */
  readonly lambdaRetries?: number;
}

export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

export interface StackEvent {
  readonly logicalId: string;
  readonly type: string;
  /** `CREATE_COMPLETE`, `UPDATE_FAILED`, … */
  readonly status: string;
  readonly physicalId?: string;
  readonly reason?: string;
}

/** One event sent to a custom resource's function, and what came of it. */
export interface Exchange {
  readonly event: CustomResourceEvent;
  readonly answer: CustomResourceAnswer;
  /** Every body that reached the ResponseURL; the first one counts. */
  readonly bodies: readonly string[];
  /** What became of the runs that failed, where Lambda had to repeat the event. */
  readonly failures: readonly string[];
}

export interface StackResource extends Made {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
}

/** A deployment that did not succeed; what it was rolled back to is in `deployment`. */
export class DeploymentFailed extends Error {
  constructor(
    public readonly deployment: Deployment,
    reason: string,
  ) {
    super(reason);
    this.name = 'DeploymentFailed';
  }
}

/** What CDK's bootstrap template reports; any recent version satisfies the rule in every template. */
const BOOTSTRAP_VERSION = '30';

/** Plays what CloudFormation does with a synthesised stack: one resource after another, where CloudFormation does several at once. */
export class Deployment {
  public static async create(emulator: Emulator, options: DeployOptions): Promise<Deployment> {
    const artifact = readStack(options.assembly, options.stackName);
    const deployment = new Deployment(emulator, options, artifact);
    await deployment.responses.listen();
    await deployment.createStack(artifact);
    return deployment;
  }

  public readonly stackName: string;
  public readonly stackId: string;
  /** The account that the stack names, as `cdk deploy` goes there; else the emulator's. */
  public readonly account: string;
  /** What happened to each resource, in order. */
  public readonly events: StackEvent[] = [];
  /** Custom resource events and their answers, in order. */
  public readonly exchanges: Exchange[] = [];

  private readonly responses = new ResponseServer();
  private readonly infrastructure: Infrastructure;
  private resources = new Map<string, StackResource>();
  private template: Template = { Resources: {} };
  private parameters: { readonly [name: string]: unknown } = {};
  private currentStatus: StackStatus = 'CREATE_IN_PROGRESS';
  private resolvedOutputs: { readonly [name: string]: string } = {};
  private requests = 0;

  private constructor(
    private readonly emulator: Emulator,
    private readonly options: DeployOptions,
    { stackName, account = emulator.account }: StackArtifact,
  ) {
    this.stackName = stackName;
    const { partition, region } = emulator;
    this.account = account;
    this.stackId = `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/${stackUuid(emulator, stackName)}`;
    const makeFunction = options.functions ?? ((spec: FunctionSpec) => new FunctionProcess(spec));
    this.infrastructure = new Infrastructure(emulator, { stackName, account }, makeFunction);
  }

  public get status(): StackStatus {
    return this.currentStatus;
  }

  public get outputs(): { readonly [name: string]: string } {
    return this.resolvedOutputs;
  }

  public resource(logicalId: string): StackResource {
    const found = this.resources.get(logicalId);
    if (found === undefined) throw new Error(`the stack ${this.stackName} has no resource ${logicalId}`);
    return found;
  }

  public resourcesOfType(type: string): StackResource[] {
    return [...this.resources.values()].filter((resource) => resource.type === type);
  }

  /** `AWS::AccountId` and its like. */
  public get pseudoParameters(): { readonly [name: string]: string } {
    const { partition, region } = this.emulator;
    return {
      'AWS::AccountId': this.account,
      'AWS::Partition': partition,
      'AWS::Region': region,
      'AWS::StackId': this.stackId,
      'AWS::StackName': this.stackName,
      'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    };
  }

  /** What the stack's functions have logged, those included that are gone. */
  public get logs(): readonly string[] {
    return this.infrastructure.logs;
  }

  /** The function behind a custom resource, to kill it or to send it an event. */
  public functionBehind(customResource: string): FunctionInvoker {
    return this.functionByArn(String(this.resource(customResource).properties.ServiceToken)).invoker;
  }

  /** Deploys another assembly, or the same one again, over the stack. Throws `DeploymentFailed` after the rollback. */
  public async update(
    assembly: string = this.options.assembly,
    parameters: DeployOptions['parameters'] = this.options.parameters,
  ): Promise<void> {
    const artifact = readStack(assembly, this.options.stackName);
    const before = { template: this.template, parameters: this.parameters, resources: new Map(this.resources) };
    this.begin(artifact, parameters);
    /** What the new resources leave behind: removed once everything has worked. */
    const leftovers: StackResource[] = [];
    try {
      await this.converge(leftovers);
    } catch (error) {
      const reason = reasonOf(error);
      await this.rollBackUpdate(before);
      throw new DeploymentFailed(this, reason);
    }
    const wanted = new Set(this.wantedIds());
    const removed = [...this.resources.values()].filter(({ logicalId }) => !wanted.has(logicalId));
    await this.cleanUp([...leftovers, ...removed], before.template);
    for (const { logicalId } of removed) this.resources.delete(logicalId);
    this.finish('UPDATE_COMPLETE');
  }

  public async delete(): Promise<void> {
    for (const resource of inReverse([...this.resources.values()], this.template)) {
      if (this.policyOf(resource.logicalId, 'DeletionPolicy').startsWith('Retain')) {
        this.note(resource, 'DELETE_SKIPPED');
      } else {
        try {
          await this.deleteResource(resource);
        } catch (error) {
          this.currentStatus = 'DELETE_FAILED';
          throw new DeploymentFailed(this, reasonOf(error));
        }
      }
      this.resources.delete(resource.logicalId);
    }
    this.currentStatus = 'DELETE_COMPLETE';
  }

  /** Sends an earlier event once more, as Lambda may. The answer goes nowhere: CloudFormation has had its own. */
  public async resend({ event }: Exchange): Promise<CustomResourceAnswer> {
    const target = this.functionByArn(event.ServiceToken);
    const before = this.responses.responseTo(event.ResponseURL).bodies.length;
    await target.invoke(event);
    return readAnswer(event, { bodies: this.responses.responseTo(event.ResponseURL).bodies.slice(before) });
  }

  /** Stops the functions' processes and the answers' server. The stack itself stays in the emulator. */
  public async close(): Promise<void> {
    await this.infrastructure.stopFunctions();
    await this.responses.close();
  }

  private async createStack(artifact: StackArtifact): Promise<void> {
    try {
      this.begin(artifact, this.options.parameters);
      await this.converge([]);
      this.finish('CREATE_COMPLETE');
    } catch (error) {
      await this.rollBackCreate().finally(() => this.close());
      throw new DeploymentFailed(this, reasonOf(error));
    }
  }

  /** Everything that is judged before the first resource: parameters, rules; then the assets are published. */
  private begin({ template, assets }: StackArtifact, parameters: DeployOptions['parameters']): void {
    const values = parameterValues(template, parameters);
    const [broken] = brokenRules(this.scope(template, values));
    if (broken !== undefined) throw new DeploymentFailed(this, broken);
    this.infrastructure.publish(assets, ({ path, packaging }) =>
      packaging === 'file' ? readFileSync(path) : Buffer.from('a directory, which the player runs unpacked'),
    );
    this.template = template;
    this.parameters = values;
  }

  /** Makes or changes what the current template asks for. */
  private async converge(leftovers: StackResource[]): Promise<void> {
    for (const logicalId of this.wantedIds()) {
      const { Type: type, Properties = {} } = this.template.Resources[logicalId];
      const properties = resolve(Properties, this.scope()) as Properties;
      const current = this.resources.get(logicalId);
      if (current === undefined) {
        await this.createResource(logicalId, type, properties);
      } else if (current.type !== type) {
        this.resources.delete(logicalId);
        leftovers.push(current);
        await this.createResource(logicalId, type, properties);
      } else if (!isDeepStrictEqual(current.properties, properties)) {
        const updated = await this.updateResource(current, properties);
        if (updated.physicalId !== current.physicalId) leftovers.push(current);
      }
    }
  }

  private async createResource(logicalId: string, type: string, properties: Properties): Promise<void> {
    const resource = { logicalId, type, properties };
    await this.attempt('Create', resource, async () => {
      if (!isCustom(type)) {
        const made = await this.infrastructure.apply({ logicalId, type, properties });
        this.resources.set(logicalId, { ...resource, ...made });
        return made.physicalId;
      }
      const answer = await this.request('Create', resource);
      // Kept where it failed, too: the rollback sends a Delete for the physical id in the answer.
      this.resources.set(logicalId, {
        ...resource,
        physicalId: answer.PhysicalResourceId,
        attributes: answer.Data ?? {},
      });
      return accepted(answer);
    });
  }

  private async updateResource(current: StackResource, properties: Properties): Promise<StackResource> {
    const { logicalId, type } = current;
    let updated: StackResource = { ...current, properties };
    await this.attempt('Update', current, async () => {
      // Kept with the new properties where it fails, too: the rollback then finds it changed.
      this.resources.set(logicalId, updated);
      if (!isCustom(type)) {
        updated = { ...updated, ...(await this.infrastructure.apply({ logicalId, type, properties, current })) };
      } else {
        const answer = await this.request('Update', { ...current, properties }, current.properties);
        accepted(answer);
        updated = { ...updated, physicalId: answer.PhysicalResourceId, attributes: answer.Data ?? {} };
      }
      this.resources.set(logicalId, updated);
      return updated.physicalId;
    });
    return updated;
  }

  private async deleteResource(resource: StackResource): Promise<void> {
    await this.attempt('Delete', resource, async () => {
      if (isCustom(resource.type)) accepted(await this.request('Delete', resource));
      else await this.infrastructure.remove({ ...resource, current: resource });
      return resource.physicalId;
    });
  }

  private async rollBackCreate(): Promise<void> {
    this.currentStatus = 'ROLLBACK_COMPLETE';
    for (const resource of inReverse([...this.resources.values()], this.template)) {
      if (this.policyOf(resource.logicalId, 'DeletionPolicy') === 'Retain') {
        this.note(resource, 'DELETE_SKIPPED');
      } else {
        try {
          await this.deleteResource(resource);
        } catch {
          this.currentStatus = 'ROLLBACK_FAILED';
          continue;
        }
      }
      this.resources.delete(resource.logicalId);
    }
  }

  /** Back to the old template, by updates; then what the failed update had added is removed. */
  private async rollBackUpdate(before: StackBefore): Promise<void> {
    const failed = this.template;
    this.template = before.template;
    this.parameters = before.parameters;
    const leftovers: StackResource[] = [];
    for (const current of [...this.resources.values()]) {
      const old = before.resources.get(current.logicalId);
      // Custom resources of the same type are asked to go back; anything else that was made anew gives way to what was there.
      const isMadeAnew =
        old?.type !== current.type || (!isCustom(current.type) && old.physicalId !== current.physicalId);
      if (!isMadeAnew) continue;
      leftovers.push(current);
      if (old === undefined) this.resources.delete(current.logicalId);
      else this.resources.set(current.logicalId, old);
    }
    try {
      await this.converge(leftovers);
    } catch {
      this.currentStatus = 'UPDATE_ROLLBACK_FAILED';
      return;
    }
    await this.cleanUp(leftovers, failed);
    this.finish('UPDATE_ROLLBACK_COMPLETE');
  }

  /** Removes what is no longer wanted. What cannot be removed is left behind, and the update has worked all the same. */
  private async cleanUp(leftovers: readonly StackResource[], template: Template): Promise<void> {
    for (const resource of inReverse(leftovers, template)) {
      const now = this.resources.get(resource.logicalId);
      const isReplaced = now !== undefined && now.physicalId !== resource.physicalId;
      const policy = template.Resources[resource.logicalId]?.[isReplaced ? 'UpdateReplacePolicy' : 'DeletionPolicy'];
      if (policy?.startsWith('Retain')) {
        this.note(resource, 'DELETE_SKIPPED');
        continue;
      }
      // The failure is in the stack's events.
      await this.deleteResource(resource).catch(() => undefined);
    }
  }

  private async attempt(
    operation: 'Create' | 'Update' | 'Delete',
    resource: { readonly logicalId: string; readonly type: string },
    act: () => Promise<string>,
  ): Promise<void> {
    const verb = operation.toUpperCase();
    try {
      const refusal = this.options.refuse?.(operation, resource.logicalId);
      if (refusal !== undefined) throw new Error(refusal);
      this.note({ ...resource, physicalId: await act() }, `${verb}_COMPLETE`);
    } catch (error) {
      this.note(resource, `${verb}_FAILED`, reasonOf(error));
      throw error;
    }
  }

  /** Sends an event to a custom resource's function, again where a run fails, and reads the answer. */
  private async request(
    RequestType: CustomResourceEvent['RequestType'],
    resource: Omit<StackResource, 'physicalId' | 'attributes'> & Partial<Made>,
    oldProperties?: Properties,
  ): Promise<CustomResourceAnswer> {
    this.requests += 1;
    const RequestId = `30000000-0000-4000-8000-${String(this.requests).padStart(12, '0')}`;
    const ServiceToken = String(resource.properties.ServiceToken);
    const event: CustomResourceEvent = {
      RequestType,
      ServiceToken,
      ResponseURL: this.responses.urlFor(RequestId),
      StackId: this.stackId,
      RequestId,
      LogicalResourceId: resource.logicalId,
      ResourceType: resource.type,
      ...(resource.physicalId === undefined ? {} : { PhysicalResourceId: resource.physicalId }),
      ResourceProperties: toText(resource.properties) as Properties,
      ...(oldProperties === undefined ? {} : { OldResourceProperties: toText(oldProperties) as Properties }),
    };
    const target = this.functionByArn(ServiceToken);
    const failures: string[] = [];
    for (let attempt = 0; attempt <= (this.options.lambdaRetries ?? 2); attempt += 1) {
      try {
        await target.invoke(event);
        break;
      } catch (error) {
        failures.push(reasonOf(error));
      }
    }
    const { bodies } = this.responses.responseTo(event.ResponseURL);
    const answer = readAnswer(event, { bodies });
    this.exchanges.push({ event, answer, bodies, failures });
    return answer;
  }

  private functionByArn(arn: string) {
    const found = this.infrastructure.findFunction(arn);
    if (found === undefined) throw new Error(`there is no function ${arn}`);
    return found;
  }

  private finish(status: StackStatus): void {
    const scope = this.scope();
    const outputs: { [name: string]: string } = {};
    for (const [name, output] of Object.entries(this.template.Outputs ?? {})) {
      if (!conditionHolds(output.Condition, scope)) continue;
      outputs[name] = String(resolve(output.Value, scope));
      if (output.Export !== undefined) {
        this.emulator.stackExports.set(String(resolve(output.Export.Name, scope)), outputs[name]);
      }
    }
    this.resolvedOutputs = outputs;
    this.currentStatus = status;
  }

  private wantedIds(): string[] {
    const scope = this.scope();
    return inDependencyOrder(this.template).filter((id) =>
      conditionHolds(this.template.Resources[id].Condition, scope),
    );
  }

  private policyOf(logicalId: string, kind: 'DeletionPolicy' | 'UpdateReplacePolicy'): string {
    const resource: TemplateResource | undefined = this.template.Resources[logicalId];
    return resource?.[kind] ?? 'Delete';
  }

  private scope(template = this.template, parameters = this.parameters): Scope {
    return {
      template,
      parameters,
      pseudo: this.pseudoParameters,
      ref: (logicalId) => this.resource(logicalId).physicalId,
      getAtt: (logicalId, attribute) => {
        const { type, attributes } = this.resource(logicalId);
        const value = attributes[attribute];
        if (value === undefined) throw new Error(`${logicalId} (${type}) has no attribute ${attribute}`);
        return value;
      },
      importValue: (name) => {
        const value = this.emulator.stackExports.get(name);
        if (value === undefined) throw new Error(`No export named ${name} found.`);
        return value;
      },
    };
  }

  private note(
    { logicalId, type, physicalId }: Pick<StackEvent, 'logicalId' | 'type' | 'physicalId'>,
    status: string,
    reason?: string,
  ): void {
    this.events.push({ logicalId, type, status, physicalId, reason });
  }
}

interface StackBefore {
  readonly template: Template;
  readonly parameters: { readonly [name: string]: unknown };
  readonly resources: ReadonlyMap<string, StackResource>;
}

/** Custom resources whose function the player runs. CDK's own bucket emptier is played by `Infrastructure`. */
function isCustom(type: string): boolean {
  const custom = type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
  return custom && type !== 'Custom::S3AutoDeleteObjects';
}

function accepted(answer: CustomResourceAnswer): string {
  if (answer.Status === 'SUCCESS') return answer.PhysicalResourceId;
  throw new Error(`Received response status [FAILED] from custom resource. Message returned: ${answer.Reason}`);
}

function parameterValues(template: Template, given: DeployOptions['parameters'] = {}): { [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries(template.Parameters ?? {}).map(([name, { Type, Default, AllowedValues }]) => {
      // The one SSM parameter that every CDK template names is the bootstrap version.
      const value = given[name] ?? (Type.startsWith('AWS::SSM::Parameter::Value') ? BOOTSTRAP_VERSION : Default);
      if (value === undefined) throw new Error(`Parameters: [${name}] must have values`);
      if (AllowedValues !== undefined && !AllowedValues.map(String).includes(String(value))) {
        throw new Error(`Parameter '${name}' must be one of AllowedValues`);
      }
      return [name, Type === 'CommaDelimitedList' ? String(value).split(',') : value];
    }),
  );
}

/** Dependents before what they depend on, as far as the template tells. */
function inReverse(resources: readonly StackResource[], template: Template): StackResource[] {
  const order = inDependencyOrder(template);
  const place = ({ logicalId }: StackResource) => order.indexOf(logicalId);
  return [...resources].sort((a, b) => place(b) - place(a));
}

function stackUuid({ stacksMade }: Emulator, stackName: string): string {
  const count = (stacksMade.get(stackName) ?? 0) + 1;
  stacksMade.set(stackName, count);
  return `40000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
