import { countRecords } from '../../src/handlers/count-records';

async function* chunks(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('counting records', () => {
  test.each<[string[], number]>([
    [[], 0],
    [['\n \t\r\n'], 0],
    [['a'], 1],
    [['a\nb\n'], 2],
    [['a\r\n\r\nb'], 2],
    [['{"a":', '1}\n{"b"', ':2}'], 2],
    [['a', '\n', '\n', 'b'], 2],
  ])('finds in %j %d lines that are not blank', async (texts, count) => {
    expect(await countRecords(chunks(...texts), 100)).toBe(count);
  });

  test('stops reading as soon as there are enough', async () => {
    const read: string[] = [];
    let closed = false;
    async function* body() {
      try {
        for (const line of ['a\n', 'b\n', 'c\n']) {
          read.push(line);
          yield Buffer.from(line);
        }
      } finally {
        closed = true;
      }
    }
    expect(await countRecords(body(), 2)).toBe(2);
    expect(read).toEqual(['a\n', 'b\n']);
    expect(closed).toBe(true);
  });

  test('reads nothing where none are needed', async () => {
    expect(await countRecords(chunks('a\n'), 0)).toBe(0);
  });
});
