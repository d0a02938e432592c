import type { CustomResourceAnswer, CustomResourceEvent } from '../../emulator/custom-resource';

export type Properties = { readonly [name: string]: unknown };

/** What a template says of its jobs: properties by logical id. */
export type Declared = ReadonlyMap<string, Properties>;

/** A resource as CloudFormation holds it. */
export interface Resource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly properties: Properties;
}

export type Request = Pick<
  CustomResourceEvent,
  | 'RequestType'
  | 'StackId'
  | 'LogicalResourceId'
  | 'PhysicalResourceId'
  | 'ResourceProperties'
  | 'OldResourceProperties'
>;

/** A request that CloudFormation cancels while it is under way: its run waits at one of its calls, for so long. */
export interface Cancellation {
  readonly calls: number;
  readonly milliseconds: number;
}

/**
 * What another resource of the stack does: it succeeds, or it fails after all of ours have succeeded, or while the last of them
 * is under way.
 */
export type Mishap = 'none' | 'after' | Cancellation;

/** What CloudFormation asks of the world, and tells it. */
export interface Outside {
  /** The answer that counts; FAILED in CloudFormation's own words where none came. */
  send(request: Request): Promise<CustomResourceAnswer>;
  /** Sends a request and does not wait for what comes of it; the answer is let finish by what this gives. */
  begin(request: Request, cancellation: Cancellation): Promise<() => Promise<void>>;
  /** A resource is gone as far as CloudFormation is concerned. */
  deleted(stack: Stack, resource: Resource): void;
  /** CloudFormation could not delete a leftover, and goes on without it. */
  gaveUp(stack: Stack, resource: Resource): void;
  /** An update was taken back: the properties that it had are nobody's any more. */
  tookBack(stack: Stack, resource: Resource): void;
}

/**
 * `stuck`: a rollback failed, and only going on with it helps (UPDATE_ROLLBACK_FAILED). `failed`: a deletion failed, and only
 * deleting again helps (ROLLBACK_FAILED, DELETE_FAILED).
 */
export type StackState = 'complete' | 'stuck' | 'failed' | 'gone';

/** One stack of custom resources, and another resource that may fail. */
export class Stack {
  public state: StackState = 'complete';
  public resources = new Map<string, Resource>();
  /** To be deleted once the update has succeeded. */
  public leftovers: Resource[] = [];
  /** What a failed update is taken back to. */
  public before?: ReadonlyMap<string, Resource>;
  /** Lets the request finish that was cancelled. */
  private underWay?: () => Promise<void>;

  constructor(
    public readonly id: string,
    private readonly outside: Outside,
  ) {}

  public async create(declared: Declared, mishap: Mishap): Promise<void> {
    if (await this.reach(declared, mishap)) return;
    await this.delete();
    await this.underWay?.();
  }

  public async update(declared: Declared, mishap: Mishap): Promise<void> {
    this.before = new Map(this.resources);
    if (!(await this.reach(declared, mishap))) {
      await this.rollBack();
      await this.underWay?.();
      return;
    }
    this.before = undefined;
    for (const resource of [...this.resources.values()]) {
      if (declared.has(resource.logicalId)) continue;
      this.resources.delete(resource.logicalId);
      this.leftovers.push(resource);
    }
    await this.cleanUp();
  }

  /** Makes and changes what is declared, up to the first failure. */
  private async reach(declared: Declared, mishap: Mishap): Promise<boolean> {
    this.underWay = undefined;
    const last = [...declared.keys()].at(-1);
    for (const [logicalId, properties] of declared) {
      const current = this.resources.get(logicalId);
      if (typeof mishap === 'object' && logicalId === last) {
        await this.cancel(current ?? { logicalId, properties }, properties, mishap);
        return false;
      }
      const done =
        current === undefined ? await this.make(logicalId, properties) : await this.change(current, properties);
      if (!done) return false;
    }
    return mishap === 'none';
  }

  /** Sends what is to be done to a resource, and takes it for failed at once. */
  private async cancel(
    current: Omit<Resource, 'physicalId'> & Partial<Resource>,
    properties: Properties,
    cancellation: Cancellation,
  ): Promise<void> {
    const { logicalId, physicalId } = current;
    const isMade = physicalId === undefined;
    if (!isMade && isSame(current.properties, properties)) return;
    const request = isMade
      ? this.toRequest('Create', current)
      : this.toRequest('Update', { ...current, properties }, current.properties);
    this.underWay = await this.outside.begin(request, cancellation);
    this.resources.set(logicalId, { logicalId, physicalId: physicalId ?? `Books-${logicalId}-MADEUP`, properties });
  }

  /** Back to what there was before the update; again where that failed. */
  public async rollBack(): Promise<void> {
    const { before } = this;
    if (before === undefined) throw new Error('there is nothing to go back to');
    // What the update had replaced is current again; what it put in its place goes.
    if (this.state !== 'stuck') this.leftovers = [];
    for (const resource of [...this.resources.values()]) {
      const old = before.get(resource.logicalId);
      if (old === undefined) {
        this.resources.delete(resource.logicalId);
        this.leftovers.push(resource);
      } else if (!(await this.change(resource, old.properties))) {
        this.state = 'stuck';
        return;
      }
      this.outside.tookBack(this, resource);
    }
    this.state = 'complete';
    this.before = undefined;
    await this.cleanUp();
  }

  public async delete(): Promise<void> {
    this.state = 'gone';
    for (const resource of [...this.resources.values()].reverse()) {
      const { Status } = await this.request('Delete', resource);
      if (Status === 'FAILED') {
        this.state = 'failed';
      } else {
        this.resources.delete(resource.logicalId);
        this.outside.deleted(this, resource);
      }
    }
  }

  /** What is this stack's own, or will be asked to go. */
  public held(): Resource[] {
    return [...(this.before?.values() ?? []), ...this.leftovers, ...this.resources.values()];
  }

  private async make(logicalId: string, properties: Properties): Promise<boolean> {
    const answer = await this.request('Create', { logicalId, properties });
    // Kept where it failed, too: its deletion is asked for by the physical id in the answer.
    this.resources.set(logicalId, { logicalId, physicalId: answer.PhysicalResourceId, properties });
    return answer.Status === 'SUCCESS';
  }

  private async change(current: Resource, properties: Properties): Promise<boolean> {
    if (isSame(current.properties, properties)) return true;
    const { Status, PhysicalResourceId } = await this.request('Update', { ...current, properties }, current.properties);
    if (Status === 'FAILED') {
      // With the new properties, so that the rollback finds it changed. A rollback that fails keeps the old ones.
      if (this.before?.get(current.logicalId)?.properties !== properties) {
        this.resources.set(current.logicalId, { ...current, properties });
      }
      return false;
    }
    this.resources.set(current.logicalId, { ...current, physicalId: PhysicalResourceId, properties });
    if (PhysicalResourceId !== current.physicalId) this.leftovers.push(current);
    return true;
  }

  private async cleanUp(): Promise<void> {
    for (;;) {
      const leftover = this.leftovers[0];
      if (leftover === undefined) return;
      const { Status } = await this.request('Delete', leftover);
      this.leftovers.shift();
      if (Status === 'FAILED') this.outside.gaveUp(this, leftover);
      else this.outside.deleted(this, leftover);
    }
  }

  private request(
    RequestType: Request['RequestType'],
    resource: Omit<Resource, 'physicalId'> & Partial<Resource>,
    oldProperties?: Properties,
  ): Promise<CustomResourceAnswer> {
    return this.outside.send(this.toRequest(RequestType, resource, oldProperties));
  }

  private toRequest(
    RequestType: Request['RequestType'],
    resource: Omit<Resource, 'physicalId'> & Partial<Resource>,
    oldProperties?: Properties,
  ): Request {
    return {
      RequestType,
      StackId: this.id,
      LogicalResourceId: resource.logicalId,
      ...(resource.physicalId === undefined ? {} : { PhysicalResourceId: resource.physicalId }),
      ResourceProperties: resource.properties,
      ...(oldProperties === undefined ? {} : { OldResourceProperties: oldProperties }),
    };
  }
}

function isSame(one: Properties, other: Properties): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
