import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1 << 18;
const NEWLINE = 10;

/** The lines of a file in order, without their ends, in memory one chunk at a time. A byte order mark is dropped. */
export function* fileLines(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let pending: Buffer[] = [];
    let isFirst = true;
    const take = () => {
      const text = Buffer.concat(pending).toString('utf8');
      pending = [];
      const start = isFirst && text.startsWith('\uFEFF') ? 1 : 0;
      isFirst = false;
      return text.slice(start, text.endsWith('\r') ? -1 : undefined);
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
