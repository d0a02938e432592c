/** Options of `BatchInferenceJob.notifyOn`. */
export interface JobNotificationOptions {
  /**
   * Tell of every change of state, on the way to the end too.
   *
   * @default false - once the job is Completed, PartiallyCompleted, Failed, Stopped or Expired
   */
  readonly everyState?: boolean;
}
