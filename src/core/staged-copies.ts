import type { JobProperties, StagedFrom } from './event';

/** A local file that waits in CDK's asset bucket, and the key in the input bucket that it is copied to. */
export interface StagedCopy {
  readonly from: StagedFrom;
  readonly key: string;
}

/** What a deployment has to copy; nothing where the records are in place. */
export function stagedCopies({ input, stagedFrom, stagedFiles }: JobProperties): StagedCopy[] {
  const { key, prefix } = input;
  const one = stagedFrom === undefined || key === undefined ? [] : [{ from: stagedFrom, key }];
  const several = (prefix === undefined ? undefined : stagedFiles) ?? [];
  return [...one, ...several.map(({ name, ...from }) => ({ from, key: `${prefix}${name}` }))];
}
