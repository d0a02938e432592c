import type { JobProperties } from '../core/event';
import type { Issue } from '../core/issue';
import { inputS3Uri } from '../core/s3-uri';
import { countRecords } from './count-records';
import { quoteServiceError } from './explain-error';
import type { Log } from './log';
import type { Objects, StoredObject } from './objects';
import { isAccessDenied } from './service-error';

/** What S3 says of a job's input. What could not be learnt is left out and not judged. */
export interface LiveInputFacts {
  /** The files that the job will read, as far as they were looked at. */
  readonly files?: readonly StoredObject[];
  /** Records found; no more are counted than the job needs at least. */
  readonly records?: number;
  /** Version that the job will read, of a single file. */
  readonly versionId?: string;
}

const input = 'input';

/** The rules on the input as it is just before a job is paid for. */
export function checkLiveInput(facts: LiveInputFacts, properties: JobProperties): Issue[] {
  const uri = inputS3Uri(properties.input);
  if (facts.files === undefined) {
    return [];
  }
  if (facts.files.length === 0) {
    const what = properties.input.key === undefined ? 'at least one .jsonl file' : 'a file';
    return [
      { code: 'InputMissing', input, message: `must be ${what}, found none at ${uri}; upload it before you deploy` },
    ];
  }
  if (facts.files.every(({ bytes }) => bytes === 0)) {
    const message = `must hold at least ${properties.minRecords} records, got an empty file at ${uri}`;
    return [{ code: 'EmptyInput', input, message }];
  }
  return [...checkVersion(facts, properties), ...checkCount(facts, properties)];
}

function checkVersion({ versionId }: LiveInputFacts, { input: location }: JobProperties): Issue[] {
  const wanted = location.objectVersion;
  if (wanted === undefined || versionId === undefined || versionId === wanted) {
    return [];
  }
  const message = `must be at object version ${wanted}, found ${versionId} at ${inputS3Uri(location)}; a job can read the current version only, so name that one or put the old one back`;
  return [{ code: 'InputVersionChanged', input, message }];
}

function checkCount({ records }: LiveInputFacts, properties: JobProperties): Issue[] {
  if (records === undefined || records >= properties.minRecords) {
    return [];
  }
  const message = `must hold at least ${properties.minRecords} records (the service's minimum for a job), found ${records} at ${inputS3Uri(properties.input)}; for fewer, on-demand inference is the way`;
  return [{ code: 'TooFewRecords', input, message }];
}

/** Looks at the input; what the starter may not read it tells and leaves, for the job's role may be allowed more. */
export async function lookAtInput(objects: Objects, properties: JobProperties, log: Log): Promise<LiveInputFacts> {
  const { bucket, key } = properties.input;
  const files: StoredObject[] = [];
  let records = 0;
  let versionId: string | undefined;
  try {
    for await (const file of objects.list(bucket, key ?? properties.input.prefix ?? '')) {
      if (key === undefined ? !file.key.endsWith('.jsonl') : file.key !== key) {
        continue;
      }
      files.push(file);
      if (file.bytes > 0) {
        const open = await objects.open({ bucket, key: file.key });
        versionId = key === undefined ? undefined : open.versionId;
        records += await countRecords(open.body, properties.minRecords - records);
      }
      if (key !== undefined || records >= properties.minRecords) {
        break;
      }
    }
    return { files, records, versionId };
  } catch (error) {
    if (!isAccessDenied(error)) {
      throw error;
    }
    log.warn('the input could not be looked at, going on without', {
      uri: inputS3Uri(properties.input),
      error: quoteServiceError(error),
    });
    return {};
  }
}
