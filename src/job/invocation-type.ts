/** Which API's request body the records hold. */
export enum InvocationType {
  /** The body of the model's own family, as `InvokeModel` takes it. */
  INVOKE_MODEL = 'InvokeModel',

  /** The body of `Converse`, the same for every model that supports it. Not for embeddings. */
  CONVERSE = 'Converse',
}
