import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1 << 18;
const NEWLINE = 10;

/** The lines of a file in order, without their ends, in memory one chunk at a time. */
export function* fileLines(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let pending: Buffer[] = [];
    const take = () => {
      const text = Buffer.concat(pending).toString('utf8');
      pending = [];
      return text.endsWith('\r') ? text.slice(0, -1) : text;
    };
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1 && end < length; end = chunk.indexOf(NEWLINE, start)) {
        pending.push(Buffer.from(chunk.subarray(start, end)));
        yield take();
        start = end + 1;
      }
      if (start < length) pending.push(Buffer.from(chunk.subarray(start, length)));
    }
    if (pending.length > 0) yield take();
  } finally {
    closeSync(file);
  }
}
