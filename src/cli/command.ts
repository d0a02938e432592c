import type { Clock } from '../handlers/clock';
import type { BatchJobs, ConnectOptions, ObjectStore } from './services';
import type { Colours, Terminal } from './terminal';

/** A command, as data: what the command line looks like, and what it does. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What a reader of the help would otherwise get wrong. */
  readonly description?: string;
  readonly arguments: readonly Argument[];
  /** By the name of the value; `maxTokens` is written `--max-tokens`. */
  readonly options: O;
  readonly examples: readonly Example[];
  /** @returns the exit code: 0 good, 1 bad input */
  run(input: Input<O>, context: Context): Promise<number>;
}

export interface Argument {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly variadic?: boolean;
}

export interface Example {
  readonly line: string;
  readonly says: string;
}

export interface Input<O extends Options> {
  /** In their order; those that are variadic one after another. */
  readonly args: readonly string[];
  readonly options: { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };
}

export type Options = Readonly<Record<string, Option<unknown>>>;

export interface Option<T> {
  readonly description: string;
  /** Absent for one that is there or not. */
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly isRepeated?: boolean;
  /** Throws with what is allowed, in words that read on from "must be". */
  readonly read?: (text: string) => T;
  readonly choices?: readonly string[];
  readonly defaultValue?: T;
}

/** What a command may use of the world outside. */
export interface Context {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** For stdout. */
  readonly colours: Colours;
  /** For stderr. */
  readonly toldColours: Colours;
  /** A line of the result, on stdout. */
  print(line: string): void;
  /** A line that is no result, on stderr. */
  tell(line: string): void;
  connectJobs(options: ConnectOptions): Promise<BatchJobs>;
  connectObjects(options: ConnectOptions): Promise<ObjectStore>;
}

/** Keeps the types of the options from their declaration to `run`. */
export function toCommand<O extends Options>(command: Command<O>): Command {
  return command as unknown as Command;
}

export function flag(description: string): Option<boolean> {
  return { description };
}

export function text(placeholder: string, description: string): Option<string | undefined> {
  return { placeholder, description };
}

export function requiredText(placeholder: string, description: string): Option<string> {
  return { placeholder, description, required: true };
}

/** One that can be given several times. */
export function texts(placeholder: string, description: string): Option<readonly string[] | undefined> {
  return { placeholder, description, isRepeated: true };
}

export interface NumberRange {
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

export function number(placeholder: string, description: string, range: NumberRange): Option<number | undefined> {
  return { placeholder, description, read: readNumber(range) };
}

export function numberOr(
  defaultValue: number,
  placeholder: string,
  description: string,
  range: NumberRange,
): Option<number> {
  return { placeholder, description, read: readNumber(range), defaultValue };
}

export function choice<const C extends string>(
  choices: readonly C[],
  placeholder: string,
  description: string,
): Option<C | undefined> {
  const byLetters = new Map(choices.map((value) => [toLetters(value), value]));
  const read = (given: string): C => {
    const value = byLetters.get(toLetters(given));
    if (value === undefined) throw new Error(`one of ${choices.join(', ')}`);
    return value;
  };
  return { placeholder, description, read, choices };
}

/** `in-progress`, `InProgress` and `IN_PROGRESS` are one to a reader. */
function toLetters(value: string): string {
  return value.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function readNumber({ min, max = Number.MAX_SAFE_INTEGER, whole }: NumberRange): (given: string) => number {
  return (given) => {
    // `Number` also takes '' and '0x10' and ' 1'.
    const value = /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : Number.NaN;
    if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
    const kind = whole ? 'a whole number' : 'a number';
    const isOpen = max === Number.MAX_SAFE_INTEGER && !(value > max);
    throw new Error(isOpen ? `${kind} from ${min}` : `${kind} from ${min} to ${max}`);
  };
}

/** Where a service is asked; for every command that asks one. */
export const SERVICE_OPTIONS = {
  region: text('region', 'Region to ask in (else AWS_REGION, or that of the profile)'),
  profile: text('name', 'profile of the AWS configuration files (else AWS_PROFILE)'),
};
