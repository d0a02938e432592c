import { bodyFormat } from '../../src/records/bodies';
import type { Emulator } from '../emulator/emulator';

/** Puts a hundred records where the app across accounts expects them: `s3://bucket/prefix/`. */
export function putLetters({ s3 }: Emulator, place: string): void {
  const [, , bucket, ...prefix] = place.split('/');
  const format = bodyFormat('amazon-nova');
  const lines = Array.from({ length: 100 }, (_, index) => {
    const modelInput = format.build({ prompt: `Does letter ${index} ask for money back?` }, {});
    return JSON.stringify({ recordId: `letter-${index}`, modelInput });
  });
  s3.put(bucket, `${prefix.join('/')}november.jsonl`, lines.join('\n'));
}
