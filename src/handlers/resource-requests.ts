import { findJobId } from '../core/arn';
import { findJobProperties, findTags, type JobAttributes, type JobProperties, readJobProperties } from '../core/event';
import { type DeclaringResource, jobIdentity } from '../core/job-identity';
import { jobName, readClientRequestToken, readJobName } from '../core/job-name';
import { resultsS3Uri } from '../core/s3-uri';
import { adoptOrStart, tokenOf } from './adopt-or-start';
import { type BatchJob, isLive } from './batch-jobs';
import type { ResourceRequest } from './cloudformation-event';
import { quoteServiceError } from './explain-error';
import { findJob } from './find-jobs';
import { hashIdentity } from './hash-identity';
import { isPassing } from './service-error';
import { type Stray, stopJob, stopStray } from './stop-jobs';
import type { Progress, Workbench } from './workbench';

/** Physical id of a resource whose create failed before it was known which job it declares: there is none. */
const NOT_STARTED = 'not-started-';

/**
 * Physical id of a resource whose create failed later, followed by the client request token. Its delete looks for the job of that
 * token: the paid call may have had its effect without an answer, or the event been delivered twice and the other run have come
 * somewhat further.
 */
const UNCONFIRMED = 'unconfirmed-';

export interface Outcome {
  readonly physicalResourceId: string;
  readonly data?: JobAttributes;
}

type Request<T extends ResourceRequest['type']> = Extract<ResourceRequest, { type: T }>;

/** Physical id for the answer to a create that failed: CloudFormation's delete comes back with it. */
export function physicalIdOfFailedCreate({ hash }: Progress, logicalId: string, requestId: string): string {
  return hash === undefined ? `${NOT_STARTED}${logicalId}` : `${UNCONFIRMED}${tokenOf(hash, requestId)}`;
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
  const oldHash = old === undefined ? undefined : hashOf(old, resource);
  const job = await findJob(physicalResourceId, bench);
  // What the job is, its name says: the old properties may be those of an update that failed, and never had this job.
  const ownHash = readJobName(job?.jobName ?? '')?.hash ?? oldHash;
  if (ownHash !== hash) {
    if (old !== undefined && oldHash !== ownHash && oldHash !== hash) {
      await takeBack(old, { mayBeUnderWay: false }, resource, bench);
    }
    return beThere(properties, resource, bench);
  }
  if (job === undefined) {
    bench.log.warn('Bedrock no longer knows the job; it is left as done');
  } else {
    tellWhatStartsNothing(properties, old, bench);
    await followTags(physicalResourceId, properties.tags, findTags(request.oldProperties), bench);
    if (old !== undefined && oldHash !== hash) {
      await takeBack(old, { mayBeUnderWay: true }, resource, bench);
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
  // Read alone: a delete must not fail on properties of another version of the library.
  if ((request.properties as { stopPolicy?: unknown } | undefined)?.stopPolicy === 'LeaveRunning') {
    bench.log.info('left the job running, if there is one', { physicalResourceId });
    return outcome;
  }
  if (findJobId(physicalResourceId) === undefined) {
    await stopForgotten(request, resource, bench);
    return outcome;
  }
  const job = await findJob(physicalResourceId, bench);
  bench.progress.hash = readJobName(job?.jobName ?? '')?.hash;
  if (job === undefined || !isLive(job)) {
    bench.log.info('nothing to stop', { status: job?.status });
    return outcome;
  }
  await stopJob(job, bench);
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
 * The old properties declare another job than the resource has: an update to that one failed or was cancelled. It may have
 * started its job, or start it yet, and nobody has learnt the ARN, so that nobody but this request can stop it.
 */
async function takeBack(
  old: JobProperties,
  { mayBeUnderWay }: Pick<Stray, 'mayBeUnderWay'>,
  resource: DeclaringResource,
  bench: Workbench,
): Promise<void> {
  if (old.stopPolicy === 'LeaveRunning') {
    bench.log.info('left the job of the update running, if there is one');
    return;
  }
  await stopStray({ hash: hashOf(old, resource), mayBeUnderWay }, bench);
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

/**
 * Stops the job of a resource which never learnt its ARN: the create ended without an answer, or CloudFormation gave up waiting
 * for one, or cancelled it, and made up a physical id.
 */
async function stopForgotten(
  { physicalResourceId, properties }: Request<'Delete'>,
  resource: DeclaringResource,
  bench: Workbench,
): Promise<void> {
  const stray = strayOf(physicalResourceId, properties, resource);
  bench.progress.hash = stray?.hash;
  if (stray === undefined) {
    bench.log.info('nothing to stop', { physicalResourceId });
    return;
  }
  await stopStray(stray, bench);
}

function strayOf(physicalId: string, value: unknown, resource: DeclaringResource): Stray | undefined {
  if (physicalId.startsWith(NOT_STARTED)) {
    return undefined;
  }
  const token = physicalId.startsWith(UNCONFIRMED) ? physicalId.slice(UNCONFIRMED.length) : '';
  const hash = readClientRequestToken(token);
  if (hash !== undefined) {
    return { hash, token, mayBeUnderWay: false };
  }
  const properties = findJobProperties(value);
  return properties === undefined ? undefined : { hash: hashOf(properties, resource), mayBeUnderWay: true };
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
  tags: JobProperties['tags'],
  before: JobProperties['tags'],
  { services, budget, progress }: Workbench,
): Promise<void> {
  progress.step = 'tagging the job';
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(tags, key));
  const changed = Object.fromEntries(
    Object.entries(tags).filter(([key, value]) => !Object.hasOwn(before, key) || before[key] !== value),
  );
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
