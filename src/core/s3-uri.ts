import type { InputLocation, JobProperties } from './event';

export function toS3Uri(bucket: string, keyOrPrefix: string): string {
  return `s3://${bucket}/${keyOrPrefix}`;
}

/** Where the records are, as `CreateModelInvocationJob` takes it. */
export function inputS3Uri(input: InputLocation): string {
  return toS3Uri(input.bucket, input.key ?? input.prefix ?? '');
}

/** The place that the job is given for its results; it makes a folder of its own below. */
export function outputS3Uri(properties: Pick<JobProperties, 'outputBucket' | 'outputPrefix'>): string {
  return toS3Uri(properties.outputBucket, properties.outputPrefix);
}

/** The folder that Bedrock makes for one job's results: the job's id. */
export function resultsS3Uri(properties: Pick<JobProperties, 'outputBucket' | 'outputPrefix'>, jobId: string): string {
  return `${outputS3Uri(properties)}${jobId}/`;
}
