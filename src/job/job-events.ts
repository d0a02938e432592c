import { Names } from 'aws-cdk-lib';
import { EventField, type EventPattern, type OnEventOptions, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

import type { Construct } from 'constructs';
import type { Issue } from '../core/issue';
import { reportIssues } from '../private/report-issues';
import type { JobNotificationOptions } from './job-notification-options';

/** What a rule needs to know of a job. Both may be tokens. */
export interface JobOfEvents {
  readonly jobArn: string;
  readonly outputS3Uri: string;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationJob.html (`status`) */
export type EndState = 'Completed' | 'PartiallyCompleted' | 'Failed' | 'Stopped' | 'Expired';

export const FAILED: readonly EndState[] = ['Failed', 'Stopped', 'Expired'];
const ENDED: readonly EndState[] = ['Completed', 'PartiallyCompleted', ...FAILED];

/**
 * What Bedrock's events on batch inference jobs look like to a rule: those of the jobs given, or of all in the Region.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-eventbridge-how-it-works.html
 */
export function jobEventPattern(jobArns?: string[]): EventPattern {
  return {
    source: ['aws.bedrock'],
    detailType: ['Batch Inference Job State Change'],
    ...(jobArns && { resources: jobArns }),
  };
}

/** A rule for one job's change to one of some states; to any, where none are named. */
export function onJobState(
  scope: Construct,
  id: string,
  jobArn: string,
  options: OnEventOptions,
  states?: readonly EndState[],
): Rule {
  reportIssues(scope, checkEventPattern(options.eventPattern, states !== undefined));
  const { description = describeRule(scope, states), ...others } = options;
  const rule = new Rule(scope, id, { ...others, description });
  rule.addEventPattern({
    ...jobEventPattern([jobArn]),
    detail: { batchJobArn: [jobArn], ...(states && { status: [...states] }) },
  });
  rule.addTarget(options.target);
  return rule;
}

/** A rule that tells a topic in words. */
export function notifyOnJobState(
  scope: Construct,
  topic: ITopic,
  { jobArn, outputS3Uri }: JobOfEvents,
  { everyState = false }: JobNotificationOptions,
): Rule {
  // One quoted line each, as EventBridge wants text of several lines. What the event does not hold stays empty.
  const message = RuleTargetInput.fromMultilineText(
    [
      `Batch inference job ${EventField.fromPath('$.detail.batchJobName')} is ${EventField.fromPath('$.detail.status')}.`,
      `Failure message: ${EventField.fromPath('$.detail.failureMessage')}`,
      `Job: ${EventField.fromPath('$.detail.batchJobArn')}`,
      `Results go to: ${outputS3Uri}`,
    ].join('\n'),
  );
  const target = new SnsTopic(topic, { message });
  return onJobState(
    scope,
    `Notify${Names.nodeUniqueId(topic.node)}`,
    jobArn,
    { target },
    everyState ? undefined : ENDED,
  );
}

/**
 * CDK puts two patterns together by adding the values of each field up: what the user says of a field that is taken would
 * let other jobs and other states in.
 */
function checkEventPattern(pattern: EventPattern | undefined, hasStates: boolean): Issue[] {
  const { source, detailType, resources, detail } = pattern ?? {};
  const given = { source, detailType, resources, 'detail.batchJobArn': detail?.batchJobArn };
  const taken = Object.entries(hasStates ? { ...given, 'detail.status': detail?.status } : given)
    .filter(([, value]) => value !== undefined)
    .map(([field]) => field);
  if (taken.length === 0) return [];
  const message = `must add to what chooses this job and its states, which is set, got ${taken.join(', ')}; for other jobs or states make a Rule of your own`;
  return [{ code: 'EventPatternTaken', input: 'eventPattern', message }];
}

function describeRule({ node }: Construct, states: readonly EndState[] | undefined): string {
  const what = states === undefined ? 'Changes of state' : `Change to ${states.join(', ')}`;
  return `${what} of the batch inference job ${node.path}`;
}
