import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  type CfnPolicy,
  Grant,
  type IGrantable,
  type IPrincipal,
  Policy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { type CfnLogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BatchInferenceError } from '../core/batch-inference-error';
import type { Issue } from '../core/issue';
import { acknowledgeWildcard } from '../private/acknowledge-wildcard';
import { anyJobArn } from '../private/environment';
import { acknowledgeOwnPolicy, acknowledgeStarter } from './acknowledgements';
import { admitLogs, isOfOtherAccount } from './job-key';

const ID = 'BatchInferenceJobStarter';
const ASSET = join(__dirname, '..', '..', 'assets', 'handlers', 'start-job.lambda');

/** The function answers in seconds; a 1 GB input takes a while to copy. */
const TIMEOUT = Duration.minutes(3);

/**
 * How long CloudFormation waits for an answer: one run and the two that Lambda adds, a minute and two minutes later, when a
 * run crashes. Without it a lost answer would hold the stack for an hour.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const SERVICE_TIMEOUT = Duration.minutes(15);

/**
 * No delivery of an event begins later: its run would end when CloudFormation has given up waiting, and a job that it started
 * would be nobody's. The two that Lambda adds to a crashed run begin within nine minutes.
 */
const MAX_EVENT_AGE = SERVICE_TIMEOUT.minus(TIMEOUT);

/**
 * The function that stands behind every batch inference job of a stack: the custom resources' service token itself, with no
 * provider framework between. One function, one role, one log group.
 */
export class JobStarter extends Construct implements IGrantable {
  /** The starter of the stack that `scope` is in. */
  public static of(scope: Construct): JobStarter {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(ID) ?? new JobStarter(stack);
    if (existing instanceof JobStarter) return existing;
    const message = `must not be the id of another construct in the stack, got it for ${existing.node.path}`;
    throw new BatchInferenceError([{ code: 'StarterIdTaken', input: ID, message }]);
  }

  public readonly serviceToken: string;
  public readonly serviceTimeout = SERVICE_TIMEOUT;
  public readonly grantPrincipal: IPrincipal;

  /**
   * What the starter needs for every job. It belongs to the starter rather than to a job, since a job that leaves the stack
   * is stopped after its own rights are gone.
   */
  public readonly rights: Grant;

  public readonly functionName: string;

  private readonly role: Role;
  private readonly function: CfnFunction;
  private readonly logGroup: CfnLogGroup;
  private logKey?: IKey;

  private constructor(stack: Stack) {
    super(stack, ID);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      description: 'Starts, finds, tags and stops the batch inference jobs of one stack',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const starter = new LambdaFunction(this, 'Function', {
      description: 'Starts the batch inference jobs of this stack when it is deployed',
      code: Code.fromAsset(ASSET),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: TIMEOUT,
      maxEventAge: MAX_EVENT_AGE,
      // By its ARN: the jobs wait for the role's rights, so the function need not (cfn-lint W3005).
      role: Role.fromRoleArn(this, 'RoleOfFunction', role.roleArn, { mutable: false }),
      logGroup,
    });
    this.logGroup = logGroup.node.defaultChild as CfnLogGroup;
    this.function = starter.node.defaultChild as CfnFunction;
    this.serviceToken = starter.functionArn;
    this.functionName = starter.functionName;
    this.role = role;
    this.grantPrincipal = role;
    this.rights = logGroup.grantWrite(role).combine(this.grantJobs());
    acknowledgeOwnPolicy(role);
    acknowledgeStarter(starter);
  }

  /**
   * Has each run traced with X-Ray. The jobs of a stack share the starter: one that asks for it is enough.
   *
   * Lambda makes no function that is to be traced before its role may write traces, so these rights have a policy of their own
   * for which the function waits; the other one waits for the jobs' buckets and roles.
   */
  public trace(): void {
    if (this.function.tracingConfig !== undefined) return;
    this.function.tracingConfig = { mode: Tracing.ACTIVE };
    acknowledgeWildcard(this, '*', 'xray:PutTraceSegments and xray:PutTelemetryRecords have no resource type.');
    const statements = [
      new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }),
    ];
    const rights = new Policy(this.role, 'Tracing', { roles: [this.role], statements });
    this.function.addDependency(rights.node.defaultChild as CfnPolicy);
  }

  /**
   * Encrypts the log group with a job's key. The jobs of a stack share the log group: the first of them that brings a key
   * gives it, so that a job which is added later changes nothing for those that are there.
   */
  public encryptLogs(key: IKey): Issue[] {
    if (this.logKey?.keyArn === key.keyArn) return [];
    if (isOfOtherAccount(key, this)) {
      // That CloudWatch Logs takes keys of other accounts is not documented.
      const message = `must be of the account of the stack for the starter's logs, which are not encrypted with it, got ${key.node.path} of ${key.env.account}`;
      return [{ code: 'LogsWithoutKey', input: 'encryptionKey', severity: 'warning', message }];
    }
    if (this.logKey !== undefined) {
      const message = `is not that of the starter's logs, which the first job of the stack with a key decides, got ${key.node.path} after ${this.logKey.node.path}`;
      return [{ code: 'LogsHaveOtherKey', input: 'encryptionKey', severity: 'warning', message }];
    }
    this.logKey = key;
    this.logGroup.kmsKeyId = key.keyArn;
    return admitLogs(key, this.logGroup);
  }

  private grantJobs(): Grant {
    const jobs = anyJobArn(this);
    acknowledgeWildcard(this, jobs, 'Bedrock makes up the last part of the ARN of a job when the job starts.');
    acknowledgeWildcard(
      this,
      '*',
      'bedrock:ListModelInvocationJobs and bedrock:GetFoundationModelAvailability have no resource type.',
    );
    return Grant.addToPrincipal({
      grantee: this,
      actions: [
        'bedrock:CreateModelInvocationJob',
        'bedrock:GetModelInvocationJob',
        'bedrock:StopModelInvocationJob',
        'bedrock:TagResource',
        'bedrock:UntagResource',
      ],
      resourceArns: [jobs],
    }).combine(
      Grant.addToPrincipal({ grantee: this, actions: ['bedrock:ListModelInvocationJobs'], resourceArns: ['*'] }),
    );
  }
}
