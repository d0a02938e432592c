/** One row of the table of results; what there is none of is left out. */
export interface TableRow {
  readonly recordId: string;
  readonly status: 'succeeded' | 'failed' | 'missing';
  readonly text?: string;
  readonly stopReason?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly errorCode?: string | number;
  readonly errorMessage?: string;
  /** JSON: a list of numbers; a list of such lists where several vectors were asked for. */
  readonly embedding?: string;
}

/** In the order of the columns. The embedding is a column only in a table that holds some. */
export const COLUMNS = [
  'recordId',
  'status',
  'text',
  'stopReason',
  'inputTokens',
  'outputTokens',
  'errorCode',
  'errorMessage',
] as const;

const NEEDS_QUOTES = /[",\r\n]/;

export function toCsvHeader(hasEmbedding: boolean): string {
  return `${COLUMNS.join(',')}${hasEmbedding ? ',embedding' : ''}\r\n`;
}

/**
 * A row of RFC 4180. Text stands as it is, also where it begins with `=`: a spreadsheet program that runs formulas of a file
 * that it imports must be told not to, and a program that reads data must get what the model said.
 */
export function toCsvRow(row: TableRow, hasEmbedding: boolean): string {
  const cells = `${cell(row.recordId)},${row.status},${cell(row.text)},${cell(row.stopReason)},${row.inputTokens ?? ''},${row.outputTokens ?? ''},${cell(row.errorCode)},${cell(row.errorMessage)}`;
  return hasEmbedding ? `${cells},${cell(row.embedding)}\r\n` : `${cells}\r\n`;
}

/** A line of JSON Lines; what there is none of is left out, and the embedding is a list. */
export function toJsonlRow({ embedding, ...row }: TableRow): string {
  const json = JSON.stringify(row);
  return embedding === undefined ? `${json}\n` : `${json.slice(0, -1)},"embedding":${embedding}}\n`;
}

function cell(value: string | number | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : `${value}`;
  return NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
