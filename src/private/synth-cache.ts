import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const FOLDER = '.cdk-bedrock-batch';
const CHUNK_BYTES = 1 << 20;

/**
 * What was found out about local files in earlier synths, kept in the app's output folder (`cdk.out`) by their content.
 * Deleting it costs time and nothing else.
 */
export class SynthCache {
  public static of(scope: IConstruct): SynthCache {
    const folder = Stage.of(scope)?.assetOutdir;
    return new SynthCache(join(folder ?? '.', FOLDER));
  }

  private constructor(private readonly folder: string) {}

  /**
   * What `make` returned for this key before; else what it returns now. The value is plain data.
   *
   * @param isWhole whether what is kept can still be used
   */
  public remember<T>(
    key: string,
    make: () => T,
    { isWhole = () => true }: { isWhole?: (value: T) => boolean } = {},
  ): T {
    const path = this.path(`${key}.json`);
    const kept = readJson(path) as T | undefined;
    if (kept !== undefined && isWhole(kept)) return kept;
    mkdirSync(this.folder, { recursive: true });
    const value = make();
    this.write(path, JSON.stringify(value));
    return value;
  }

  /** A place for what belongs to a key. */
  public path(name: string): string {
    return join(this.folder, name);
  }

  /** Two synths at once, or one that is interrupted, must not leave half a file. */
  private write(path: string, content: string): void {
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, content);
    renameSync(unfinished, path);
  }
}

/** A key over the content of files, and everything else that decides a value. */
export function contentKey(paths: readonly string[], rest: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(rest));
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const path of paths) {
    const file = openSync(path, 'r');
    try {
      let length = 0;
      for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
        hash.update(chunk.subarray(0, read));
        length += read;
      }
      hash.update(`|${length}|`);
    } finally {
      closeSync(file);
    }
  }
  return hash.digest('hex').slice(0, 32);
}

function readJson(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Written by something else, or damaged: it is made again.
    return undefined;
  }
}
