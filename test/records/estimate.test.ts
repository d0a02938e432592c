import { findModel } from '../../src/catalog/model-catalog';
import type { BatchPrice, ModelEntry } from '../../src/catalog/model-entry';
import {
  type CostEstimate,
  checkEstimatedCost,
  estimateCost,
  findPrice,
  findPriceOf,
  formatUsd,
} from '../../src/records/estimate';
import { type TokenEstimate, TokenSample } from '../../src/records/token-estimate';

const PRICE: BatchPrice = {
  inputPerMillion: 1,
  outputPerMillion: 10,
  onDemandInputPerMillion: 3,
  onDemandOutputPerMillion: 30,
  source: 'a page',
  date: '2026-09-03',
};

/** 2 million tokens in, 1 out, at most 3 and 4. */
const TOKENS: TokenEstimate = {
  records: 1000,
  sampledRecords: 100,
  input: { expected: 2e6, atMost: 3e6 },
  output: { expected: 1e6, atMost: 4e6 },
  error: { counting: 0.25, sampling: 0.05 },
  uncountedMedia: 0,
  notes: [],
};

function known(id: string): ModelEntry {
  const entry = findModel(id);
  if (entry === undefined) throw new Error(`${id} is not in the catalog`);
  return entry;
}

function costOf(
  price: BatchPrice | { inputPerMillion: number; outputPerMillion: number },
  tokens = TOKENS,
): CostEstimate {
  const cost = estimateCost(tokens, price);
  if (cost === undefined) throw new Error('no cost for a price that is known');
  return cost;
}

describe('the price of a model', () => {
  test.each([
    ['amazon.nova-2-lite-v1:0', 'global', 0.15],
    ['amazon.nova-2-lite-v1:0', 'us', 0.1595],
    ['amazon.nova-2-lite-v1:0', 'eu', undefined],
    ['amazon.nova-lite-v1:0', 'in-region', 0.03],
    ['meta.llama3-3-70b-instruct-v1:0', 'us', 0.36],
    ['meta.llama3-3-70b-instruct-v1:0', 'in-region', 0.36],
    ['amazon.titan-embed-text-v2:0', 'in-region', undefined],
  ])('%s by %s: %p', (id, route, inputPerMillion) => {
    expect(findPrice(known(id), route)?.inputPerMillion).toBe(inputPerMillion);
  });

  test.each([
    ['us.amazon.nova-2-lite-v1:0', 0.1595],
    ['global.anthropic.claude-sonnet-4-6', 1.5],
    ['eu.anthropic.claude-sonnet-4-6', 1.65],
    ['jp.anthropic.claude-sonnet-4-6', undefined],
    ['anthropic.claude-sonnet-4-6', undefined],
    ['openai.gpt-oss-20b-1:0', 0.035],
    ['acme.unknown', undefined],
  ])('of what a job is given, %s: %p', (modelId, inputPerMillion) => {
    expect(findPriceOf(modelId)?.inputPerMillion).toBe(inputPerMillion);
  });
});

describe('the cost of a job', () => {
  test('is unknown without a price', () => {
    expect(estimateCost(TOKENS, undefined)).toBeUndefined();
  });

  test('is expected, with the error of its prompts, and at most', () => {
    expect(costOf(PRICE).batch).toEqual({ expected: 12, withError: 2.6 + 10, atMost: 43 });
  });

  test('on demand is by the price on demand, where there is one', () => {
    expect(costOf(PRICE)).toMatchObject({ isOnDemandAssumed: false, onDemand: { expected: 36, atMost: 129 } });
  });

  test('on demand is twice that of the batch elsewhere, and says that this is assumed', () => {
    const cost = costOf({ inputPerMillion: 1, outputPerMillion: 10 });
    expect(cost).toMatchObject({ isOnDemandAssumed: true, onDemand: { expected: 24, atMost: 86 } });
  });

  test('names price, source and day', () => {
    expect(costOf(PRICE).price).toBe(PRICE);
  });

  test('states its error', () => {
    expect(costOf(PRICE).error).toBeCloseTo(0.3);
  });

  test.each([
    ['answers', { ...TOKENS, output: { expected: 1e6 } }],
    ['prompts', { ...TOKENS, input: { expected: 2e6 } }],
  ])('has no upper bound where the %s have none', (_, tokens) => {
    expect(costOf(PRICE, tokens).batch).toEqual({ expected: 12, withError: 12.6 });
  });

  test('has no error to state where one record stands for several', () => {
    const cost = costOf(PRICE, { ...TOKENS, error: { counting: 0.25 } });
    expect(cost.error).toBeUndefined();
    expect(cost.batch.withError).toBeCloseTo(12.5);
  });

  test('of embeddings is that of their input', () => {
    const sample = new TokenSample('amazon-nova-embeddings');
    sample.add({ singleEmbeddingParams: { text: { value: 'x'.repeat(1e6) } } });
    const price = findPriceOf('amazon.nova-2-multimodal-embeddings-v1:0');
    expect(estimateCost(sample.total(), price)?.batch.expected).toBeCloseTo(0.23 * 0.0675);
  });

  test('from records to dollars', () => {
    const sample = new TokenSample('meta-llama', { modelId: 'us.meta.llama3-3-70b-instruct-v1:0' });
    for (let index = 0; index < 500; index += 1) sample.add({ prompt: 'x'.repeat(4000), max_gen_len: 400 });
    const cost = estimateCost(sample.total(100_000), findPriceOf('us.meta.llama3-3-70b-instruct-v1:0'));
    expect(cost?.batch.expected).toBeCloseTo((0.36 * (920 + 200) * 1e5) / 1e6);
    expect(cost?.batch.atMost).toBeCloseTo((0.36 * (920 * 1.25 + 400) * 1e5) / 1e6);
    expect(cost?.onDemand.expected).toBeCloseTo(2 * (cost?.batch.expected ?? 0));
  });
});

describe('the most that a job may cost', () => {
  const cost = costOf(PRICE);

  test.each([12.6, 13, 1e9])('$%d covers it', (maxUsd) => {
    expect(checkEstimatedCost(cost, maxUsd)).toEqual([]);
  });

  test.each([12.59, 12, 0.01])('$%d does not', (maxUsd) => {
    expect(checkEstimatedCost(cost, maxUsd)).toMatchObject([
      { code: 'EstimatedCostTooHigh', input: 'maxEstimatedCost' },
    ]);
  });

  test('says what is estimated, what is possible and what to do', () => {
    expect(checkEstimatedCost(cost, 5)[0].message).toBe(
      'must cover the estimated $12.60 ($12.00 expected, with its error; at most $43.00), got $5.00; send less, allow shorter answers, take a cheaper model or raise it',
    );
  });

  test('says so where nothing bounds the answers', () => {
    const unbounded = costOf(PRICE, { ...TOKENS, output: { expected: 1e6 } });
    expect(checkEstimatedCost(unbounded, 5)[0].message).toContain('nothing bounds the answers');
  });

  test('is not held against an unknown price: warns, and goes on', () => {
    expect(checkEstimatedCost(undefined, 5)).toMatchObject([{ code: 'PriceUnknown', severity: 'warning' }]);
  });

  test('is held against the text alone where media is not counted: warns, and goes on', () => {
    const partial = costOf(PRICE, { ...TOKENS, uncountedMedia: 7 });
    const [issue, ...more] = checkEstimatedCost(partial, 13);
    expect(more).toEqual([]);
    expect(issue).toMatchObject({ code: 'CostIncomplete', severity: 'warning' });
    expect(issue.message).toContain('media that are not in the estimate: 7');
    expect(checkEstimatedCost(partial, 5)).toMatchObject([{ code: 'EstimatedCostTooHigh' }]);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('%d is no limit', (maxUsd) => {
    for (const estimate of [cost, undefined]) {
      expect(checkEstimatedCost(estimate, maxUsd)).toEqual([
        {
          code: 'MaxEstimatedCostOutOfRange',
          input: 'maxEstimatedCost',
          message: `must be US dollars above 0, got ${maxUsd}`,
        },
      ]);
    }
  });
});

describe('dollars in words', () => {
  test.each([
    [0, '$0.00'],
    [1234.567, '$1234.57'],
    [0.1, '$0.10'],
    [0.0999, '$0.100'],
    [0.042, '$0.042'],
    [0.00123, '$0.0012'],
    [0.0000056, '$0.0000056'],
    [1e-13, '$0.000000000000'],
  ])('%d: %s', (usd, words) => {
    expect(formatUsd(usd)).toBe(words);
  });
});
