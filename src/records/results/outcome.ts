import type { Answer } from '../answer-format';
import { findAnswer } from '../answers';
import type { BodyKind } from '../body-format';
import type { InputRecord } from '../record';
import type { ResultError, ResultLine } from './read-result';

/** What became of one record. `record` is what was sent, where the inputs are known. */
export type Outcome = SucceededOutcome | FailedOutcome | MissingOutcome;

export interface SucceededOutcome {
  readonly status: 'succeeded';
  readonly recordId: string;
  readonly record?: InputRecord;
  readonly modelOutput: unknown;
  /** Undefined where the output has the shape of no family. */
  readonly answer?: Answer;
}

export interface FailedOutcome {
  readonly status: 'failed';
  readonly recordId: string;
  readonly record?: InputRecord;
  readonly error: ResultError;
}

export interface MissingOutcome {
  readonly status: 'missing';
  readonly recordId: string;
  readonly record: InputRecord;
}

/** @param kind of the bodies that were sent; by default known by the shape of the output */
export function toOutcome(
  { recordId, modelOutput, error }: ResultLine,
  kind?: BodyKind,
): SucceededOutcome | FailedOutcome {
  if (error !== undefined) return { status: 'failed', recordId, error };
  return { status: 'succeeded', recordId, modelOutput, answer: findAnswer(modelOutput, kind) };
}
