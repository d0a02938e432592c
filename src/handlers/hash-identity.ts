import { createHash } from 'node:crypto';
import { IDENTITY_HASH_LENGTH, IDENTITY_HASH_LETTERS } from '../core/job-name';

const BITS_A_LETTER = 5;

/** The first 60 bits of the text's SHA-256, in letters that a job's name may hold. */
export function hashIdentity(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  let rest = digest.readBigUInt64BE() >> BigInt(64 - IDENTITY_HASH_LENGTH * BITS_A_LETTER);
  let hash = '';
  for (let i = 0; i < IDENTITY_HASH_LENGTH; i += 1) {
    hash = IDENTITY_HASH_LETTERS.charAt(Number(rest & 31n)) + hash;
    rest >>= BigInt(BITS_A_LETTER);
  }
  return hash;
}
