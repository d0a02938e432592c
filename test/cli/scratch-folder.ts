import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder for the files of one test. */
export class ScratchFolder {
  public readonly path = mkdtempSync(join(tmpdir(), 'cdk-bedrock-batch-test-'));

  public at(name: string): string {
    return join(this.path, name);
  }

  public write(name: string, content: string | Uint8Array): string {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), content);
    return this.at(name);
  }

  public read(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  /** Names of all files, those in folders below included. */
  public names(): string[] {
    return readdirSync(this.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.path.length + 1))
      .sort();
  }

  public remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Records for Nova, as lines. */
export function novaLines(count: number, text = 'Why?'): string[] {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      recordId: `id-${String(index).padStart(5, '0')}`,
      modelInput: { messages: [{ role: 'user', content: [{ text }] }], inferenceConfig: { maxTokens: 100 } },
    }),
  );
}

export function toFile(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
