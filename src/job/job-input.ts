import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Token } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { Issue } from '../core/issue';
import { fileLines } from '../private/file-lines';
import { reportIssues } from '../private/report-issues';
import { checkRecords } from '../records/check-records';

/** Where staged files live in the input bucket. */
const STAGING_PREFIX = 'inputs/';

/** Options of `JobInput.fromBucket`. */
export interface BucketInputOptions {
  /**
   * Version of the object. Neither CloudFormation nor this library notices an object that is overwritten under the same
   * key; with its version here, a new version is a new job.
   *
   * @default - the key alone identifies the records
   */
  readonly objectVersion?: string;
}

/** Options of `JobInput.bind`: what one job of the chosen model may hold. */
export interface JobInputBindOptions {
  /** Fewest records in a job. */
  readonly minRecords: number;

  /**
   * Most records in a file.
   *
   * @default - not known, not checked
   */
  readonly maxRecords?: number;

  /**
   * Largest file, in bytes.
   *
   * @default - not known, not checked
   */
  readonly maxBytes?: number;
}

/** Where the records of a job are, or are to be. */
export interface JobInputConfig {
  /**
   * The bucket that already holds the records.
   *
   * @default - the job's own input bucket, into which `asset` is copied
   */
  readonly bucket?: IBucket;

  /**
   * Key of the one file of records.
   *
   * @default - every file below `prefix`
   */
  readonly key?: string;

  /**
   * Prefix of the files of records, ending in `/`.
   *
   * @default - the one file `key`
   */
  readonly prefix?: string;

  /**
   * Version of the object `key`.
   *
   * @default - whichever is current
   */
  readonly objectVersion?: string;

  /**
   * A local file that the deployment copies to `key`.
   *
   * @default - the records are in `bucket` already
   */
  readonly asset?: Asset;
}

/** The records of a job: JSON Lines, one `{ "recordId": …, "modelInput": { … } }` a line. */
export abstract class JobInput {
  /**
   * A local `.jsonl` file. Checked when the app is synthesised; staged under its content hash, so that a changed file is a
   * new job and an unchanged one is not.
   *
   * @param path relative to the working directory of the app
   */
  public static fromFile(path: string): JobInput {
    return new LocalInput(path);
  }

  /**
   * Records given in the app itself, at least as many as the service's minimum (100). Treated as `fromFile` treats a file.
   *
   * @param records objects with `modelInput` and, if wanted, `recordId`
   */
  // biome-ignore lint/suspicious/noExplicitAny: jsii has no narrower type for JSON of any shape
  public static fromRecords(records: any[]): JobInput {
    return new RecordsInput(records);
  }

  /**
   * One `.jsonl` object in a bucket. The deployment looks that it is there and has enough records before it starts a job.
   *
   * The bucket must be in the Region of the stack.
   */
  public static fromBucket(bucket: IBucket, key: string, options: BucketInputOptions = {}): JobInput {
    return new BucketInput({ bucket, key, objectVersion: options.objectVersion });
  }

  /**
   * Every `.jsonl` object below a prefix in a bucket, and the media files that they name.
   *
   * @param prefix ends in `/`
   */
  public static fromBucketPrefix(bucket: IBucket, prefix: string): JobInput {
    return new BucketInput({ bucket, prefix });
  }

  /** Checks the records as far as they are known and says where they are. Makes no resource. */
  public abstract bind(scope: Construct, options: JobInputBindOptions): JobInputConfig;
}

class BucketInput extends JobInput {
  constructor(private readonly config: JobInputConfig) {
    super();
  }

  public bind(): JobInputConfig {
    return this.config;
  }
}

class LocalInput extends JobInput {
  constructor(private readonly path: string) {
    super();
  }

  public bind(scope: Construct, options: JobInputBindOptions): JobInputConfig {
    reportIssues(scope, checkFile(this.path, options));
    return stage(scope, this.path);
  }
}

class RecordsInput extends JobInput {
  constructor(private readonly records: unknown[]) {
    super();
  }

  public bind(scope: Construct, options: JobInputBindOptions): JobInputConfig {
    const { lines, issues } = toLines(this.records);
    reportIssues(scope, issues.length > 0 ? issues : checkRecords(lines, options));
    const folder = mkdtempSync(join(tmpdir(), 'records-'));
    const path = join(folder, 'records.jsonl');
    writeFileSync(path, `${lines.join('\n')}\n`);
    const config = stage(scope, path);
    // Where the staging of assets is turned off, the assembly refers to the file itself.
    if (!config.asset?.assetPath.startsWith(folder)) rmSync(folder, { recursive: true });
    return config;
  }
}

/** Under the content hash alone: a file that is renamed is the same input. */
function stage(scope: Construct, path: string): JobInputConfig {
  const asset = new Asset(scope, 'Records', { path });
  return { asset, key: `${STAGING_PREFIX}${asset.assetHash}/records.jsonl` };
}

function toLines(records: unknown[]): { lines: string[]; issues: Issue[] } {
  const lines: string[] = [];
  const problems: string[] = [];
  for (const [index, record] of records.entries()) {
    try {
      const line = JSON.stringify(record) ?? 'undefined';
      if (Token.isUnresolved(line))
        problems.push(`record ${index + 1} holds a token, which only a deployment could fill in`);
      else lines.push(line);
    } catch (error) {
      problems.push(`record ${index + 1} is no JSON (${(error as Error).message.split('\n')[0]})`);
    }
  }
  if (problems.length === 0) return { lines, issues: [] };
  const message = `must hold objects that can be written as JSON at synth: ${problems.slice(0, 3).join('; ')}${problems.length > 3 ? `; and ${problems.length - 3} more` : ''}`;
  return { lines, issues: [{ code: 'MalformedRecord', input: 'input', message }] };
}

function checkFile(path: string, { minRecords, maxRecords, maxBytes }: JobInputBindOptions): Issue[] {
  const issue = (code: string, message: string): Issue[] => [{ code, input: 'input', message }];
  if (!existsSync(path))
    return issue('FileNotFound', `must be a file, but nothing is at "${path}" (the app runs in ${process.cwd()})`);
  const file = statSync(path);
  if (!file.isFile()) return issue('NotAFile', `must be a file, got the directory "${path}"`);
  if (!path.endsWith('.jsonl'))
    return issue('NotJsonLines', `must be JSON Lines in a file that ends in .jsonl, got "${path}"`);
  if (maxBytes !== undefined && file.size > maxBytes) {
    return issue(
      'FileTooLarge',
      `must be at most ${maxBytes} bytes, got ${file.size} in "${path}"; split it over several jobs`,
    );
  }
  return checkRecords(fileLines(path), { minRecords, maxRecords }).map(({ message, ...rest }) => ({
    ...rest,
    message: `${message} ("${path}")`,
  }));
}
