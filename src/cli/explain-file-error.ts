/** Node's codes for what is wrong with a file, in words that read on from its name. */
const WORDS: { readonly [code: string]: string } = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read or written by this user',
  EPERM: 'may not be changed by this user',
  EISDIR: 'is a folder, a file was wanted',
  ENOTDIR: 'has a file in its path where a folder was wanted',
  EEXIST: 'exists already',
  ENOTEMPTY: 'is not empty',
  ENAMETOOLONG: 'has too long a name',
  EROFS: 'is on a file system that is read-only',
  EMFILE: 'could not be opened: this process has too many files open',
  ENOSPC: 'could not be written: the disk is full',
  EDQUOT: 'could not be written: this user’s share of the disk is full',
};

/** What the file system says, in words; undefined for an error that is not of a file. */
export function explainFileError(error: unknown): string | undefined {
  const { code, path, dest, syscall } = Object(error) as NodeJS.ErrnoException & { dest?: string };
  const words = typeof code === 'string' ? WORDS[code] : undefined;
  if (words === undefined || syscall === undefined) return undefined;
  const named = dest ?? path;
  return `${named === undefined ? 'a file' : `${named}`} ${words} (${code})`;
}
