const LINE_FEED = 0x0a;
const BLANKS: ReadonlySet<number> = new Set([0x09, 0x0d, 0x20]);

/** Counts the lines that are not blank, and reads no further than up to `enough` of them. */
export async function countRecords(body: AsyncIterable<Uint8Array>, enough: number): Promise<number> {
  let records = 0;
  let blank = true;
  if (enough <= 0) {
    return 0;
  }
  for await (const chunk of body) {
    for (const byte of chunk) {
      if (byte === LINE_FEED) {
        blank = true;
      } else if (blank && !BLANKS.has(byte)) {
        blank = false;
        records += 1;
        if (records >= enough) {
          return records;
        }
      }
    }
  }
  return records;
}
