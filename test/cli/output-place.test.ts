import { mkdirSync, symlinkSync } from 'node:fs';
import { findFileProblem, findFolderProblem, realName, withPath } from '../../src/cli/output-place';
import { ScratchFolder } from './scratch-folder';

let folder: ScratchFolder;
beforeEach(() => {
  folder = new ScratchFolder();
});
afterEach(() => folder.remove());

describe('a file to write', () => {
  test('may be new, or take the place of a file, also behind a link', () => {
    expect(findFileProblem(folder.at('new.jsonl'))).toBeUndefined();
    symlinkSync(folder.write('old.jsonl', ''), folder.at('link.jsonl'));
    expect(findFileProblem(folder.at('old.jsonl'))).toBeUndefined();
    expect(findFileProblem(folder.at('link.jsonl'))).toBeUndefined();
  });

  test('is in the folder at hand where it says no other', () => {
    expect(findFileProblem('surely-not-there.jsonl')).toBeUndefined();
  });

  test.each([
    ['/dev/null', 'got a device or a pipe'],
    ['/dev', 'got a folder'],
    ['/dev/null/a.jsonl', '/dev/null is none'],
  ])('is not %s', (path, words) => {
    expect(findFileProblem(path)).toContain(words);
  });

  test('must have a folder', () => {
    expect(findFileProblem(folder.at('none/a.jsonl'))).toBe(
      `must be in a folder that is there, and ${folder.at('none')} is none; make it first`,
    );
  });
});

describe('a folder to write to', () => {
  test('may be there or not', () => {
    mkdirSync(folder.at('there'));
    expect(findFolderProblem(folder.at('there'))).toBeUndefined();
    expect(findFolderProblem(folder.at('not/there'))).toBeUndefined();
  });

  test('is no file', () => {
    expect(findFolderProblem(folder.write('a.jsonl', ''))).toBe('must be a folder, got a file');
  });
});

describe('the real name', () => {
  test('of a link is what it leads to', () => {
    symlinkSync(folder.write('file', ''), folder.at('link'));
    expect(realName(folder.at('link'))).toBe(realName(folder.at('file')));
  });

  test('of nothing is its own', () => {
    expect(realName(folder.at('a/../b'))).toBe(folder.at('b'));
  });
});

describe('an error with a name', () => {
  test('has that of the file that the user asked for', () => {
    const error = Object.assign(new Error('full'), { path: '.a.tmp', dest: 'b' });
    expect(withPath(error, 'a')).toMatchObject({ message: 'full', path: 'a', dest: undefined });
  });

  test('stays what it is where it is none', () => {
    expect(withPath('no error', 'a')).toBe('no error');
  });
});
