import type { BodyKind } from '../body-format';
import type { InputRecord } from '../record';
import { type Outcome, toOutcome } from './outcome';
import { MISSING, type OutcomeIndex, SUCCEEDED } from './outcome-index';
import type { ResultLine } from './read-result';

/**
 * Joins results, which come in any order, to the records they answer, in the order of the records. A record answered twice has
 * the outcome that `OutcomeIndex` says. A record without an id is passed over: no answer can name it.
 *
 * Holds all results; where they are too many for that, note them one by one in an `OutcomeIndex` and ask `findUnanswered`.
 */
export function* joinResults(
  records: Iterable<InputRecord>,
  results: Iterable<ResultLine>,
  kind?: BodyKind,
): Generator<Outcome> {
  const kept = new Map<string, ResultLine>();
  for (const result of results) {
    const earlier = kept.get(result.recordId);
    if (earlier === undefined || earlier.error !== undefined || result.error === undefined) {
      kept.set(result.recordId, result);
    }
  }
  for (const record of records) {
    const { recordId } = record;
    if (recordId === undefined) continue;
    const result = kept.get(recordId);
    yield result === undefined ? { status: 'missing', recordId, record } : { ...toOutcome(result, kind), record };
  }
}

/**
 * What to send again: the records that failed and those that have no result, in the order of the records and each id once. For
 * results that are noted in the index and need not be held.
 */
export function* findUnanswered(
  records: Iterable<InputRecord>,
  index: OutcomeIndex,
): Generator<{ readonly status: 'failed' | 'missing'; readonly recordId: string; readonly record: InputRecord }> {
  for (const record of records) {
    const { recordId } = record;
    if (recordId === undefined || !index.expect(recordId)) continue;
    const state = index.find(recordId);
    if (state !== SUCCEEDED) yield { status: state === MISSING ? 'missing' : 'failed', recordId, record };
  }
}
