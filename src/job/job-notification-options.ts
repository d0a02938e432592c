/** Options of `BatchInferenceJob.notifyOn`. */
export interface JobNotificationOptions {
  /**
   * Tell of every change of state, on the way to the end too. A topic is told in one way: a second call with the same is the
   * same notification, one with the other is refused.
   *
   * @default false - once the job is Completed, PartiallyCompleted, Failed, Stopped or Expired
   */
  readonly everyState?: boolean;
}
