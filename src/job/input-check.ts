/** How much of local records is read when the app is synthesised. */
export enum InputCheck {
  /** Every line: JSON, recordId, body of the model, number and size. A gigabyte takes seconds, and once for the same content. */
  FULL = 'Full',

  /** Some thousand lines all over each file, and the sizes; repeated ids and the number of records are not seen. */
  SAMPLE = 'Sample',

  /** That the files are there and not too large. */
  NONE = 'None',
}
