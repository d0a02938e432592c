/** Sampling and length of the answers, named as Converse names them; each family of models has its own words for them. */
export interface InferenceParameters {
  /**
   * Most tokens in an answer.
   *
   * @default - 1024 where the body of the model must say, or the model's own maximum if that is less; else the model's default
   */
  readonly maxTokens?: number;

  /**
   * How much chance there is in an answer, 0 to 1.
   *
   * @default - the model's
   */
  readonly temperature?: number;

  /**
   * Share of the most likely tokens that are considered, 0 to 1. Some models refuse it beside `temperature`.
   *
   * @default - the model's
   */
  readonly topP?: number;

  /**
   * Texts at which an answer ends.
   *
   * @default - none
   */
  readonly stopSequences?: string[];

  /**
   * Members that are put into each body as they are, for what the others do not cover.
   *
   * @default - none
   */
  // biome-ignore lint/suspicious/noExplicitAny: jsii has no narrower type for JSON of any shape
  readonly additionalFields?: { [name: string]: any };
}

/** Options of `JobInput.fromDataset`. */
export interface DatasetOptions {
  /**
   * The prompt for each row, with `{{column}}` where the value of a column belongs: `Summarise in two sentences: {{text}}`.
   * `{{{{` stands for `{{` itself.
   */
  readonly template: string;

  /**
   * What the model is told about its task, the same for each row.
   *
   * @default - nothing
   */
  readonly systemPrompt?: string;

  /**
   * Column whose values become the record ids, by which results are joined to the rows. No two rows may have the same.
   *
   * @default - `row-0000001` and so on, by the place of the row
   */
  readonly idColumn?: string;

  /**
   * Sampling and length of the answers.
   *
   * @default - the model's own
   */
  readonly parameters?: InferenceParameters;
}
