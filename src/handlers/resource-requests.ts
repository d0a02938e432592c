import { findJobId } from '../core/arn';
import { findJobProperties, type JobAttributes, type JobProperties, readJobProperties } from '../core/event';
import { type DeclaringResource, jobIdentity } from '../core/job-identity';
import { jobName, readJobName } from '../core/job-name';
import { resultsS3Uri } from '../core/s3-uri';
import { adoptOrStart, findStray, type Progress, type Workbench } from './adopt-or-start';
import { type BatchJob, isLive } from './batch-jobs';
import type { ResourceRequest } from './cloudformation-event';
import { quoteServiceError } from './explain-error';
import { hashIdentity } from './hash-identity';
import { isAccessDenied, isNotFound, isPassing, toServiceError } from './service-error';

/** Physical id of a resource whose create failed before it was known which job it declares: there is none. */
const NOT_STARTED = 'not-started-';

/**
 * Physical id of a resource whose create failed later, followed by the identity. Its delete looks for a job: the paid call may
 * have had its effect without an answer, or the event been delivered twice and the other run have come further.
 */
const UNCONFIRMED = 'unconfirmed-';

export interface Outcome {
  readonly physicalResourceId: string;
  readonly data?: JobAttributes;
}

type Request<T extends ResourceRequest['type']> = Extract<ResourceRequest, { type: T }>;

/** Physical id for the answer to a create that failed: CloudFormation's delete comes back with it. */
export function physicalIdOfFailedCreate({ hash }: Progress, logicalId: string): string {
  return hash === undefined ? `${NOT_STARTED}${logicalId}` : `${UNCONFIRMED}${hash}`;
}

export async function onCreate(
  request: Request<'Create'>,
  resource: DeclaringResource,
  bench: Workbench,
): Promise<Outcome> {
  const properties = readJobProperties(request.properties);
  return beThere(properties, resource, bench);
}

export async function onUpdate(
  request: Request<'Update'>,
  resource: DeclaringResource,
  bench: Workbench,
): Promise<Outcome> {
  const properties = readJobProperties(request.properties);
  const { physicalResourceId } = request;
  if (findJobId(physicalResourceId) === undefined) {
    return beThere(properties, resource, bench);
  }
  const hash = hashOf(properties, resource);
  bench.progress.hash = hash;
  const old = findJobProperties(request.oldProperties);
  const job = await findJob(physicalResourceId, bench);
  // The job itself counts too: on a rollback the old properties are those of the update that is taken back.
  const same = (old !== undefined && hashOf(old, resource) === hash) || readJobName(job?.jobName ?? '')?.hash === hash;
  if (!same) {
    return beThere(properties, resource, bench);
  }
  if (job === undefined) {
    bench.log.warn('Bedrock no longer knows the job; it is left as done');
  } else {
    tellWhatStartsNothing(properties, old, bench);
    await followTags(physicalResourceId, properties, old, bench);
    if (old !== undefined && hashOf(old, resource) !== hash) {
      await takeBack(old, resource, bench);
    }
  }
  const name = job?.jobName ?? jobName(properties.namePrefix, { hash, attempt: 1 });
  return toOutcome({ jobArn: physicalResourceId, jobName: name }, properties);
}

export async function onDelete(
  request: Request<'Delete'>,
  resource: DeclaringResource,
  bench: Workbench,
): Promise<Outcome> {
  const { physicalResourceId } = request;
  // CloudFormation takes no answer without a physical id, even to a request that had none.
  const outcome = { physicalResourceId: physicalResourceId || `${NOT_STARTED}${resource.logicalId}` };
  const job =
    findJobId(physicalResourceId) === undefined
      ? await findForgotten(request, resource, bench)
      : await findJob(physicalResourceId, bench);
  bench.progress.hash ??= readJobName(job?.jobName ?? '')?.hash;
  if (job === undefined || !isLive(job)) {
    bench.log.info('nothing to stop', { physicalResourceId, status: job?.status });
    return outcome;
  }
  // Read alone: a delete must not fail on properties of another version of the library.
  if ((request.properties as { stopPolicy?: unknown } | undefined)?.stopPolicy === 'LeaveRunning') {
    bench.log.info('left the job running', { jobArn: job.jobArn });
    return outcome;
  }
  await stop(job, bench);
  return outcome;
}

async function beThere(properties: JobProperties, resource: DeclaringResource, bench: Workbench): Promise<Outcome> {
  const hash = hashOf(properties, resource);
  bench.progress.hash = hash;
  bench.progress.jobArn = undefined;
  const { job, isAdopted } = await adoptOrStart(hash, properties, bench);
  if (isAdopted) {
    await putTags(job, properties, bench);
  }
  return toOutcome(job, properties);
}

/**
 * The job is the resource's own, and the old properties declare another: an update to that one failed and is taken back. It may
 * have started its job and never learnt the ARN, and then nobody but this request can stop it.
 */
async function takeBack(old: JobProperties, resource: DeclaringResource, bench: Workbench): Promise<void> {
  const stray = await ifAllowed(() => findStray(hashOf(old, resource), bench), bench);
  if (stray === undefined) {
    return;
  }
  if (old.stopPolicy === 'LeaveRunning') {
    bench.log.info('left the job running', { jobArn: stray.jobArn });
    return;
  }
  await stop(stray, bench);
}

function hashOf(properties: JobProperties, resource: DeclaringResource): string {
  return hashIdentity(jobIdentity(resource, properties));
}

function toOutcome({ jobArn, jobName: name }: BatchJob, properties: JobProperties): Outcome {
  const jobId = findJobId(jobArn) ?? jobArn;
  return {
    physicalResourceId: jobArn,
    data: { JobArn: jobArn, JobId: jobId, JobName: name, OutputS3Uri: resultsS3Uri(properties, jobId) },
  };
}

/** The job of an ARN; undefined if the service knows none. */
async function findJob(jobArn: string, { services, budget, progress }: Workbench): Promise<BatchJob | undefined> {
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

/**
 * A job that was started for a resource which never learnt its ARN: the create ended without an answer, or CloudFormation gave
 * up waiting for one and made up a physical id.
 */
async function findForgotten(
  { physicalResourceId, properties }: Request<'Delete'>,
  resource: DeclaringResource,
  bench: Workbench,
): Promise<BatchJob | undefined> {
  const hash = hashOfForgotten(physicalResourceId, properties, resource);
  bench.progress.hash = hash;
  return hash === undefined ? undefined : ifAllowed(() => findStray(hash, bench), bench);
}

/** A starter that may not list jobs has not started one either: it would have looked first. */
async function ifAllowed<T>(look: () => Promise<T>, { log }: Workbench): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!isAccessDenied(error)) {
      throw error;
    }
    log.warn('may not look for a job that was never confirmed', { error: quoteServiceError(error) });
    return undefined;
  }
}

function hashOfForgotten(physicalId: string, value: unknown, resource: DeclaringResource): string | undefined {
  if (physicalId.startsWith(NOT_STARTED)) {
    return undefined;
  }
  if (physicalId.startsWith(UNCONFIRMED)) {
    return physicalId.slice(UNCONFIRMED.length);
  }
  const properties = findJobProperties(value);
  return properties === undefined ? undefined : hashOf(properties, resource);
}

async function stop(job: BatchJob, bench: Workbench): Promise<void> {
  bench.progress.step = 'stopping the job';
  let isStopped = false;
  const stopOrSeeItEnded = async () => {
    try {
      await bench.services.jobs.stop(job.jobArn);
      isStopped = true;
    } catch (error) {
      // It may have ended since it was looked at.
      const now = await findJob(job.jobArn, bench);
      bench.progress.step = 'stopping the job';
      if (now !== undefined && isLive(now)) {
        throw error;
      }
      bench.log.info('the job had ended before it could be stopped', { jobArn: job.jobArn, status: now?.status });
    }
  };
  // A job on its way from one state to the next may refuse, and let itself be stopped a moment later.
  const mayBeStoppedYet = (error: unknown) => isPassing(error) || toServiceError(error).name === 'ConflictException';
  await bench.budget.retry(stopOrSeeItEnded, { when: mayBeStoppedYet });
  if (isStopped) {
    bench.log.info('stopped the job', { jobArn: job.jobArn });
  }
}

const STARTS_NOTHING = [
  'roleArn',
  'timeoutHours',
  'outputKeyArn',
  'subnetIds',
  'securityGroupIds',
  'inputBucketOwner',
  'outputBucketOwner',
  'namePrefix',
  'minRecords',
] as const;

/** A user who changes how a job is run would otherwise wait for something to happen. */
function tellWhatStartsNothing(properties: JobProperties, old: JobProperties | undefined, { log }: Workbench): void {
  const changed = old === undefined ? [] : STARTS_NOTHING.filter((name) => !isSame(properties[name], old[name]));
  if (changed.length > 0) {
    log.info('these changes start no new job and do not reach the one there is; change runKey to run again', {
      changed,
    });
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

async function followTags(
  jobArn: string,
  { tags }: JobProperties,
  old: JobProperties | undefined,
  { services, budget, progress }: Workbench,
): Promise<void> {
  progress.step = 'tagging the job';
  const before = old?.tags ?? {};
  const gone = Object.keys(before).filter((key) => !(key in tags));
  const changed = Object.fromEntries(Object.entries(tags).filter(([key, value]) => before[key] !== value));
  if (gone.length > 0) {
    await budget.retry(() => services.jobs.untag(jobArn, gone), { when: isPassing });
  }
  if (Object.keys(changed).length > 0) {
    await budget.retry(() => services.jobs.tag(jobArn, changed), { when: isPassing });
  }
}

/** A job that was there may have been started with other tags; those that are not declared any more are not known and stay. */
async function putTags({ jobArn }: BatchJob, { tags }: JobProperties, bench: Workbench): Promise<void> {
  if (Object.keys(tags).length === 0) {
    return;
  }
  bench.progress.step = 'tagging the job';
  try {
    await bench.budget.retry(() => bench.services.jobs.tag(jobArn, tags), { when: isPassing });
  } catch (error) {
    // A rollback adopts, too, and must not end in a failure over tags.
    bench.log.warn('could not tag the adopted job', { error: quoteServiceError(error) });
  }
}
