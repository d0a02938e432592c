import { allModels, findModel, findProfile, nearestModelIds, profilesOf } from '../catalog/model-catalog';
import type { ModelEntry } from '../catalog/model-entry';
import { checkLifecycle } from '../core/check-lifecycle';
import type { Issue } from '../core/issue';
import { bodyKindOf } from '../records/bodies';
import type { BodyKind, BodyModel } from '../records/body-format';
import type { RecordLimits } from '../records/check-records';
import { choice, flag, requiredText } from './command';
import { UsageError } from './usage-error';

const BODY_KINDS = [
  'anthropic-messages',
  'amazon-nova',
  'amazon-nova-embeddings',
  'amazon-titan-embed-text',
  'amazon-titan-embed-image',
  'meta-llama',
  'mistral-text',
  'chat-completions',
] as const satisfies readonly BodyKind[];

/** Every model has this minimum. @see https://docs.aws.amazon.com/general/latest/gr/bedrock.html */
const DEFAULT_MIN_RECORDS = 100;

/** Whose records they are; for every command that makes or judges bodies. */
export const MODEL_OPTIONS = {
  model: requiredText('id', 'model id, profile id (us.…) or ARN that the job names'),
  converse: flag('bodies are those of Converse, for a job with the invocation type Converse'),
  body: choice(
    BODY_KINDS,
    'family',
    `bodies of a model that the catalog does not know: ${BODY_KINDS.join(', ')} (default: those of the model)`,
  ),
};

/** A model as the command line names it, with what follows for records. */
export interface GivenModel {
  readonly modelId: string;
  /** Undefined for a model that the catalog does not know. */
  readonly entry?: ModelEntry;
  /** Where a system-defined profile names the model: `us`, `eu`, `global`, … */
  readonly geography?: string;
  /** Undefined where it is not known: the bodies are not judged then. */
  readonly kind?: BodyKind;
  readonly model: BodyModel;
  /** The service's default quotas. */
  readonly limits: RecordLimits;
  readonly issues: readonly Issue[];
}

export interface ModelWords {
  readonly model: string;
  readonly converse: boolean;
  readonly body: (typeof BODY_KINDS)[number] | undefined;
}

/** @throws UsageError for an id that looks like a slip of the finger, or a combination that no job can have */
export function readModel({ model: given, converse, body }: ModelWords, today: string): GivenModel {
  const { entry, geography, issues } = findEntry(given);
  if (entry !== undefined && body !== undefined && body !== entry.family) {
    throw new UsageError({
      code: 'BodyOfAnotherModel',
      input: '--body',
      message: `must be left out for ${entry.name}, whose bodies are known (${entry.family}), got ${body}`,
    });
  }
  const kind = bodyKindOf(entry?.family ?? body, converse ? 'Converse' : 'InvokeModel');
  if (converse && kind === undefined) {
    throw new UsageError({
      code: 'ConverseNotServed',
      input: '--converse',
      message: `must be left out for ${entry?.name ?? body}: embeddings have no body in Converse`,
    });
  }
  const quotas = entry?.quotas;
  return {
    modelId: given,
    entry,
    geography,
    kind,
    model: { modelId: entry?.id, limits: entry?.body },
    limits: {
      minRecords: quotas?.minRecordsPerJob ?? DEFAULT_MIN_RECORDS,
      maxRecords: quotas?.maxRecordsPerJob,
      maxRecordsPerFile: quotas?.maxRecordsPerFile,
      maxFileBytes: quotas?.maxFileBytes,
      maxJobBytes: quotas?.maxJobBytes,
    },
    issues: [
      ...issues,
      ...(kind === undefined ? [unknownBodies(given)] : []),
      ...(entry === undefined
        ? []
        : checkLifecycle({ kind: 'foundation-model', modelId: entry.id, entry }, today).map((issue) => ({
            ...issue,
            input: '--model',
          }))),
    ],
  };
}

interface FoundEntry {
  readonly entry?: ModelEntry;
  readonly geography?: string;
  readonly issues: readonly Issue[];
}

const ARN = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:([a-z-]+)\/(.+)$/;
/** Of every geography that a profile of the catalog has, and any that is to come: `us`, `apac`, `us-gov`, `global`. */
const GEOGRAPHY = /^([a-z]{2,6}(?:-gov)?)\.(?=[a-z0-9-]+\.)/;

/** Batch inference serves neither provisioned nor imported models. @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html */
function isServed(kind: string | undefined): boolean {
  return (
    kind === undefined ||
    ['foundation-model', 'inference-profile', 'application-inference-profile', 'custom-model'].includes(kind)
  );
}

function findEntry(given: string): FoundEntry {
  const [, kind, name = given] = ARN.exec(given) ?? [];
  if (given.trim() === '' || (kind === undefined && /^arn:/i.test(given)) || !isServed(kind)) {
    const what = kind === undefined ? 'of Bedrock' : 'of a foundation model, an inference profile or a custom model';
    const got = given.trim() === '' ? 'none' : given;
    const message = `must be a model id, a profile id or an ARN ${what}, got ${got}`;
    throw new UsageError({ code: 'NotAModel', input: '--model', message });
  }
  if (kind === 'application-inference-profile') return { issues: [] };
  // `custom-model/<base model>/<id>`, and `<base model>:<version of the custom model>` in some.
  if (kind === 'custom-model') return { entry: allModels().find(({ id }) => name.startsWith(id)), issues: [] };

  const entry = findModel(name);
  if (entry !== undefined) return { entry, issues: [] };
  const profile = findProfile(name);
  if (profile !== undefined) {
    return { entry: findModel(profile.modelId), geography: profile.geography, issues: [] };
  }
  const geography = GEOGRAPHY.exec(name)?.[1];
  const base = geography === undefined ? name : name.slice(geography.length + 1);
  const behind = geography === undefined ? undefined : findModel(base);
  if (behind !== undefined) return { entry: behind, geography, issues: [unknownProfile(given, behind)] };

  const near = nearestModelIds(base).map((id) => nearestForm(id, geography));
  if (near.length === 0) return { issues: [] };
  const message = `must be a model id, a profile id or an ARN, got ${given}; did you mean ${near.join(' or ')}?`;
  throw new UsageError({ code: 'ModelMisspelt', input: '--model', message });
}

/** The profile of the geography that was typed, where there is one. */
function nearestForm(id: string, geography: string | undefined): string {
  return profilesOf(id).find((profile) => profile.geography === geography)?.id ?? id;
}

function unknownProfile(given: string, { name, id }: ModelEntry): Issue {
  const known = profilesOf(id).map((profile) => profile.id);
  return {
    code: 'UnknownProfile',
    input: '--model',
    severity: 'warning',
    message: `${given} is not in the catalog; records are judged as those of ${name}, whose profiles are ${known.join(', ') || 'none'}`,
  };
}

function unknownBodies(given: string): Issue {
  return {
    code: 'UnknownModel',
    input: '--model',
    severity: 'warning',
    message: `${given} is not in the catalog, so its bodies and its own quotas are not judged; --body says which family they are of`,
  };
}
