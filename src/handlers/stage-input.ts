import type { JobProperties } from '../core/event';
import { toS3Uri } from '../core/s3-uri';
import { stagedCopies } from '../core/staged-copies';
import type { Log } from './log';
import type { ObjectPlace, Objects } from './objects';
import { isAccessDenied, isPassing } from './service-error';
import type { TimeBudget } from './time-budget';

/** Copies at a time: each takes S3 up to half a minute and the function nothing. */
const AT_ONCE = 8;

/** No event is delivered for as long; what was copied since then need not be copied once more. */
const FRESH_MS = 15 * 60_000;

/**
 * Copies local files that CDK uploaded to where the job reads them. What lies there from an earlier job is copied once more:
 * a retention of the bucket counts from then, and would take the records away while this job waits.
 */
export async function stageInput(
  objects: Objects,
  properties: JobProperties,
  log: Log,
  budget: TimeBudget,
): Promise<void> {
  const { bucket } = properties.input;
  const waiting = stagedCopies(properties);
  const copyRest = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const copy = { from: next.from, to: { bucket, key: next.key } };
      await budget.retry(() => stage(objects, copy, log, budget.now()), { when: isPassing });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, copyRest));
}

interface Copy {
  readonly from: ObjectPlace;
  readonly to: ObjectPlace;
}

async function stage(objects: Objects, { from, to }: Copy, log: Log, now: number): Promise<void> {
  if (await isFresh(objects, to, now)) {
    return;
  }
  await objects.copy(from, to);
  log.info('staged the input', { to: toS3Uri(to.bucket, to.key) });
}

/** The key holds the content hash, so what is there is the same. */
async function isFresh(objects: Objects, { bucket, key }: ObjectPlace, now: number): Promise<boolean> {
  try {
    for await (const file of objects.list(bucket, key)) {
      return file.key === key && file.bytes > 0 && now - (file.writtenAt ?? 0) < FRESH_MS;
    }
  } catch (error) {
    // Copying once more does no harm.
    if (!isAccessDenied(error)) {
      throw error;
    }
  }
  return false;
}
