import fc from 'fast-check';
import { ResultsTally } from '../../../src/records/results/results-tally';
import { CSV, embedding, escaped, failure, readLines, success } from './lines';

const LINES = 100_000;
const LINES_A_BLOCK = 500;

/** Lines that real files hold, as bytes. */
const SEEDS = [
  success('r1', 'naïve “text” 🐳'),
  escaped(success('r2', 'naïve “text” 🐳')),
  failure('r3', 'größer'),
  embedding('r4'),
  JSON.stringify({ recordId: 'r5', modelOutput: { output: { message: { content: [{ text: 'x', image: null }] } } } }),
  JSON.stringify({
    recordId: 'r6',
    modelOutput: { choices: [{ message: { content: 'x' } }], usage: { prompt_tokens: 1 } },
  }),
  JSON.stringify({ totalRecordCount: 1, successRecordCount: 1, errorRecordCount: 0 }),
].map((line) => Buffer.from(line));

/** Bytes that mean something to JSON, to lines or to UTF-8. */
const BYTES = [
  ...Buffer.from('{}[]",:\\/ue019.-+ntf \t\r\n\0'),
  0x7f,
  0x80,
  0xbf,
  0xc3,
  0xe2,
  0xf0,
  0xff,
  0xef,
  0xbb,
  0x1f,
];

/** Small and fast, so that a hundred thousand lines take seconds; the whole follows from the seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function mutate(line: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(line);
  for (let times = 1 + random(4); times > 0 && bytes.length > 0; times -= 1) {
    const at = random(bytes.length);
    const length = random(12);
    const byte = BYTES[random(BYTES.length)] as number;
    switch (random(5)) {
      case 0:
        bytes[at] = byte;
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at)]);
        break;
      case 3:
        bytes = bytes.subarray(0, at);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    }
  }
  return bytes;
}

test('a hundred thousand mutated lines end in results or in a refusal that names the line', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = randomNumbers(seed);
      const tally = new ResultsTally();
      tally.startFile('fuzz.jsonl.out');
      let results = 0;
      for (let done = 0; done < LINES; done += LINES_A_BLOCK) {
        const lines = Array.from({ length: LINES_A_BLOCK }, () =>
          mutate(SEEDS[random(SEEDS.length)] as Buffer, random),
        );
        const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
        const block = readLines(bytes, { table: CSV, keepBodies: true }, false);
        const { ids, states, table, bodies, unreadable, manifests } = block;
        results += ids.length;
        expect([states.length, table?.ends.length, bodies?.ends.length]).toEqual(Array(3).fill(ids.length));
        expect(ids.length + manifests.length + unreadable.count).toBeLessThanOrEqual(block.lines);
        for (const { line, problem } of unreadable.first) {
          expect(line >= 1 && line <= block.lines).toBe(true);
          expect(problem).toMatch(/^must (be|have) /);
        }
        tally.add(block);
      }
      const { issues, unreadableLines } = tally.summary();
      expect(results).toBeGreaterThan(LINES / 10);
      expect(unreadableLines).toBeGreaterThan(LINES / 10);
      const [refusal] = issues.filter(({ code }) => code === 'UnreadableResult');
      expect(refusal?.message).toMatch(/^must hold one result a line: line \d+ must /);
    }),
    // One seed makes all the lines; a failure prints it.
    { numRuns: 1, endOnFailure: true },
  );
});
