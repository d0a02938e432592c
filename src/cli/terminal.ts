import type { Writable } from 'node:stream';
import picocolors from 'picocolors';

/** What the program knows of the outside: everything that `process` would otherwise be asked for. */
export interface Terminal {
  /** Results, and nothing else. */
  readonly stdout: Output;
  /** Progress, warnings and errors. */
  readonly stderr: Output;
  readonly env: Environment;
  /** Aborted by Ctrl-C, or with `READER_GONE` when nobody reads the results any more. */
  readonly signal: AbortSignal;
}

export interface Output {
  readonly stream: Writable;
  readonly isTty: boolean;
  /** Absent where lines have no width, as in a pipe. */
  readonly columns?: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;
export type Colours = ReturnType<typeof picocolors.createColors>;

/** Reason of the abort where the reader of stdout has closed it (`| head`): an end, not an error. */
export const READER_GONE = Symbol('the reader of stdout has gone');

/** @see https://no-color.org and https://force-color.org */
export function wantsColour({ isTty }: Pick<Output, 'isTty'>, env: Environment): boolean {
  if (isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTty && env.TERM !== 'dumb';
}

export function coloursOf(output: Pick<Output, 'isTty'>, env: Environment): Colours {
  return picocolors.createColors(wantsColour(output, env));
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what this is for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text from elsewhere (a file, a service) that cannot steer the terminal that it is shown in. */
export function toPrintable(text: string): string {
  return text.replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
