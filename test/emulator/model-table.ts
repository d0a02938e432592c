import type { ModelEntry, ProfileEntry } from '../../src/catalog/model-entry';
import { ServiceError } from './service-error';

/** A model by hand: what the emulator must know of it; the rest of a catalog row is taken where given. */
export type EmulatedModel = Pick<ModelEntry, 'id' | 'inRegion'> & Partial<ModelEntry>;

export interface ModelTableOptions {
  readonly models: readonly EmulatedModel[];
  readonly profiles?: readonly ProfileEntry[];
  /** Application inference profiles by ARN, with the foundation model or system profile each copies. */
  readonly applicationProfiles?: { readonly [arn: string]: string };
  /** Custom models by ARN, with the id of the model each was made from. */
  readonly customModels?: { readonly [arn: string]: string };
  /** Models that the account has not been granted access to. */
  readonly accessDenied?: readonly string[];
}

export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Today, as an ISO day: decides what is past its end of life. */
  readonly day: string;
}

/** What a `modelId` stands for in a Region. */
export interface ModelTarget {
  readonly kind: 'foundation-model' | 'profile' | 'custom-model';
  /** ARN of what the id names. */
  readonly arn: string;
  /** Foundation models that may answer behind a profile; empty otherwise. */
  readonly destinations: readonly string[];
  /** The foundation model underneath. */
  readonly model: EmulatedModel;
  /** Whether batch inference takes it here. */
  readonly batch: boolean;
  /** As `GetModelInvocationJob` reports it: a profile by its full ARN, whatever was sent. */
  readonly reportedId: string;
}

/** Active jobs of one model in one account and Region, where the table does not say. */
const DEFAULT_ACTIVE_JOBS = 100;

/** The models and profiles that exist, and where batch inference takes them. */
export class ModelTable {
  private readonly models: ReadonlyMap<string, EmulatedModel>;
  private readonly profiles: ReadonlyMap<string, ProfileEntry>;

  constructor(private readonly options: ModelTableOptions) {
    this.models = new Map(options.models.map((model) => [model.id, model]));
    this.profiles = new Map((options.profiles ?? []).map((profile) => [profile.id, profile]));
  }

  /** Throws what `CreateModelInvocationJob` says to an id that means nothing here. */
  public target(modelId: string, place: Place): ModelTarget {
    const target =
      this.customModel(modelId, place) ?? this.profile(modelId, place) ?? this.foundationModel(modelId, place);
    if (target === undefined || isEnded(target.model, place.day)) {
      throw new ServiceError('ValidationException', 'The provided model identifier is invalid.');
    }
    return target;
  }

  public find(modelId: string): EmulatedModel | undefined {
    return this.models.get(lastPart(modelId));
  }

  public isAccessGranted(model: EmulatedModel): boolean {
    return !(this.options.accessDenied ?? []).includes(model.id);
  }

  public maxActiveJobs(target: ModelTarget): number {
    const { quotas } = target.model;
    const custom = target.kind === 'custom-model' ? quotas?.maxActiveJobsCustomModel : undefined;
    return custom ?? quotas?.maxActiveJobs ?? DEFAULT_ACTIVE_JOBS;
  }

  /** A system profile by id or ARN, or an application profile by ARN or its last part. */
  public profile(id: string, place: Place): ModelTarget | undefined {
    const { partition, region, account } = place;
    const applications = Object.entries(this.options.applicationProfiles ?? {});
    const application = applications.find(([arn]) => arn === id || lastPart(arn) === id);
    if (application !== undefined) {
      const copied = this.profile(application[1], place) ?? this.foundationModel(application[1], place);
      if (copied === undefined) return undefined;
      const destinations = copied.kind === 'profile' ? copied.destinations : [copied.arn];
      return { ...copied, kind: 'profile', arn: application[0], destinations, reportedId: application[0] };
    }

    const profile = this.profiles.get(lastPart(id));
    const model = profile === undefined ? undefined : this.models.get(profile.modelId);
    if (profile === undefined || model === undefined || !profile.sources.includes(region)) return undefined;
    const arn = `arn:${partition}:bedrock:${region}:${account}:inference-profile/${profile.id}`;
    if (id.startsWith('arn:') && id !== arn) return undefined;
    const modelIn = (where: string) => `arn:${partition}:bedrock:${where}::foundation-model/${model.id}`;
    const regions = new Set([region, ...(profile.destinations?.[region] ?? [])]);
    // A global profile also needs the model in no Region at all.
    if (profile.geography === 'global') regions.add('');
    const batch = (model.byProfile ?? []).includes(region);
    return { kind: 'profile', arn, destinations: [...regions].map(modelIn), model, batch, reportedId: arn };
  }

  private foundationModel(id: string, { partition, region }: Place): ModelTarget | undefined {
    const model = this.models.get(lastPart(id));
    const arn = `arn:${partition}:bedrock:${region}::foundation-model/${model?.id}`;
    if (model === undefined || (id.startsWith('arn:') && id !== arn)) return undefined;
    return {
      kind: 'foundation-model',
      arn,
      destinations: [],
      model,
      batch: model.inRegion.includes(region),
      reportedId: id,
    };
  }

  public customModel(id: string, { region }: Place): ModelTarget | undefined {
    const base = this.options.customModels?.[id];
    const model = base === undefined ? undefined : this.models.get(base);
    if (model === undefined) return undefined;
    return {
      kind: 'custom-model',
      arn: id,
      destinations: [],
      model,
      batch: (model.custom ?? []).includes(region),
      reportedId: id,
    };
  }
}

export function isEnded(model: EmulatedModel, day: string): boolean {
  const { ended, endOfLifeDate } = model.lifecycle ?? {};
  return ended === true || (endOfLifeDate !== undefined && endOfLifeDate <= day);
}

export function isLegacy(model: EmulatedModel, day: string): boolean {
  const { legacyDate } = model.lifecycle ?? {};
  return legacyDate !== undefined && legacyDate <= day;
}

function lastPart(idOrArn: string): string {
  return idOrArn.startsWith('arn:') ? (idOrArn.split('/').pop() ?? '') : idOrArn;
}
