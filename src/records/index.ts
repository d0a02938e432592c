// What `cdk-bedrock-batch/records` gives TypeScript users: the formats of batch inference, name by name.
export type { BodyLimits, ModelFamily } from '../catalog/model-entry';
export { BatchInferenceError } from '../core/batch-inference-error';
export { formatIssue, type Issue, isError } from '../core/issue';
export type { Answer, AnswerFormat, Usage } from './answer-format';
export { answerFormat, findAnswer } from './answers';
export { bodyFormat, bodyKindOf } from './bodies';
export type {
  BodyFormat,
  BodyKind,
  BodyModel,
  BodyRequest,
  ImageSource,
  InferenceParameters,
} from './body-format';
export { checkRecords, type RecordLimits } from './check-records';
export { type PrepareOptions, prepareRecords } from './dataset/prepare';
export {
  type CostEstimate,
  checkEstimatedCost,
  estimateCost,
  findPriceOf,
  formatUsd,
  type PriceOverride,
} from './estimate';
export { type InputRecord, type ReadRecord, readRecord } from './record';
export {
  compareManifest,
  type ErrorGroup,
  ErrorGroups,
  type FailedOutcome,
  findManifest,
  findUnanswered,
  joinResults,
  type Manifest,
  type MissingOutcome,
  type Outcome,
  OutcomeIndex,
  type ReadResult,
  type ResultError,
  type ResultLine,
  readResult,
  type SucceededOutcome,
  toOutcome,
} from './results';
export { type SplitLimits, type SplitLine, splitLines } from './split';
export { type TokenEstimate, TokenSample } from './token-estimate';
