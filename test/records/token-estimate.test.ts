import fc from 'fast-check';
import type { BodyKind } from '../../src/records/body-format';
import { TokenSample, type TokenSampleOptions } from '../../src/records/token-estimate';
import { countTokens, tokenWeights } from '../../src/records/token-weights';

const CLAUDE = 'anthropic-messages';

function estimate(bodies: readonly object[], kind?: BodyKind, options?: TokenSampleOptions, records?: number) {
  const sample = new TokenSample(kind, options);
  for (const body of bodies) if (sample.next()) sample.add(body);
  return sample.total(records);
}

const llama = (prompt: string, maxGenLen?: number) => ({ prompt, max_gen_len: maxGenLen });
const prompts = (count: number, words: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => llama('word '.repeat(words(index)), 100));

const tokensOf = (text: string) => countTokens(text, tokenWeights('meta-llama', undefined)).tokens;

describe('the tokens of a whole file', () => {
  test('are those of every record where it is short', () => {
    const tokens = estimate([llama('one two three', 10), llama('four five', 30)], 'meta-llama');
    expect(tokens).toMatchObject({ records: 2, sampledRecords: 2, error: { counting: 0.25, sampling: 0 } });
    expect(tokens.input.expected).toBe(Math.round(tokensOf('one two three') + tokensOf('four five')));
  });

  test('add 7 for every message', () => {
    const message = { role: 'user', content: '' };
    expect(estimate([{ messages: [message, message] }], CLAUDE).input.expected).toBe(14);
  });

  test('are at most those with the error of counting added, rounded up', () => {
    const { input } = estimate([llama('x'.repeat(1000), 10)], 'meta-llama');
    expect(input).toEqual({ expected: 230, atMost: Math.ceil(230 * 1.25) });
  });

  test('are drawn up to the records that the caller says there are', () => {
    const tokens = estimate(
      prompts(10, () => 100),
      'meta-llama',
      {},
      1000,
    );
    expect(tokens.records).toBe(1000);
    expect(tokens.input.expected).toBe(Math.round(1000 * tokensOf('word '.repeat(100))));
  });

  test('of no record are none', () => {
    expect(estimate([], CLAUDE)).toMatchObject({
      records: 0,
      sampledRecords: 0,
      input: { expected: 0, atMost: 0 },
      output: { expected: 0, atMost: 0 },
      error: { sampling: 0 },
    });
  });

  test('have no bound where one record, or none, stands for several', () => {
    for (const bodies of [[llama('a', 10)], []]) {
      const { input, output, error } = estimate(bodies, 'meta-llama', {}, 100);
      expect(input.atMost).toBeUndefined();
      expect(output.atMost).toBeUndefined();
      expect(error.sampling).toBeUndefined();
    }
  });
});

describe('the sample', () => {
  const EXACT = (bodies: readonly { prompt: string }[]) =>
    bodies.reduce((sum, { prompt }) => sum + tokensOf(prompt), 0);

  test('holds fewer than 1,000 records, spread evenly, of a file of any length', () => {
    const sample = new TokenSample('meta-llama');
    const taken: number[] = [];
    for (let index = 0; index < 20_000; index += 1) {
      if (!sample.next()) continue;
      taken.push(index);
      sample.add(llama('word', 10));
    }
    const { records, sampledRecords } = sample.total();
    expect(records).toBe(20_000);
    expect(sampledRecords).toBeGreaterThanOrEqual(500);
    expect(sampledRecords).toBeLessThan(1000);
    expect(taken.length).toBeLessThan(3500);
    expect(taken.slice(-3).map((index) => index % 32)).toEqual([0, 0, 0]);
  });

  test('is the same one each time', () => {
    const bodies = prompts(3000, (index) => (index * 7919) % 50);
    expect(estimate(bodies, 'meta-llama')).toEqual(estimate(bodies, 'meta-llama'));
  });

  test('without next, add passes over what is not wanted', () => {
    const bodies = prompts(3000, (index) => (index * 7919) % 50);
    const sample = new TokenSample('meta-llama');
    for (const body of bodies) sample.add(body);
    expect(sample.total()).toEqual(estimate(bodies, 'meta-llama'));
  });

  test('goes on where a record that was wanted could not be read', () => {
    const sample = new TokenSample('meta-llama');
    for (const body of [llama('a', 10), undefined, llama('b', 10)]) if (sample.next() && body) sample.add(body);
    expect(sample.total()).toMatchObject({ records: 3, sampledRecords: 2 });
  });

  test('the truth lies within the stated error', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(80), { minLength: 2500, maxLength: 3500 }), (lengths) => {
        const bodies = lengths.map((length) => llama('word '.repeat(length), 100));
        const { input, error } = estimate(bodies, 'meta-llama');
        expect(error.sampling).toBeGreaterThan(0);
        // Three standard errors rather than the 1.96 that are stated: this test may not fail once in twenty.
        const bound = ((error.sampling ?? 0) / 1.96) * 3.5;
        expect(Math.abs(input.expected / EXACT(bodies) - 1)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 20, seed: 4 },
    );
  });

  test('the error is 1.96 standard errors of the mean, corrected for what was seen', () => {
    const bodies = [llama('x'.repeat(100), 1), llama('x'.repeat(300), 1)];
    const { error } = estimate(bodies, 'meta-llama', {}, 200);
    // Mean 46, standard deviation 23 * √2, of 2 from 200.
    expect(error.sampling).toBeCloseTo((1.96 * Math.sqrt(((2 * 23 ** 2) / 2) * (1 - 2 / 200))) / 46);
  });

  test('is nothing in error where all records are alike', () => {
    expect(
      estimate(
        prompts(5, () => 3),
        'meta-llama',
        {},
        500,
      ).error.sampling,
    ).toBeCloseTo(0);
    expect(
      estimate(
        prompts(5, () => 0),
        'meta-llama',
        {},
        500,
      ).error.sampling,
    ).toBe(0);
  });

  test('is thinned early where records are long, but never below what is enough', () => {
    const sample = new TokenSample('meta-llama');
    const long = llama('x'.repeat(600_000), 10);
    let taken = 0;
    for (let index = 0; index < 200; index += 1) {
      if (!sample.next()) continue;
      taken += 1;
      sample.add(long);
    }
    expect(taken).toBeLessThan(150);
    expect(sample.total().sampledRecords).toBeGreaterThanOrEqual(32);
  });
});

describe('the answers', () => {
  test('are expected to use half of what their records allow, and at most all of it', () => {
    expect(estimate([llama('a', 100), llama('b', 300)], 'meta-llama').output).toEqual({ expected: 200, atMost: 400 });
  });

  test('or another share', () => {
    const { output, notes } = estimate([llama('a', 100)], 'meta-llama', { outputShare: 0.1 });
    expect(output).toEqual({ expected: 10, atMost: 100 });
    expect(notes).toContain('answers are taken to use 10 % of the length that their records allow');
  });

  test('are never longer than the model answers', () => {
    const modelId = 'us.meta.llama4-scout-17b-instruct-v1:0';
    const { output } = estimate([{ messages: [], inferenceConfig: { maxTokens: 100_000 } }], 'converse', { modelId });
    expect(output).toEqual({ expected: 4096, atMost: 8192 });
  });

  test('of Llama are 512 tokens where the record says nothing', () => {
    const { output, notes } = estimate([llama('a')], 'meta-llama');
    expect(output).toEqual({ expected: 256, atMost: 512 });
    expect(notes).toContain('records that do not limit their answer: 1; 512 tokens are assumed');
  });

  test('of other models have no bound where neither the record nor the catalog has one', () => {
    expect(estimate([{ messages: [] }], 'chat-completions').output).toEqual({ expected: 256 });
  });

  test('of other models are bounded by the longest answer that the model gives', () => {
    const { output } = estimate([{ messages: [] }], 'chat-completions', { modelId: 'qwen.qwen3-32b-v1:0' });
    expect(output).toEqual({ expected: 256, atMost: 32_768 });
  });

  test.each([
    ['amazon-titan-embed-text', { inputText: 'a text' }],
    ['amazon-titan-embed-image', { inputText: 'a text' }],
    ['amazon-nova-embeddings', { singleEmbeddingParams: { text: { value: 'a text' } } }],
  ] as const)('of %s are vectors, which cost nothing', (kind, body) => {
    const { input, output, notes } = estimate([body], kind);
    expect(input.expected).toBeGreaterThan(0);
    expect(output).toEqual({ expected: 0, atMost: 0 });
    expect(notes).toHaveLength(1);
  });
});

describe('media', () => {
  const GIF = Buffer.from([...Buffer.from('GIF89a'), 0x84, 0x03, 0x84, 0x03]).toString('base64');
  const picture = { messages: [{ content: [{ image: { format: 'gif', source: { bytes: GIF } } }] }] };

  test('is counted where the maker says how: by family', () => {
    expect(estimate([picture], 'amazon-nova')).toMatchObject({ input: { expected: 1307 }, uncountedMedia: 0 });
  });

  test('and for Converse by the model', () => {
    const tokens = (modelId: string) => estimate([picture], 'converse', { modelId }).input.expected;
    expect(tokens('amazon.nova-lite-v1:0')).toBe(1307);
    expect(tokens('global.amazon.nova-2-lite-v1:0')).toBe(237);
    expect(tokens('anthropic.claude-sonnet-4-6')).toBe(7 + 33 * 33);
  });

  test('is told as not counted elsewhere, and leaves the input without a bound', () => {
    const { input, uncountedMedia, notes } = estimate([picture, picture], 'chat-completions', {}, 10);
    expect(input).toEqual({ expected: 70 });
    expect(uncountedMedia).toBe(10);
    expect(notes.join()).toContain('images and other media that are not counted: 10;');
  });
});

describe('the error of counting', () => {
  test.each([
    [CLAUDE, undefined, 0.3],
    [CLAUDE, 'global.anthropic.claude-opus-5', 0.35],
    ['meta-llama', undefined, 0.25],
    ['mistral-text', undefined, 0.2],
    ['chat-completions', undefined, 0.3],
    ['amazon-nova', undefined, 0.4],
    ['converse', undefined, 0.4],
    ['converse', 'us.meta.llama4-scout-17b-instruct-v1:0', 0.25],
    ['converse', 'acme.unknown', 0.4],
    [undefined, 'openai.gpt-oss-20b-1:0', 0.3],
    [undefined, undefined, 0.4],
  ] as const)('of %s with the model %s is %d', (kind, modelId, counting) => {
    expect(estimate([{ prompt: 'a' }], kind, { modelId }).error.counting).toBe(counting);
  });

  test('grows with the share of rare scripts, to 80 %', () => {
    const counting = (prompt: string) => estimate([llama(prompt, 1)], 'meta-llama').error.counting;
    expect(counting('สวัสดี')).toBeCloseTo(0.8);
    expect(counting('hello สวัสดี')).toBeGreaterThan(0.25);
    expect(counting('hello สวัสดี')).toBeLessThan(0.8);
  });

  test('is stated in words', () => {
    expect(estimate([llama('a', 1)], 'meta-llama').notes[0]).toBe(
      'tokens are counted by kinds of characters, which is right to about 25 %',
    );
  });
});
