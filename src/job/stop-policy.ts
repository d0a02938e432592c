/** What becomes of a job that is still running when its resource is deleted or replaced. */
export enum StopPolicy {
  /** It is stopped. What it has processed so far is charged, and its partial results are kept. */
  STOP = 'Stop',

  /** It runs on to its end, outside of the stack. */
  LEAVE_RUNNING = 'LeaveRunning',
}
