import type { JobProperties } from '../core/event';
import { ACTIVE, type BatchJobs } from './batch-jobs';
import { quoteServiceError } from './explain-error';
import type { Log } from './log';
import { foundationModelId, modelKind } from './model-kind';
import { toServiceError } from './service-error';

/**
 * The error as it came; where it says that a quota is full, with the number of jobs that fill it as `activeJobs`. Only then is
 * anything asked: a job that starts costs no call for this.
 */
export async function withActiveJobs(
  error: unknown,
  { modelId }: Pick<JobProperties, 'modelId'>,
  jobs: BatchJobs,
  log: Log,
): Promise<unknown> {
  if (toServiceError(error).name !== 'ServiceQuotaExceededException') {
    return error;
  }
  try {
    const found = (await Promise.all(ACTIVE.map((status) => jobs.inStatus(status)))).flat();
    const wanted = quotaModel(modelId);
    // One that moves on while the lists are read is in two of them.
    const arns = new Set(found.filter((job) => quotaModel(job.modelId ?? '') === wanted).map(({ jobArn }) => jobArn));
    return Object.assign(error as Error, { activeJobs: arns.size });
  } catch (failure) {
    log.warn('the jobs that fill the quota could not be counted', { error: quoteServiceError(failure) });
    return error;
  }
}

/** What the quota is counted by: the foundation model, also where jobs reach it through a profile of one geography or another. */
function quotaModel(idOrArn: string): string {
  const id = foundationModelId(idOrArn);
  return modelKind(id) === 'inference-profile' ? id.slice(id.indexOf('.') + 1) : id;
}
