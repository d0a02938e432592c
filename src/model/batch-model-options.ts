import type { BatchModel } from './batch-model';

/** Options of `BatchModel.of`. */
export interface BatchModelOptions {
  /**
   * Regions where batch inference takes this model id, on your word: added to what the catalog knows, and taken over its
   * "no" (a Region it does not list, an end of life).
   *
   * @default - what the catalog says; a model that it does not know is left to the checks at deployment, with a warning
   */
  readonly regions?: string[];
}

/** Options of `BatchModel.fromInferenceProfile`. */
export interface InferenceProfileOptions {
  /**
   * Regions to which the profile routes, on your word. The Region of the stack is always added.
   *
   * @default - what the catalog says; needed for a profile that it does not know
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html
   */
  readonly destinationRegions?: string[];
}

/** Options of `BatchModel.fromApplicationInferenceProfile`. */
export interface ApplicationInferenceProfileOptions {
  /**
   * The model or system-defined profile that the application inference profile was made from. With it the service role may
   * use exactly the foundation models behind the profile.
   *
   * @default - every foundation model, but only for requests that come through this profile
   */
  readonly copiedFrom?: BatchModel;
}
