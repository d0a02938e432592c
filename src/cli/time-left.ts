/** A stall of this many times the usual pause between two changes is no longer a pause. */
const STALL = 3;
/** Changes that are looked back at: the pace of an hour ago says little. */
const MEMORY = 20;

/**
 * How long the rest of a job will take, from nothing but the progress that was seen. The service's counters move in steps and
 * lag by up to a minute, so the pace is measured from one step to another; before there are two, nothing is known.
 */
export class TimeLeft {
  private readonly steps: { readonly at: number; readonly processed: number }[] = [];
  private last: number | undefined;

  /** What the counter said at a time, in milliseconds. */
  public observe(processed: number, at: number): void {
    // Of the first value nobody knows for how long it has stood.
    if (this.last !== undefined && processed > this.last) this.steps.push({ at, processed });
    if (this.steps.length > MEMORY) this.steps.shift();
    this.last = processed;
  }

  /** Milliseconds; undefined for as long as it is not known. */
  public find(total: number, now: number): number | undefined {
    const first = this.steps[0];
    const latest = this.steps.at(-1);
    if (first === undefined || latest === undefined || first === latest) return undefined;
    const pause = (latest.at - first.at) / (this.steps.length - 1);
    const since = now - latest.at;
    if (since > STALL * pause) return undefined;
    const pace = (latest.processed - first.processed) / (latest.at - first.at);
    return Math.max(0, (total - latest.processed) / pace - since);
  }
}
