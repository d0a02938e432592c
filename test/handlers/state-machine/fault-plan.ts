import { DroppedConnection, type Fault } from '../../emulator/faults';
import { ServiceError } from '../../emulator/service-error';
import type { Call } from './emulated-services';

/** What goes wrong in a call. */
export type FaultKind =
  | 'throttle'
  | 'server-error'
  /** The connection breaks. */
  | 'drop'
  /** No answer for as long as the client waits for one. */
  | 'timeout'
  /** No answer until the handler's budget has run out. */
  | 'stall'
  /** The connection breaks, and the request has its effect when nobody waits for it any more. */
  | 'late'
  /** The function's process ends. */
  | 'crash'
  | 'denied'
  | 'role-not-ready'
  | 'conflict'
  | 'job-completes'
  | 'job-fails'
  | 'job-expires';

export const FAULT_KINDS: readonly FaultKind[] = [
  'throttle',
  'server-error',
  'drop',
  'timeout',
  'stall',
  'late',
  'crash',
  'denied',
  'role-not-ready',
  'conflict',
  'job-completes',
  'job-fails',
  'job-expires',
];

export interface PlannedFault {
  readonly kind: FaultKind;
  readonly phase: 'before' | 'after';
  /** Strikes calls of one operation, or any. */
  readonly operation: string;
  /** Matching calls that are let through first. */
  readonly skip: number;
  /** Calls that it strikes then. */
  readonly times: number;
}

/** Operations that decide something; faults of the others are planned by `any`. */
export const OPERATIONS = [
  'any',
  'CreateModelInvocationJob',
  'ListModelInvocationJobs',
  'GetModelInvocationJob',
  'StopModelInvocationJob',
] as const;

/** What the SDK and the handler make good, so that the request succeeds all the same. */
export function isMild({ kind, operation, times }: PlannedFault): boolean {
  switch (kind) {
    case 'job-completes':
    case 'job-fails':
    case 'job-expires':
      return true;
    case 'throttle':
    case 'server-error':
    case 'drop':
      return times <= 2;
    case 'conflict':
      return operation === 'StopModelInvocationJob' && times <= 2;
    default:
      return false;
  }
}

/** What a fault may do to the world around the call. */
export interface FaultEffects {
  /** Lets time pass for the call's run until its client gives up. */
  timeOut(call: Call): void;
  stall(call: Call): void;
  /** Ends the run; nothing comes back to it. */
  crash(call: Call): void;
  endJob(status: 'Completed' | 'Failed' | 'Expired', call: Call): void;
}

/** The faults of one command, each for the calls that it was planned for. */
export class FaultPlan {
  /** How many calls a fault has struck, in all commands. */
  public struck = 0;
  private plan: { readonly fault: PlannedFault; skip: number; times: number }[] = [];

  constructor(private readonly effects: FaultEffects) {}

  public set(faults: readonly PlannedFault[]): void {
    this.plan = faults.map((fault) => ({ fault, skip: fault.skip, times: fault.times }));
  }

  public at(call: Call): Fault | undefined {
    for (const planned of this.plan) {
      const { kind, phase, operation } = planned.fault;
      if (planned.times === 0 || phase !== call.phase) continue;
      if (operation !== 'any' && operation !== call.operation) continue;
      if (kind === 'role-not-ready' && call.operation !== 'CreateModelInvocationJob') continue;
      if (planned.skip > 0) {
        planned.skip -= 1;
        continue;
      }
      planned.times -= 1;
      this.struck += 1;
      return this.strike(kind, call);
    }
    return undefined;
  }

  private strike(kind: FaultKind, call: Call): Fault | undefined {
    switch (kind) {
      case 'throttle':
      case 'server-error':
      case 'drop':
        return kind;
      case 'timeout':
        return () => {
          this.effects.timeOut(call);
          return breakConnection();
        };
      case 'stall':
        return () => {
          this.effects.stall(call);
          return breakConnection();
        };
      case 'late':
        // After its effect a call cannot have it later.
        if (call.phase === 'before') call.later();
        return 'drop';
      case 'crash':
        return () => {
          this.effects.crash(call);
          return new Promise(() => undefined);
        };
      case 'denied':
        // A refusal comes instead of the effect.
        return call.phase === 'after' ? undefined : denied(call.operation);
      case 'role-not-ready':
        return call.phase === 'after'
          ? undefined
          : new ServiceError('ValidationException', 'Could not assume provided IAM role');
      case 'conflict':
        return call.phase === 'after' || call.service === 's3'
          ? undefined
          : new ServiceError('ConflictException', 'The request conflicts with another one.');
      case 'job-completes':
        return () => this.effects.endJob('Completed', call);
      case 'job-fails':
        return () => this.effects.endJob('Failed', call);
      case 'job-expires':
        return () => this.effects.endJob('Expired', call);
    }
  }
}

function denied(operation: string): ServiceError {
  return new ServiceError(
    'AccessDenied',
    `User: starter is not authorized to perform: bedrock:${operation} on resource: * because no identity-based policy allows the bedrock:${operation} action`,
  );
}

function breakConnection(): Promise<void> {
  return Promise.reject(new DroppedConnection());
}
