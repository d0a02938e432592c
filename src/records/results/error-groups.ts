import type { ResultError } from './read-result';

/** Errors that say the same. */
export interface ErrorGroup {
  readonly errorCode?: string | number;
  /** First words of the first of them. */
  readonly message: string;
  readonly count: number;
  /** The first few. */
  readonly recordIds: readonly string[];
}

/** Records that a summary names before it only counts. */
export const SHOWN = 3;

/** So many words tell one error from another; what follows is about the one record. */
const WORDS = 8;
const MAX_CHARACTERS = 120;

/** More kinds than anyone reads; the rest is counted as one, so that messages that never repeat do not fill the memory. */
const MAX_GROUPS = 200;
const OTHERS = '(other errors)';

/** Sorts errors into groups by code and first words, numbers in them not told apart. */
export class ErrorGroups {
  private readonly numbers = new Map<string, number>();
  private readonly heads: { readonly errorCode?: string | number; readonly message: string }[] = [];

  /** Number of the group of an error, from 0 in the order in which groups come up. */
  public numberOf({ errorCode, errorMessage = '' }: ResultError): number {
    const message = firstWords(errorMessage);
    const key = `${errorCode} ${message.replace(/\d+/g, '0')}`;
    const number = this.numbers.get(key);
    if (number !== undefined) return number;
    if (this.heads.length >= MAX_GROUPS) return this.numberOfOthers();
    return this.open(key, { errorCode, message });
  }

  /** The groups that records are in, the largest first. */
  public list(failures: Iterable<{ readonly number: number; readonly recordId: string }>): ErrorGroup[] {
    const groups = this.heads.map((head) => ({ ...head, count: 0, recordIds: [] as string[] }));
    for (const { number, recordId } of failures) {
      const group = groups[number] as (typeof groups)[number];
      group.count += 1;
      if (group.recordIds.length < SHOWN) group.recordIds.push(recordId);
    }
    return groups.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  }

  private numberOfOthers(): number {
    return this.numbers.get(OTHERS) ?? this.open(OTHERS, { message: OTHERS });
  }

  private open(key: string, { errorCode, message }: { errorCode?: string | number; message: string }): number {
    const number = this.heads.push({ errorCode, message }) - 1;
    this.numbers.set(key, number);
    return number;
  }
}

function firstWords(message: string): string {
  // Of a message of megabytes only the beginning is looked at.
  const start = message.slice(0, 4 * MAX_CHARACTERS);
  const words = start.trim().split(/\s+/);
  const text = words.slice(0, WORDS).join(' ');
  const isCut = words.length > WORDS || start.length < message.length || text.length > MAX_CHARACTERS;
  return isCut ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
