/** What the service says of a foundation model. */
export interface FoundationModel {
  /** `ACTIVE` or `LEGACY`. */
  readonly lifecycle?: string;
  readonly endOfLife?: Date;
}

/** What the service says of this account's access to a foundation model in this Region. */
export interface ModelAvailability {
  /** Whether the *caller* may invoke it: the starter may not, so it says nothing of the job's role. */
  readonly authorization?: string;
  /** Whether the account has an agreement on the model, where one is needed; its first use makes one. */
  readonly agreement?: string;
  readonly entitlement?: string;
  readonly region?: string;
}

export interface InferenceProfile {
  readonly status?: string;
  /** ARNs of the foundation models to which it routes. */
  readonly modelArns: readonly string[];
}

export interface CustomModel {
  readonly status?: string;
}

/** Bedrock's models. Errors come through as the service's own. */
export interface Models {
  foundationModel(modelId: string): Promise<FoundationModel>;
  availability(foundationModelId: string): Promise<ModelAvailability>;
  inferenceProfile(profileIdOrArn: string): Promise<InferenceProfile>;
  customModel(modelArn: string): Promise<CustomModel>;
}
