import { type BatchJob, isDone, isLive } from './batch-jobs';
import { quoteServiceError } from './explain-error';
import { findJob, findNewest } from './find-jobs';
import { isAccessDenied, isPassing, toServiceError } from './service-error';
import type { Workbench } from './workbench';

/** With the pauses between them, which grow, these take 7.5 to 15 seconds. */
const STRAY_LOOKS = 5;

/** The last look is taken so long before the time is up: a call may take ten seconds. */
const LAST_LOOK_MS = 12_000;

/** A job that may have been started, or be started yet, without anyone having its ARN. */
export interface Stray {
  readonly hash: string;
  /** Of the request that may have started it, where that is known: a job that another one started is not lost. */
  readonly token?: string;
  /** Whether the request that starts it may not have ended yet: CloudFormation does not wait for what it cancels. */
  readonly mayBeUnderWay: boolean;
}

/**
 * Stops the job of an identity that nobody has the ARN of. The list may be a moment behind, so it is asked more than once; and a
 * request that is cancelled may be a while from starting its job, so it is asked until no run that began before this one can
 * start one any more.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1730 (a delete beside a running create)
 */
export async function stopStray(stray: Stray, bench: Workbench): Promise<void> {
  const { budget, log } = bench;
  let isStopped = false;
  for (let looks = 1; ; looks += 1) {
    const seen = await lookOnce(stray, bench);
    isStopped ||= seen === 'stopped';
    const untilLastLook = budget.left() - LAST_LOOK_MS;
    const isEnough = stray.mayBeUnderWay ? untilLastLook <= 0 : seen !== 'nothing' || looks === STRAY_LOOKS;
    if (seen === 'settled' || isEnough) {
      if (!isStopped) {
        log.info('nothing to stop');
      }
      return;
    }
    if (looks === STRAY_LOOKS) {
      log.info('waiting for as long as a cancelled request may still start a job', {
        seconds: Math.ceil(untilLastLook / 1_000),
      });
    }
    await budget.pause(looks - 1, untilLastLook);
  }
}

/** `settled`: there is a job that is not to be stopped, and beside which nobody starts another. */
type Seen = 'denied' | 'nothing' | 'stopped' | 'settled';

async function lookOnce({ hash, token }: Stray, bench: Workbench): Promise<Seen> {
  const look = await ifAllowed(async () => ({ newest: await findNewest(hash, bench) }), bench);
  if (look === undefined) {
    return 'denied';
  }
  const { newest } = look;
  const isOurs = token === undefined || (newest?.clientRequestToken ?? token) === token;
  if (newest !== undefined && isLive(newest) && isOurs) {
    await stopJob(newest, bench);
    return 'stopped';
  }
  return newest !== undefined && (isLive(newest) || isDone(newest)) ? 'settled' : 'nothing';
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

export async function stopJob(job: BatchJob, bench: Workbench): Promise<void> {
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
  // A delete that fails is not asked for again everywhere, and the job would live on.
  await bench.budget.retry(stopOrSeeItEnded, { when: mayBeStoppedYet, withinMs: Number.POSITIVE_INFINITY });
  if (isStopped) {
    bench.log.info('stopped the job', { jobArn: job.jobArn });
  }
}
