import { Writable } from 'node:stream';
import { type Outside, run } from '../../src/cli/run';
import type { Output, Terminal } from '../../src/cli/terminal';

export interface FakeOptions {
  /** Of both outputs. Default: a pipe. */
  readonly isTty?: boolean;
  readonly columns?: number;
  readonly env?: Terminal['env'];
  readonly signal?: AbortSignal;
}

/** A terminal that keeps what was written to it. */
export class FakeTerminal implements Terminal {
  public readonly stdout: Output;
  public readonly stderr: Output;
  public readonly env: Terminal['env'];
  public readonly signal: AbortSignal;
  private readonly written = { stdout: '', stderr: '' };

  constructor({ isTty = false, columns, env = {}, signal = new AbortController().signal }: FakeOptions = {}) {
    const output = (name: 'stdout' | 'stderr'): Output => {
      const stream = new Writable({
        decodeStrings: false,
        write: (chunk, _, done) => {
          this.written[name] += String(chunk);
          done();
        },
      });
      return { stream: Object.assign(stream, { isTTY: isTty, columns }), isTty, columns };
    };
    this.stdout = output('stdout');
    this.stderr = output('stderr');
    this.env = env;
    this.signal = signal;
  }

  public get out(): string {
    return this.written.stdout;
  }

  public get err(): string {
    return this.written.stderr;
  }
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line, given as one would type it. */
export async function runLine(line: string, options: FakeOptions = {}, outside?: Outside): Promise<Ran> {
  const terminal = new FakeTerminal(options);
  const argv = line.split(' ').filter((word) => word !== '');
  const code = await run(argv, terminal, outside);
  return { code, out: terminal.out, err: terminal.err };
}
