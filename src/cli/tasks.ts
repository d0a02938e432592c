import { checkBlock } from './check-block';
import { prepareBlock } from './prepare-block';
import { inputLinesBlock, resultsBlock } from './results-block';
import { writeTableParquet } from './write-table-parquet';

/**
 * What a worker thread can do. A task is made once in each thread from its setup, and then called for one piece of work after
 * another; setup, pieces and results cross between threads, so they are plain data (`Uint8Array` included).
 */
export type Task<Setup, Piece, Result> = (setup: Setup) => (piece: Piece) => Result | Promise<Result>;

/** Every task by its name; the types of setup, piece and result follow from it. */
export const TASKS = {
  'check-block': checkBlock,
  'prepare-block': prepareBlock,
  'results-block': resultsBlock,
  'input-lines-block': inputLinesBlock,
  'write-table-parquet': writeTableParquet,
} satisfies Record<string, Task<never, never, unknown>>;

export type TaskName = keyof typeof TASKS;
export type SetupOf<N extends TaskName> = Parameters<(typeof TASKS)[N]>[0];
export type PieceOf<N extends TaskName> = Parameters<ReturnType<(typeof TASKS)[N]>>[0];
export type ResultOf<N extends TaskName> = Awaited<ReturnType<ReturnType<(typeof TASKS)[N]>>>;
