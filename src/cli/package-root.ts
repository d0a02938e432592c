import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package: the code runs from `src`, from `lib` and from a bundle in `assets`. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
