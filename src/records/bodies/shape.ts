import type { BodyIssue, BodyModel } from '../body-format';
import { Findings } from './findings';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * What a JSON value must be. Built once for each body format and then called for every record: it allocates nothing while
 * all is well, and looks at no text beyond whether there is any.
 */
export interface Shape {
  (value: unknown, findings: Findings): void;
  /** Reads on from "must be": "a whole number from 1". */
  readonly expects: string;
}

export interface Members {
  readonly [name: string]: Shape;
}

/** A rule about several members of one object; it comes after the members were looked at, and may find them of any type. */
export type Rule = (value: JsonObject, findings: Findings) => void;

export interface Range {
  readonly min: number;
  readonly max?: number;
}

// Nothing in here waits, and no shape starts another check, so one is enough.
const FINDINGS = new Findings();

/** What is wrong with one body. Never throws, whatever the value. */
export function checkShape(shape: Shape, value: unknown, model: BodyModel): BodyIssue[] {
  FINDINGS.begin(model);
  shape(value, FINDINGS);
  return FINDINGS.end();
}

/** For what the format leaves to its reader, and for what is not judged. */
export const anything = shape('any value', () => {});

/** Text, which may be empty. */
export const anyText = shape('text', (value, findings) => {
  if (typeof value !== 'string') findings.fail('WrongType', `must be text, got ${excerpt(value)}`);
});

export const text = shape('text', (value, findings) => {
  if (typeof value !== 'string') findings.fail('WrongType', `must be text, got ${excerpt(value)}`);
  else if (value === '') findings.fail('EmptyText', 'must not be empty');
});

export const bool = shape('true or false', (value, findings) => {
  if (typeof value !== 'boolean') findings.fail('WrongType', `must be true or false, got ${excerpt(value)}`);
});

export function number(range: Range): Shape {
  const { min, max = Number.MAX_VALUE } = range;
  const expects = `a number ${span(range)}`;
  return shape(expects, (value, findings) => {
    if (typeof value !== 'number') findings.fail('WrongType', `must be ${expects}, got ${excerpt(value)}`);
    else if (!(value >= min && value <= max)) findings.fail('OutOfRange', `must be ${expects}, got ${value}`);
  });
}

export function integer(range: Range): Shape {
  const { min, max = Number.MAX_SAFE_INTEGER } = range;
  const expects = `a whole number ${span(range)}`;
  return shape(expects, (value, findings) => {
    if (typeof value !== 'number') findings.fail('WrongType', `must be ${expects}, got ${excerpt(value)}`);
    else if (!(Number.isInteger(value) && value >= min && value <= max)) {
      findings.fail('OutOfRange', `must be ${expects}, got ${value}`);
    }
  });
}

export function oneOf(...values: readonly (string | number | boolean)[]): Shape {
  const allowed = new Set<unknown>(values);
  const expects = `${values.length > 1 ? 'one of ' : ''}${values.map((value) => JSON.stringify(value)).join(', ')}`;
  return shape(expects, (value, findings) => {
    if (!allowed.has(value)) findings.fail('NotAllowed', `must be ${expects}, got ${excerpt(value)}`);
  });
}

export function list(item: Shape, { min, max = Number.POSITIVE_INFINITY }: Range = { min: 0 }): Shape {
  const size = max === Number.POSITIVE_INFINITY ? (min === 0 ? '' : ` of at least ${min}`) : ` of ${min} to ${max}`;
  const expects = `a list${size}, each ${item.expects}`;
  return shape(expects, (value, findings) => {
    if (!Array.isArray(value)) {
      findings.fail('WrongType', `must be a list, got ${excerpt(value)}`);
      return;
    }
    if (value.length < min || value.length > max) {
      findings.fail('WrongLength', `must be a list${size}, got ${value.length}`);
    }
    for (let index = 0; index < value.length; index += 1) {
      findings.enter(index);
      item(value[index], findings);
      findings.leave();
    }
  });
}

/** What each type of value leads to, for members that are told apart by nothing but that: text, or a list of blocks. */
export function textOr(textShape: Shape, other: Shape): Shape {
  return shape(`${textShape.expects}, or ${other.expects}`, (value, findings) => {
    if (typeof value === 'string') textShape(value, findings);
    else other(value, findings);
  });
}

/**
 * An object. A member that is not known is a warning: formats grow faster than libraries. An optional member that is null
 * is not judged, because the formats differ in whether that means that it is absent.
 *
 * @param what names the object in messages: "a message"
 */
export function object(what: string, required: Members, optional: Members = {}, ...rules: readonly Rule[]): Shape {
  const members = new Map<string, Shape>([...Object.entries(required), ...Object.entries(optional)]);
  const needed = Object.keys(required);
  return shape(what, (value, findings) => {
    if (!isObject(value)) {
      findings.fail('WrongType', `must be ${what}, an object, got ${excerpt(value)}`);
      return;
    }
    for (const name in value) {
      const member = members.get(name);
      if (member === undefined) {
        warnUnknown(what, name, members, findings);
        continue;
      }
      const given = value[name];
      if (given === undefined || (given === null && optional[name] !== undefined)) continue;
      findings.enter(name);
      member(given, findings);
      findings.leave();
    }
    for (let index = 0; index < needed.length; index += 1) {
      if (value[needed[index]] === undefined) failMissing(needed[index], required[needed[index]], findings);
    }
    for (let index = 0; index < rules.length; index += 1) rules[index](value, findings);
  });
}

/** An object that holds exactly one of its members, as the unions of AWS APIs do; the others are absent or null. */
export function union(what: string, choices: Members): Shape {
  const members = new Map<string, Shape>(Object.entries(choices));
  const names = [...members.keys()].join(', ');
  return shape(what, (value, findings) => {
    if (!isObject(value)) {
      findings.fail('WrongType', `must be ${what}, an object, got ${excerpt(value)}`);
      return;
    }
    let held = 0;
    let unknown = false;
    for (const name in value) {
      const given = value[name];
      if (given === null || given === undefined) continue;
      const member = members.get(name);
      if (member === undefined) {
        warnUnknown(what, name, members, findings);
        unknown = true;
        continue;
      }
      held += 1;
      findings.enter(name);
      member(given, findings);
      findings.leave();
    }
    if (held > 1 || (held === 0 && !unknown)) {
      findings.fail('NotOneMember', `must hold exactly one of ${names}, got ${held === 0 ? 'none' : held}`);
    }
  });
}

/** An object whose member `tag` says which of several shapes it has. A tag that is not known is a warning. */
export function tagged(what: string, tag: string, choices: Members): Shape {
  const shapes = new Map<unknown, Shape>(Object.entries(choices));
  const tags = [...shapes.keys()].map((name) => `"${name}"`).join(', ');
  return shape(what, (value, findings) => {
    if (!isObject(value)) {
      findings.fail('WrongType', `must be ${what}, an object, got ${excerpt(value)}`);
      return;
    }
    const choice = shapes.get(value[tag]);
    if (choice !== undefined) choice(value, findings);
    else if (value[tag] === undefined) findings.fail('MissingMember', `must be given: one of ${tags}`, tag);
    else findings.warn('UnknownType', `is not known for ${what}, got ${excerpt(value[tag])}; known are ${tags}`, tag);
  });
}

/** An object of which a look at its members, or at the model, says which shape it has. */
export function chosen(what: string, choose: (value: JsonObject, model: BodyModel) => Shape): Shape {
  return shape(what, (value, findings) => {
    if (isObject(value)) choose(value, findings.model)(value, findings);
    else findings.fail('WrongType', `must be ${what}, an object, got ${excerpt(value)}`);
  });
}

/** What the service says it does not do, without saying what becomes of a record that asks for it. */
export function unavailable(code: string, message: string): Shape {
  return shape('absent', (value, findings) => {
    if (!(Array.isArray(value) && value.length === 0)) findings.warn(code, message);
  });
}

/** What the model does not take. */
export function refused(code: string, message: string): Shape {
  return shape('absent', (_value, findings) => findings.fail(code, message));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a message repeats it: never more than a few words of it. */
export function excerpt(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function shape(expects: string, check: (value: unknown, findings: Findings) => void): Shape {
  return Object.assign(check, { expects });
}

function span({ min, max }: Range): string {
  return max === undefined ? `from ${min}` : `from ${min} to ${max}`;
}

function failMissing(name: string, member: Shape, findings: Findings): void {
  findings.fail('MissingMember', `must be given: ${member.expects}`, name);
}

function warnUnknown(what: string, name: string, members: ReadonlyMap<string, Shape>, findings: Findings): void {
  const bare = bareName(name);
  const meant = [...members.keys()].find((known) => bareName(known) === bare);
  const fix = meant === undefined ? `known are ${[...members.keys()].join(', ')}` : `did you mean ${meant}`;
  findings.warn('UnknownMember', `is not a known member of ${what}; ${fix}`, name);
}

/** The same for `maxTokens` and `max_tokens`: the names of one family in the spelling of another are a common slip. */
function bareName(name: string): string {
  return name.slice(0, 80).replaceAll('_', '').toLowerCase();
}
