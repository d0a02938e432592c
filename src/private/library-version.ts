import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package, from `src` in its tests and from `lib` when it is installed. */
export function packageRoot(): string {
  return dirname(dirname(__dirname));
}

export function libraryVersion(): string {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version;
}
