import type { FunctionInvoker } from './function-process';
import type { Iam, Principal } from './iam';

/** Where a function's log lines go. */
export interface LogTarget {
  readonly role: Principal;
  /** `arn:aws:logs:<region>:<account>:log-group:<name>:log-stream:<stream>` */
  readonly logStreamArn: string;
}

const TRACE_ACTIONS = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

/** A deployed function. Lambda writes its log and its traces with the function's own role, so each run also uses these rights. */
export class StackFunction {
  private streamMade = false;

  constructor(
    public readonly invoker: FunctionInvoker,
    private readonly iam: Iam,
    private readonly log: LogTarget,
    private readonly isTraced = false,
  ) {}

  public async invoke(event: unknown): Promise<unknown> {
    const { role, logStreamArn } = this.log;
    if (!this.streamMade) this.streamMade = this.iam.allows(role, 'logs:CreateLogStream', logStreamArn);
    try {
      return await this.invoker.invoke(event);
    } finally {
      this.iam.allows(role, 'logs:PutLogEvents', logStreamArn);
      if (this.isTraced) for (const action of TRACE_ACTIONS) this.iam.allows(role, action, '*');
    }
  }
}
