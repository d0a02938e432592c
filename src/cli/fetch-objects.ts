import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectStore, StoredObject } from './services';
import { UsageError } from './usage-error';

export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
}

const S3_URI = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;
/** Downloads at a time: enough that none waits for another one's first byte. */
const AT_A_TIME = 4;

/** Undefined for a path. @throws UsageError for an S3 URI that is none */
export function findS3Place(given: string): S3Place | undefined {
  if (!/^s3:/i.test(given)) return undefined;
  const [, bucket, prefix = ''] = S3_URI.exec(given) ?? [];
  if (bucket === undefined) {
    throw new UsageError({
      code: 'BadS3Uri',
      input: given,
      message: 'must be like s3://bucket/folder/, got something else',
    });
  }
  return { bucket, prefix };
}

export interface FetchOptions {
  /** By the key of an object. */
  readonly isWanted: (key: string) => boolean;
  readonly folder: string;
  readonly onProgress: (bytes: number, totalBytes: number) => void;
}

/** Downloads what is wanted at a place into a folder, in the order of the keys, and gives the number of files. */
export async function fetchObjects(store: ObjectStore, place: S3Place, options: FetchOptions): Promise<number> {
  const { isWanted, folder, onProgress } = options;
  const wanted: StoredObject[] = [];
  for await (const object of store.list(place.bucket, place.prefix)) {
    if (isBelow(object.key, place.prefix) && isWanted(object.key)) wanted.push(object);
  }
  const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const queue = wanted.values();
  const work = async () => {
    for (const { key, bytes } of queue) {
      const file = join(folder, toFilePath(key, place.prefix));
      await mkdir(dirname(file), { recursive: true });
      await store.download(place.bucket, key, file);
      done += bytes;
      onProgress(done, total);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return wanted.length;
}

/** S3 finds `job-10/` for the prefix `job-1`, which nobody means. */
function isBelow(key: string, prefix: string): boolean {
  return prefix === '' || prefix.endsWith('/') || key === prefix || key.startsWith(`${prefix}/`);
}

/** The key below its prefix as a path that stays below its folder, whatever the key is. */
function toFilePath(key: string, prefix: string): string {
  const below = key === prefix ? key.slice(key.lastIndexOf('/') + 1) : key.slice(prefix.length);
  return below
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (part === '.' || part === '..' ? '_' : part))
    .join('/');
}
