import type { JobProperties } from '../core/event';
import { toS3Uri } from '../core/s3-uri';
import { type StagedCopy, stagedCopies } from '../core/staged-copies';
import type { Log } from './log';
import type { Objects } from './objects';
import { isAccessDenied } from './service-error';

/** Copies at a time: each takes S3 up to half a minute and the function nothing. */
const AT_ONCE = 8;

/** Copies local files that CDK uploaded to where the job reads them, unless they are there: the key holds the content hash. */
export async function stageInput(objects: Objects, properties: JobProperties, log: Log): Promise<void> {
  const { bucket } = properties.input;
  const waiting = stagedCopies(properties);
  const copyRest = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await stage(objects, bucket, next, log);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, copyRest));
}

async function stage(objects: Objects, bucket: string, { from, key }: StagedCopy, log: Log): Promise<void> {
  if (await isThere(objects, bucket, key)) {
    return;
  }
  await objects.copy(from, { bucket, key });
  log.info('staged the input', { to: toS3Uri(bucket, key) });
}

async function isThere(objects: Objects, bucket: string, key: string): Promise<boolean> {
  try {
    for await (const file of objects.list(bucket, key)) {
      return file.key === key && file.bytes > 0;
    }
  } catch (error) {
    // Copying once more does no harm.
    if (!isAccessDenied(error)) {
      throw error;
    }
  }
  return false;
}
