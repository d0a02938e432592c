import type { JobProperties } from './event';

/** The custom resource that declares a job. The stack id differs when a stack is deleted and made again. */
export interface DeclaringResource {
  readonly stackId: string;
  readonly logicalId: string;
}

/**
 * What makes a job this job and no other, as text to be hashed: the resource and everything that decides the answers.
 *
 * How the job is run (role, timeout, key, tags, name, stop policy) is left out on purpose: changing it starts nothing.
 * A staged file counts by its content, because its key holds the content hash; where it was staged from does not count.
 *
 * The text is a wire format: another order or another field would start every deployed job anew on its next update.
 */
export function jobIdentity(resource: DeclaringResource, properties: JobProperties): string {
  const { input } = properties;
  return JSON.stringify([
    ['resource', resource.stackId, resource.logicalId],
    ['model', properties.modelId, properties.invocationType],
    ['input', input.bucket, input.key ?? null, input.prefix ?? null, input.objectVersion ?? null],
    ['output', properties.outputBucket, properties.outputPrefix],
    ['runKey', properties.runKey ?? null],
  ]);
}
