/**
 * The text of a value that is not text: a number or boolean as JSON writes it, a date as ISO 8601 in UTC, bytes as Base64,
 * lists and objects as JSON, nothing (null, absent) as empty text.
 */
export function toValueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isDate(value)) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  return JSON.stringify(value, toJson);
}

/** Whether a number is beyond what JSON's parsers hold exactly, so that its digits are already lost: ids beyond 2^53. */
export function isInexact(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  return typeof value === 'object' && value !== null && Object.values(value).some(isInexact);
}

function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}

/** Parquet has whole numbers beyond those of JSON's parsers, and bytes, inside lists too. */
function toJson(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
