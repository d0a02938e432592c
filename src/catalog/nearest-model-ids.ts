import type { ModelEntry } from './model-entry';
import { MODELS } from './model-table';

/** Of this many characters one may be wrong. */
const CHARACTERS_PER_SLIP = 10;

/**
 * Ids of which `id` may be a slip of the finger or a short form (no version, no vendor, the model's name), nearest first;
 * none if nothing is close.
 *
 * An id that differs from a known one only in its numbers is another version and no slip, so it finds nothing there.
 */
export function nearestModelIds(id: string, count = 3): string[] {
  const typed = toPlain(id);
  const slips = Math.max(1, Math.floor(typed.length / CHARACTERS_PER_SLIP));
  return MODELS.map((model) => ({ model, distance: distanceTo(model, typed) }))
    .filter(({ distance }) => distance <= slips)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ model }) => model.id);
}

function distanceTo(model: ModelEntry, typed: string): number {
  const distances = formsOf(model).map((form) => {
    if (form === typed) return 0;
    return withoutNumbers(form) === withoutNumbers(typed) ? Number.POSITIVE_INFINITY : editDistance(form, typed);
  });
  return Math.min(...distances);
}

/** What people write for a model: its id, less and less of it, and its name. */
function formsOf({ id, name, provider }: ModelEntry): string[] {
  const unversioned = id.replace(/(-v\d+)?(:\d+)?$/, '').replace(/-1$/, '');
  const undated = unversioned.replace(/-\d{8}$/, '');
  const ids = [id, unversioned, undated].flatMap((form) => [form, form.slice(form.indexOf('.') + 1)]);
  return [...new Set([...ids, name, `${provider} ${name}`].map(toPlain))];
}

function toPlain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function withoutNumbers(plain: string): string {
  return plain.replace(/\d+(-\d+)*/g, '#');
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      current[column] = Math.min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && swapped) current[column] = Math.min(current[column], beforeLast[column - 2] + 1);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length];
}
