const JOB_ARN = /^arn:aws(?:-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:model-invocation-job\/([a-z0-9]{12})$/;

/** The id in the ARN of a batch inference job; undefined for any other text. */
export function findJobId(text: string): string | undefined {
  return JOB_ARN.exec(text)?.[1];
}
