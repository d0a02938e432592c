import { choice, flag, type Input, numberOr, SERVICE_OPTIONS, text, toCommand } from '../command';
import { JOB_STATUSES, type Job } from '../services';
import { paintStatus } from '../status-colour';
import { toTable } from '../table';
import { toCount, toDuration } from '../words';

const OPTIONS = {
  status: choice(JOB_STATUSES, 'status', `only jobs in this state: ${JOB_STATUSES.join(', ')}`),
  name: text('text', 'only jobs with this in their name'),
  max: numberOr(50, 'count', 'most jobs to list, the newest first', { min: 1, whole: true }),
  json: flag('print JSON'),
  ...SERVICE_OPTIONS,
};

export const jobs = toCommand({
  name: 'jobs',
  summary: 'list the batch inference jobs of an account and Region, with their record counts',
  description: 'Counts are the service’s, up to a minute late; they are 0 until the records are being worked on.',
  arguments: [],
  options: OPTIONS,
  examples: [
    { line: 'jobs --status in-progress', says: 'what runs now' },
    { line: 'jobs --name chapters --max 5', says: 'the newest five with "chapters" in their name' },
    { line: 'jobs --json --profile research --region us-west-2', says: 'for another program, of another account' },
  ],
  run: async ({ options }: Input<typeof OPTIONS>, context) => {
    const { print, tell, terminal, colours, clock } = context;
    const { status, name, max, json } = options;
    const service = await context.connectJobs(options);
    try {
      const found: Job[] = [];
      let isCut = false;
      for await (const job of service.list({ status, nameContains: name })) {
        isCut = found.length === max;
        if (isCut) break;
        found.push(job);
      }
      if (json) print(JSON.stringify(found, undefined, 2));
      else if (found.length > 0) {
        print(
          toTable(
            COLUMNS,
            found.map((job) => toCells(job, clock.now())),
            terminal.stdout,
            colours,
          ),
        );
      }
      if (found.length === 0) tell(`no batch inference job in ${service.region} matches`);
      if (isCut) tell(`there are more; --max ${max * 10} shows up to ${toCount(max * 10)}`);
      return 0;
    } finally {
      service.close();
    }
  },
});

const COLUMNS = [
  { title: 'ID' },
  { title: 'NAME', wraps: true },
  { title: 'MODEL', wraps: true },
  { title: 'STATUS', paint: paintStatus },
  { title: 'PROCESSED', right: true },
  { title: 'SUCCEEDED', right: true },
  { title: 'FAILED', right: true },
  { title: 'AGE', right: true },
];

function toCells({ id, name, modelId, status, counts, submitted }: Job, now: number): string[] {
  return [
    id,
    name,
    // The service tells ARNs, of which only the end tells one from another.
    modelId.slice(modelId.indexOf('/') + 1),
    status,
    counts === undefined ? '-' : `${toCount(counts.processed)}/${toCount(counts.total)}`,
    counts === undefined ? '-' : toCount(counts.succeeded),
    counts === undefined ? '-' : toCount(counts.failed),
    submitted === undefined ? '-' : toDuration(now - submitted.getTime()),
  ];
}
