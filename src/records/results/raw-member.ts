const QUOTE = 34;
const BACKSLASH = 92;
const STRUCTURE = /["[\]{}]/g;
const SCALAR_END = /[,}\]\s]/g;
const FILLED = /[^ \t\n\r]/g;

/**
 * The text of a member of an object, as it stands: parsed and written again, 1.0 would be 1 and long integers would be rounded.
 * Of a repeated member the last one, as `JSON.parse` has it.
 *
 * @param json an object that `JSON.parse` accepts
 */
export function findRawMember(json: string, name: string): string | undefined {
  let found: string | undefined;
  let index = next(FILLED, json, next(FILLED, json, 0) + 1);
  while (json.charCodeAt(index) === QUOTE) {
    const keyEnd = endOfText(json, index);
    const start = next(FILLED, json, next(FILLED, json, keyEnd) + 1);
    const end = endOfValue(json, start);
    if (JSON.parse(json.slice(index, keyEnd)) === name) found = json.slice(start, end);
    // Behind the comma the next name, or the end of the object.
    index = next(FILLED, json, next(FILLED, json, end) + 1);
  }
  return found;
}

function endOfValue(json: string, start: number): number {
  const first = json[start] as string;
  if (first === '"') return endOfText(json, start);
  if (first !== '{' && first !== '[') return next(SCALAR_END, json, start);
  let depth = 0;
  for (let index = start; ; index = next(STRUCTURE, json, index)) {
    const character = json[index] as string;
    if (character === '"') index = endOfText(json, index);
    else {
      depth += character === '{' || character === '[' ? 1 : -1;
      index += 1;
      if (depth === 0) return index;
    }
  }
}

function endOfText(json: string, start: number): number {
  for (let index = json.indexOf('"', start + 1); ; index = json.indexOf('"', index + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(index - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return index + 1;
  }
}

function next(pattern: RegExp, json: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(json)?.index ?? json.length;
}
