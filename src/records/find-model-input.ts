import { isObject } from './record';

/** The body in a line; undefined for a line that is no record. */
export function findModelInput(line: string): object | undefined {
  try {
    const { modelInput } = JSON.parse(line);
    return isObject(modelInput) ? modelInput : undefined;
  } catch {
    return undefined;
  }
}
