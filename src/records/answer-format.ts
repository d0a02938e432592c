import type { BodyKind } from './body-format';

/** What can be drawn out of a `modelOutput`, of whatever family. */
export interface Answer {
  /** Text of the answer; absent where there is none (embeddings, a refusal, an output of another shape). */
  readonly text?: string;
  /** Vectors, for embeddings: one, unless several types or inputs were asked for. */
  readonly embeddings?: readonly (readonly number[])[];
  readonly usage?: Usage;
  /** Why the model stopped, in its own words: `end_turn`, `max_tokens`, `stop`, … */
  readonly stopReason?: string;
}

export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** Reads the outputs of one kind of model. One file each in `answers/`. Never throws, whatever the output holds. */
export interface AnswerFormat {
  readonly kind: BodyKind;
  /** Undefined where the output has not the shape of this family. */
  find(modelOutput: unknown): Answer | undefined;
}
