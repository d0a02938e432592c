/** How amounts are written for people. */

/** `1,234,567`; by hand, because loading a locale takes longer than the rest of a short command. */
export function toCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 record`, `1,200 records` */
export function counted(value: number, noun: string): string {
  return `${toCount(value)} ${noun}${value === 1 ? '' : 's'}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `42s`, `7m 03s`, `3h 20m`, `2d 4h`: two units at most. */
export function toDuration(milliseconds: number): string {
  const left = Math.max(0, milliseconds);
  const part = (unit: number, whole: number) => Math.floor((left % whole) / unit);
  if (left >= DAY) return `${Math.floor(left / DAY)}d ${part(HOUR, DAY)}h`;
  if (left >= HOUR) return `${part(HOUR, DAY)}h ${pad(part(MINUTE, HOUR))}m`;
  if (left >= MINUTE) return `${part(MINUTE, HOUR)}m ${pad(part(SECOND, MINUTE))}s`;
  return `${part(SECOND, MINUTE)}s`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** `under a minute`, `7 min`, `3 h`: an amount that is only known roughly. */
export function toRoughDuration(milliseconds: number): string {
  if (milliseconds < MINUTE) return 'under a minute';
  if (milliseconds < 90 * MINUTE) return `${Math.round(milliseconds / MINUTE)} min`;
  return `${Math.round(milliseconds / HOUR)} h`;
}

/** `512 bytes`, `1.4 MB`, `1.0 GB`, in powers of 1000. */
export function toBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = bytes;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? counted(bytes, 'byte') : `${value.toFixed(1)} ${units[unit]}`;
}
