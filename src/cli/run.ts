import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError, InvalidArgumentError, Command as Program, Option as ProgramOption } from 'commander';
import { BatchInferenceError } from '../core/batch-inference-error';
import type { Issue } from '../core/issue';
import { type Clock, realClock } from '../handlers/clock';
import type { Command, Context, Option } from './command';
import { check } from './commands/check';
import { estimate } from './commands/estimate';
import { jobs } from './commands/jobs';
import { models } from './commands/models';
import { prepare } from './commands/prepare';
import { results } from './commands/results';
import { split } from './commands/split';
import { stop } from './commands/stop';
import { watch } from './commands/watch';
import { explainCall } from './explain-call';
import { explainFileError } from './explain-file-error';
import { packageRoot } from './package-root';
import { type BatchJobs, type Connection, type ObjectStore, ServiceCallError } from './services';
import { describeIssue } from './tell-issues';
import { coloursOf, READER_GONE, type Terminal, toPrintable } from './terminal';
import { UsageError } from './usage-error';

const NAME = 'cdk-bedrock-batch';

/** In the order in which a dataset goes through them. */
export const COMMANDS: readonly Command[] = [models, prepare, check, split, estimate, jobs, watch, stop, results];

export const GOOD = 0;
export const BAD_INPUT = 1;
export const BAD_USAGE = 2;
/** 128 and the number of the signal, as shells have it. */
export const INTERRUPTED = 130;

/** How long a command may take to put its things away after Ctrl-C. */
const GRACE_MILLISECONDS = 2000;

/** What the commands ask that is not of this machine, and the time. */
export interface Outside {
  connectJobs(connection: Connection): Promise<BatchJobs>;
  connectObjects(connection: Connection): Promise<ObjectStore>;
  readonly clock: Clock;
}

const OUTSIDE: Outside = {
  connectJobs: (connection) => loadSdk().connectSdkJobs(connection),
  connectObjects: (connection) => loadSdk().connectSdkObjects(connection),
  clock: realClock,
};

/** A bundle of its own, loaded by the commands that ask a service, when they do. */
function loadSdk(): typeof import('./sdk') {
  return require(join(packageRoot(), 'assets', 'cli', 'sdk', 'index.js'));
}

/** Runs one command line (without the program's own name) and gives its exit code. */
export async function run(
  argv: readonly string[],
  terminal: Terminal,
  { connectJobs, connectObjects, clock }: Outside = OUTSIDE,
): Promise<number> {
  const { stdout, stderr, env, signal } = terminal;
  const toldColours = coloursOf(stderr, env);
  const tell = (line: string) => void stderr.stream.write(`${line}\n`);
  const context: Context = {
    terminal,
    clock,
    colours: coloursOf(stdout, env),
    toldColours,
    print: (line) => void stdout.stream.write(`${line}\n`),
    tell,
    connectJobs: ({ region, profile }) => connectJobs({ region, profile, env, signal }),
    connectObjects: ({ region, profile }) => connectObjects({ region, profile, env, signal }),
  };
  let exitCode = GOOD;
  const program = toProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await unlessInterrupted(program.parseAsync(argv, { from: 'user' }), signal, clock);
  } catch (error) {
    exitCode = signal.aborted ? GOOD : report(error, context);
  }
  if (!signal.aborted) return exitCode;
  return signal.reason === READER_GONE ? GOOD : INTERRUPTED;
}

/** The work's own end; after an abort the work has a moment for putting its things away. */
async function unlessInterrupted(work: Promise<unknown>, signal: AbortSignal, clock: Clock): Promise<void> {
  const over = new AbortController();
  const isLate = new Promise<void>((resolve) => {
    const wait = () => void clock.sleep(GRACE_MILLISECONDS, over.signal).then(resolve, () => undefined);
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true, signal: over.signal });
  });
  try {
    await Promise.race([work, isLate]);
  } finally {
    over.abort();
  }
}

function toProgram(context: Context, exit: (code: number) => void): Program {
  const { stdout, stderr } = context.terminal;
  const program = new Program(NAME)
    .description(
      'Data and jobs for Amazon Bedrock batch inference: from a dataset to records, from results to answers.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.stream.write(text),
      writeErr: (text) => stderr.stream.write(text),
      getOutHelpWidth: () => stdout.columns ?? HELP_COLUMNS,
      getErrHelpWidth: () => stderr.columns ?? HELP_COLUMNS,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(text.replace(/^error:/, context.toldColours.red('error:'))),
    })
    .showHelpAfterError(`(${NAME} --help tells more)`)
    .addHelpText('after', `\nExit codes: 0 good, 1 bad input or a job that did not complete, 2 bad usage.`);
  for (const command of COMMANDS) addCommand(program, command, context, exit);
  return program;
}

/** Where help is not read in a terminal. */
const HELP_COLUMNS = 100;

function addCommand(program: Program, command: Command, context: Context, exit: (code: number) => void): void {
  const { name, summary, description, options, examples } = command;
  const added = program
    .command(name)
    .summary(summary)
    .description(description === undefined ? toSentence(summary) : `${toSentence(summary)}\n\n${description}`)
    .showHelpAfterError(`(${NAME} ${name} --help tells more)`);
  for (const { name: argument, description: what, required, variadic } of command.arguments) {
    const written = variadic ? `${argument}...` : argument;
    added.argument(required ? `<${written}>` : `[${written}]`, what);
  }
  for (const [key, option] of Object.entries(options)) added.addOption(toOption(key, option));
  const lines = examples.map(({ line, says }) => `  $ ${NAME} ${line}\n      ${says}`);
  added.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  added.action(async (...given: unknown[]) => {
    const args = given.slice(0, command.arguments.length).flat() as (string | undefined)[];
    const values = Object.fromEntries(
      Object.entries(options).map(([key, { placeholder }]) => [
        key,
        added.getOptionValue(key) ?? (placeholder === undefined ? false : undefined),
      ]),
    );
    exit(
      await command.run(
        { args: args.filter((arg) => arg !== undefined) as string[], options: values as never },
        context,
      ),
    );
  });
}

function toOption(
  key: string,
  { description, placeholder, required, isRepeated, read, defaultValue }: Option<unknown>,
) {
  const long = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const option = new ProgramOption(placeholder === undefined ? long : `${long} <${placeholder}>`, description);
  if (defaultValue !== undefined) option.default(defaultValue);
  if (required) option.makeOptionMandatory();
  if (isRepeated) option.argParser((given, before: readonly string[] = []) => [...before, given]);
  if (read !== undefined) {
    option.argParser((given) => {
      try {
        return read(given);
      } catch (error) {
        throw new InvalidArgumentError(`It must be ${(error as Error).message}.`);
      }
    });
  }
  return option;
}

function toSentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function readVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

/** Says what went wrong, in one line for each thing, and gives the exit code for it. */
function report(error: unknown, { tell, toldColours, terminal }: Context): number {
  // commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? GOOD : BAD_USAGE;
  const say = (issue: Issue) => tell(describeIssue(issue, toldColours));
  const fail = (words: string) => tell(`${toldColours.red('error:')} ${toPrintable(words)}`);
  if (isSet(terminal.env.DEBUG) && error instanceof Error) tell(toPrintable(describeStack(error)));

  if (error instanceof UsageError) {
    say(error.issue);
    return BAD_USAGE;
  }
  if (BatchInferenceError.is(error)) error.issues.forEach(say);
  else if (ServiceCallError.is(error)) fail(explainCall(error));
  else {
    const words = explainFileError(error);
    if (words !== undefined) fail(words);
    else {
      const [first = 'nothing is known of it'] = String(error instanceof Error ? error.message : error).split('\n');
      fail(`unexpected: ${first}`);
      if (!isSet(terminal.env.DEBUG)) tell('This is a bug of this program; DEBUG=1 shows where it happened.');
    }
  }
  return BAD_INPUT;
}

function describeStack(error: Error): string {
  const { stack = String(error), cause } = error;
  return cause instanceof Error ? `${stack}\ncaused by ${describeStack(cause)}` : stack;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
