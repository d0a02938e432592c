/**
 * The request body that a model family takes in `modelInput`. One value per body format, not per model.
 */
export type ModelFamily =
  | 'anthropic-messages'
  | 'amazon-nova'
  | 'amazon-nova-embeddings'
  | 'amazon-titan-embed-text'
  | 'amazon-titan-embed-image'
  | 'meta-llama'
  | 'mistral-text'
  | 'chat-completions';

/** Service quotas of one model in one account and Region. A quota that was not read from its source is left out. */
export interface ModelQuotas {
  readonly minRecordsPerJob: number;
  readonly maxRecordsPerJob?: number;
  readonly maxRecordsPerFile?: number;
  readonly maxFileBytes?: number;
  readonly maxJobBytes?: number;
  readonly maxActiveJobs: number;
  readonly maxActiveJobsCustomModel?: number;
}

/**
 * When a model is retired. Dates are ISO days (`2026-10-14`), the first day on which the state holds.
 *
 * `ended` marks a model known to be past its end of life on a day that no source names.
 */
export interface ModelLifecycle {
  readonly legacyDate?: string;
  readonly endOfLifeDate?: string;
  readonly ended?: boolean;
}

/** One model that batch inference serves, or once served. */
export interface ModelEntry {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly family: ModelFamily;
  /** Regions where batch takes the bare model id. */
  readonly inRegion: readonly string[];
  /** Regions where batch takes an inference profile of the model. */
  readonly byProfile: readonly string[];
  /** Regions where batch takes a custom model made from this one. */
  readonly custom: readonly string[];
  readonly quotas: ModelQuotas;
  readonly lifecycle: ModelLifecycle;
  /** Model id that takes over once this one is legacy or ended. */
  readonly successor?: string;
}

/** A system-defined inference profile: from each source Region, the Regions to which a request may be routed. */
export interface ProfileEntry {
  readonly id: string;
  readonly modelId: string;
  /** `us`, `eu`, `apac`, `au`, `jp`, `ca`, `us-gov` or `global`. */
  readonly geography: string;
  /** Source Regions of the profile. */
  readonly sources: readonly string[];
  /** Destination Regions by source Region; none for a global profile, and none where no source confirms them. */
  readonly destinations?: { readonly [sourceRegion: string]: readonly string[] };
  /** Set where the newest pages no longer repeat what an older one said. */
  readonly unconfirmed?: boolean;
}
