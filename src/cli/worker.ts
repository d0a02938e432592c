import { parentPort, workerData } from 'node:worker_threads';
import { TASKS, type TaskName } from './tasks';

/** What a worker thread is started with. */
export interface WorkerStart {
  readonly task: TaskName;
  readonly setup: unknown;
}

/** What it answers to each piece. An error of the task ends the whole, in the main thread. */
export type WorkerAnswer =
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly error: unknown; readonly result?: undefined };

type AnyTask = (setup: unknown) => (piece: unknown) => unknown;

const { task, setup } = workerData as WorkerStart;
const run = (TASKS[task] as AnyTask)(setup);

parentPort?.on('message', async (piece: unknown) => {
  try {
    const result = await run(piece);
    parentPort?.postMessage({ result } satisfies WorkerAnswer, transferable(result));
  } catch (error) {
    parentPort?.postMessage({ error } satisfies WorkerAnswer);
  }
});

/** Memory that can change hands instead of being copied: what a result holds of its own, not a slice of a shared pool. */
function transferable(result: unknown): ArrayBuffer[] {
  if (typeof result !== 'object' || result === null) return [];
  return Object.values(result)
    .filter((value) => value instanceof Uint8Array && value.byteLength === value.buffer.byteLength)
    .map((value) => (value as Uint8Array).buffer as ArrayBuffer);
}
