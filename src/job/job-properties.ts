import type { TagManager } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { JobProperties } from '../core/event';
import { namePrefixFromPath } from '../core/job-name';
import { entryOf } from '../core/model-source';
import type { BatchModel } from '../model/batch-model';
import type { BatchModelConfig } from '../model/model-binding';
import type { BatchInferenceJobProps } from './batch-inference-job';
import { InvocationType } from './invocation-type';
import { limitsOf } from './job-facts';
import type { JobInputConfig } from './job-input';
import type { JobNetwork } from './job-network';
import { StopPolicy } from './stop-policy';

/** What a job is made of by the time that its resource is written. */
export interface JobParts {
  readonly path: string;
  readonly model: BatchModelConfig;
  readonly input: JobInputConfig;
  readonly inputBucket: IBucket;
  readonly outputBucket: IBucket;
  readonly role: IRole;
  readonly network?: JobNetwork;
  readonly outputKey?: IKey;
  readonly inputBucketOwner?: string;
  readonly outputBucketOwner?: string;
  readonly tags: TagManager;
}

/** The properties of the custom resource, as the starter reads them. */
export function toProperties(props: BatchInferenceJobProps, parts: JobParts): JobProperties {
  const { path, model, inputBucket, outputBucket, role, network, tags } = parts;
  const { key, prefix, objectVersion } = parts.input;
  return {
    namePrefix: props.jobName ?? namePrefixFromPath(path),
    modelId: model.modelId,
    invocationType: props.invocationType ?? InvocationType.INVOKE_MODEL,
    roleArn: role.roleArn,
    input: { bucket: inputBucket.bucketName, key, prefix, objectVersion },
    ...staged(parts.input),
    outputBucket: outputBucket.bucketName,
    outputPrefix: props.outputPrefix ?? '',
    outputKeyArn: parts.outputKey?.keyArn,
    inputBucketOwner: parts.inputBucketOwner,
    outputBucketOwner: parts.outputBucketOwner,
    subnetIds: network?.subnets.map(({ subnetId }) => subnetId),
    securityGroupIds: network?.securityGroups.map(({ securityGroupId }) => securityGroupId),
    timeoutHours: props.timeout?.toHours(),
    ...quotasOf(props.model),
    // Of a role that the user wrote nothing is known.
    modelArns: props.role === undefined ? behindProfile(model) : undefined,
    runKey: props.runKey,
    stopPolicy: props.stopPolicy ?? StopPolicy.STOP,
    tags: tags.renderedTags as unknown as JobProperties['tags'],
  };
}

/** Where CDK puts the local files: one, or those of a directory. */
function staged({ assets, key, prefix = '' }: JobInputConfig): Pick<JobProperties, 'stagedFrom' | 'stagedFiles'> {
  const files = Object.entries(assets ?? {}).map(([to, { s3BucketName, s3ObjectKey }]) => ({
    to,
    from: { bucket: s3BucketName, key: s3ObjectKey },
  }));
  if (key !== undefined) return { stagedFrom: files[0]?.from };
  return {
    stagedFiles:
      files.length === 0 ? undefined : files.map(({ to, from }) => ({ ...from, name: to.slice(prefix.length) })),
  };
}

/** For the starter, which judges the input as it is found at deployment. */
function quotasOf(
  model: BatchModel,
): Pick<JobProperties, 'minRecords' | 'maxFileMegabytes' | 'maxJobMegabytes' | 'maxActiveJobs'> {
  const quotas = entryOf(model._source)?.quotas;
  const megabytes = (bytes: number | undefined) => (bytes === undefined ? undefined : Math.floor(bytes / 1_000_000));
  return {
    minRecords: limitsOf(model).minRecords,
    maxFileMegabytes: megabytes(quotas?.maxFileBytes),
    maxJobMegabytes: megabytes(quotas?.maxJobBytes),
    maxActiveJobs: model._source.kind === 'custom-model' ? quotas?.maxActiveJobsCustomModel : quotas?.maxActiveJobs,
  };
}

/** The models behind a profile that the service role may use; undefined where there is no profile. */
function behindProfile({ submitArns: [, ...behind] }: BatchModelConfig): string[] | undefined {
  return behind.length === 0 ? undefined : behind;
}
