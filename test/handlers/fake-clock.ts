import type { Clock } from '../../src/handlers/clock';

/** Time that passes only when something sleeps, or when a test says so. */
export class FakeClock implements Clock {
  public readonly sleeps: number[] = [];
  private alarms: { at: number; ring: () => void }[] = [];

  constructor(private time = 1_000_000) {}

  public now(): number {
    return this.time;
  }

  public random(): number {
    return 0.5;
  }

  public async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(milliseconds);
    this.pass(milliseconds);
    if (signal?.aborted) {
      throw new Error('aborted');
    }
  }

  public alarm(milliseconds: number, ring: () => void): { cancel(): void } {
    const alarm = { at: this.time + milliseconds, ring };
    this.alarms.push(alarm);
    return {
      cancel: () => {
        this.alarms = this.alarms.filter((other) => other !== alarm);
      },
    };
  }

  public pass(milliseconds: number): void {
    this.time += milliseconds;
    const due = this.alarms.filter(({ at }) => at <= this.time);
    this.alarms = this.alarms.filter(({ at }) => at > this.time);
    for (const { ring } of due) ring();
  }

  public get pendingAlarms(): number {
    return this.alarms.length;
  }
}
