/** An event as EventBridge has it on the default bus. */
export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: { readonly [member: string]: unknown };
}

/** The part of a batch job of which its events tell. */
export interface JobOfEvent {
  readonly arn: string;
  readonly status: string;
  readonly request: { readonly jobName: string };
  readonly message?: string;
}

/** What Bedrock sends about a job: https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-eventbridge-how-it-works.html */
export function toStateChange({ arn, status, request, message = '' }: JobOfEvent): BusEvent {
  return {
    source: 'aws.bedrock',
    'detail-type': 'Batch Inference Job State Change',
    resources: [arn],
    detail: {
      version: '0.0',
      accountId: arn.split(':')[4],
      batchJobName: request.jobName,
      batchJobArn: arn,
      batchModelId: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6',
      status,
      failureMessage: message,
      creationTime: 'Nov 21, 2026, 12:00:00 PM',
    },
  };
}

/**
 * Whether a pattern lets an event through: every member of the pattern is one of the event, and of the values listed one is
 * the event's, or one of them if those are several. Prefixes and other filters are not known here, and are refused.
 */
export function matches(pattern: unknown, event: unknown): boolean {
  if (!Array.isArray(pattern)) {
    return Object.entries(pattern as object).every(([member, below]) => {
      const value = (event as Record<string, unknown> | undefined)?.[member];
      return value !== undefined && matches(below, value);
    });
  }
  for (const value of pattern) {
    if (typeof value !== 'string') throw new Error(`the matcher knows plain values only, got ${JSON.stringify(value)}`);
  }
  return (Array.isArray(event) ? event : [event]).some((value) => pattern.includes(value));
}
