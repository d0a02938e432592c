import type { Clock } from './clock';

/** Kept for the answer to CloudFormation, which is itself retried. */
export const RESERVE_MS = 15_000;

/** Permissions settle within seconds of the deployment that grants them, and a throttled service recovers as soon. */
const RETRY_WITHIN_MS = 30_000;

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 10_000;

/** The time in which a request has to be done; thrown when it is not. */
export class OutOfTimeError extends Error {
  /** What went wrong last, and was being tried again. */
  public readonly lastError: unknown;

  constructor(lastError: unknown) {
    super('the function ran out of time');
    this.name = 'OutOfTimeError';
    this.lastError = lastError instanceof OutOfTimeError ? lastError.lastError : lastError;
  }
}

export interface RetryOptions {
  /** Whether another try may succeed. */
  readonly when: (error: unknown) => boolean;
  /** Stop trying after this long, even if the budget has more; half a minute if not given. */
  readonly withinMs?: number;
  /** Told of each failure that is tried again. */
  readonly onRetry?: (error: unknown, delayMs: number) => void;
}

/** One invocation's time: what is left of the function's, less what the answer needs. */
export class TimeBudget {
  /** Aborted when the time is up: whatever is still under way must not have an effect after the answer. */
  public readonly signal: AbortSignal;

  private readonly clock: Clock;
  private readonly controller = new AbortController();
  private readonly deadline: number;
  private lastError: unknown;

  constructor(clock: Clock, remainingMs: number) {
    this.clock = clock;
    this.signal = this.controller.signal;
    this.deadline = clock.now() + Math.max(remainingMs - RESERVE_MS, remainingMs / 2);
  }

  /** Does the work, or fails when the time is up, whichever comes first. */
  public async run<T>(work: () => Promise<T>): Promise<T> {
    let alarm: { cancel(): void } | undefined;
    const timeIsUp = new Promise<never>((_, reject) => {
      alarm = this.clock.alarm(this.deadline - this.clock.now(), () => {
        this.controller.abort();
        reject(new OutOfTimeError(this.lastError));
      });
    });
    try {
      return await Promise.race([work(), timeIsUp]);
    } catch (error) {
      // What fails because it was aborted says less than why it was.
      const why = this.signal.aborted ? new OutOfTimeError(this.lastError) : error;
      // Of several things under way one has failed; the others must not go on after the answer.
      this.controller.abort();
      throw why;
    } finally {
      alarm?.cancel();
    }
  }

  /** Milliseconds since 1970. */
  public now(): number {
    return this.clock.now();
  }

  /** Milliseconds that are left. */
  public left(): number {
    return this.signal.aborted ? 0 : Math.max(0, this.deadline - this.clock.now());
  }

  /** Fails if no more time is left than is needed. To be called before anything that costs money. */
  public check(neededMs = 0): void {
    if (this.left() <= neededMs) {
      throw new OutOfTimeError(this.lastError);
    }
  }

  /** Does what must have ended while so much time is left: the signal is aborted then. */
  public async endingBefore<T>(leftMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.check(leftMs);
    const controller = new AbortController();
    const alarm = this.clock.alarm(this.left() - leftMs, () => controller.abort());
    try {
      return await work(AbortSignal.any([this.signal, controller.signal]));
    } finally {
      alarm.cancel();
    }
  }

  /** An error that the answer names if the time is up before it can be dealt with. */
  public remember(error: unknown): void {
    this.lastError = error;
  }

  /** Tries again, with jittered and growing delays, for as long as it is worth it and there is time. */
  public async retry<T>(
    work: () => Promise<T>,
    { when, withinMs = RETRY_WITHIN_MS, onRetry }: RetryOptions,
  ): Promise<T> {
    const end = Math.min(this.deadline, this.clock.now() + withinMs);
    let made: unknown;
    for (let attempt = 0; ; attempt += 1) {
      this.check();
      try {
        const result = await work();
        if (made !== undefined && made === this.lastError) {
          // It was made good, and is no longer worth telling.
          this.lastError = undefined;
        }
        return result;
      } catch (error) {
        const delay = this.delayAfter(attempt);
        if (error instanceof OutOfTimeError || !when(error) || this.clock.now() + delay >= end) {
          throw error;
        }
        made = error;
        this.lastError = error;
        onRetry?.(error, delay);
        await this.clock.sleep(delay, this.signal);
      }
    }
  }

  /** Lets a moment pass in which the service may come to agree with itself; a longer one after earlier ones. */
  public async pause(earlier = 0, atMostMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.check();
    await this.clock.sleep(Math.min(this.delayAfter(earlier), atMostMs), this.signal);
  }

  private delayAfter(attempt: number): number {
    const ceiling = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
    return Math.round(ceiling * (0.5 + this.clock.random() / 2));
  }
}
