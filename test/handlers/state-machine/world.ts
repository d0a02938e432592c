import { findJobId } from '../../../src/core/arn';
import { readJobProperties } from '../../../src/core/event';
import { jobIdentity } from '../../../src/core/job-identity';
import { readJobName } from '../../../src/core/job-name';
import type { Clock } from '../../../src/handlers/clock';
import { putAnswer } from '../../../src/handlers/cloudformation-response';
import { hashIdentity } from '../../../src/handlers/hash-identity';
import { makeStartJob } from '../../../src/handlers/start-job';
import type { BatchJob, JobStatus } from '../../emulator/batch-jobs';
import {
  type CustomResourceAnswer,
  type CustomResourceEvent,
  ResponseServer,
  readAnswer,
} from '../../emulator/custom-resource';
import { ROLE_ARN } from '../../emulator/emulated-account';
import type { Fault } from '../../emulator/faults';
import { FakeClock } from '../fake-clock';
import {
  type Cancellation,
  type Declared,
  type Outside,
  type Properties,
  type Request,
  type Resource,
  Stack,
} from './cloud-formation';
import { type Call, EmulatedServices, type Temper } from './emulated-services';
import { FaultPlan, isMild, type PlannedFault } from './fault-plan';

/** What the construct gives the starter function. */
const FUNCTION_MS = 180_000;
const BUDGET_MS = FUNCTION_MS - 15_000;
/** Lambda's waits before it runs a failed asynchronous event again. */
const LAMBDA_RETRIES_AFTER_MS = [60_000, 120_000];
/** `maxEventAge` of the starter function: no delivery comes later than this. */
export const MAX_EVENT_AGE_MS = 12 * 60_000;
/** How long CloudFormation waits for an answer. */
const SERVICE_TIMEOUT_MS = 15 * 60_000;
/** Between an answer and CloudFormation's next request. */
const CLOUDFORMATION_MS = 1_000;
/** The slower of two deliveries at once is behind the answer by this much, which is more than the list of jobs is. */
const SLOWER_DELIVERY_MS = 10_000;
/** Between two operations on a stack; longer than the list of jobs is behind. */
const BETWEEN_COMMANDS_MS = 15_000;
/** The handler's HTTP client gives a call this long. */
const CLIENT_TIMEOUT_MS = 10_000;

const LIVE: readonly JobStatus[] = ['Submitted', 'Validating', 'Scheduled', 'InProgress'];
const DONE: readonly JobStatus[] = ['Completed', 'PartiallyCompleted'];

/** What one template may say of a job; small numbers, so that the same ones meet again. */
export interface Variation {
  readonly input: number;
  readonly runKey: number;
  readonly tags: number;
  readonly how: number;
  readonly leaveRunning: boolean;
}

export function toProperties({ input, runKey, tags, how, leaveRunning }: Variation): Properties {
  return {
    ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:starter',
    namePrefix: `Books${how}`,
    modelId: 'example.alpha-v1:0',
    invocationType: 'InvokeModel',
    roleArn: how === 0 ? ROLE_ARN : `${ROLE_ARN}${how}`,
    input: { bucket: 'input-bucket', key: `staged/${'ab'[input]}.jsonl` },
    stagedFrom: { bucket: 'asset-bucket', key: `staged/${'ab'[input]}.jsonl` },
    outputBucket: 'output-bucket',
    outputPrefix: 'results/',
    timeoutHours: String(24 + how),
    minRecords: '2',
    ...(runKey === 0 ? {} : { runKey: String(runKey) }),
    stopPolicy: leaveRunning ? 'LeaveRunning' : 'Stop',
    tags: tags === 0 ? {} : { team: `team-${tags}`, [`only-${tags}`]: 'yes' },
  };
}

/** An event that the function was given, and what came of it. */
interface Delivery {
  readonly event: CustomResourceEvent;
  readonly sentAt: number;
  readonly answer: CustomResourceAnswer;
}

interface Run {
  readonly event: CustomResourceEvent;
  readonly startedAt: number;
  readonly die: () => void;
  isAlive: boolean;
}

/** Long enough for a run to come to where it waits for time to pass. */
async function letOthersGoOn(transport: Transport): Promise<void> {
  // The SDK itself takes some turns over a call.
  const turns = transport === 'sdk' ? 60 : 12;
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
}

const never = () => new Promise<never>(() => undefined);

type Outcome = 'returned' | 'threw' | 'crashed';

export type Transport = 'direct' | 'sdk' | 'http';

/** One emulated account with CloudFormation, Lambda and the handler, and what is known of right and wrong in it. */
export class World implements Outside {
  public static async start(temper: Temper, transport: Transport): Promise<World> {
    const world = new World(temper, transport);
    if (transport === 'http') {
      await world.services.overHttp();
      await world.responses.listen();
    } else if (transport === 'sdk') {
      await world.services.inMemory();
    } else {
      await world.services.direct();
    }
    return world;
  }

  public readonly clock = new FakeClock(Date.parse('2026-11-21T12:00:00Z'));
  public readonly stacks = new Map<string, Stack>();
  /** Every request and what it came to, for whoever has to understand a failure. */
  public readonly trace: string[] = [];
  public readonly plan: FaultPlan;
  public readonly deliveries: Delivery[] = [];
  /** Which request of the current command Lambda delivers twice at once. */
  public twice?: number;

  private readonly services: EmulatedServices;
  private readonly responses = new ResponseServer();
  private readonly bodies = new Map<string, string[]>();
  private readonly runs = new Map<AbortSignal, Run>();
  private current?: Run;
  private unfinished: { readonly event: CustomResourceEvent; readonly outcome: Outcome }[] = [];
  private readonly duplicated = new Set<CustomResourceEvent>();
  private alive = 0;
  private readonly violations: string[] = [];
  private readonly startedBy = new Map<string, string>();
  private readonly seen = new Map<string, JobStatus>();
  /** Whose identity a hash is. */
  private readonly identityOfHash = new Map<string, string>();
  private readonly resourceOfHash = new Map<string, string>();
  /** Live jobs that may be nobody's: left by choice, or given up by CloudFormation. */
  private readonly excused = new Set<string>();
  /** Identities of leftovers that CloudFormation could not delete in this command. */
  private readonly givenUp = new Set<string>();
  /** A run that waits at one of its calls while others go on. */
  private held?: { readonly event: CustomResourceEvent; readonly until: number; calls: number };
  /** Runs that are under way beside what CloudFormation waits for. */
  private besides = 0;
  private hasCancelled = false;
  private requests = 0;
  private stacksMade = 0;
  private requestOfCommand = 0;
  /** Nothing happens that may fail a request. */
  private quiet = true;

  private constructor(
    temper: Temper,
    private readonly transport: Transport,
  ) {
    this.services = new EmulatedServices(this.clock, temper);
    this.plan = new FaultPlan({
      timeOut: (call) => this.letPass(Math.min(CLIENT_TIMEOUT_MS, this.budgetOf(call))),
      stall: (call) => this.letPass(this.budgetOf(call)),
      crash: (call) => this.runOf(call)?.die(),
      endJob: (status, call) => this.endJob(status, this.runOf(call)?.event),
    });
    this.services.onEffect = (signal) => this.observe(signal === undefined ? undefined : this.runs.get(signal)?.event);
    this.services.hasEnded = (signal) => this.runs.get(signal)?.isAlive === false;
    // What a process sent before it died still has its effect; nothing more goes wrong with it.
    this.services.hook = (call) => (this.runOf(call)?.isAlive ? this.strikeOrHold(call) : undefined);
  }

  private letPass(milliseconds: number): void {
    // A call that has lost its caller has its effect within seconds, and a run beside it then looks at that.
    if (this.besides > 0) this.services.land();
    this.clock.pass(milliseconds);
  }

  private strikeOrHold(call: Call): Fault | undefined | Promise<Fault | undefined> {
    const { held } = this;
    if (held === undefined || call.phase === 'after' || this.runOf(call)?.event !== held.event)
      return this.plan.at(call);
    held.calls -= 1;
    if (held.calls !== 0) return this.plan.at(call);
    // No client waits longer for a paid call; staging takes its time.
    const longest = call.operation === 'CreateModelInvocationJob' ? CLIENT_TIMEOUT_MS : FUNCTION_MS;
    const milliseconds = Math.min(longest, held.until - this.clock.now());
    return new Promise((resolve) => {
      this.clock.alarm(milliseconds, () => resolve(this.plan.at(call)));
    });
  }

  public newStack(): Stack {
    this.stacksMade += 1;
    const id = `arn:aws:cloudformation:us-east-1:111122223333:stack/Books/${this.stacksMade}`;
    return new Stack(id, this);
  }

  /** Plays one command: its faults, then peace, in which the invariants hold. */
  public async play(faults: readonly PlannedFault[], twice: number | undefined, act: () => Promise<void>) {
    this.clock.pass(BETWEEN_COMMANDS_MS);
    this.plan.set(faults);
    this.twice = twice;
    this.requestOfCommand = 0;
    this.givenUp.clear();
    this.quiet = faults.length === 0 || (twice === undefined && faults.every(isMild));
    try {
      await act();
    } finally {
      this.plan.set([]);
      this.twice = undefined;
    }
    await this.runLeftovers();
    this.settle();
    for (const [name, stack] of this.stacks) if (stack.state === 'gone') this.stacks.delete(name);
    this.check();
  }

  /** A job ends in the middle of a call: any, but see `isHarmless` for duplicates. */
  private endJob(status: JobStatus, event: CustomResourceEvent | undefined): void {
    const isDuplicate = event !== undefined && this.duplicated.has(event);
    const job = this.services.jobs
      .all()
      .filter((one) => isLive(one) && (!isDuplicate || this.startedBy.get(one.arn) === event.RequestId))
      .at(-1);
    if (job !== undefined) this.services.end(job, status);
  }

  // CloudFormation's outside.

  public async send(request: Request): Promise<CustomResourceAnswer> {
    const event = this.toEvent(request);
    const sentAt = this.clock.now();
    const isTwice = this.twice === this.requestOfCommand;
    this.requestOfCommand += 1;
    if (isTwice) this.duplicated.add(event);
    let answered: number;
    if (isTwice && this.transport !== 'http') {
      const [first, second] = await Promise.all([this.deliver(event), this.deliver(event)]);
      answered = first + second;
      this.clock.pass(SLOWER_DELIVERY_MS);
    } else {
      answered = await this.deliver(event);
      if (isTwice) answered += await this.deliver(event);
    }
    if (answered === 0) this.clock.pass(SERVICE_TIMEOUT_MS);
    const answer = this.judge(event, answered);
    this.deliveries.push({ event, sentAt, answer });
    if (this.quiet && answer.Status === 'FAILED') this.violate('failed though nothing was wrong', event);
    return answer;
  }

  public async begin(request: Request, { calls, milliseconds }: Cancellation): Promise<() => Promise<void>> {
    const event = this.toEvent(request);
    this.quiet = false;
    this.trace.push(`${describe(event)} is cancelled`);
    // Over sockets time passes too fast for a run beside another; it has ended when it is cancelled.
    if (this.transport !== 'http') this.held = { event, calls, until: this.clock.now() + milliseconds };
    this.besides += 1;
    this.hasCancelled = true;
    const running = this.run(event);
    if (this.transport === 'http') await running;
    await letOthersGoOn(this.transport);
    return async () => {
      if (this.held !== undefined) {
        // A call that it comes to later is not held any more: nobody lets time pass.
        this.held.calls = 0;
        this.clock.pass(Math.max(0, this.held.until - this.clock.now()));
      }
      this.trace.push(`  ${describe(event)} ${await running}`);
      this.held = undefined;
      this.besides -= 1;
      this.settle();
      const { StackId, LogicalResourceId: logicalId, ResourceProperties: properties } = event;
      const hash = this.hashOf(StackId, { logicalId, properties });
      if (properties.stopPolicy === 'LeaveRunning' || this.givenUp.has(hash)) this.excuse(hash, '');
    };
  }

  public deleted(stack: Stack, resource: Resource): void {
    if (resource.properties.stopPolicy !== 'LeaveRunning') return;
    this.excuse(this.hashOf(stack.id, resource), resource.physicalId);
  }

  public gaveUp(stack: Stack, resource: Resource): void {
    this.trace.push(`  CloudFormation gave up on ${resource.physicalId}`);
    const hash = this.hashOf(stack.id, resource);
    this.givenUp.add(hash);
    this.excuse(hash, resource.physicalId);
  }

  public tookBack(stack: Stack, resource: Resource): void {
    // Its physical id is that of the job before.
    this.deleted(stack, { ...resource, physicalId: '' });
  }

  private toEvent(request: Request): CustomResourceEvent {
    this.clock.pass(CLOUDFORMATION_MS);
    this.requests += 1;
    const RequestId = `30000000-0000-4000-8000-${String(this.requests).padStart(12, '0')}`;
    const event: CustomResourceEvent = {
      ...request,
      RequestId,
      ServiceToken: String(request.ResourceProperties.ServiceToken),
      ResponseURL: this.transport === 'http' ? this.responses.urlFor(RequestId) : `http://127.0.0.1/${RequestId}?sig`,
      ResourceType: 'Custom::BedrockBatchInferenceJob',
    };
    this.learn(event);
    return event;
  }

  // What else happens.

  /**
   * Sends an old event once more. The handler promises that this is harmless for an event that did what it was to do; for the
   * rest see `isHarmless`.
   */
  public async repeat(choice: number): Promise<void> {
    const harmless = this.deliveries.filter((delivery) => this.isHarmless(delivery));
    const delivery = harmless[choice % Math.max(harmless.length, 1)];
    if (delivery === undefined) return;
    this.trace.push(`  once more: ${describe(delivery.event)}`);
    this.duplicated.add(delivery.event);
    await this.deliver(delivery.event);
  }

  public async stepJobs(choice: number, what: 'advance' | JobStatus): Promise<void> {
    const live = this.services.jobs.all().filter((job) => isLive(job) || job.status === 'Stopping');
    const job = live[choice % Math.max(live.length, 1)];
    if (job === undefined) return;
    if (what === 'advance') await this.services.advance(job);
    else if (isLive(job)) this.services.end(job, what);
    this.trace.push(`  ${short(job)} is ${job.status}`);
    this.seen.set(job.arn, job.status);
  }

  /** Everything is put right: stuck stacks go on, failed ones are deleted, at last all of them. Nothing may live on then. */
  public async end(): Promise<void> {
    await this.play([], undefined, async () => {
      for (const stack of this.stacks.values()) {
        if (stack.state === 'stuck') await stack.rollBack();
        if (stack.state === 'failed') await stack.delete();
        if (stack.state !== 'complete' && stack.state !== 'gone') this.violate(`a stack stays ${stack.state}`);
      }
    });
    await this.play([], undefined, async () => {
      for (const stack of this.stacks.values()) await stack.delete();
    });
    if (this.stacks.size > 0) throw new Error('a stack is left');
  }

  public get jobsStarted(): number {
    return this.services.jobs.all().length;
  }

  public async close(): Promise<void> {
    await this.services.close();
    if (this.transport === 'http') await this.responses.close();
  }

  // Lambda.

  /** One asynchronous invocation: run again where it fails. Answers how many bodies have come in. */
  private async deliver(event: CustomResourceEvent): Promise<number> {
    const before = this.bodiesOf(event).length;
    for (let run = 0; ; run += 1) {
      const outcome = await this.run(event);
      this.settle();
      if (outcome === 'returned') break;
      this.trace.push(`  ${describe(event)} ${outcome}`);
      const wait = LAMBDA_RETRIES_AFTER_MS[run];
      if (wait === undefined) break;
      if (this.bodiesOf(event).length > 0) {
        // CloudFormation has its answer and goes on; Lambda does not know, and comes with the event again.
        this.unfinished.push({ event, outcome });
        break;
      }
      // Of two deliveries at once the other one has its own time to finish.
      if (this.alive === 0) this.clock.pass(wait);
    }
    return this.bodiesOf(event).length - before;
  }

  /** Events whose run ended badly after its answer, when CloudFormation has long gone on. */
  private async runLeftovers(): Promise<void> {
    const { unfinished } = this;
    this.unfinished = [];
    for (const { event, outcome } of unfinished) {
      const delivery = this.deliveries.find((one) => one.event === event);
      // A process that dies just after its answer is a late duplicate. One that throws has asked to be run again.
      const isAskedFor = outcome === 'threw' && delivery?.answer.Status === 'FAILED';
      if (delivery === undefined || !(isAskedFor || this.isHarmless(delivery))) continue;
      this.clock.pass(LAMBDA_RETRIES_AFTER_MS[0] ?? 0);
      this.trace.push(`  run again: ${describe(event)}`);
      await this.run(event);
      this.settle();
    }
  }

  private async run(event: CustomResourceEvent): Promise<Outcome> {
    let die = (): void => undefined;
    const died = new Promise<'crashed'>((resolve) => {
      die = () => resolve('crashed');
    });
    const run: Run = {
      event,
      startedAt: this.clock.now(),
      // At once: a call that the process has sent beside the one at which it dies must not wake it up again.
      die: () => {
        run.isAlive = false;
        die();
      },
      isAlive: true,
    };
    this.alive += 1;
    this.current = run;
    const handler = makeStartJob({
      connect: (signal) => {
        this.runs.set(signal, run);
        return this.services.connect(signal);
      },
      putAnswer: (url, body) => this.putAnswer(run, url, body),
      clock: this.clockOf(run),
      log: { info: () => undefined, warn: () => undefined },
    });
    const context = { getRemainingTimeInMillis: () => FUNCTION_MS - (this.clock.now() - run.startedAt) };
    const returned = handler(structuredClone(event), context).then(
      () => 'returned' as const,
      () => 'threw' as const,
    );
    try {
      return await Promise.race([returned, died]);
    } finally {
      run.isAlive = false;
      this.alive -= 1;
    }
  }

  /** A process that has ended has no timers. */
  private clockOf(run: Run): Clock {
    return {
      now: () => this.clock.now(),
      random: () => this.clock.random(),
      sleep: (milliseconds, signal) => (run.isAlive ? this.sleep(milliseconds, signal) : never()),
      alarm: (milliseconds, ring) => this.clock.alarm(milliseconds, () => run.isAlive && ring()),
    };
  }

  private async sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    await this.clock.sleep(milliseconds, signal);
    if (this.besides === 0) return;
    // While time passes, what is under way goes on.
    this.services.land();
    await letOthersGoOn(this.transport);
  }

  private async putAnswer(run: Run, url: string, body: string): Promise<void> {
    // Its process died beside a call that ran out of time and brought it here.
    if (!run.isAlive) return never();
    // Runs at once share one clock, and wait for each other's retries.
    const isAlone = !this.duplicated.has(run.event) && this.held?.event !== run.event;
    if (this.clock.now() > run.startedAt + FUNCTION_MS && isAlone) {
      this.violate('answered after the function had ended', run.event);
    }
    await this.strikeAnswer(run, 'before');
    if (this.transport === 'http') await putAnswer(url, body, this.clock);
    else this.bodies.set(url, [...(this.bodies.get(url) ?? []), body]);
    await this.strikeAnswer(run, 'after');
  }

  private async strikeAnswer(run: Run, phase: Call['phase']): Promise<void> {
    const call: Call = { service: 's3', operation: 'PutAnswer', phase, principal: 'starter', later: () => undefined };
    this.current = run;
    const fault = this.plan.at(call);
    if (fault === undefined) return;
    if (typeof fault === 'function') await fault();
    else throw new Error('CloudFormation did not take the answer');
  }

  private runOf({ signal }: Call): Run | undefined {
    return signal === undefined ? this.current : this.runs.get(signal);
  }

  /** What its run may still spend. Two runs at once spend the same time, not one after the other. */
  private budgetOf(call: Call): number {
    return Math.max(0, (this.runOf(call)?.startedAt ?? 0) + BUDGET_MS - this.clock.now());
  }

  private bodiesOf(event: CustomResourceEvent): readonly string[] {
    return this.transport === 'http'
      ? this.responses.responseTo(event.ResponseURL).bodies
      : (this.bodies.get(event.ResponseURL) ?? []);
  }

  // Right and wrong.

  /** The answer that counts, and whether it was the only one in effect. */
  private judge(event: CustomResourceEvent, answered: number): CustomResourceAnswer {
    const bodies = this.bodiesOf(event);
    const answer = readAnswer(event, { bodies });
    this.trace.push(`${describe(event)} → ${answer.Status} ${answer.PhysicalResourceId} ${answer.Reason ?? ''}`);
    if (answered === 0 && this.quiet) this.violate('gave no answer though nothing was wrong', event);
    const successes = bodies.map((body) => JSON.parse(body)).filter(({ Status }) => Status === 'SUCCESS');
    if (new Set(successes.map(({ PhysicalResourceId }) => PhysicalResourceId)).size > 1) {
      this.violate('two answers say different things', event);
    }
    if (answer.Status === 'SUCCESS' && event.RequestType !== 'Delete') this.judgeJob(event, answer.PhysicalResourceId);
    return answer;
  }

  private judgeJob(event: CustomResourceEvent, physicalId: string): void {
    const job = this.services.jobs.find(physicalId);
    if (job === undefined) {
      this.violate('success without a job', event);
      return;
    }
    const hash = this.hashOf(event.StackId, {
      logicalId: event.LogicalResourceId,
      properties: event.ResourceProperties,
    });
    if (hashOfJob(job) !== hash) this.violate('success with the job of another identity', event);
    const tags = Object.entries(event.ResourceProperties.tags as { readonly [key: string]: string });
    // A late duplicate or a cancelled update may put other tags back, and a fault may keep an adopted job from its tags; none of
    // them costs anything.
    const isUndisturbed = this.plan.struck === 0 && this.duplicated.size === 0 && !this.hasCancelled;
    const isNew = physicalId !== event.PhysicalResourceId;
    if (this.quiet && (isNew || isUndisturbed) && tags.some(([key, value]) => job.tags.get(key) !== value)) {
      this.violate('success with a job that lacks a tag', event);
    }
  }

  /** After an effect: whether a job was doubled, or one was stopped that is somebody's. */
  private observe(event: CustomResourceEvent | undefined): void {
    for (const job of this.services.jobs.all()) {
      const before = this.seen.get(job.arn);
      if (before === undefined) this.observeStart(job, event);
      if (before !== 'Stopping' && job.status === 'Stopping') this.observeStop(job, event);
      this.seen.set(job.arn, job.status);
    }
  }

  private observeStart(job: BatchJob, event: CustomResourceEvent | undefined): void {
    this.trace.push(`  started ${short(job)}`);
    if (event !== undefined) this.startedBy.set(job.arn, event.RequestId);
    const paid = this.services.jobs
      .all()
      .filter((other) => hashOfJob(other) === hashOfJob(job) && (isLive(other) || isDone(other)));
    if (paid.length > 1) this.violate(`one identity has ${paid.length} paid jobs: ${paid.map(short)}`, event);
  }

  private observeStop(job: BatchJob, event: CustomResourceEvent | undefined): void {
    this.trace.push(`  stopped ${short(job)}`);
    if (event === undefined) {
      this.violate(`${short(job)} was stopped by nobody`);
      return;
    }
    const identity = this.resourceOfHash.get(hashOfJob(job) ?? '');
    if (identity !== `${event.StackId} ${event.LogicalResourceId}`) {
      this.violate(`${short(job)} of another resource was stopped`, event);
    }
    const isAskedFor = event.RequestType === 'Delete' && event.PhysicalResourceId === job.arn;
    if (this.isOwned(job) && !isAskedFor) this.violate(`${short(job)} was stopped and is in use`, event);
    if (event.ResourceProperties.stopPolicy === 'LeaveRunning' && event.RequestType === 'Delete') {
      this.violate(`${short(job)} was stopped and was to be left`, event);
    }
  }

  /** Between two commands, when everybody has answered. */
  private check(): void {
    for (const job of this.services.jobs.all().filter(isLive)) {
      if (!this.isOwned(job) && !this.isAwaited(job) && !this.excused.has(job.arn))
        this.violate(`${short(job)} is live and nobody's`);
    }
    if (this.violations.length > 0) {
      throw new Error(`${this.violations.join('\n')}\n\n${this.trace.join('\n')}`);
    }
  }

  private violate(what: string, event?: CustomResourceEvent): void {
    const line = event === undefined ? what : `${what}, in ${describe(event)}`;
    this.trace.push(`!! ${line}`);
    this.violations.push(line);
  }

  private isOwned(job: BatchJob): boolean {
    return [...this.stacks.values()].some((stack) => stack.held().some(({ physicalId }) => physicalId === job.arn));
  }

  /** CloudFormation will ask for it to go yet, by another name than its ARN: its create, or the update to it, has failed. */
  private isAwaited(job: BatchJob): boolean {
    return [...this.stacks.values()].some((stack) =>
      [...stack.held()].some(
        (resource) =>
          (stack.state === 'stuck' || findJobId(resource.physicalId) === undefined) &&
          this.hashOf(stack.id, resource) === hashOfJob(job),
      ),
    );
  }

  private excuse(hash: string, physicalId: string): void {
    for (const job of this.services.jobs.all()) {
      if (job.arn === physicalId || (findJobId(physicalId) === undefined && hashOfJob(job) === hash)) {
        this.excused.add(job.arn);
      }
    }
  }

  /** Late effects land; what they did is looked at. */
  private settle(): void {
    this.services.land();
    this.observe(undefined);
  }

  /**
   * Which late duplicates the handler promises to survive. Without asking CloudFormation it cannot know that a request is not
   * wanted any more, so the others are left to Lambda's `maxEventAge` and to luck:
   *
   * - a Create or Update that failed, or that adopted a job which has ended without answers since: it would start one
   * - a Delete that failed, or that had no ARN to go by, of a resource that is there again: it may stop that one's job
   * - the rollback of an update, after the same update was made once more: it would stop that one's job
   */
  private isHarmless({ event, sentAt, answer }: Delivery): boolean {
    if (this.clock.now() - sentAt > MAX_EVENT_AGE_MS) return false;
    const { StackId, LogicalResourceId: logicalId, PhysicalResourceId: physicalId = '' } = event;
    if (event.RequestType === 'Delete') {
      if (answer.Status === 'SUCCESS' && findJobId(physicalId) !== undefined) return true;
      return ![...this.stacks.values()].some((stack) => stack.id === StackId && stack.resources.has(logicalId));
    }
    if (answer.Status === 'FAILED') return false;
    const hash = this.hashOf(StackId, { logicalId, properties: event.ResourceProperties });
    const old =
      event.OldResourceProperties === undefined
        ? hash
        : this.hashOf(StackId, { logicalId, properties: event.OldResourceProperties });
    const job = this.services.jobs.find(answer.PhysicalResourceId);
    if (job === undefined) return false;
    if (answer.PhysicalResourceId === physicalId) {
      return old === hash || !this.services.jobs.all().some((other) => hashOfJob(other) === old && this.isOwned(other));
    }
    return this.startedBy.get(job.arn) === event.RequestId || isLive(job) || isDone(job);
  }

  /** What an identity is made of, said here once more: a hash that two of them share is a defect. */
  private learn(event: CustomResourceEvent): void {
    const { StackId, LogicalResourceId: logicalId, ResourceProperties: properties } = event;
    const hash = this.hashOf(StackId, { logicalId, properties });
    const identity = JSON.stringify([StackId, logicalId, properties.input, properties.runKey]);
    const known = this.identityOfHash.get(hash) ?? identity;
    if (known !== identity) this.violate(`${known} and ${identity} share a hash`, event);
    this.identityOfHash.set(hash, identity);
    this.resourceOfHash.set(hash, `${StackId} ${logicalId}`);
  }

  private hashOf(stackId: string, { logicalId, properties }: Pick<Resource, 'logicalId' | 'properties'>): string {
    return hashIdentity(jobIdentity({ stackId, logicalId }, readJobProperties(properties)));
  }
}

export function declare(jobs: readonly (Variation | undefined)[]): Declared {
  const declared = new Map<string, Properties>();
  for (const [index, variation] of jobs.entries()) {
    if (variation !== undefined) declared.set(`Chapters${index}`, toProperties(variation));
  }
  return declared;
}

function isLive({ status }: BatchJob): boolean {
  return LIVE.includes(status);
}

function isDone({ status }: BatchJob): boolean {
  return DONE.includes(status);
}

function hashOfJob(job: BatchJob): string | undefined {
  return readJobName(job.request.jobName)?.hash;
}

function short(job: BatchJob): string {
  return `${job.id} (${job.request.jobName})`;
}

function describe({ RequestType, RequestId, StackId, ...event }: CustomResourceEvent): string {
  const { input, runKey } = event.ResourceProperties as { input?: { key?: string }; runKey?: string };
  const what = `${input?.key}#${runKey ?? ''}`;
  return `${RequestType} ${Number(RequestId.slice(-12))} ${StackId.split('/').pop()}/${event.LogicalResourceId} ${what} ${event.PhysicalResourceId ?? ''}`;
}
