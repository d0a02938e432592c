import * as fc from 'fast-check';
import type { JobStatus } from '../../emulator/batch-jobs';
import type { Cancellation, Mishap } from './cloud-formation';
import type { Temper } from './emulated-services';
import { FAULT_KINDS, OPERATIONS, type PlannedFault } from './fault-plan';
import { declare, type Variation, type World } from './world';

/** Which stacks there are; the world knows the rest. */
export interface Model {
  readonly world: World;
}

type Command = fc.AsyncCommand<Model, World>;
type Jobs = readonly (Variation | undefined)[];

interface Mishaps {
  readonly faults: readonly PlannedFault[];
  readonly twice: number | undefined;
}

/** A command whose text is what fast-check prints of it. */
abstract class Played implements Command {
  constructor(
    private readonly mishaps: Mishaps,
    private readonly text: string,
  ) {}

  public abstract check(model: Readonly<Model>): boolean;
  protected abstract act(world: World): Promise<void>;

  public async run(_model: Model, world: World): Promise<void> {
    world.trace.push(this.toString());
    await world.play(this.mishaps.faults, this.mishaps.twice, () => this.act(world));
  }

  public toString(): string {
    const { faults, twice } = this.mishaps;
    const wrong = faults.map((fault) => `${fault.kind} ${fault.phase} ${fault.operation}+${fault.skip}x${fault.times}`);
    return [this.text, ...wrong, ...(twice === undefined ? [] : [`twice ${twice}`])].join('; ');
  }
}

/** What a user does who wants a stack to be so: the operation that CloudFormation takes in its state. */
class DeployStack extends Played {
  constructor(
    private readonly name: string,
    private readonly jobs: Jobs,
    private readonly mishap: Mishap,
    mishaps: Mishaps,
  ) {
    super(mishaps, `deploy ${name} ${JSON.stringify(jobs)}${mishap === 'none' ? '' : ` ${JSON.stringify(mishap)}`}`);
  }

  public check(): boolean {
    return true;
  }

  protected async act(world: World): Promise<void> {
    const stack = world.stacks.get(this.name);
    switch (stack?.state) {
      case 'complete':
        return stack.update(declare(this.jobs), this.mishap);
      case 'stuck':
        return stack.rollBack();
      case 'failed':
        return stack.delete();
    }
    const made = world.newStack();
    world.stacks.set(this.name, made);
    await made.create(declare(this.jobs), this.mishap);
  }
}

class DeleteStack extends Played {
  constructor(
    private readonly name: string,
    mishaps: Mishaps,
  ) {
    super(mishaps, `delete ${name}`);
  }

  public check({ world }: Readonly<Model>): boolean {
    const state = world.stacks.get(this.name)?.state;
    return state === 'complete' || state === 'failed';
  }

  protected async act(world: World): Promise<void> {
    await world.stacks.get(this.name)?.delete();
  }
}

class RepeatEvent extends Played {
  constructor(
    private readonly choice: number,
    mishaps: Mishaps,
  ) {
    super(mishaps, `repeat event ${choice}`);
  }

  public check({ world }: Readonly<Model>): boolean {
    return world.deliveries.length > 0;
  }

  protected async act(world: World): Promise<void> {
    await world.repeat(this.choice);
  }
}

class StepJob extends Played {
  constructor(
    private readonly choice: number,
    private readonly what: 'advance' | JobStatus,
  ) {
    super({ faults: [], twice: undefined }, `job ${choice} ${what}`);
  }

  public check(): boolean {
    return true;
  }

  protected async act(world: World): Promise<void> {
    await world.stepJobs(this.choice, this.what);
  }
}

class LetTimePass extends Played {
  constructor(private readonly milliseconds: number) {
    super({ faults: [], twice: undefined }, `${milliseconds} ms pass`);
  }

  public check(): boolean {
    return true;
  }

  protected async act(world: World): Promise<void> {
    world.clock.pass(this.milliseconds);
  }
}

const variation: fc.Arbitrary<Variation> = fc.record({
  input: fc.nat(1),
  runKey: fc.nat(1),
  tags: fc.nat(2),
  how: fc.nat(1),
  leaveRunning: fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, { arbitrary: fc.constant(true), weight: 1 }),
});

const fault: fc.Arbitrary<PlannedFault> = fc
  .record({
    kind: fc.constantFrom(...FAULT_KINDS),
    phase: fc.constantFrom('before' as const, 'after' as const),
    operation: fc.constantFrom(...OPERATIONS),
    skip: fc.nat(6),
    // Up to five are the SDK's to repeat; more are the handler's.
    times: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 30 })),
  })
  // A denial that lasts is not a permission that settles: see the limits in the test.
  .map((planned) => (planned.kind === 'denied' ? { ...planned, times: Math.min(planned.times, 4) } : planned))
  .map((planned) => (planned.operation === 'any' ? planned : { ...planned, skip: planned.skip % 3 }));

const mishaps: fc.Arbitrary<Mishaps> = fc.record({
  faults: fc.oneof(
    { arbitrary: fc.constant([]), weight: 1 },
    { arbitrary: fc.array(fault, { maxLength: 3 }), weight: 2 },
  ),
  twice: fc.option(fc.nat(2), { nil: undefined, freq: 4 }),
});

/** Lambda runs a crashed event again, minutes after it was cancelled: see the limits in the test. */
function survived({ faults, twice }: Mishaps): Mishaps {
  return { faults: faults.filter(({ kind }) => kind !== 'crash'), twice };
}

const name = fc.oneof({ arbitrary: fc.constant('Books'), weight: 3 }, { arbitrary: fc.constant('Films'), weight: 1 });
/** Two resources may well be equal. */
const jobs: fc.Arbitrary<Jobs> = fc.oneof(
  { arbitrary: variation.map((one) => [one]), weight: 3 },
  { arbitrary: variation.map((one) => [one, one]), weight: 1 },
  { arbitrary: fc.tuple(variation, variation), weight: 1 },
  { arbitrary: variation.map((one) => [undefined, one]), weight: 1 },
);
/** A run that is cancelled may be anywhere in its work, and go on for as long as the function has. */
const cancellation: fc.Arbitrary<Cancellation> = fc.record({
  calls: fc.integer({ min: 1, max: 9 }),
  milliseconds: fc.integer({ min: 1, max: 180_000 }),
});
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { arbitrary: fc.constant('none' as const), weight: 6 },
  { arbitrary: fc.constant('after' as const), weight: 2 },
  { arbitrary: cancellation, weight: 2 },
);

export const temper: fc.Arbitrary<Temper> = fc.record({
  listLagMs: fc.oneof(fc.constant(0), fc.nat(8_000)),
  tokenMismatch: fc.constantFrom('first-job' as const, 'conflict' as const),
  uniqueNames: fc.boolean(),
  stopTwice: fc.constantFrom('silent' as const, 'conflict' as const),
});

const deploy = fc
  .tuple(name, jobs, mishap, mishaps)
  .map(([to, what, other, own]) => new DeployStack(to, what, other, typeof other === 'object' ? survived(own) : own));

/** Sequences of what may happen; fast-check drops the commands that are not possible where they come. */
export function sequences(replayPath?: string) {
  return fc.commands<Model, World, false>(
    [
      deploy,
      deploy,
      deploy,
      deploy,
      fc.tuple(name, mishaps).map((args) => new DeleteStack(...args)),
      fc.tuple(fc.nat(20), mishaps).map((args) => new RepeatEvent(...args)),
      fc
        .tuple(
          fc.nat(4),
          fc.constantFrom(
            'advance' as const,
            'Completed' as const,
            'PartiallyCompleted' as const,
            'Failed' as const,
            'Expired' as const,
          ),
        )
        .map((args) => new StepJob(...args)),
      fc.integer({ min: 1, max: 20 * 60_000 }).map((milliseconds) => new LetTimePass(milliseconds)),
    ],
    { maxCommands: 14, size: 'max', ...(replayPath === undefined ? {} : { replayPath }) },
  );
}
