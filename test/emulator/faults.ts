import { ServiceError } from './service-error';

/** A point in a call at which something may go wrong. */
export interface Moment {
  readonly service: 'bedrock' | 's3';
  readonly operation: string;
  /** `before` the operation has looked at anything, or `after` its effect and before its answer. */
  readonly phase: 'before' | 'after';
  /** ARN of the caller. */
  readonly principal: string;
}

/**
 * What goes wrong. `drop` closes the connection without an answer (a time-out, seen from the caller); `hang` keeps it
 * open without one. A function runs in the middle of the call: it may end a job, kill a process, or throw a `ServiceError`.
 */
export type Fault = 'throttle' | 'server-error' | 'drop' | 'hang' | ServiceError | (() => void | Promise<void>);

export interface FaultRule {
  readonly service?: Moment['service'];
  readonly operation?: string;
  readonly phase: Moment['phase'];
  /** Moments that are let through first. Default: none. */
  readonly skip?: number;
  /** How often the fault strikes. Default: once. */
  readonly times?: number;
  readonly fault: Fault;
}

/** Thrown through a call to close its connection without an answer. */
export class DroppedConnection extends Error {}

interface PlannedFault {
  readonly rule: FaultRule;
  skip: number;
  times: number;
}

/** Faults to inject, by a script of rules or by a hook that sees every moment. The same script gives the same faults. */
export class Faults {
  /** Asked at every moment, before the rules. May answer with a fault, or throw a `ServiceError` itself. */
  public hook?: (moment: Moment) => Fault | undefined | Promise<Fault | undefined>;

  private planned: PlannedFault[] = [];

  public inject(rule: FaultRule): void {
    this.planned.push({ rule, skip: rule.skip ?? 0, times: rule.times ?? 1 });
  }

  /** Rules that have not struck as often as planned: a test that planned a fault can see that it happened. */
  public pending(): FaultRule[] {
    return this.planned.filter((fault) => fault.times > 0).map((fault) => fault.rule);
  }

  public clear(): void {
    this.planned = [];
    this.hook = undefined;
  }

  /** @internal Called by the server; returns when nothing goes wrong. */
  public async at(moment: Moment): Promise<void> {
    const fault = (await this.hook?.(moment)) ?? this.nextPlanned(moment);
    if (fault !== undefined) await strike(fault, moment);
  }

  private nextPlanned(moment: Moment): Fault | undefined {
    for (const fault of this.planned) {
      if (fault.times === 0 || !matches(fault.rule, moment)) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      fault.times -= 1;
      return fault.rule.fault;
    }
    return undefined;
  }
}

/** What a role that has just been made gives for some seconds. */
export function roleNotReady(): ServiceError {
  return new ServiceError('ValidationException', 'Could not assume provided IAM role');
}

function matches(rule: FaultRule, moment: Moment): boolean {
  return (
    rule.phase === moment.phase &&
    (rule.service === undefined || rule.service === moment.service) &&
    (rule.operation === undefined || rule.operation === moment.operation)
  );
}

async function strike(fault: Fault, moment: Moment): Promise<void> {
  if (typeof fault === 'function') return fault();
  if (fault instanceof ServiceError) throw fault;
  switch (fault) {
    case 'drop':
      throw new DroppedConnection();
    case 'hang':
      return new Promise(() => {});
    case 'throttle':
      throw moment.service === 's3'
        ? new ServiceError('SlowDown', 'Please reduce your request rate.')
        : new ServiceError('ThrottlingException', 'Too many requests, please wait before trying again.');
    case 'server-error':
      throw moment.service === 's3'
        ? new ServiceError('InternalError', 'We encountered an internal error. Please try again.')
        : new ServiceError('InternalServerException', 'An internal server error occurred. Retry your request.');
  }
}
