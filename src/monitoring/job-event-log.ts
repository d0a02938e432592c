import { ArnFormat, type RemovalPolicy } from 'aws-cdk-lib';
import { type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type CfnLogGroup, LogGroup, ResourcePolicy, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { describeWithPath, jobEventPattern } from '../job/job-events';
import { admitLogs, keyOf } from '../job/job-key';
import { reportIssues } from '../private/report-issues';

export interface JobEventLogProps {
  /** Absent: every job of the account in the Region. */
  readonly jobArns?: string[];
  readonly retention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: IKey;
}

/**
 * Keeps the events of batch inference jobs in a log group.
 *
 * CDK's own target for log groups brings a function and a custom resource along to write the policy, and lets every rule of
 * the Region in; CloudFormation can write it by itself.
 */
export class JobEventLog extends Construct {
  public readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: JobEventLogProps) {
    super(scope, id);
    const { jobArns, retention, removalPolicy } = props;
    const encryptionKey = keyOf(props.encryptionKey);
    this.logGroup = new LogGroup(this, 'LogGroup', { retention, removalPolicy, encryptionKey });
    if (encryptionKey !== undefined) {
      reportIssues(this, admitLogs(encryptionKey, this.logGroup.node.defaultChild as CfnLogGroup));
    }
    const rule = new Rule(this, 'Rule', {
      description: describeWithPath('Keeps the changes of state of batch inference jobs for', scope),
      eventPattern: jobEventPattern(jobArns),
      targets: [targetOf(this.logGroup)],
    });
    new ResourcePolicy(this, 'Policy', {
      // A name that CloudFormation makes up, and that no other policy of the Region has.
      resourcePolicyName: this.logGroup.logGroupName,
      policyStatements: writeStatements(this.logGroup, rule),
    });
  }
}

/** EventBridge does not take the ARN of a log group with the `:*` at its end, with which CloudFormation gives it. */
function targetOf({ logGroupName, stack }: LogGroup): IRuleTarget {
  const arn = stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return { bind: () => ({ arn }) };
}

/**
 * Making a log stream is not done in the name of the rule, so only what is written can be bound to it.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 * @see https://github.com/aws-samples/serverless-patterns/pull/618
 */
function writeStatements({ logGroupArn }: LogGroup, { ruleArn }: Rule): PolicyStatement[] {
  const principals = () => ['events', 'delivery.logs'].map((name) => new ServicePrincipal(`${name}.amazonaws.com`));
  return [
    new PolicyStatement({ principals: principals(), actions: ['logs:CreateLogStream'], resources: [logGroupArn] }),
    new PolicyStatement({
      principals: principals(),
      actions: ['logs:PutLogEvents'],
      resources: [logGroupArn],
      conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
    }),
  ];
}
