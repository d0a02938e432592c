import type { Issue } from '../../core/issue';
import type { PrepareOptions } from './prepare';

/**
 * What a construct asks of the packaged preparation, as JSON: an app runs one line after another, and Parquet and threads can
 * only be waited for, so the work is done in a process of its own.
 */
export interface PrepareRequest extends PrepareOptions {
  /** The dataset; its extension says its format. */
  readonly path: string;
  /** The one file of records that is to be made. */
  readonly outputFile: string;
}

export interface PrepareReply {
  /** With an error among them there is no file. */
  readonly issues: readonly Issue[];
}
