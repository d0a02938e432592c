/** The names, the one most like `wanted` first, and `isNear` if that one may be what was meant. */
export function sortByLikeness(names: readonly string[], wanted: string): { names: string[]; isNear: boolean } {
  const ranked = names
    .map((name) => ({ name, distance: distance(name.toLowerCase(), wanted.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [first] = ranked;
  const isNear = first !== undefined && first.distance <= Math.ceil(wanted.length / 3);
  return { names: ranked.map(({ name }) => name), isNear };
}

/** Insertions, deletions and replacements that lead from one text to the other. */
function distance(from: string, to: string): number {
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = last[column - 1] + (from[row - 1] === to[column - 1] ? 0 : 1);
      current[column] = Math.min(last[column] + 1, current[column - 1] + 1, replaced);
    }
    last = current;
  }
  return last[to.length];
}
