import { readJobName } from '../core/job-name';
import type { BatchJob } from './batch-jobs';
import { isNotFound, isPassing, toServiceError } from './service-error';
import type { Workbench } from './workbench';

/** A job of an identity; 1 for the first. */
export interface Attempt extends BatchJob {
  readonly attempt: number;
}

/** The job of an ARN; undefined if the service knows none. */
export async function findJob(
  jobArn: string,
  { services, budget, progress }: Workbench,
): Promise<BatchJob | undefined> {
  progress.step = 'looking for the job';
  progress.jobArn = jobArn;
  try {
    return await budget.retry(() => services.jobs.get(jobArn), { when: isPassing });
  } catch (error) {
    // The ARN is well formed, so a validation error says that it is of no job here (of another Region or account).
    if (isNotFound(error) || toServiceError(error).name === 'ValidationException') {
      return undefined;
    }
    throw error;
  }
}

/** The last attempt of an identity. */
export async function findNewest(hash: string, bench: Workbench): Promise<Attempt | undefined> {
  bench.progress.step = 'looking for the job';
  const jobs = await bench.budget.retry(() => bench.services.jobs.find(hash), { when: isPassing });
  let newest: Attempt | undefined;
  for (const job of jobs) {
    const name = readJobName(job.jobName);
    if (name?.hash === hash && (newest === undefined || name.attempt > newest.attempt)) {
      newest = { ...job, attempt: name.attempt };
    }
  }
  return newest;
}
