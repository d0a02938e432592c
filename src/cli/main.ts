#!/usr/bin/env node
import { run } from './run';
import { type Output, READER_GONE, type Terminal } from './terminal';

// The SDK would tell the user of a tool about the Node version that the tool is tested with.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function main(): Promise<void> {
  const abort = new AbortController();
  let unwritable: string | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      // Asked twice, it ends at once.
      if (abort.signal.aborted) process.exit(INTERRUPTED);
      abort.abort();
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') abort.abort(READER_GONE);
    else {
      // What was begun is put away first.
      unwritable ??= `stdout could not be written (${error.message})`;
      abort.abort(READER_GONE);
    }
  });
  // Progress that nobody reads is no reason to end.
  process.stderr.on('error', () => undefined);

  const terminal: Terminal = {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    env: process.env,
    signal: abort.signal,
  };
  process.exitCode = await run(process.argv.slice(2), terminal);
  if (unwritable !== undefined) fail(unwritable);
  // What was cut off by Ctrl-C may still hold the process open.
  if (abort.signal.aborted) process.exit();
}

const INTERRUPTED = 130;

function outputOf(stream: NodeJS.WriteStream): Output {
  const isTty = stream.isTTY === true;
  return {
    stream,
    isTty,
    // It changes with the window.
    get columns() {
      return isTty ? stream.columns : undefined;
    },
  };
}

function fail(words: string): never {
  process.stderr.write(`error: ${words}\n`);
  process.exit(1);
}

main().catch((error: unknown) => fail(`unexpected: ${error instanceof Error ? error.message : error}`));
