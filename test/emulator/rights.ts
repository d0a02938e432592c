import type { Emulator } from './emulator';
import { grantsOf, statementsOf } from './policy';

/** What the life of some stacks told about the rights in their templates; each in a line of words. */
export interface RightsReport {
  /** Calls that were made and were not allowed. */
  readonly missing: readonly string[];
  /** What is granted and no call needed. */
  readonly unused: readonly string[];
}

/**
 * Holds the rights that are given against the calls that were made. The rights are those from before the end of the stacks,
 * with which the roles go; the calls are all, the last ones too: a job that runs is stopped when its stack is deleted.
 */
export async function reportRights(emulator: Emulator, end: () => Promise<void>): Promise<RightsReport> {
  const { iam } = emulator;
  const granted = [...iam.heldGrants(), ...admissions(emulator)];
  await end();
  return {
    missing: iam.deniedCalls().map(({ principal, action, resource }) => `${principal}: ${action} on ${resource}`),
    unused: granted
      .filter(({ statement, ...grant }) => !iam.isUsed(statement, grant))
      .map(({ principal, action, resource }) => `${principal}: ${action} on ${resource}`),
  };
}

/** What the policies of buckets allow accounts. What they allow services is left out: none of those is played here. */
function admissions({ s3 }: Emulator) {
  return s3
    .bucketNames()
    .flatMap((name) =>
      statementsOf(s3.bucket(name).policy ?? { Statement: [] }).map((statement) => ({ name, statement })),
    )
    .filter(({ statement: { Principal } }) => Principal === '*' || Principal?.AWS !== undefined)
    .flatMap(({ name, statement }) =>
      grantsOf(statement).map((grant) => ({ principal: `policy of ${name}`, ...grant, statement })),
    );
}
