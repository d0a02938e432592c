import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileLines } from '../../src/private/file-lines';

const folder = mkdtempSync(join(tmpdir(), 'file-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

const linesOf = (content: string) => {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return [...fileLines(path)];
};

test.each([
  ['', []],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\nb', ['a', 'b']],
  ['a\r\nb\r\n', ['a', 'b']],
  ['\n\na\n', ['', '', 'a']],
])('%j reads as %j', (content, lines) => {
  expect(linesOf(content)).toEqual(lines);
});

test('a line longer than a chunk, cut inside a character, is whole', () => {
  const long = `x${'é'.repeat(1 << 20)}`;
  expect(linesOf(`${long}\n${long}\nend`)).toEqual([long, long, 'end']);
});

test('a reader that stops early leaves the file closed', () => {
  writeFileSync(join(folder, 'file'), 'a\nb\n');
  for (const line of fileLines(join(folder, 'file'))) {
    expect(line).toBe('a');
    break;
  }
  rmSync(join(folder, 'file'));
});
