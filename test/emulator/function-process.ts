import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** A function as a stack deploys it. */
export interface FunctionSpec {
  readonly functionName: string;
  readonly functionArn: string;
  /** Unpacked asset. */
  readonly directory: string;
  /** `index.handler` */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** Environment of the template, and what Lambda adds to it. */
  readonly environment: { readonly [name: string]: string };
}

export interface FunctionInvoker {
  /** What the handler returns; throws a `FunctionFailure` where it throws, dies or takes too long. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends a run midway, as a crash of the machine would. The next invocation starts anew. */
  kill(): void;
  stop(): Promise<void>;
  /** Lines that the function has logged. */
  readonly logs: readonly string[];
}

export class FunctionFailure extends Error {
  constructor(
    public readonly kind: 'error' | 'timeout' | 'crash',
    message: string,
  ) {
    super(message);
  }
}

const RUNNER = join(__dirname, 'function-runner.cjs');

/** Runs the packaged function in a process of its own, which stays warm between invocations. */
export class FunctionProcess implements FunctionInvoker {
  public readonly logs: string[] = [];

  private child?: ChildProcess;
  /** One for every process that was started. */
  private readonly ends: Promise<void>[] = [];
  private invocations = 0;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly spec: FunctionSpec) {}

  public invoke(event: unknown): Promise<unknown> {
    // One event at a time, as one Lambda environment has it.
    const run = this.queue.then(() => this.run(event));
    this.queue = run.catch(() => undefined);
    return run;
  }

  public kill(): void {
    this.child?.kill('SIGKILL');
    // Given up at once: the next event must not reach a process that is dying.
    this.child = undefined;
  }

  public async stop(): Promise<void> {
    this.kill();
    await Promise.all(this.ends);
  }

  private async run(event: unknown): Promise<unknown> {
    const child = this.child ?? (await this.start());
    const { spec } = this;
    this.invocations += 1;
    const awsRequestId = `10000000-0000-4000-8000-${String(this.invocations).padStart(12, '0')}`;
    const context = {
      awsRequestId,
      functionName: spec.functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: spec.functionArn,
      memoryLimitInMB: String(spec.memoryMegabytes),
      logGroupName: spec.environment.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: spec.environment.AWS_LAMBDA_LOG_STREAM_NAME,
    };
    const limit = spec.timeoutSeconds * 1000;

    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.kill();
        reject(new FunctionFailure('timeout', `Task timed out after ${spec.timeoutSeconds.toFixed(2)} seconds`));
      }, limit);
    });
    try {
      const answer = answerOf(child);
      // A send that fails is the end of the process, which `answerOf` sees.
      child.send({ event, context, deadline: Date.now() + limit }, () => {});
      return await Promise.race([answer, timedOut]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A clean environment: nothing of the caller's but where its programs are. */
  private async start(): Promise<ChildProcess> {
    const { directory, handler, environment } = this.spec;
    const child = spawn(process.execPath, [RUNNER, directory, handler], {
      cwd: directory,
      env: { PATH: process.env.PATH, TZ: ':UTC', ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    const before = this.logs.length;
    collectLines(child.stdout, this.logs);
    collectLines(child.stderr, this.logs);
    this.ends.push(
      new Promise((resolve) => {
        child.once('close', () => {
          if (this.child === child) this.child = undefined;
          resolve();
        });
      }),
    );
    await answerOf(child, () => this.logs.slice(before).join('\n'));
    return child;
  }
}

interface RunnerAnswer {
  readonly ready?: true;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

function answerOf(child: ChildProcess, lastWords: () => string = () => ''): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = ({ value, error }: RunnerAnswer) => {
      child.off('close', onEnd);
      if (error === undefined) resolve(value);
      else reject(new FunctionFailure('error', `${error.name}: ${error.message}`));
    };
    // Not `exit`: its last words may still be on their way then.
    const onEnd = (code: number | null, signal: string | null) => {
      child.off('message', onMessage);
      reject(new FunctionFailure('crash', `Runtime exited: ${signal ?? `status ${code}`} ${lastWords()}`.trim()));
    };
    child.once('message', onMessage);
    child.once('close', onEnd);
  });
}

function collectLines(stream: NodeJS.ReadableStream | null, lines: string[]): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  stream?.on('end', () => {
    if (rest !== '') lines.push(rest);
  });
}
