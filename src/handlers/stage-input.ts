import type { JobProperties } from '../core/event';
import { inputS3Uri } from '../core/s3-uri';
import type { Log } from './log';
import type { Objects } from './objects';
import { isAccessDenied } from './service-error';

/** Copies a local file that CDK uploaded to where the job reads it, unless it is there: its key holds the content hash. */
export async function stageInput(objects: Objects, { stagedFrom, input }: JobProperties, log: Log): Promise<void> {
  const { bucket, key } = input;
  if (stagedFrom === undefined || key === undefined || (await isThere(objects, bucket, key))) {
    return;
  }
  await objects.copy(stagedFrom, { bucket, key });
  log.info('staged the input', { to: inputS3Uri(input) });
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
