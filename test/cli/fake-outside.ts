import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Outside } from '../../src/cli/run';
import type { BatchJobs, Connection, Job, JobCounts } from '../../src/cli/services';
import type { Clock } from '../../src/handlers/clock';

export const NOW = Date.parse('2026-11-21T12:00:00Z');

/** Time that passes when somebody sleeps. */
export class FakeClock implements Clock {
  constructor(private time = NOW) {}

  public now(): number {
    return this.time;
  }

  public async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.time += milliseconds;
    // Whoever works meanwhile gets on with it.
    await nextTurn();
  }

  public alarm(): { cancel(): void } {
    throw new Error('nobody sets an alarm here');
  }

  public random(): number {
    return 0.5;
  }
}

export function job(changes: Partial<Job> = {}): Job {
  return {
    arn: 'arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/abc123def456',
    id: 'abc123def456',
    name: 'chapters-1',
    modelId: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
    status: 'InProgress',
    submitted: new Date(NOW - 600_000),
    resultsS3Uri: 's3://answers/out/abc123def456/',
    ...changes,
  };
}

export function counts(processed: number, total = 1000, failed = 0): JobCounts {
  return { total, processed, succeeded: processed - failed, failed };
}

/** Jobs that say what a test has them say. */
export class FakeJobs implements BatchJobs {
  public readonly region = 'us-east-1';
  public readonly stopped: string[] = [];
  public isClosed = false;
  public asked = 0;

  /** What each look at a job finds, in order; an error is thrown; the last stays. */
  constructor(
    private readonly looks: readonly (Job | Error)[],
    private readonly listed: readonly Job[] = [],
    private readonly stopError?: Error,
  ) {}

  public async *list(): AsyncGenerator<Job> {
    yield* this.listed;
  }

  public async get(): Promise<Job> {
    const look = this.looks[Math.min(this.asked, this.looks.length - 1)];
    this.asked += 1;
    if (look === undefined) throw new Error('the test has no such job');
    if (look instanceof Error) throw look;
    return look;
  }

  public async stop(identifier: string): Promise<void> {
    this.stopped.push(identifier);
    if (this.stopError !== undefined) throw this.stopError;
  }

  public close(): void {
    this.isClosed = true;
  }
}

/** The world outside with these jobs and a clock; keeps how it was connected to. */
export function outside(jobs: BatchJobs, clock: Clock = new FakeClock()): Outside & { connections: Connection[] } {
  const connections: Connection[] = [];
  return {
    connections,
    clock,
    connectJobs: async (connection) => {
      connections.push(connection);
      return jobs;
    },
    connectObjects: () => Promise.reject(new Error('the test has no objects')),
  };
}
