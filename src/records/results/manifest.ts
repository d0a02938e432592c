import { isObject } from '../record';

/** What `manifest.json.out` says of a job. @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html */
export interface Manifest {
  readonly totalRecordCount?: number;
  readonly processedRecordCount?: number;
  readonly successRecordCount?: number;
  readonly errorRecordCount?: number;
  readonly inputTokenCount?: number;
  readonly outputTokenCount?: number;
}

const COUNTERS = [
  'totalRecordCount',
  'processedRecordCount',
  'successRecordCount',
  'errorRecordCount',
  'inputTokenCount',
  'outputTokenCount',
] as const;

/** Two counters: one alone may be anything. */
const ENOUGH = 2;

/** A manifest, known by its shape; undefined for anything else. */
export function findManifest(value: unknown): Manifest | undefined {
  if (!isObject(value) || 'recordId' in value || 'modelInput' in value) return undefined;
  const counters = COUNTERS.filter((name) => Number.isFinite(value[name]));
  if (counters.length < ENOUGH) return undefined;
  return Object.fromEntries(counters.map((name) => [name, value[name]]));
}

/** What several manifests say together. A counter that one of them lacks is left out: the sum would be too small. */
export function sumManifests(manifests: readonly Manifest[]): Manifest {
  const known = COUNTERS.filter((name) => manifests.length > 0 && manifests.every((each) => each[name] !== undefined));
  return Object.fromEntries(
    known.map((name) => [name, manifests.reduce((sum, each) => sum + (each[name] as number), 0)]),
  );
}
