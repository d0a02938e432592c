import { Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { findModel, findProfile, nearestModelIds } from '../catalog/model-catalog';
import type { ModelEntry } from '../catalog/model-entry';
import { BatchInferenceError } from '../core/batch-inference-error';
import type {
  CustomModelSource,
  FoundationModelSource,
  InferenceProfileSource,
  ModelSource,
} from '../core/model-source';
import type {
  ApplicationInferenceProfileOptions,
  BatchModelOptions,
  InferenceProfileOptions,
} from './batch-model-options';

export type { ModelSource } from '../core/model-source';

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html (`modelId`) */
const MODEL_ID = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+(:[a-z0-9-]{1,63}){0,2}$/;
const PROFILE_ID = /^(us|us-gov|eu|apac|au|jp|ca|in|sa|global)\.([a-z0-9-]+\..+)$/;
const APPLICATION_PROFILE_ARN =
  /^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:application-inference-profile\/[a-zA-Z0-9-:.]+$/;
const CUSTOM_MODEL_ARN = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:custom-model\/([^/]+)\/[a-z0-9]{12}$/;
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d+$/;

/** A row of the catalog; only generated code calls this, with ids that are there. */
export function catalogModel(modelId: string): FoundationModelSource {
  return { kind: 'foundation-model', modelId, entry: findModel(modelId) };
}

export function modelById(modelId: string, options: BatchModelOptions): FoundationModelSource {
  refuseToken('modelId', modelId);
  const statedRegions = options.regions && checkRegions('regions', options.regions);
  const entry = findModel(modelId);
  if (entry === undefined) {
    refuseOtherKinds(modelId);
    if (statedRegions === undefined) refuseTypo(modelId);
  }
  return { kind: 'foundation-model', modelId, entry, statedRegions };
}

export function modelByInferenceProfile(profileId: string, options: InferenceProfileOptions): InferenceProfileSource {
  refuseToken('profileId', profileId);
  const statedDestinations =
    options.destinationRegions && checkRegions('destinationRegions', options.destinationRegions);
  const profile = findProfile(profileId);
  const [, geography, foundationModelId] = PROFILE_ID.exec(profileId) ?? [];
  if (profile === undefined && foundationModelId === undefined) {
    throw refusal(
      'MalformedProfileId',
      'profileId',
      `must be a geography and a model id such as "us.amazon.nova-lite-v1:0", got "${profileId}"${factoryForArn(profileId)}`,
    );
  }
  return {
    kind: 'inference-profile',
    modelId: profileId,
    foundationModelId: profile?.modelId ?? foundationModelId,
    global: (profile?.geography ?? geography) === 'global',
    entry: findModel(profile?.modelId ?? foundationModelId),
    profile,
    statedDestinations,
  };
}

export function modelByApplicationInferenceProfile(
  arn: string,
  options: ApplicationInferenceProfileOptions,
): ModelSource {
  if (!Token.isUnresolved(arn) && !APPLICATION_PROFILE_ARN.test(arn)) {
    throw refusal(
      'MalformedArn',
      'arn',
      `must be the ARN of an application inference profile (arn:aws:bedrock:REGION:ACCOUNT:application-inference-profile/ID), got "${arn}"`,
    );
  }
  refuseOtherPartition(arn);
  const copiedFrom = options.copiedFrom?._source;
  if (copiedFrom?.kind === 'custom-model' || copiedFrom?.kind === 'application-inference-profile') {
    throw refusal(
      'IllegalCopiedFrom',
      'copiedFrom',
      `must be a foundation model or a system-defined inference profile, got ${copiedFrom.modelId}`,
    );
  }
  return { kind: 'application-inference-profile', modelId: arn, copiedFrom };
}

export function modelByCustomModel(arn: string): CustomModelSource {
  const baseModelId = Token.isUnresolved(arn) ? undefined : baseModelOf(arn);
  refuseOtherPartition(arn);
  return {
    kind: 'custom-model',
    modelId: arn,
    entry: baseModelId === undefined ? undefined : findBaseModel(baseModelId),
  };
}

function baseModelOf(arn: string): string {
  const baseModelId = CUSTOM_MODEL_ARN.exec(arn)?.[1];
  if (baseModelId !== undefined) return baseModelId;
  throw refusal(
    'MalformedArn',
    'arn',
    `must be the ARN of a custom model (arn:aws:bedrock:REGION:ACCOUNT:custom-model/BASE_MODEL/ID), got "${arn}"`,
  );
}

/** A custom model's ARN writes the version of its base model out even where the base model's own id does not. */
function findBaseModel(baseModelId: string): ModelEntry | undefined {
  return findModel(baseModelId) ?? findModel(baseModelId.replace(/:\d+$/, ''));
}

/** An ARN that was copied from another partition names nothing, and goes into every policy as it is. */
function refuseOtherPartition(arn: string): void {
  if (Token.isUnresolved(arn)) return;
  const [, partition, , region] = arn.split(':');
  const right = RegionInfo.get(region).partition;
  if (right === undefined || right === partition) return;
  throw refusal('WrongPartition', 'arn', `must begin with "arn:${right}:" for ${region}, got "${arn}"`);
}

function refuseOtherKinds(modelId: string): void {
  if (findProfile(modelId) !== undefined || findModel(PROFILE_ID.exec(modelId)?.[2] ?? '') !== undefined) {
    throw refusal(
      'ProfileNotModel',
      'modelId',
      `must be a foundation model id, got the inference profile "${modelId}"; use BatchModel.fromInferenceProfile('${modelId}')`,
    );
  }
  if (!MODEL_ID.test(modelId)) {
    throw refusal(
      'MalformedModelId',
      'modelId',
      `must be a foundation model id such as "amazon.nova-lite-v1:0", got "${modelId}"${factoryForArn(modelId) || didYouMean(modelId)}`,
    );
  }
}

/**
 * An unknown id that is a slip of the finger away from a known one is refused. One that differs only in its numbers has no
 * near ids: it is more likely a newer version than the catalog knows, and goes on with a warning.
 */
function refuseTypo(modelId: string): void {
  const hint = didYouMean(modelId);
  if (hint === '') return;
  throw refusal(
    'UnknownModel',
    'modelId',
    `must be a model that batch inference serves, got "${modelId}"${hint}; if it is right and new, say where it is served: BatchModel.of('${modelId}', { regions: ['us-east-1'] })`,
  );
}

function didYouMean(modelId: string): string {
  const nearest = nearestModelIds(modelId, 2);
  return nearest.length === 0 ? '' : `; did you mean ${nearest.map((id) => `"${id}"`).join(' or ')}?`;
}

function factoryForArn(text: string): string {
  if (text.includes(':application-inference-profile/')) return '; use BatchModel.fromApplicationInferenceProfile';
  if (text.includes(':custom-model/')) return '; use BatchModel.fromCustomModel';
  if (text.includes(':inference-profile/'))
    return `; use BatchModel.fromInferenceProfile with the last part of the ARN`;
  if (text.includes(':provisioned-model/')) return '; batch inference never takes provisioned throughput';
  return text.startsWith('arn:') ? '; use the last part of the ARN' : '';
}

/** What a role may use is decided by the id, so it must be there to look at. An ARN may be a token: it is a right by itself. */
function refuseToken(input: string, id: string): void {
  if (!Token.isUnresolved(id)) return;
  throw refusal(
    'UnresolvedModelId',
    input,
    'must be known at synth, since the rights of the roles follow from it, got a token',
  );
}

function checkRegions(input: string, regions: string[]): string[] {
  for (const region of regions) refuseToken(input, region);
  const wrong = regions.filter((region) => !REGION.test(region));
  if (regions.length > 0 && wrong.length === 0) return regions;
  const got = regions.length === 0 ? 'an empty list' : wrong.map((region) => `"${region}"`).join(', ');
  throw refusal('MalformedRegion', input, `must be one or more Region names such as "us-east-1", got ${got}`);
}

function refusal(code: string, input: string, message: string): BatchInferenceError {
  return new BatchInferenceError([{ code, input, message }]);
}
