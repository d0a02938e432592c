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

/** What a model takes in a request body beyond what its family says; only what a source documents. */
export interface BodyLimits {
  /** Most tokens that one answer may have. */
  readonly maxOutputTokens?: number;
  /** Sampling parameters that the model refuses, by their names in `InferenceParameters`. */
  readonly refusedParameters?: readonly string[];
  /** Groups of parameters of which a body may hold one at most, by their names in `InferenceParameters`. */
  readonly exclusiveParameters?: readonly (readonly string[])[];
  /** Whether prompts may hold images. */
  readonly images?: boolean;
}

/** Price of batch inference in US dollars for a million tokens; `source` and `date` say where and when it was read. */
export interface BatchPrice {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  /** On demand, where a source gives it: batch is not half of it for every model. */
  readonly onDemandInputPerMillion?: number;
  readonly onDemandOutputPerMillion?: number;
  /** Which way to the model it holds for: `in-region`, or the geography of a profile (`global`, `us`, …). */
  readonly route?: string;
  /** Set where no source gives the price itself: it was worked out from the one that `source` names. */
  readonly derived?: boolean;
  readonly source: string;
  readonly date: string;
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
  readonly body?: BodyLimits;
  /** The first whose `route` fits counts; one without a route fits every way. */
  readonly prices?: readonly BatchPrice[];
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
