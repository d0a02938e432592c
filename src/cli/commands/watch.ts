import { type Context, flag, type Input, numberOr, SERVICE_OPTIONS, toCommand } from '../command';
import { isPassing } from '../explain-call';
import { readJob, regionOfJob } from '../find-job';
import { startProgress } from '../progress';
import { type BatchJobs, hasEnded, type Job, ServiceCallError } from '../services';
import { toPrintable } from '../terminal';
import { TimeLeft } from '../time-left';
import { counted, toCount, toDuration, toRoughDuration } from '../words';

const OPTIONS = {
  interval: numberOr(15, 'seconds', 'how often to ask the service', { min: 1, max: 3600 }),
  json: flag('print the ended job as JSON'),
  ...SERVICE_OPTIONS,
};

const SECOND = 1000;
/** Without a network for this long, a watch is of no use. */
const PATIENCE = 60 * 60 * SECOND;

export const watch = toCommand({
  name: 'watch',
  summary: 'follow a batch inference job until it ends',
  description:
    'Ends with the job: exit code 0 for Completed, 1 for every other end. The time left is estimated from the progress that was seen while watching, and unknown before there is any; the service’s counters are up to a minute late. Where stderr is no terminal, each change of state is a line.',
  arguments: [{ name: 'job', description: 'ARN, id or name of the job', required: true }],
  options: OPTIONS,
  examples: [
    { line: 'watch a1b2c3d4e5f6', says: 'by the id that `jobs` shows' },
    { line: 'watch chapters-2026-11 --interval 60 && echo done', says: 'goes on only when the job completed' },
    { line: 'watch a1b2c3d4e5f6 --json | jq .resultsS3Uri', says: 'where the results are, once they are there' },
  ],
  run: async ({ args, options }: Input<typeof OPTIONS>, context) => {
    const [given = ''] = args;
    const service = await context.connectJobs({ ...options, region: regionOfJob(given) ?? options.region });
    try {
      const job = await follow(service, await readJob(service, given), options.interval * SECOND, context);
      context.print(options.json ? JSON.stringify(job, undefined, 2) : describeEnd(job, context));
      return job.status === 'Completed' ? 0 : 1;
    } finally {
      service.close();
    }
  },
});

/** Looks at the job again and again until it has ended. */
async function follow(service: BatchJobs, first: Job, interval: number, context: Context): Promise<Job> {
  const { terminal, clock, tell } = context;
  const { signal } = terminal;
  const isLive = terminal.stderr.isTty;
  const left = new TimeLeft();
  let job = first;
  let told: string | undefined;
  let trouble: string | undefined;
  if (isLive && !hasEnded(job)) tell(`${job.name} (${job.id}) in ${service.region}`);
  const bar = startProgress(terminal.stderr, 'job');
  const show = () => {
    if (isLive) {
      const { processed = 0, total = 0 } = job.counts ?? {};
      return bar.update(processed, total, describeProgress(job, left, clock.now(), trouble));
    }
    if (job.status === told) return;
    told = job.status;
    tell(`${new Date(clock.now()).toISOString()} ${job.name} ${job.status}${describeCounts(job)}`);
  };
  try {
    let heardAt = clock.now();
    for (;;) {
      left.observe(job.counts?.processed ?? 0, clock.now());
      show();
      if (hasEnded(job)) return job;
      // A bar's clock goes on between two looks.
      for (const until = clock.now() + interval; clock.now() < until; show()) {
        await clock.sleep(isLive ? Math.min(SECOND, until - clock.now()) : until - clock.now(), signal);
      }
      try {
        job = await service.get(job.arn);
        heardAt = clock.now();
        trouble = undefined;
      } catch (error) {
        const passes = ServiceCallError.is(error) && isPassing(error) && clock.now() - heardAt < PATIENCE;
        if (!passes) throw error;
        trouble = 'no answer, asking again';
      }
    }
  } catch (error) {
    if (signal.aborted) {
      bar.stop();
      tell(`${job.name} runs on; cdk-bedrock-batch stop ${job.id} stops it`);
    }
    throw error;
  } finally {
    bar.stop();
  }
}

/** `InProgress  400/1,000 records, 3 failed, 12m 04s, about 8 min left` */
function describeProgress(job: Job, timeLeft: TimeLeft, now: number, trouble: string | undefined): string {
  const parts: string[] = [];
  const { counts, submitted } = job;
  if (counts !== undefined && counts.total > 0) {
    parts.push(`${toCount(counts.processed)}/${toCount(counts.total)} records`);
    if (counts.failed > 0) parts.push(`${toCount(counts.failed)} failed`);
  }
  if (submitted !== undefined) parts.push(toDuration(now - submitted.getTime()));
  const left = timeLeft.find(counts?.total ?? 0, now);
  parts.push(left === undefined ? 'time left unknown' : `about ${toRoughDuration(left)} left`);
  if (trouble !== undefined) parts.push(trouble);
  return `${job.status}  ${parts.join(', ')}`;
}

function describeCounts({ counts }: Job): string {
  return counts === undefined || counts.total === 0
    ? ''
    : `, ${toCount(counts.processed)}/${toCount(counts.total)} records`;
}

function describeEnd(job: Job, { colours }: Context): string {
  const { name, status, message, counts, submitted, ended, resultsS3Uri } = job;
  const results = `cdk-bedrock-batch results ${resultsS3Uri}`;
  const facts: string[] = [];
  if (counts !== undefined && counts.total > 0) {
    const done = `${toCount(counts.processed)} of ${counted(counts.total, 'record')} processed`;
    facts.push(`${done}, ${toCount(counts.succeeded)} succeeded, ${toCount(counts.failed)} failed`);
  }
  if (submitted !== undefined && ended !== undefined) {
    facts.push(`in ${toDuration(ended.getTime() - submitted.getTime())}`);
  }
  switch (status) {
    case 'Completed':
      facts.push(`read them with: ${results}`);
      break;
    case 'PartiallyCompleted':
      facts.push(
        `the deadline came before the end; what is missing is told by: ${results} --inputs FILE --retry-file FILE`,
      );
      break;
    case 'Expired':
      facts.push('it never started within its time; submit it again, with a longer timeout');
      break;
    case 'Stopped':
      facts.push('it was stopped by a user');
      break;
  }
  if (message !== undefined) facts.push(`the service says: ${toPrintable(message)}`);
  const title = `${name} ${status}`;
  const head = status === 'Completed' ? colours.green(title) : colours.red(title);
  return facts.length === 0 ? head : `${head}: ${facts.join('; ')}`;
}
