import * as fc from 'fast-check';
import { sequences, temper } from './commands';
import { type Transport, World } from './world';

/**
 * The handler is driven through random sequences: stacks of one or two jobs are made, changed, taken back and deleted, and
 * requests cancelled while they run, so that the rollback comes beside them; Lambda runs crashed events again and delivers others
 * twice, at once or late; jobs go on and end; and any call may fail before its effect, after it, or have it when nobody waits any more. `world.ts` says what must hold, `cloud-formation.ts` what CloudFormation does.
 *
 * What is not proven, because the handler cannot do better without asking CloudFormation what it still wants:
 *
 * - late duplicates of the kinds that `World.isHarmless` leaves out, and a process that dies between the answer to a create or
 *   update that failed and its own return
 * - a list of jobs that is more than eight seconds behind
 * - a cancelled event that Lambda delivers or runs again after the rollback has begun, be it for a crash or for want of concurrency
 * - with rollback disabled, a create that never answered, or whose job the next operation has adopted, and that is deleted only then
 * - a stack that is deleted in UPDATE_ROLLBACK_FAILED, after an update whose paid call got no answer
 * - a job that CloudFormation gives up on: a leftover whose delete has failed. It may live on, and the stack's events say so
 * - the right to list jobs denied for good while a create of unknown outcome is deleted: that delete succeeds with a warning
 *
 * Assumed of CloudFormation, which is not documented: a failed update keeps the physical id, and the resource that failed gets an
 * update on rollback. Two deliveries at once share one clock, so how quickly they answer is not judged.
 */
const RUNS = Number(process.env.STATE_MACHINE_RUNS ?? '3000');

/**
 * Of a failure, as fast-check prints them (the replay path stands at the end of the commands). To replay one, set the three and
 * run the test that failed, by its name.
 */
const { STATE_MACHINE_SEED, STATE_MACHINE_PATH, STATE_MACHINE_REPLAY_PATH } = process.env;

/**
 * The test command plays the same sequences every time, so that a change is judged by what it changed; the soak
 * (STATE_MACHINE_RUNS given) plays new ones each time, and prints the seed of a failure.
 */
const SEED = STATE_MACHINE_SEED ?? (process.env.STATE_MACHINE_RUNS === undefined ? '20261121' : undefined);

/** How much went on, so that a proof of nothing is noticed. */
interface Tally {
  struck: number;
  requests: number;
  jobs: number;
}

async function prove(transport: Transport, numRuns: number): Promise<Tally> {
  const tally: Tally = { struck: 0, requests: 0, jobs: 0 };
  const property = fc.asyncProperty(temper, sequences(STATE_MACHINE_REPLAY_PATH), async (ways, commands) => {
    const world = await World.start(ways, transport);
    try {
      await fc.asyncModelRun(() => ({ model: { world }, real: world }), commands);
      await world.end();
    } finally {
      tally.struck += world.plan.struck;
      tally.requests += world.deliveries.length;
      tally.jobs += world.jobsStarted;
      await world.close();
    }
  });
  await fc.assert(property, {
    numRuns,
    ...(SEED === undefined ? {} : { seed: Number(SEED) }),
    ...(STATE_MACHINE_PATH === undefined ? {} : { path: STATE_MACHINE_PATH }),
  });
  return tally;
}

describe('a job is never doubled, orphaned or hung', () => {
  test.each<[number, string, Transport]>([
    [RUNS, 'with the SDK played', 'direct'],
    [Math.ceil(RUNS / 20), 'with the real SDK', 'sdk'],
    [Math.ceil(RUNS / 100), 'with the real SDK over loopback HTTP', 'http'],
  ])(
    'in %i random sequences of what CloudFormation, Lambda and the services may do, %s',
    async (runs, _, transport) => {
      const { struck, requests, jobs } = await prove(transport, runs);
      // A replay is one sequence, and may be a short one.
      if (STATE_MACHINE_PATH !== undefined) return;
      expect(requests).toBeGreaterThan(3 * runs);
      expect(jobs).toBeGreaterThan(runs);
      expect(struck).toBeGreaterThan(3 * runs);
    },
    60_000 + RUNS * 60,
  );
});
