import type { Clock } from '../../../src/handlers/clock';

/** Time that passes when somebody sleeps or a call takes long; nothing waits in earnest. */
export class TickingClock implements Clock {
  private time = Date.parse('2026-11-21T12:00:00Z');
  private alarms: { readonly at: number; readonly ring: () => void }[] = [];

  public now(): number {
    return this.time;
  }

  public random(): number {
    return 0.5;
  }

  public async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.pass(milliseconds);
    if (signal?.aborted) throw new Error('aborted');
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
}
