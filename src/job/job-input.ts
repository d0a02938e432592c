import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { BatchModel } from '../model/batch-model';
import type { ModelRouting } from '../model/model-routing';
import { reportIssues } from '../private/report-issues';
import { bindDirectory, bindFile, bindRecords } from './bind-local-input';
import { checkCostInBucket } from './cost-in-bucket';
import type { DatasetOptions } from './dataset-options';
import type { InputCheck } from './input-check';
import type { InvocationType } from './invocation-type';

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

/** Options of `JobInput.bind`: what the records are for. */
export interface JobInputBindOptions {
  /** The model that answers them. */
  readonly model: BatchModel;

  /** Which way to the model the job may take. */
  readonly routing: ModelRouting;

  /** Which API's request body they hold. */
  readonly invocationType: InvocationType;

  /** How much of local records to read. */
  readonly checkInput: InputCheck;

  /**
   * What the job may cost at most, in US dollars, by the estimate.
   *
   * @default - not judged
   */
  readonly maxEstimatedCost?: number;
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
   * Local files that the deployment copies into the bucket, by the key that each gets: `key`, or keys below `prefix`.
   *
   * @default - the records are in `bucket` already
   */
  readonly assets?: { [key: string]: Asset };
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
    return new BoundInput((scope, options) => bindFile(scope, path, options));
  }

  /**
   * The `.jsonl` files of a local directory and of those in it, as one job. Checked and staged as `fromFile` does it. Files of
   * other kinds are passed over, with a warning.
   *
   * @param path relative to the working directory of the app
   */
  public static fromDirectory(path: string): JobInput {
    return new BoundInput((scope, options) => bindDirectory(scope, path, options));
  }

  /**
   * Records made of a dataset when the app is synthesised: one for each row of a CSV, TSV, JSON Lines, JSON or Parquet file,
   * in the body that the model takes.
   *
   * Checked and staged as `fromFile` does it. `cdk-bedrock-batch prepare` makes the same records in the terminal.
   *
   * @param path relative to the working directory of the app; its extension says its format
   */
  public static fromDataset(path: string, options: DatasetOptions): JobInput {
    return new BoundInput((scope, bind) => {
      // Loaded when it is used: most apps make no dataset, and would wait for it each time that they are synthesised.
      const { bindDataset } = require('./bind-dataset') as typeof import('./bind-dataset');
      return bindDataset(scope, { path, dataset: options, options: bind });
    });
  }

  /**
   * Records given in the app itself, at least as many as the service's minimum (100). Treated as `fromFile` treats a file.
   *
   * @param records objects with `modelInput` and, if wanted, `recordId`
   */
  // biome-ignore lint/suspicious/noExplicitAny: jsii has no narrower type for JSON of any shape
  public static fromRecords(records: any[]): JobInput {
    return new BoundInput((scope, options) => bindRecords(scope, records, options));
  }

  /**
   * One `.jsonl` object in a bucket. The deployment looks that it is there and has enough records before it starts a job.
   *
   * The bucket must be in the Region of the stack.
   */
  public static fromBucket(bucket: IBucket, key: string, options: BucketInputOptions = {}): JobInput {
    return new BoundInput((scope, bind) => {
      reportIssues(scope, checkCostInBucket(bind));
      return { bucket, key, objectVersion: options.objectVersion };
    });
  }

  /**
   * Every `.jsonl` object below a prefix in a bucket, and the media files that they name.
   *
   * @param prefix ends in `/`
   */
  public static fromBucketPrefix(bucket: IBucket, prefix: string): JobInput {
    return new BoundInput((scope, bind) => {
      reportIssues(scope, checkCostInBucket(bind));
      return { bucket, prefix };
    });
  }

  /** Checks the records as far as they are known and says where they are. Makes no resource. */
  public abstract bind(scope: Construct, options: JobInputBindOptions): JobInputConfig;
}

class BoundInput extends JobInput {
  constructor(private readonly how: (scope: Construct, options: JobInputBindOptions) => JobInputConfig) {
    super();
  }

  public bind(scope: Construct, options: JobInputBindOptions): JobInputConfig {
    return this.how(scope, options);
  }
}
