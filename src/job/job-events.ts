import { Names } from 'aws-cdk-lib';
import { EventField, type EventPattern, type OnEventOptions, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IAlias, IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { checkRulePlace } from '../core/check-place';
import type { Issue } from '../core/issue';
import { reportIssues } from '../private/report-issues';
import { placeOf } from './job-facts';
import type { JobNotificationOptions } from './job-notification-options';
import { policyText } from './policy-text';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html (`Description`) */
const MAX_DESCRIPTION_LENGTH = 512;

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
  const { eventPattern, crossStackScope } = options;
  reportIssues(scope, [
    ...checkEventPattern(eventPattern, states !== undefined),
    ...(crossStackScope === undefined ? [] : checkRulePlace(placeOf(crossStackScope), placeOf(scope))),
  ]);
  const { description = describeRule(scope, states), ...others } = options;
  const rule = new Rule(scope, id, { ...others, description });
  rule.addEventPattern({
    ...jobEventPattern([jobArn]),
    detail: { batchJobArn: [jobArn], ...(states && { status: [...states] }) },
  });
  rule.addTarget(options.target);
  return rule;
}

/** Whether the rule of a notification lets every state through: what a second call for the same topic is compared with. */
const everyStateOf = new WeakMap<Rule, boolean>();

/**
 * A rule that tells a topic in words. Where the topic is told already, in the same way, there is nothing to add, and the rule
 * is that one; two ways at once would tell of each end twice.
 */
export function notifyOnJobState(
  scope: Construct,
  topic: ITopic,
  { jobArn, outputS3Uri }: JobOfEvents,
  { everyState = false }: JobNotificationOptions,
): Rule {
  const id = `Notify${Names.nodeUniqueId(topic.node)}`;
  const first = scope.node.tryFindChild(id) as Rule | undefined;
  const before = first && everyStateOf.get(first);
  if (first !== undefined && before !== undefined) {
    reportIssues(scope, checkNotified(topic, before, everyState));
    return first;
  }
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
  const rule = onJobState(scope, id, jobArn, { target }, everyState ? undefined : ENDED);
  everyStateOf.set(rule, everyState);
  reportIssues(scope, admitEvents(scope, topic));
  return rule;
}

function checkNotified(topic: ITopic, before: boolean, everyState: boolean): Issue[] {
  if (before === everyState) return [];
  const message = `must be told in one way, got ${topic.node.path} a second time, with everyState ${everyState} after ${before}; call notifyOn once for a topic`;
  return [{ code: 'AlreadyNotified', input: 'topic', message }];
}

/**
 * Lets EventBridge publish to the topic, and use its key, or tells what their policies must say. CDK's target has asked for
 * the same and does not tell whether it was heard; in a policy, what is said twice stands once.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
function admitEvents(scope: Construct, topic: ITopic): Issue[] {
  const principals = [new ServicePrincipal('events.amazonaws.com')];
  const publish = new PolicyStatement({ principals, actions: ['sns:Publish'], resources: [topic.topicArn] });
  const issues: Issue[] = [];
  const warn = (message: string) =>
    issues.push({ code: 'TopicPolicyNotChecked', input: 'topic', severity: 'warning', message });
  if (!topic.addToResourcePolicy(publish).statementAdded) {
    warn(
      `is not a topic of this app, so that its policy cannot be seen from here, got ${topic.node.path}; it must let EventBridge publish: ${policyText(scope, [publish])}`,
    );
  }
  const { masterKey } = topic;
  if (masterKey === undefined) return issues;
  if (isOfSns(masterKey)) {
    warn(
      `has the key alias/aws/sns, whose policy lets no other service in, so that nothing is told, got ${topic.node.path}; encrypt it with a key of your own`,
    );
    return issues;
  }
  const use = new PolicyStatement({
    principals,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    // In the policy of a key, the key itself.
    resources: ['*'],
  });
  if (!masterKey.addToResourcePolicy(use).statementAdded) {
    warn(
      `has a key that is not of this app, so that its policy cannot be seen from here, got ${masterKey.node.path}; it must let EventBridge use the key: ${policyText(scope, [use])}`,
    );
  }
  return issues;
}

function isOfSns(key: IKey): boolean {
  return 'aliasName' in key && (key as IAlias).aliasName === 'alias/aws/sns';
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

function describeRule(job: Construct, states: readonly EndState[] | undefined): string {
  const what = states === undefined ? 'Changes of state' : `Change to ${states.join(', ')}`;
  return describeWithPath(`${what} of the batch inference job`, job);
}

/** A description of a rule that ends in a path; of a long one the end stays, which tells more than the beginning. */
export function describeWithPath(what: string, { node: { path } }: Construct): string {
  const whole = `${what} ${path}`;
  if (whole.length <= MAX_DESCRIPTION_LENGTH) return whole;
  const room = MAX_DESCRIPTION_LENGTH - `${what} ...`.length;
  // Not the second half of a character that takes two.
  return `${what} ...${path.slice(-room).replace(/^[\uDC00-\uDFFF]/, '')}`;
}
