// Results of batch inference: lines, outcomes, the join to the inputs, what to send again.
export { compareManifest, type JobCount } from './compare-manifest';
export { type ErrorGroup, ErrorGroups } from './error-groups';
export { findUnanswered, joinResults } from './join-results';
export { findManifest, type Manifest, sumManifests } from './manifest';
export { type FailedOutcome, type MissingOutcome, type Outcome, type SucceededOutcome, toOutcome } from './outcome';
export { MISSING, OutcomeIndex, SUCCEEDED } from './outcome-index';
export { type ReadResult, type ResultError, type ResultLine, readResult } from './read-result';
export type { RecordCounts, ResultsSummary, Tokens } from './results-tally';
