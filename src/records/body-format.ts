import type { BodyLimits, ModelFamily } from '../catalog/model-entry';
import type { Issue } from '../core/issue';

/** A body of a model family (for InvokeModel), or of Converse, which takes one body for every text model. */
export type BodyKind = ModelFamily | 'converse';

/** What to ask, in no family's words. */
export interface BodyRequest {
  /** For embeddings the text to embed. */
  readonly prompt: string;
  /** What the model is told about its task before the prompt. */
  readonly systemPrompt?: string;
  readonly images?: readonly ImageSource[];
  readonly parameters?: InferenceParameters;
}

/** Sampling and length, named as Converse names them. */
export interface InferenceParameters {
  /** Most tokens in the answer. */
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly stopSequences?: readonly string[];
  /** Members that are put into the body as they are, for what the other parameters do not cover. */
  readonly additionalFields?: { readonly [name: string]: unknown };
}

/** One image: exactly one of `base64` and `s3Uri` is given. */
export interface ImageSource {
  readonly format: 'png' | 'jpeg' | 'gif' | 'webp';
  readonly base64?: string;
  /** Only where the family takes images from S3; all media of a job in one folder. */
  readonly s3Uri?: string;
  /** Account that owns the bucket of `s3Uri`. */
  readonly bucketOwner?: string;
}

/** The model whose body it is, as far as it is known: what is absent is not judged. */
export interface BodyModel {
  readonly modelId?: string;
  readonly limits?: BodyLimits;
}

/** Something wrong in one body. `input` of the issue is the path in the record: `modelInput.messages[0].content`. */
export type BodyIssue = Issue;

/** What this library knows of one kind of body. One file each in `bodies/`. */
export interface BodyFormat {
  readonly kind: BodyKind;

  /**
   * The body for a request.
   *
   * @throws BatchInferenceError for what the family does not take (images, a system prompt for embeddings, …)
   */
  build(request: BodyRequest, model: BodyModel): object;

  /**
   * What is wrong with a body that someone else built: members that are missing, types, ranges, combinations that a source
   * says are refused, more output than the model gives. Members that are not known are warnings. Never throws, whatever the
   * object holds.
   */
  check(body: Readonly<Record<string, unknown>>, model: BodyModel): BodyIssue[];
}
