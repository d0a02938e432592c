import { BatchInferenceError } from '../core/batch-inference-error';
import { isMissing } from './explain-call';
import { type BatchJobs, type Job, ServiceCallError } from './services';

const JOB_ID = /^[a-z0-9]{12}$/;
const JOB_ARN = /^arn:aws[a-z-]*:bedrock:([a-z0-9-]+):\d{12}:model-invocation-job\//;
/** Jobs of a like name that are told of. */
const SHOWN = 3;

/** The Region that an ARN of a job names; undefined for an id or a name. */
export function regionOfJob(job: string): string | undefined {
  return JOB_ARN.exec(job)?.[1];
}

/** The job that is meant by an ARN, an id or a name; of several jobs of one name the newest. */
export async function readJob(jobs: BatchJobs, given: string): Promise<Job> {
  if (regionOfJob(given) !== undefined) return jobs.get(given);
  if (JOB_ID.test(given)) {
    try {
      return await jobs.get(given);
    } catch (error) {
      // Twelve letters may be a name as well.
      if (!ServiceCallError.is(error) || !isMissing(error)) throw error;
    }
  }
  const alike: Job[] = [];
  for await (const job of jobs.list({ nameContains: given })) {
    if (job.name === given) return job;
    if (alike.length < SHOWN) alike.push(job);
  }
  const like = alike.length === 0 ? '' : `; jobs with a name like it are ${alike.map(({ name }) => name).join(', ')}`;
  throw new BatchInferenceError([
    {
      code: 'JobNotFound',
      input: 'job',
      message: `must be the ARN, the id or the name of a batch inference job in ${jobs.region}, got ${given}${like}`,
    },
  ]);
}
