import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { packageRoot } from './package-root';
import { type PieceOf, type ResultOf, type SetupOf, TASKS, type TaskName } from './tasks';
import type { WorkerAnswer, WorkerStart } from './worker';

/** Pieces that a thread has in hand: one that it works on, one that waits, so that it never does. */
const IN_HAND = 2;

export interface ParallelOptions {
  /**
   * Threads to work in; 0 works in this one.
   *
   * @default - one for each core that this process may use
   */
  readonly workers?: number;
}

/**
 * Does a task for every piece in worker threads and gives the results in the order of the pieces. Takes a piece only when a
 * thread is free for it, so what is in memory does not grow with the work. Leaving the loop early stops the threads.
 */
export async function* mapInOrder<N extends TaskName>(
  task: N,
  setup: SetupOf<N>,
  pieces: Iterable<PieceOf<N>> | AsyncIterable<PieceOf<N>>,
  { workers = availableParallelism() }: ParallelOptions = {},
): AsyncGenerator<ResultOf<N>> {
  if (workers === 0) {
    const run = (TASKS[task] as (setup: unknown) => (piece: unknown) => unknown)(setup);
    for await (const piece of pieces) yield (await run(piece)) as ResultOf<N>;
    return;
  }
  const threads: Thread[] = [];
  const waiting: Promise<unknown>[] = [];
  try {
    for await (const piece of pieces) {
      if (waiting.length >= workers * IN_HAND) yield (await waiting.shift()) as ResultOf<N>;
      const thread = freest(threads, workers) ?? start(threads, { task, setup });
      const result = thread.do(piece);
      // Awaited in its turn; until then a failure must not count as unhandled.
      result.catch(() => undefined);
      waiting.push(result);
    }
    while (waiting.length > 0) yield (await waiting.shift()) as ResultOf<N>;
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
  }
}

/** The thread with the least in hand; undefined where a new one is worth its start. */
function freest(threads: readonly Thread[], workers: number): Thread | undefined {
  const [first] = [...threads].sort((a, b) => a.inHand - b.inHand);
  return first !== undefined && (first.inHand === 0 || threads.length >= workers) ? first : undefined;
}

function start(threads: Thread[], workerData: WorkerStart): Thread {
  const thread = new Thread(workerData);
  threads.push(thread);
  return thread;
}

class Thread {
  private readonly worker: Worker;
  private readonly asked: { resolve: (result: unknown) => void; reject: (error: unknown) => void }[] = [];

  constructor(workerData: WorkerStart) {
    this.worker = new Worker(join(packageRoot(), 'assets', 'cli', 'worker', 'index.js'), { workerData });
    this.worker.on('message', ({ result, error }: WorkerAnswer) => {
      const next = this.asked.shift();
      if (error === undefined) next?.resolve(result);
      else next?.reject(error);
    });
    this.worker.on('error', (error) => {
      for (const { reject } of this.asked.splice(0)) reject(error);
    });
  }

  public get inHand(): number {
    return this.asked.length;
  }

  public do(piece: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.asked.push({ resolve, reject });
      this.worker.postMessage(piece);
    });
  }

  public async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
