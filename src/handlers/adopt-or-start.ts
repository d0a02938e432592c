import { BatchInferenceError } from '../core/batch-inference-error';
import { checkJob } from '../core/check-job';
import type { JobProperties } from '../core/event';
import { type Issue, isError } from '../core/issue';
import { factsOf } from '../core/job-facts';
import { clientRequestToken, jobName } from '../core/job-name';
import { inputS3Uri, outputS3Uri } from '../core/s3-uri';
import { type BatchJob, isDone, isLive } from './batch-jobs';
import { checkLiveInput, lookAtInput } from './check-live-input';
import { checkLiveModel, lookAtModel } from './check-live-model';
import { withActiveJobs } from './count-active-jobs';
import { quoteServiceError } from './explain-error';
import { findNewest } from './find-jobs';
import { hashIdentity } from './hash-identity';
import type { Log } from './log';
import { isPassing, mayHaveHadEffect, toServiceError } from './service-error';
import { stageInput } from './stage-input';
import { OutOfTimeError } from './time-budget';
import type { Workbench } from './workbench';

/** A role that Bedrock cannot assume yet is given this long, and all the same not more than there is. */
const ROLE_SETTLES_MS = 90_000;

/** How often the service may say that a job of this name is there before it is taken at its word that something is wrong. */
const MAX_CONFLICTS = 3;

/**
 * No paid call goes on in the last part of a run, so that a delete which comes beside it still looks when the job appears.
 *
 * @see stopStray
 */
const LAST_CALL_MS = 25_000;

/** Once a job may have been started without an answer, a list that does not show it proves nothing. */
interface Doubt {
  mayHaveStarted: boolean;
}

/** The job of an identity, and whether it was there before. */
export interface Found {
  readonly job: BatchJob;
  readonly isAdopted: boolean;
}

/** The job of an identity: one that is live or done, or else a new one. */
export async function adoptOrStart(hash: string, properties: JobProperties, bench: Workbench): Promise<Found> {
  const doubt: Doubt = { mayHaveStarted: false };
  for (let conflicts = 0; ; conflicts += 1) {
    const newest = await findNewest(hash, bench);
    if (newest !== undefined && (isLive(newest) || isDone(newest))) {
      bench.progress.jobArn = newest.jobArn;
      bench.log.info('adopted a job', { status: newest.status });
      return { job: newest, isAdopted: true };
    }
    const attempt = newest === undefined ? 1 : newest.attempt + 1;
    if (newest !== undefined) {
      bench.log.info('an earlier job ended without answers, starting another attempt', {
        jobArn: newest.jobArn,
        status: newest.status,
        attempt,
      });
    }
    if (conflicts === 0) {
      await prepare(properties, bench);
    }
    try {
      return { job: await start(properties, { hash, attempt }, doubt, bench), isAdopted: false };
    } catch (error) {
      const isConflict = toServiceError(error).name === 'ConflictException';
      doubt.mayHaveStarted ||= isConflict;
      if (doubt.mayHaveStarted) {
        const started = await findStarted(hash, attempt, bench);
        if (started !== undefined) {
          bench.progress.jobArn = started.jobArn;
          bench.log.info('the job had started without an answer', { status: started.status });
          return { job: started, isAdopted: false };
        }
      }
      if (!isConflict || conflicts >= MAX_CONFLICTS) {
        // The count is a help; what was wrong must be told even if there is no time for it.
        bench.budget.remember(error);
        throw await withActiveJobs(error, properties, bench.services.jobs, bench.log);
      }
      // There is a job of this name that the list did not show yet: look again.
      bench.log.warn('a job of this name is there already, looking again', { error: quoteServiceError(error) });
      await bench.budget.pause();
    }
  }
}

/** The client request token of the job that a request of CloudFormation starts. */
export function tokenOf(hash: string, requestId: string): string {
  return clientRequestToken(hash, hashIdentity(requestId));
}

/** Everything that can be found wrong, and made ready, before the job costs anything. */
async function prepare(properties: JobProperties, { services, budget, log, progress }: Workbench): Promise<void> {
  report(checkJob(factsOf(properties)), log);
  progress.step = 'looking at the model';
  const modelIssues = checkLiveModel(
    await lookAtModel(services.models, properties.modelId, log),
    properties,
    budget.now(),
  );
  report(modelIssues, log);
  progress.step = 'staging the input';
  await stageInput(services.objects, properties, log, budget);
  progress.step = 'looking at the input';
  const look = () => lookAtInput(services.objects, properties, log);
  report(checkLiveInput(await budget.retry(look, { when: isPassing }), properties), log);
}

function report(issues: readonly Issue[], log: Log): void {
  for (const issue of issues.filter((found) => !isError(found))) {
    log.warn(`${issue.input} ${issue.message}`, { code: issue.code });
  }
  const errors = issues.filter(isError);
  if (errors.length > 0) {
    throw new BatchInferenceError(errors);
  }
}

async function start(
  properties: JobProperties,
  identity: { hash: string; attempt: number },
  doubt: Doubt,
  { services, budget, log, progress, requestId }: Workbench,
): Promise<BatchJob> {
  progress.step = 'starting the job';
  const name = jobName(properties.namePrefix, identity);
  const request = {
    jobName: name,
    clientRequestToken: tokenOf(identity.hash, requestId),
    modelId: properties.modelId,
    invocationType: properties.invocationType,
    roleArn: properties.roleArn,
    inputS3Uri: inputS3Uri(properties.input),
    outputS3Uri: outputS3Uri(properties),
    outputKeyArn: properties.outputKeyArn,
    inputBucketOwner: properties.inputBucketOwner,
    outputBucketOwner: properties.outputBucketOwner,
    subnetIds: properties.subnetIds,
    securityGroupIds: properties.securityGroupIds,
    timeoutHours: properties.timeoutHours,
    tags: properties.tags,
  };
  const create = async () => {
    try {
      return await budget.endingBefore(LAST_CALL_MS, (signal) => services.jobs.create(request, signal));
    } catch (error) {
      doubt.mayHaveStarted ||= !(error instanceof OutOfTimeError) && mayHaveHadEffect(error);
      throw error;
    }
  };
  const jobArn = await budget.retry(create, {
    when: isPassing,
    withinMs: ROLE_SETTLES_MS,
    onRetry: (error, delayMs) =>
      log.warn('trying again to start the job', { error: quoteServiceError(error), delayMs }),
  });
  progress.jobArn = jobArn;
  log.info('started a job', { jobName: name });
  return { jobArn, jobName: name, status: 'Submitted' };
}

/** After a create without an answer: the job that it made all the same. */
async function findStarted(hash: string, attempt: number, bench: Workbench): Promise<BatchJob | undefined> {
  try {
    const newest = await findNewest(hash, bench);
    return newest !== undefined && newest.attempt >= attempt && (isLive(newest) || isDone(newest)) ? newest : undefined;
  } catch (error) {
    bench.log.warn('could not look for the job that may have started', { error: quoteServiceError(error) });
    return undefined;
  } finally {
    bench.progress.step = 'starting the job';
  }
}
