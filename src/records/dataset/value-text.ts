/**
 * The text of a value that is not text: a number or boolean as JSON writes it, a date as ISO 8601 in UTC, bytes as Base64,
 * lists and objects as JSON, nothing (null, absent) as empty text. Undefined for what is nested too deeply to be written.
 */
export function toValueText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isDate(value)) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  try {
    return JSON.stringify(value, toJson);
  } catch (error) {
    // Unlike reading JSON, writing it takes stack for every level.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Whether a number is beyond what JSON's parsers hold exactly, so that its digits may already be lost: ids beyond 2^53. A loop
 * and not a recursion: a value may be nested deeper than the stack is.
 */
export function isInexact(value: unknown): boolean {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'number' && Math.abs(next) > Number.MAX_SAFE_INTEGER) return true;
    if (typeof next === 'object' && next !== null) for (const member of Object.values(next)) open.push(member);
  }
  return false;
}

function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}

/** Parquet has whole numbers beyond those of JSON's parsers, and bytes, inside lists too. */
function toJson(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
