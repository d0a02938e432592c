/** Members of an output whose shape nobody has vouched for. */
export interface Output {
  readonly [name: string]: unknown;
}

export function findObject(value: unknown): Output | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Output) : undefined;
}

export function findList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

export function findText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function findNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A vector, told by its first number: looking at all of them would cost more than the rest of the record. */
export function findVector(value: unknown): readonly number[] | undefined {
  return Array.isArray(value) && typeof value[0] === 'number' ? value : undefined;
}

/** The texts that `find` draws out of blocks, as one; undefined where there are none. */
export function joinTexts(blocks: readonly unknown[], find: (block: Output) => string | undefined): string | undefined {
  let joined: string | undefined;
  for (const block of blocks) {
    const object = findObject(block);
    const text = object && find(object);
    if (text !== undefined) joined = joined === undefined ? text : joined + text;
  }
  return joined;
}
