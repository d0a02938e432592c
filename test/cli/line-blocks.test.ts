import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { lineBlocks, readLineBlock } from '../../src/cli/line-blocks';
import { fileBlocks } from '../../src/private/file-blocks';

const folder = mkdtempSync(join(tmpdir(), 'line-blocks-'));
const path = join(folder, 'lines');
afterAll(() => rmSync(folder, { recursive: true }));

const lines = fc.array(fc.stringMatching(/^[ab\n]{0,9}$/), { maxLength: 12 }).map((parts) => parts.join('\n'));

describe('a file in blocks', () => {
  test('gives every line once, whole and in order, whatever the size of a block', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 40 }), (content, blockBytes) => {
        writeFileSync(path, content);
        const blocks = [...lineBlocks(path, content.length, blockBytes)].map((block) => readLineBlock(block, 1000));
        expect(Buffer.concat(blocks).toString()).toBe(content);
        const full = blocks.filter(({ length }) => length > 0);
        for (const block of full.slice(0, -1)) expect(block.toString().endsWith('\n')).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('reads on to the end of a line that is many blocks long', () => {
    const long = `${'x'.repeat(300_000)}\n`;
    writeFileSync(path, `a\n${long}b\n`);
    const size = long.length + 4;
    const [first, ...others] = [...lineBlocks(path, size, 100)].map((block) => readLineBlock(block, 1e6).toString());
    expect(first === `a\n${long}`).toBe(true);
    expect(others.filter((block) => block !== '')).toEqual(['b\n']);
  });

  test('stops at the longest line that is asked for', () => {
    writeFileSync(path, 'x'.repeat(3_000_000));
    const block = readLineBlock({ path, start: 0, end: 100 }, 200_000);
    expect(block.length).toBeGreaterThan(200_000);
    expect(block.length).toBeLessThan(1_000_000);
  });
});

describe('a file read from beginning to end', () => {
  test('gives every line once, whole and in order', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 40 }), (content, blockBytes) => {
        writeFileSync(path, content);
        const blocks = [...fileBlocks(path, { blockBytes })];
        expect(Buffer.concat(blocks.map(({ bytes }) => bytes)).toString()).toBe(content);
        for (const { bytes } of blocks.slice(0, -1)) expect(bytes.toString().endsWith('\n')).toBe(true);
        expect(blocks.map(({ isFirst }) => isFirst)).toEqual(blocks.map((_, index) => index === 0));
      }),
      { numRuns: 1000 },
    );
  });

  test('gives the beginning of a line that is too long, and passes over the rest', () => {
    writeFileSync(path, `a\n${'x'.repeat(500)}\nb\n`);
    const blocks = [...fileBlocks(path, { blockBytes: 10, maxLineBytes: 100 })].map(({ bytes }) => bytes.toString());
    expect(blocks[0]).toBe('a\n');
    expect(blocks[1]).toMatch(/^x{101,120}$/);
    expect(blocks.slice(2)).toEqual(['b\n']);
  });
});
