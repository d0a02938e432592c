import type { Output } from './terminal';

/** A bar on stderr while something takes its time; nothing at all where stderr is no terminal. */
export interface Progress {
  /** @param words what stands behind the bar */
  update(done: number, total: number, words: string): void;
  stop(): void;
}

const NONE: Progress = { update: () => undefined, stop: () => undefined };

/** More than this says no more, and less room is left for the words. */
const MAX_BAR = 30;
const FALLBACK_COLUMNS = 80;

export function startProgress({ stream, isTty, columns = FALLBACK_COLUMNS }: Output, label: string): Progress {
  if (!isTty) return NONE;
  // Only where there is a bar to show.
  const { SingleBar } = require('cli-progress') as typeof import('cli-progress');
  const bar = new SingleBar({
    stream: stream as NodeJS.WriteStream,
    format: `${label} [{bar}] {words}`,
    barsize: Math.max(5, Math.min(MAX_BAR, Math.floor(columns / 4))),
    hideCursor: true,
    clearOnComplete: true,
    emptyOnZero: true,
  });
  bar.start(0, 0, { words: '' });
  return {
    update: (done, total, words) => {
      bar.setTotal(total);
      bar.update(Math.min(done, total), { words });
    },
    stop: () => bar.stop(),
  };
}
