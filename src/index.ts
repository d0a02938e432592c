// The public API, name by name. What is not here is nobody's business.
export {
  BatchInferenceJob,
  type BatchInferenceJobProps,
} from './job/batch-inference-job';
export type { DatasetOptions, InferenceParameters } from './job/dataset-options';
export { InputCheck } from './job/input-check';
export { InvocationType } from './job/invocation-type';
export {
  type BucketInputOptions,
  JobInput,
  type JobInputBindOptions,
  type JobInputConfig,
} from './job/job-input';
export type { JobNotificationOptions } from './job/job-notification-options';
export { StopPolicy } from './job/stop-policy';
export { BatchModel } from './model/batch-model';
export type {
  ApplicationInferenceProfileOptions,
  BatchModelOptions,
  InferenceProfileOptions,
} from './model/batch-model-options';
export type { BatchModelBindOptions, BatchModelConfig } from './model/model-binding';
export { ModelRouting } from './model/model-routing';
export { BatchInferenceDashboard, type BatchInferenceDashboardProps } from './monitoring/batch-inference-dashboard';
export { StarterErrorAlarm, type StarterErrorAlarmProps } from './monitoring/starter-error-alarm';
export { StuckQueueAlarm, type StuckQueueAlarmProps } from './monitoring/stuck-queue-alarm';
