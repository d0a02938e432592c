/** One line of a batch inference input file. @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html */
export interface InputRecord {
  /** Joins the answer to the question; the service makes one up where it is left out. */
  readonly recordId?: string;
  /** Request body of the model's family, or of Converse. */
  readonly modelInput: object;
}

export type ReadRecord =
  | { readonly record: InputRecord; readonly problem?: undefined }
  | { readonly record?: undefined; readonly problem: string };

/** Reads one line; never throws. `problem` reads on from "line 7": "must be …". */
export function readRecord(line: string): ReadRecord {
  if (line.startsWith('\uFEFF'))
    return { problem: 'must not begin with a byte order mark; save the file as UTF-8 without one' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { problem: `must be one JSON object, got ${excerpt(line)} (${(error as Error).message})` };
  }
  if (!isObject(value)) return { problem: `must be one JSON object, got ${excerpt(line)}` };
  const { recordId, modelInput } = value;
  if (!isObject(modelInput)) {
    return {
      problem: `must have an object "modelInput", got ${modelInput === undefined ? 'none' : excerpt(JSON.stringify(modelInput))}`,
    };
  }
  if (recordId !== undefined && typeof recordId !== 'string') {
    return { problem: `must have text as "recordId" or none, got ${excerpt(JSON.stringify(recordId))}` };
  }
  return { record: { recordId, modelInput } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
