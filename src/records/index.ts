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
export {
  type CostEstimate,
  checkEstimatedCost,
  estimateCost,
  findPriceOf,
  formatUsd,
  type PriceOverride,
} from './estimate';
export { type InputRecord, type ReadRecord, readRecord } from './record';
export { type TokenEstimate, TokenSample } from './token-estimate';
