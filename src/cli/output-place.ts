import { existsSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Why no file can be made with this name; undefined where one can. Files are written under another name and renamed, which must
 * not put a file in the place of a device, such as /dev/stdout.
 */
export function findFileProblem(path: string): string | undefined {
  const status = findStatus(path);
  if (status?.isDirectory()) return 'must be the name of a file, got a folder';
  if (status !== undefined && !status.isFile()) return 'must be the name of a file, got a device or a pipe';
  const folder = dirname(path);
  if (status === undefined && findStatus(folder)?.isDirectory() !== true) {
    return `must be in a folder that is there, and ${folder} is none; make it first`;
  }
  return undefined;
}

/** Why this cannot be the folder of the output; undefined where it can, be it only to be made. */
export function findFolderProblem(path: string): string | undefined {
  const status = findStatus(path);
  return status === undefined || status.isDirectory() ? undefined : 'must be a folder, got a file';
}

/** The file that a name stands for, behind links; the name itself where there is nothing yet. */
export function realName(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

/** An error of the file system with the name that the user knows, in the place of a temporary one or of none. */
export function withPath(error: unknown, path: string): unknown {
  return typeof error === 'object' && error !== null ? Object.assign(error, { path, dest: undefined }) : error;
}

function findStatus(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A file in its path, or a folder that may not be looked into: whoever opens it says so.
    return undefined;
  }
}
