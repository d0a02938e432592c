export type Report = (path: string, problem: string) => void;

/** Reports each place where a value read from JSON is not what it should be. */
export type Check = (value: unknown, path: string, report: Report) => void;

interface OptionalMember {
  readonly check: Check;
  readonly optional: true;
}

export const words = text('text', (value) => value !== '' && value.trim() === value);
export const count = number('a whole number above 0', (value) => Number.isInteger(value) && value > 0);
export const size = number('a number above 0', (value) => value > 0);
export const amount = number('a number of 0 or more', (value) => value >= 0);
export const truth: Check = (value, path, report) => {
  if (value !== true) report(path, `must be true, or left out, ${got(value)}`);
};

export const flag: Check = (value, path, report) => {
  if (typeof value !== 'boolean') report(path, `must be true or false, ${got(value)}`);
};

export function text(allowed: string, holds: (value: string) => boolean): Check {
  return (value, path, report) => {
    if (typeof value !== 'string' || !holds(value)) report(path, `must be ${allowed}, ${got(value)}`);
  };
}

function number(allowed: string, holds: (value: number) => boolean): Check {
  return (value, path, report) => {
    if (typeof value !== 'number' || !holds(value)) report(path, `must be ${allowed}, ${got(value)}`);
  };
}

export function oneOf(values: readonly string[]): Check {
  return text(`one of ${values.join(', ')}`, (value) => values.includes(value));
}

export function orNull(check: Check): Check {
  return (value, path, report) => {
    if (value !== null) check(value, path, report);
  };
}

export function listOf(check: Check): Check {
  return (value, path, report) => {
    if (!Array.isArray(value)) return report(path, `must be a list, ${got(value)}`);
    for (const [index, item] of value.entries()) check(item, `${path}[${item?.id ?? index}]`, report);
  };
}

/** A list of two. */
export function pairOf(check: Check): Check {
  return (value, path, report) => {
    if (Array.isArray(value) && value.length !== 2) return report(path, `must be a list of two, ${got(value)}`);
    listOf(check)(value, path, report);
  };
}

/** A list without repeats, in alphabetical order so that a change shows as a change and not as a shuffle. */
export function setOf(check: Check): Check {
  return (value, path, report) => {
    listOf(check)(value, path, report);
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) {
      if (index > 0 && value[index - 1] >= item) {
        report(path, `must be in alphabetical order without repeats, got ${value[index - 1]} before ${item}`);
      }
    }
  };
}

export function mapOf(key: Check, check: Check): Check {
  return (value, path, report) => {
    if (!isObject(value)) return report(path, `must be an object, ${got(value)}`);
    for (const [name, item] of Object.entries(value)) {
      key(name, `${path} key`, report);
      check(item, `${path}.${name}`, report);
    }
  };
}

export function optional(check: Check): OptionalMember {
  return { check, optional: true };
}

/** An object with these members and no other: a misspelt one would be lost in silence. */
export function members(known: { readonly [name: string]: Check | OptionalMember }): Check {
  return (value, path, report) => {
    if (!isObject(value)) return report(path, `must be an object, ${got(value)}`);
    for (const [name, member] of Object.entries(known)) {
      if (typeof member === 'function') member(value[name], `${path}.${name}`, report);
      else if (value[name] !== undefined) member.check(value[name], `${path}.${name}`, report);
    }
    for (const name of Object.keys(value).filter((given) => !Object.hasOwn(known, given))) {
      report(`${path}.${name}`, `is not a member; known are ${Object.keys(known).join(', ')}`);
    }
  };
}

function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function got(value: unknown): string {
  return `got ${value === undefined ? 'nothing' : JSON.stringify(value)}`;
}
