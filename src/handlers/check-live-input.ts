import type { InputLocation, JobProperties } from '../core/event';
import type { Issue } from '../core/issue';
import { LARGEST_READING } from '../core/quota-bytes';
import { inputS3Uri, toS3Uri } from '../core/s3-uri';
import { countRecords } from './count-records';
import { quoteServiceError } from './explain-error';
import type { Log } from './log';
import type { Objects, StoredObject } from './objects';
import { isAccessDenied, toServiceError } from './service-error';

/** The `.jsonl` files of a prefix that are looked at. */
const MAX_FILES = 20_000;

/** Objects of a prefix that are listed, images among them: 200 requests of the starter's time. */
const MAX_LISTED = 200_000;

/**
 * Version of an object in a bucket that keeps none.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-objects-versioned-bucket.html
 */
const UNVERSIONED = 'null';

/** In these classes an object cannot be read before it is restored. */
const ARCHIVES: readonly (string | undefined)[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** What S3 says of a job's input. What could not be learnt is left out and not judged. */
export interface LiveInputFacts {
  /** The files that the job will read, as far as they were listed. */
  readonly files?: readonly StoredObject[];
  /** Whether the list ends before the prefix does: there may be more files then, and more records. */
  readonly isCut?: boolean;
  /** Records found; no more are counted than the job needs at least: reading a gigabyte would take too long. */
  readonly records?: number;
  /** Version that the job will read, of a single file. */
  readonly versionId?: string;
  /** Key of a file that is archived, and what S3 said when it was asked for. */
  readonly archived?: { readonly key: string; readonly error: string };
}

const input = 'input';

/** The rules on the input as it is just before a job is paid for. */
export function checkLiveInput(facts: LiveInputFacts, properties: JobProperties): Issue[] {
  const uri = inputS3Uri(properties.input);
  const { files, isCut = false } = facts;
  if (files === undefined || (isCut && files.length === 0)) {
    return [];
  }
  if (files.length === 0) {
    const what = properties.input.key === undefined ? 'at least one .jsonl file' : 'a file';
    return [
      { code: 'InputMissing', input, message: `must be ${what}, found none at ${uri}; upload it before you deploy` },
    ];
  }
  if (!isCut && files.every(({ bytes }) => bytes === 0)) {
    const message = `must hold at least ${properties.minRecords} records, got an empty file at ${uri}`;
    return [{ code: 'EmptyInput', input, message }];
  }
  return [
    ...checkVersion(facts, properties),
    ...checkArchived(facts, properties),
    ...checkFileSize(files, properties),
    ...checkJobSize(files, properties),
    ...checkCount(facts, properties),
  ];
}

function checkArchived({ archived }: LiveInputFacts, { input: { bucket } }: JobProperties): Issue[] {
  if (archived === undefined) {
    return [];
  }
  const message = `must be readable, ${toS3Uri(bucket, archived.key)} is archived; restore it or copy it to another storage class (${archived.error})`;
  return [{ code: 'ArchivedInput', input, message }];
}

function checkFileSize(files: readonly StoredObject[], { input: { bucket }, ...quotas }: JobProperties): Issue[] {
  const largest = files.reduce((found, file) => (file.bytes > found.bytes ? file : found));
  return checkSize(largest.bytes, quotas.maxFileMegabytes, {
    code: 'FileTooLarge',
    what: 'a file',
    where: toS3Uri(bucket, largest.key),
    fix: 'split it over several files below a prefix',
  });
}

function checkJobSize(files: readonly StoredObject[], properties: JobProperties): Issue[] {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return checkSize(bytes, properties.maxJobMegabytes, {
    code: 'JobTooLarge',
    what: 'a job',
    where: inputS3Uri(properties.input),
    fix: 'split it over several jobs',
  });
}

/** Neither size can be raised for a model that has not ended, so what is certainly too much is refused. */
function checkSize(
  bytes: number,
  maxMegabytes: number | undefined,
  { code, what, where, fix }: { code: string; what: string; where: string; fix: string },
): Issue[] {
  const megabytes = bytes / 1_000_000;
  if (maxMegabytes === undefined || megabytes <= maxMegabytes) {
    return [];
  }
  const got = `${Math.ceil(megabytes)} MB at ${where}`;
  if (megabytes <= maxMegabytes * LARGEST_READING) {
    const message = `should be at most ${maxMegabytes} MB in ${what}, got ${got}; if the service refuses it, ${fix}`;
    return [{ code, input, severity: 'warning', message }];
  }
  const message = `must be at most ${maxMegabytes} MB in ${what} (the service's quota for this model), got ${got}; ${fix}`;
  return [{ code, input, message }];
}

function checkVersion({ versionId }: LiveInputFacts, { input: location }: JobProperties): Issue[] {
  const wanted = location.objectVersion;
  if (wanted === undefined || versionId === undefined || versionId === wanted) {
    return [];
  }
  const message = `must be at object version ${wanted}, found ${versionId} at ${inputS3Uri(location)}; a job can read the current version only, so name that one or put the old one back`;
  return [{ code: 'InputVersionChanged', input, message }];
}

function checkCount({ records, isCut }: LiveInputFacts, properties: JobProperties): Issue[] {
  if (isCut || records === undefined || records >= properties.minRecords) {
    return [];
  }
  const message = `must hold at least ${properties.minRecords} records (the service's minimum for a job), found ${records} at ${inputS3Uri(properties.input)}; for fewer, on-demand inference is the way`;
  return [{ code: 'TooFewRecords', input, message }];
}

/**
 * Looks at the input; what the starter may not read it tells and leaves, for the job's role may be allowed more. It starts
 * anew each time, so that it can be repeated: the SDK repeats a request, and not a body that breaks off.
 */
export async function lookAtInput(objects: Objects, properties: JobProperties, log: Log): Promise<LiveInputFacts> {
  let listed: Listed | undefined;
  try {
    listed = await listInput(objects, properties.input, log);
    return { ...listed, ...(await readInput(objects, listed.files, properties)) };
  } catch (error) {
    if (!isAccessDenied(error)) {
      throw error;
    }
    log.warn('the input could not be looked at, going on without', {
      uri: inputS3Uri(properties.input),
      error: quoteServiceError(error),
    });
    return { ...listed };
  }
}

interface Listed {
  readonly files: readonly StoredObject[];
  readonly isCut: boolean;
}

async function listInput(objects: Objects, { bucket, key, prefix }: InputLocation, log: Log): Promise<Listed> {
  const files: StoredObject[] = [];
  let listed = 0;
  for await (const file of objects.list(bucket, key ?? prefix ?? '')) {
    if (listed === MAX_LISTED || files.length === MAX_FILES) {
      log.warn('there is more below the prefix than is looked at: missing files and records are not noticed', {
        prefix,
        objects: listed,
        files: files.length,
      });
      return { files, isCut: true };
    }
    if (key === undefined ? file.key.endsWith('.jsonl') : file.key === key) {
      files.push(file);
    }
    if (key !== undefined) {
      break;
    }
    listed += 1;
  }
  return { files, isCut: false };
}

async function readInput(
  objects: Objects,
  files: readonly StoredObject[],
  { input: { bucket, key }, minRecords }: JobProperties,
): Promise<LiveInputFacts> {
  let records = 0;
  let versionId: string | undefined;
  for (const file of archivesFirst(files)) {
    try {
      const open = await objects.open({ bucket, key: file.key });
      versionId = key === undefined ? undefined : (open.versionId ?? UNVERSIONED);
      records += await countRecords(open.body, Math.max(minRecords - records, 1));
    } catch (error) {
      if (toServiceError(error).name !== 'InvalidObjectState') {
        throw error;
      }
      return { archived: { key: file.key, error: quoteServiceError(error) } };
    }
    if (records >= minRecords) {
      break;
    }
  }
  return { records, versionId };
}

/** An archived file that was restored has its class still, so only reading one tells. */
function archivesFirst(files: readonly StoredObject[]): StoredObject[] {
  const full = files.filter(({ bytes }) => bytes > 0);
  return [...full.filter(isArchived), ...full.filter((file) => !isArchived(file))];
}

function isArchived({ storageClass }: StoredObject): boolean {
  return ARCHIVES.includes(storageClass);
}
