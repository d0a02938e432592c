import { allModels, nearestModelIds } from '../../src/catalog/model-catalog';

describe('a slip of the finger', () => {
  test.each([
    ['anthropic.claude-sonet-4-6', 'a letter missing', 'anthropic.claude-sonnet-4-6'],
    ['anthropic.claude-sonnnet-4-6', 'a letter too many', 'anthropic.claude-sonnet-4-6'],
    ['amazon.nova-lute-v1:0', 'a wrong letter', 'amazon.nova-lite-v1:0'],
    ['amazon.nova-liet-v1:0', 'two letters swapped', 'amazon.nova-lite-v1:0'],
    ['zia.glm-4.7', 'two letters swapped in a short id', 'zai.glm-4.7'],
    ['meta.lama3-3-70b-instruct-v1:0', 'a letter missing among numbers', 'meta.llama3-3-70b-instruct-v1:0'],
    ['amazon.nova-lite-v1-0', 'another separator', 'amazon.nova-lite-v1:0'],
    ['Amazon.Nova-Lite-v1:0', 'capitals', 'amazon.nova-lite-v1:0'],
  ])('in %p (%s) finds %p', (typed, _, id) => {
    expect(nearestModelIds(typed)[0]).toBe(id);
  });
});

describe('a short form', () => {
  test.each([
    ['amazon.nova-lite', 'amazon.nova-lite-v1:0'],
    ['openai.gpt-oss-120b', 'openai.gpt-oss-120b-1:0'],
    ['anthropic.claude-haiku-4-5', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['claude-sonnet-4-6', 'anthropic.claude-sonnet-4-6'],
    ['Claude Sonnet 4.6', 'anthropic.claude-sonnet-4-6'],
    ['Mistral Small (24.02)', 'mistral.mistral-small-2402-v1:0'],
    ['Anthropic Claude Opus 5', 'anthropic.claude-opus-5'],
  ])('%p finds %p', (typed, id) => {
    expect(nearestModelIds(typed)[0]).toBe(id);
  });
});

describe('another version', () => {
  test.each([
    'anthropic.claude-sonnet-5',
    'anthropic.claude-sonnet-4-7',
    'amazon.nova-lite-v2:0',
    'minimax.minimax-m2.5',
    'zai.glm-5',
  ])('%p, which differs from a known id in its numbers, is no slip of it', (typed) => {
    expect(nearestModelIds(typed)).toEqual([]);
  });
});

describe('how near is near', () => {
  test('one slip in a short id, not two', () => {
    expect(nearestModelIds('zai.glm-4.7-flush')).toEqual(['zai.glm-4.7-flash']);
    expect(nearestModelIds('zai.glm-4.7-flusk')).toEqual([]);
  });

  test('more slips in a longer one', () => {
    expect(nearestModelIds('anthropic.klaude-sonet-4-6')).toEqual(['anthropic.claude-sonnet-4-6']);
  });

  test.each([
    '',
    'x',
    'acme.summarizer-v1:0',
    'cohere.embed-english-v3',
    'deepseek.r1-v1:0',
    'amazon.nova-canvas-v1:0',
  ])('finds nothing for %p', (typed) => {
    expect(nearestModelIds(typed)).toEqual([]);
  });
});

test('a known id is nearest to itself', () => {
  for (const { id } of allModels()) expect(nearestModelIds(id)[0]).toBe(id);
});

test('gives no more than asked for, in the order of the table where they are as near', () => {
  const both = ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'anthropic.claude-3-5-sonnet-20241022-v2:0'];
  expect(nearestModelIds('anthropic.claude-3-5-sonnet')).toEqual(both);
  expect(nearestModelIds('anthropic.claude-3-5-sonnet', 1)).toEqual(both.slice(0, 1));
});
