import { toServiceError } from '../../handlers/service-error';
import { type Input, SERVICE_OPTIONS, toCommand } from '../command';
import { readJob, regionOfJob } from '../find-job';
import { type BatchJobs, hasEnded, type Job, ServiceCallError } from '../services';

export const stop = toCommand({
  name: 'stop',
  summary: 'stop a batch inference job',
  description: 'Tokens that were processed before the stop are charged. A job that has ended already is no error.',
  arguments: [{ name: 'job', description: 'ARN, id or name of the job', required: true }],
  options: SERVICE_OPTIONS,
  examples: [
    { line: 'stop a1b2c3d4e5f6', says: 'by the id that `jobs` shows' },
    { line: 'stop chapters-2026-11 --region us-west-2', says: 'by name; of several the newest' },
  ],
  run: async ({ args, options }: Input<typeof SERVICE_OPTIONS>, { print, connectJobs }) => {
    const [given = ''] = args;
    const service = await connectJobs({ ...options, region: regionOfJob(given) ?? options.region });
    try {
      print(await stopJob(service, await readJob(service, given)));
      return 0;
    } finally {
      service.close();
    }
  },
});

async function stopJob(service: BatchJobs, job: Job): Promise<string> {
  if (hasEnded(job)) return describeEnded(job);
  if (job.status === 'Stopping') return `${job.name} (${job.id}) is being stopped already`;
  try {
    await service.stop(job.arn);
  } catch (error) {
    // It may have ended between the look and the stop.
    if (!ServiceCallError.is(error) || toServiceError(error.cause).name !== 'ConflictException') throw error;
    const now = await service.get(job.arn);
    if (!hasEnded(now)) throw error;
    return describeEnded(now);
  }
  return `${job.name} (${job.id}) is being stopped; what it has processed is charged`;
}

function describeEnded({ name, id, status }: Job): string {
  return `${name} (${id}) has ended already: ${status}`;
}
