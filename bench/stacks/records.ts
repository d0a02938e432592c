import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Both stacks stage the same file of the fewest records that a job takes. */
export function writeRecords(folder: string): string {
  const path = join(folder, 'records.jsonl');
  const line = (index: number) =>
    JSON.stringify({
      recordId: `r${index}`,
      modelInput: {
        anthropic_version: 'bedrock-2023-05-31',
        max_tokens: 100,
        messages: [{ role: 'user', content: `What is ${index}?` }],
      },
    });
  writeFileSync(path, Array.from({ length: 100 }, (_, index) => `${line(index)}\n`).join(''));
  return path;
}
