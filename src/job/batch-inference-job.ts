import {
  CustomResource,
  type Duration,
  type ITaggableV2,
  type RemovalPolicy,
  Stack,
  TagManager,
  TagType,
} from 'aws-cdk-lib';
import { Grant, type IGrantable, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { checkJob } from '../core/check-job';
import { type JobAttributes, type JobProperties, RESOURCE_TYPE } from '../core/event';
import type { BatchModel } from '../model/batch-model';
import type { BatchModelConfig } from '../model/model-binding';
import { ModelRouting } from '../model/model-routing';
import { anyJobArn } from '../private/environment';
import { reportIssues } from '../private/report-issues';
import { acknowledgeData, acknowledgeModels } from './acknowledgements';
import { grantReadTo, type JobData } from './data-access';
import { InputCheck } from './input-check';
import { InvocationType } from './invocation-type';
import { createJobBucket, stopBeforeEmptying } from './job-bucket';
import { checkPlace, factsOf } from './job-facts';
import type { JobInput, JobInputConfig } from './job-input';
import { toProperties } from './job-properties';
import { JobStarter } from './job-starter';
import { createServiceRole, grantRun } from './service-role';
import { grantLook, grantPassRole, grantStage, grantSubmit } from './starter-rights';
import type { StopPolicy } from './stop-policy';

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
   * Where Bedrock writes the results. They repeat the records, so guard it as you guard those. In the Region of the stack.
   *
   * @default - a new encrypted bucket
   */
  readonly outputBucket?: IBucket;

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
   * Key for the buckets that this construct creates and for the results.
   *
   * @default - keys managed by S3
   */
  readonly encryptionKey?: IKey;

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

  private readonly model: BatchModelConfig;
  private readonly input: JobData;
  private readonly output: JobData;
  private readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: BatchInferenceJobProps) {
    super(scope, id);
    const input = props.input.bind(this, {
      model: props.model,
      routing: props.routing ?? ModelRouting.AUTO,
      invocationType: props.invocationType ?? InvocationType.INVOKE_MODEL,
      checkInput: props.checkInput ?? InputCheck.FULL,
      maxEstimatedCost: props.maxEstimatedCost,
    });
    reportIssues(this, [...checkPlace(input), ...checkJob(factsOf(props, input, Stack.of(this).region))]);
    this.model = props.model.bind(this, { routing: props.routing ?? ModelRouting.AUTO });
    this.modelId = this.model.modelId;

    this.inputBucket = input.bucket ?? props.inputBucket ?? createJobBucket(this, 'InputBucket', props);
    this.outputBucket = props.outputBucket ?? createJobBucket(this, 'OutputBucket', props);
    this.input = {
      bucket: this.inputBucket,
      pattern: input.key ?? `${input.prefix}*`,
      key: this.inputBucket.encryptionKey,
    };
    this.output = {
      bucket: this.outputBucket,
      pattern: `${props.outputPrefix ?? ''}*`,
      key: props.encryptionKey ?? this.outputBucket.encryptionKey,
    };
    this.role = props.role ?? createServiceRole(this, 'Role');
    const mayRun = props.role === undefined ? this.grantServiceRole(this.role) : undefined;

    const starter = JobStarter.of(this);
    const mayStart = this.grantStarter(starter, input);
    const { model, inputBucket, outputBucket, role } = this;
    const parts = { path: this.node.path, model, input, inputBucket, outputBucket, role, tags: this.cdkTagManager };
    this.resource = this.createResource(starter, toProperties(props, parts));
    for (const grant of [mayRun, mayStart, starter.rights]) grant?.applyBefore(this.resource);
    for (const bucket of [this.inputBucket, this.outputBucket]) stopBeforeEmptying(this.resource, bucket);

    this.jobArn = this.resource.ref;
    this.jobId = attribute(this.resource, 'JobId');
    this.jobName = attribute(this.resource, 'JobName');
    this.outputS3Uri = attribute(this.resource, 'OutputS3Uri');
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
   * model. The role that this construct creates has it already. The job waits until the rights are there.
   */
  public grantRun(grantee: IGrantable): Grant {
    const grant = this.grantRights(grantee);
    grant.applyBefore(this.resource);
    return grant;
  }

  private grantRights(grantee: IGrantable): Grant {
    return grantRun(grantee, { model: this.model, input: this.input, output: this.output });
  }

  private grantServiceRole(role: IRole): Grant {
    acknowledgeData(role, this.input, 'The job reads every file below the prefix.');
    acknowledgeData(role, this.output, 'Bedrock names the folder and the files of the results.');
    acknowledgeModels(role, this.model);
    return this.grantRights(role);
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

function attribute(resource: CustomResource, name: keyof JobAttributes): string {
  return resource.getAttString(name);
}
