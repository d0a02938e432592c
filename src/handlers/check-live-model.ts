import type { JobProperties } from '../core/event';
import type { Issue } from '../core/issue';
import { OPEN_MODEL, quoteServiceError } from './explain-error';
import type { Log } from './log';
import { foundationModelId, type ModelKind, modelKind } from './model-kind';
import type { CustomModel, FoundationModel, InferenceProfile, ModelAvailability, Models } from './models';
import { isNotFound, toServiceError } from './service-error';

/** What the live service says of a job's model. What could not be learnt is left out and not judged. */
export interface LiveModelFacts {
  readonly modelId: string;
  readonly kind: ModelKind;
  /** In the service's words, that it knows no such model or profile in this Region. */
  readonly missing?: string;
  /** The model itself, or the first one behind a profile; both as they are in this Region. */
  readonly foundationModel?: FoundationModel;
  readonly availability?: ModelAvailability;
  readonly inferenceProfile?: InferenceProfile;
  readonly customModel?: CustomModel;
}

const input = 'model';

/**
 * The rules on a model as it is just before a job is paid for.
 *
 * @param now milliseconds since 1970; without it an end of life is told, and not whether it has come
 */
export function checkLiveModel(
  facts: LiveModelFacts,
  { modelArns }: Pick<JobProperties, 'modelArns'> = {},
  now?: number,
): Issue[] {
  if (facts.missing !== undefined) {
    return [{ code: 'ModelNotInRegion', input, message: `${missingMessage(facts)} (${facts.missing})` }];
  }
  return [
    ...checkLifecycle(facts, now),
    ...checkAccess(facts),
    ...checkProfile(facts),
    ...checkDestinations(facts, modelArns),
    ...checkCustomModel(facts),
  ];
}

function missingMessage({ modelId, kind }: LiveModelFacts): string {
  const what = {
    'foundation-model': `a model of this Region, got ${modelId}, which it does not have: a typing error, a model of other Regions, or one past its end of life`,
    'inference-profile': `an inference profile of this Region, got ${modelId}, which is none here; profiles belong to their source Regions`,
    'application-inference-profile': `an application inference profile of this account and Region, got ${modelId}, which does not exist`,
    'custom-model': `a custom model of this account and Region, got ${modelId}, which does not exist`,
    unknown: `known to Bedrock, got ${modelId}`,
  };
  return `must be ${what[kind]}`;
}

/**
 * A model past its end of life is not refused: its provider may let an account go on with it, which nothing here tells, and
 * synth lets those pass who name its Regions. Behind a profile these are the dates of this Region, and others may answer.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html
 */
function checkLifecycle({ modelId, kind, foundationModel }: LiveModelFacts, now?: number): Issue[] {
  const { lifecycle, endOfLife } = foundationModel ?? {};
  const day = endOfLife?.toISOString().slice(0, 10);
  const subject = kind === 'foundation-model' ? modelId : `${modelId} routes to a model that`;
  if (endOfLife !== undefined && now !== undefined && endOfLife.getTime() <= now) {
    const message = `${subject} reached its end of life on ${day}, after which Bedrock serves it by private arrangement only; use its successor instead`;
    return [{ code: 'ModelEndOfLife', input, severity: 'warning', message }];
  }
  if (lifecycle !== 'LEGACY') {
    return [];
  }
  const until = day === undefined ? '' : `, and ends on ${day}`;
  const message = `${subject} is legacy${until}; plan for its successor`;
  return [{ code: 'LegacyModel', input, severity: 'warning', message }];
}

/**
 * Bedrock makes the agreement on a model of another provider in the background, when an account first uses the model. What
 * the entitlement says beyond its name is unconfirmed.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
 */
function checkAccess({ modelId, kind, availability = {} }: LiveModelFacts): Issue[] {
  const { region, entitlement, agreement } = availability;
  const issues: Issue[] = [];
  if (region === 'NOT_AVAILABLE') {
    if (kind !== 'foundation-model') {
      // Other Regions answer behind the profile, and this answer is about a model that is not in this one.
      return [];
    }
    issues.push({
      code: 'ModelNotInRegion',
      input,
      message: `must be available in this Region, ${modelId} is not; choose an inference profile or another Region`,
    });
  }
  if (entitlement === 'NOT_AVAILABLE') {
    issues.push({
      code: 'ModelAccessDenied',
      input,
      message: `must be open to this account, ${modelId} is not; ${OPEN_MODEL}`,
    });
  } else if (agreement === 'NOT_AVAILABLE') {
    issues.push({
      code: 'ModelAccessPending',
      input,
      severity: 'warning',
      message: `${modelId} has no agreement yet; Bedrock makes one at first use, which needs rights in AWS Marketplace, and for Claude the use case form; if Bedrock refuses the job, open the model once in the model catalog of the Bedrock console, then deploy again`,
    });
  }
  if (agreement === 'PENDING' || agreement === 'ERROR') {
    issues.push({
      code: 'ModelAccessPending',
      input,
      severity: 'warning',
      message: `${modelId} has an agreement in state ${agreement}; if Bedrock refuses the job, deploy again in a few minutes`,
    });
  }
  return issues;
}

function checkProfile({ modelId, inferenceProfile }: LiveModelFacts): Issue[] {
  const status = inferenceProfile?.status;
  if (status === undefined || status === 'ACTIVE') {
    return [];
  }
  return [{ code: 'ProfileNotActive', input, message: `must be an active inference profile, ${modelId} is ${status}` }];
}

/** AWS says that a geographic profile never gets new destinations; a global one may, and a list may be wrong. */
function checkDestinations(
  { modelId, kind, inferenceProfile }: LiveModelFacts,
  modelArns?: readonly string[],
): Issue[] {
  if (inferenceProfile === undefined || modelArns === undefined) {
    return [];
  }
  const allowed = modelArns.map(toPattern);
  const missing = inferenceProfile.modelArns.filter((arn) => !allowed.some((pattern) => pattern.test(arn)));
  if (missing.length === 0) {
    return [];
  }
  const regions = new Set(inferenceProfile.modelArns.map((arn) => arn.split(':')[3]).filter((region) => region));
  const fix =
    kind === 'application-inference-profile'
      ? 'leave copiedFrom out, so that the role may use whatever is behind this profile'
      : `name its Regions: BatchModel.fromInferenceProfile('${modelId}', { destinationRegions: [${[...regions].map((region) => `'${region}'`).join(', ')}] })`;
  return [
    {
      code: 'ProfileRoutesElsewhere',
      input,
      message: `must route only to what the job's role may use, ${modelId} routes to ${missing.join(', ')} as well; update cdk-bedrock-batch, or ${fix}`,
    },
  ];
}

/** As IAM reads an ARN. One without a Region is that of a global profile, which stands for the model in any. */
function toPattern(arn: string): RegExp {
  const literal = arn.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*');
  return new RegExp(`^${literal.replace(':bedrock:::', ':bedrock:[a-z0-9-]*::')}$`);
}

function checkCustomModel({ modelId, customModel }: LiveModelFacts): Issue[] {
  const status = customModel?.status;
  if (status === undefined || status === 'Active') {
    return [];
  }
  return [{ code: 'CustomModelNotActive', input, message: `must be an active custom model, ${modelId} is ${status}` }];
}

/** Asks the service what the rules need; what it cannot ask (no permission, no such API in a partition) it tells and leaves. */
export async function lookAtModel(models: Models, modelId: string, log: Log): Promise<LiveModelFacts> {
  const kind = modelKind(modelId);
  let missing: string | undefined;

  async function ask<T>(
    what: string,
    question: () => Promise<T>,
    whenUnknown: 'refuse' | 'warn' | 'let be' = 'refuse',
  ): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      if (whenUnknown === 'warn' || !isUnknownToService(error)) {
        log.warn('a check of the model could not be made, going on without it', {
          check: what,
          error: quoteServiceError(error),
        });
      } else if (whenUnknown === 'refuse') {
        missing = quoteServiceError(error);
      }
      return undefined;
    }
  }

  const foundationModelOf = (id: string, whenUnknown: 'refuse' | 'let be') =>
    ask('GetFoundationModel', () => models.foundationModel(id), whenUnknown);
  const availabilityOf = (id: string) => ask('GetFoundationModelAvailability', () => models.availability(id), 'warn');
  switch (kind) {
    case 'foundation-model': {
      const id = foundationModelId(modelId);
      const [foundationModel, availability] = await Promise.all([foundationModelOf(id, 'refuse'), availabilityOf(id)]);
      return { modelId, kind, missing, foundationModel, availability };
    }
    case 'inference-profile':
    case 'application-inference-profile': {
      const inferenceProfile = await ask('GetInferenceProfile', () => models.inferenceProfile(modelId));
      const behind = inferenceProfile?.modelArns[0];
      if (behind === undefined) {
        return { modelId, kind, missing, inferenceProfile };
      }
      const id = foundationModelId(behind);
      // This Region need not have the model, for others answer.
      const [foundationModel, availability] = await Promise.all([foundationModelOf(id, 'let be'), availabilityOf(id)]);
      return { modelId, kind, missing, inferenceProfile, foundationModel, availability };
    }
    case 'custom-model': {
      const customModel = await ask('GetCustomModel', () => models.customModel(modelId));
      return { modelId, kind, missing, customModel };
    }
    case 'unknown':
      log.warn('the kind of model is not known, so it was not looked at before the job', { modelId });
      return { modelId, kind };
  }
}

function isUnknownToService(error: unknown): boolean {
  const { name, message } = toServiceError(error);
  return isNotFound(error) || (name === 'ValidationException' && /identifier is invalid/i.test(message));
}
