import { FunctionFailure, type FunctionInvoker } from './function-process';

/** The part of Lambda's context that handlers here look at. */
export interface HandlerContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

export type Handler = (event: unknown, context: HandlerContext) => unknown;

export interface InProcessOptions {
  /** Default: function. */
  readonly functionName?: string;
  /** What the handler is told it has left. Default: three minutes, always. */
  readonly remainingMillis?: () => number;
}

/** Calls a handler in the test's own process: quick, and as deterministic as the handler. */
export class InProcessFunction implements FunctionInvoker {
  public readonly logs: string[] = [];

  private invocations = 0;
  private readonly killers = new Set<() => void>();

  constructor(
    private readonly handler: Handler,
    private readonly options: InProcessOptions = {},
  ) {}

  public async invoke(event: unknown): Promise<unknown> {
    this.invocations += 1;
    const context: HandlerContext = {
      awsRequestId: `20000000-0000-4000-8000-${String(this.invocations).padStart(12, '0')}`,
      functionName: this.options.functionName ?? 'function',
      getRemainingTimeInMillis: this.options.remainingMillis ?? (() => 180_000),
    };
    let killer = () => {};
    const killed = new Promise<never>((_, reject) => {
      killer = () => reject(new FunctionFailure('crash', 'Runtime exited: killed'));
    });
    this.killers.add(killer);
    try {
      // A copy, so that a handler that changes its event does not change the sender's.
      return await Promise.race([this.run(structuredClone(event), context), killed]);
    } finally {
      this.killers.delete(killer);
    }
  }

  /**
   * The invocations under way fail as crashed. What the handler was doing cannot be taken from it: let the call that it waits
   * for never be answered (the `hang` fault), and nothing goes on.
   */
  public kill(): void {
    for (const killer of this.killers) killer();
  }

  public async stop(): Promise<void> {
    this.kill();
  }

  private async run(event: unknown, context: HandlerContext): Promise<unknown> {
    try {
      return await this.handler(event, context);
    } catch (error) {
      throw new FunctionFailure('error', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  }
}
