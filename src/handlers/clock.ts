import { setTimeout as wait } from 'node:timers/promises';

/** Time, so that a test decides how it passes. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Rejects as soon as `signal` is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once when the time is up, unless the alarm is taken back before. */
  alarm(milliseconds: number, ring: () => void): { cancel(): void };
  /** 0 to 1, for jitter. */
  random(): number;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
  alarm: (milliseconds, ring) => {
    const timer = setTimeout(ring, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
  random: () => Math.random(),
};
