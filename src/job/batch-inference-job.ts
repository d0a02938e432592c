import {
  CustomResource,
  type Duration,
  type ITaggableV2,
  type RemovalPolicy,
  Stack,
  TagManager,
  TagType,
} from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable, type IPrincipal, type IRole, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkJob } from '../core/check-job';
import { type JobAttributes, type JobProperties, RESOURCE_TYPE } from '../core/event';
import type { BatchModel } from '../model/batch-model';
import type { BatchModelConfig } from '../model/model-binding';
import { ModelRouting } from '../model/model-routing';
import { collectStatements } from '../private/collect-statements';
import { anyJobArn } from '../private/environment';
import { reportIssues } from '../private/report-issues';
import { acknowledgeData, acknowledgeModels } from './acknowledgements';
import { bucketPolicyStatements, findOtherOwner, warnIfNotAdmitted } from './bucket-owner';
import { grantReadTo, type JobData } from './data-access';
import { InputCheck } from './input-check';
import { InvocationType } from './invocation-type';
import { createJobBucket, stopBeforeEmptying } from './job-bucket';
import { checkPlace, factsOf } from './job-facts';
import type { JobInput, JobInputConfig } from './job-input';
import { admitJob, checkAliases, keyOf } from './job-key';
import { type JobNetwork, NetworkChoice } from './job-network';
import type { JobNotificationOptions } from './job-notification-options';
import { toProperties } from './job-properties';
import { JobStarter } from './job-starter';
import { acknowledgeNetwork, grantNetwork } from './network-rights';
import { checkRoleAccount, warnIfNotGranted } from './own-role';
import { createServiceRole, grantRun } from './service-role';
import { grantLook, grantPassRole, grantStage, grantSubmit } from './starter-rights';
import { StopPolicy } from './stop-policy';
import { warnIfRetained } from './warn-if-retained';

/** Properties of `BatchInferenceJob`. */
export interface BatchInferenceJobProps {
  /** The model that answers. Checked for the Region of the stack. */
  readonly model: BatchModel;

  /** The records to be answered. */
  readonly input: JobInput;

  /**
   * Which way to the model the job may take.
   *
   * @default ModelRouting.AUTO - in-Region where batch inference serves the model there, else the Region's geographic profile
   */
  readonly routing?: ModelRouting;

  /**
   * Which API's request body the records hold.
   *
   * @default InvocationType.INVOKE_MODEL
   */
  readonly invocationType?: InvocationType;

  /**
   * How much of local records is read when the app is synthesised. Whatever is not read may end as a *Completed* job of
   * records in error: Bedrock does not look inside `modelInput` before it runs.
   *
   * @default InputCheck.FULL
   */
  readonly checkInput?: InputCheck;

  /**
   * What the job may cost at most, in US dollars. The synthesis fails where the estimate for local records is above it, and
   * warns where there is no price to go by, or where the records are in S3 and so not known.
   *
   * The estimate counts tokens by a sample of the records, and assumes a share of the most tokens that each record allows
   * for its answer; `cdk-bedrock-batch estimate` tells it in detail.
   *
   * @default - not judged
   */
  readonly maxEstimatedCost?: number;

  /**
   * Readable part of the job's name; the library adds the identity of the job and the number of the attempt. At most 46
   * letters, digits, `-`, `+` and `.`.
   *
   * @default - the path of this construct, cleaned
   */
  readonly jobName?: string;

  /**
   * How long Bedrock may queue and run the job before it expires: 24 to 168 whole hours. Changing it starts no new job.
   *
   * @default Duration.hours(24)
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
   */
  readonly timeout?: Duration;

  /**
   * Where local records are staged. In the Region of the stack.
   *
   * @default - a new encrypted bucket, or the bucket that `input` names
   */
  readonly inputBucket?: IBucket;

  /**
   * Account that owns the bucket of the records, where it is not that of the stack. The policy of the bucket must let this
   * account in: `inputBucketPolicyStatements` says how.
   *
   * @default - the account of the stack, or the one that the bucket was imported with
   */
  readonly inputBucketOwner?: string;

  /**
   * Where Bedrock writes the results. They repeat the records, so guard it as you guard those. In the Region of the stack.
   *
   * @default - a new encrypted bucket
   */
  readonly outputBucket?: IBucket;

  /**
   * Account that owns the bucket of the results, where it is not that of the stack. The policy of the bucket must let this
   * account in: `outputBucketPolicyStatements` says how.
   *
   * @default - the account of the stack, or the one that the bucket was imported with
   */
  readonly outputBucketOwner?: string;

  /**
   * Prefix of the results in the output bucket, ending in `/`. Bedrock adds a folder named after the job.
   *
   * @default - none
   */
  readonly outputPrefix?: string;

  /**
   * Role that Bedrock assumes to read the records and write the results. Nothing is added to a role of yours: give it the
   * rights with `grantRun`, and a trust policy for `bedrock.amazonaws.com`.
   *
   * @default - a new role with least rights
   */
  readonly role?: IRole;

  /**
   * Key for the buckets that this construct creates, for the results, and for the log group of the stack's starter, which the
   * jobs of the stack share: there the first key counts. The roles may use it through S3 only.
   *
   * The policy of a key of this app is extended for CloudWatch Logs. Of an imported key it cannot be: a warning tells what the
   * policy must say. A key of another account is not used for the logs.
   *
   * @default - keys managed by S3 and by CloudWatch Logs
   */
  readonly encryptionKey?: IKey;

  /**
   * Where S3 writes the access logs of the buckets that this construct creates, each below the path of its bucket in the app.
   * In the account and Region of the stack, encrypted by S3 itself, without Object Lock.
   *
   * @default - no access logs
   */
  readonly accessLogsBucket?: IBucket;

  /**
   * How long the buckets that this construct creates keep records and results: whole days, no shorter than `timeout`. Versions
   * that are replaced or deleted are kept one day more.
   *
   * @default - for ever
   */
  readonly dataRetention?: Duration;

  /**
   * Network in which Bedrock reads the records and writes the results, through network interfaces that it makes there and
   * takes away. Needs a way to S3: a gateway endpoint, an interface endpoint or NAT; the synthesis warns where it finds none.
   * Changing it starts no new job.
   *
   * @default - outside of any network of yours
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-vpc.html
   */
  readonly vpc?: IVpc;

  /**
   * Subnets of the network interfaces: 1 to 16. AWS asks for one in each Availability Zone.
   *
   * @default - one private subnet in each Availability Zone of `vpc`
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Security groups of the network interfaces: 1 to 5. They must let HTTPS out to S3.
   *
   * @default - a new one that lets nothing in and everything out
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * Has the runs of the starter traced with AWS X-Ray. The jobs of a stack share one starter: it is traced as soon as one of
   * them asks for it. Changing it starts no new job.
   *
   * @default false
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
   */
  readonly starterTracing?: boolean;

  /**
   * Change it to have the same work done again; any text.
   *
   * @default - the job runs once for the same model, input and output
   */
  readonly runKey?: string;

  /**
   * What becomes of a job that still runs when it is replaced or its resource is deleted.
   *
   * @default StopPolicy.STOP
   */
  readonly stopPolicy?: StopPolicy;

  /**
   * What becomes of the buckets that this construct creates. `DESTROY` also empties them.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An Amazon Bedrock batch inference job that exists once the stack is deployed.
 *
 * Deploying starts the job and does not wait for it. The same model, input, invocation type, output location and `runKey`
 * are the same job, however often the stack is deployed; anything else among these is a new one.
 *
 * @resource Custom::BedrockBatchInferenceJob
 */
export class BatchInferenceJob extends Construct implements ITaggableV2 {
  /** ARN of the job. */
  public readonly jobArn: string;

  /** The last part of the ARN, and the name of the folder of results. */
  public readonly jobId: string;

  /** Full name of the job: the readable part, the identity and the attempt. */
  public readonly jobName: string;

  /** The model id, profile id or ARN that the job was given. */
  public readonly modelId: string;

  /** Where the records are. */
  public readonly inputBucket: IBucket;

  /** Where the results are. */
  public readonly outputBucket: IBucket;

  /** The folder of this job's results: `s3://bucket/prefix/job-id/`. */
  public readonly outputS3Uri: string;

  /** The role that Bedrock assumes. */
  public readonly role: IRole;

  /** Tags of the job; `Tags.of(job)` reaches them and those of its buckets and role. */
  public readonly cdkTagManager: TagManager = new TagManager(TagType.MAP, RESOURCE_TYPE);

  /** Security groups of the job's network interfaces; empty where it has no `vpc`. */
  public readonly securityGroups: ISecurityGroup[];

  /** @internal */
  public readonly _model: BatchModel;

  /** @internal */
  public readonly _starter: JobStarter;

  private readonly model: BatchModelConfig;
  private readonly input: JobData;
  private readonly output: JobData;
  private readonly network?: JobNetwork;
  private readonly resource: CustomResource;

  private readonly isStaged: boolean;
  /** Whom `grantRun` was called for. */
  private readonly granted = new Set<IPrincipal>();

  constructor(scope: Construct, id: string, props: BatchInferenceJobProps) {
    super(scope, id);
    const input = props.input.bind(this, {
      model: props.model,
      routing: props.routing ?? ModelRouting.AUTO,
      invocationType: props.invocationType ?? InvocationType.INVOKE_MODEL,
      checkInput: props.checkInput ?? InputCheck.FULL,
      maxEstimatedCost: props.maxEstimatedCost,
    });
    const network = new NetworkChoice(props);
    const known = { input, network, region: Stack.of(this).region };
    reportIssues(this, [
      ...checkPlace(input),
      ...checkRoleAccount(this, props.role),
      ...checkAliases({ ...props, inputBucket: input.bucket ?? props.inputBucket }),
      ...checkJob(factsOf(props, known)),
    ]);
    this._model = props.model;
    this.model = props.model.bind(this, { routing: props.routing ?? ModelRouting.AUTO });
    this.modelId = this.model.modelId;

    const encryptionKey = keyOf(props.encryptionKey);
    const bucketOptions = { ...props, encryptionKey };
    this.inputBucket = input.bucket ?? props.inputBucket ?? createJobBucket(this, 'InputBucket', bucketOptions);
    this.outputBucket = props.outputBucket ?? createJobBucket(this, 'OutputBucket', bucketOptions);
    this.isStaged = input.assets !== undefined;
    this.input = {
      bucket: this.inputBucket,
      pattern: input.key ?? `${input.prefix}*`,
      key: keyOf(this.inputBucket.encryptionKey),
      owner: findOtherOwner(this, this.inputBucket, props.inputBucketOwner),
    };
    this.output = {
      bucket: this.outputBucket,
      pattern: `${props.outputPrefix ?? ''}*`,
      key: encryptionKey ?? keyOf(this.outputBucket.encryptionKey),
      owner: findOtherOwner(this, this.outputBucket, props.outputBucketOwner),
    };
    warnIfNotAdmitted(this, 'inputBucket', this.input);
    warnIfNotAdmitted(this, 'outputBucket', this.output);
    reportIssues(
      this,
      admitJob(this, encryptionKey, { input: this.input, output: this.output, isStaged: this.isStaged }),
    );
    this.network = network.bind(this);
    this.securityGroups = this.network?.securityGroups ?? [];
    this.role = props.role ?? createServiceRole(this, 'Role');
    const mayRun = props.role === undefined ? this.grantServiceRole(this.role) : undefined;

    const starter = JobStarter.of(this);
    this._starter = starter;
    if (props.starterTracing) starter.trace();
    const mayStart = this.grantStarter(starter, input);
    const { model, inputBucket, outputBucket, role, cdkTagManager: tags } = this;
    const places = {
      inputBucket,
      outputBucket,
      inputBucketOwner: this.input.owner,
      outputBucketOwner: this.output.owner,
    };
    const how = { role, network: this.network, outputKey: encryptionKey, tags };
    const parts = { path: this.node.path, model, input, ...places, ...how };
    this.resource = this.createResource(starter, toProperties(props, parts));
    if (encryptionKey !== undefined) reportIssues(this, starter.encryptLogs(encryptionKey));
    for (const grant of [mayRun, mayStart, starter.rights]) grant?.applyBefore(this.resource);
    this.waitForNetwork();
    for (const bucket of [this.inputBucket, this.outputBucket]) stopBeforeEmptying(this.resource, bucket);
    if (props.stopPolicy !== StopPolicy.LEAVE_RUNNING) warnIfRetained(this, this.resource);
    if (props.role !== undefined) warnIfNotGranted(this, props.role, this.granted);

    this.jobArn = this.resource.ref;
    this.jobId = attribute(this.resource, 'JobId');
    this.jobName = attribute(this.resource, 'JobName');
    this.outputS3Uri = attribute(this.resource, 'OutputS3Uri');
  }

  /**
   * What the policy of an input bucket in another account must say for this job: the account of the stack may list the bucket
   * and read the records, and copy local ones there. To be added to the bucket's policy, or written out as JSON.
   */
  public get inputBucketPolicyStatements(): PolicyStatement[] {
    const objects = this.isStaged ? ['s3:GetObject', 's3:PutObject'] : ['s3:GetObject'];
    return bucketPolicyStatements(this, this.input, { objects, list: true });
  }

  /** What the policy of an output bucket in another account must say for this job: the account of the stack may write results. */
  public get outputBucketPolicyStatements(): PolicyStatement[] {
    return bucketPolicyStatements(this, this.output, { objects: ['s3:PutObject'], list: false });
  }

  /**
   * Lets a principal start jobs like this one, for a notebook or an application: `bedrock:CreateModelInvocationJob` on the
   * model and on jobs, and `iam:PassRole` on the service role.
   */
  public grantSubmit(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['bedrock:CreateModelInvocationJob'],
      // Bedrock makes up the id of a job when it starts.
      resourceArns: [anyJobArn(this)],
    }).combine(grantSubmit(grantee, this.model, this.role));
  }

  /** Lets a principal hand the service role to Bedrock, and to no other service: `iam:PassRole`. */
  public grantPassRole(grantee: IGrantable): Grant {
    return grantPassRole(grantee, this.role);
  }

  /**
   * Lets a principal read the results: `s3:GetObject` below the output prefix, `s3:ListBucket` on the bucket, and
   * `kms:Decrypt` where there is a key. A principal of another account gets it from the policies of bucket and key.
   */
  public grantReadResults(grantee: IGrantable): Grant {
    return grantReadTo(grantee, this.output);
  }

  /**
   * Gives a role of yours what Bedrock needs to run this job with it: reading the records, writing the results, using the
   * model, and network interfaces where the job has a `vpc`. The role that this construct creates has it already. The job waits until the rights are there.
   */
  public grantRun(grantee: IGrantable): Grant {
    this.granted.add(grantee.grantPrincipal);
    const grant = this.grantRights(grantee);
    grant.applyBefore(this.resource);
    return grant;
  }

  /**
   * Rule for every change of state of this job and of no other: `Submitted`, `Validating`, `Scheduled`, `InProgress` and so
   * on, up to its end. It takes any target of EventBridge.
   *
   * Bedrock sends events as well as it can, not without fail: where one must not be missed, look with `GetModelInvocationJob`
   * now and then too. The rule is made once the job has started, so the first states may go by unseen. A job that replaces
   * this one has another ARN; the rule follows the current one.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-eventbridge.html
   */
  public onStateChange(id: string, options: OnEventOptions = {}): Rule {
    return events().onJobState(this, id, this.jobArn, options);
  }

  /** Rule for when this job is `Completed`: every record was run, and each may have ended in an error. See `onStateChange`. */
  public onCompleted(id: string, options: OnEventOptions = {}): Rule {
    return events().onJobState(this, id, this.jobArn, options, ['Completed']);
  }

  /** Rule for when this job is `PartiallyCompleted`: it ran out of time with part of its records answered. See `onStateChange`. */
  public onPartiallyCompleted(id: string, options: OnEventOptions = {}): Rule {
    return events().onJobState(this, id, this.jobArn, options, ['PartiallyCompleted']);
  }

  /** Rule for when this job is `Failed`, `Stopped` or `Expired`. See `onStateChange`. */
  public onFailed(id: string, options: OnEventOptions = {}): Rule {
    return events().onJobState(this, id, this.jobArn, options, events().FAILED);
  }

  /**
   * Tells a topic, in words, once this job has ended: its name and state, what Bedrock says of a failure, its ARN and where
   * the results are. See `onStateChange` for what events can miss.
   *
   * The policy of the topic is extended. That of an imported one, and that of a topic's key, are yours: they must let
   * `events.amazonaws.com` in; a warning tells the statement. A second call with the same options gives the first rule.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  public notifyOn(topic: ITopic, options: JobNotificationOptions = {}): Rule {
    return events().notifyOnJobState(this, topic, this, options);
  }

  /**
   * What the policies of a role of yours must allow for this job, as `grantRun` writes it. For a role that is made elsewhere:
   * to be added to it there, or written out as JSON.
   */
  public get rolePolicyStatements(): PolicyStatement[] {
    return collectStatements((grantee) => this.grantRights(grantee));
  }

  private grantRights(grantee: IGrantable): Grant {
    const grant = grantRun(grantee, { model: this.model, input: this.input, output: this.output });
    return this.network === undefined ? grant : grant.combine(grantNetwork(grantee, this, this.network));
  }

  private grantServiceRole(role: IRole): Grant {
    acknowledgeData(role, this.input, 'The job reads every file below the prefix.');
    acknowledgeData(role, this.output, 'Bedrock names the folder and the files of the results.');
    acknowledgeModels(role, this.model);
    if (this.network !== undefined) acknowledgeNetwork(role, this);
    return this.grantRights(role);
  }

  private waitForNetwork(): void {
    if (this.network === undefined) return;
    this.resource.node.addDependency(this.network.ready);
    // Loaded when it is used, as everything that most jobs go without.
    const { findWayToS3 } = require('./way-to-s3') as typeof import('./way-to-s3');
    findWayToS3(this, this.resource, this.network);
  }

  private grantStarter(starter: JobStarter, { assets }: JobInputConfig): Grant {
    acknowledgeData(
      starter,
      this.input,
      'Records are counted in every file below the prefix before a job is paid for.',
    );
    acknowledgeModels(starter, this.model);
    const grant = grantSubmit(starter, this.model, this.role).combine(grantLook(starter, this.model, this.input));
    return assets === undefined ? grant : grant.combine(grantStage(starter, Object.values(assets), this.input));
  }

  private createResource({ serviceToken, serviceTimeout }: JobStarter, properties: JobProperties): CustomResource {
    return new CustomResource(this, 'Resource', {
      resourceType: RESOURCE_TYPE,
      serviceToken,
      serviceTimeout,
      properties,
    });
  }
}

/** Loaded by the first rule: most apps make none, and would wait for it each time that they are synthesised. */
function events(): typeof import('./job-events') {
  return require('./job-events') as typeof import('./job-events');
}

function attribute(resource: CustomResource, name: keyof JobAttributes): string {
  return resource.getAttString(name);
}
