import type { ModelFamily } from '../../src/catalog/model-entry';
import { countTokens, tokenWeights } from '../../src/records/token-weights';

const TEXTS = {
  licence:
    'Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files, to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and sell copies of the Software.',
  review:
    'Arrived two days late and the box was torn, but the kettle itself works fine. It boils a litre in about three minutes, which is quicker than my old one. The handle gets warm if you hold it for long. Would buy again if the price came down a little.',
  german:
    'Die Lieferung kam zwei Tage zu spät, und die Verpackung war beschädigt. Der Wasserkocher selbst funktioniert einwandfrei und ist schneller als mein altes Gerät. Der Griff wird allerdings warm, wenn man ihn länger festhält.',
  japanese:
    '配送は二日遅れ、箱も破れていましたが、電気ケトル自体は問題なく動きます。一リットルのお湯が約三分で沸くので、前に使っていたものより速いです。長く持っていると取っ手が少し熱くなります。',
  chinese:
    '快递晚到了两天，盒子也破了，但是电热水壶本身没有问题。烧开一升水大约需要三分钟，比我以前用的那个快。拿久了把手会有点热。如果价格再便宜一点，我会再买。',
  russian:
    'Доставка опоздала на два дня, и коробка была порвана, но сам чайник работает нормально. Литр воды закипает примерно за три минуты, это быстрее, чем мой старый чайник.',
  json: '{"orderId":"A-10293","placed":"2026-03-14T09:26:53Z","items":[{"sku":"KTL-100","quantity":2,"price":24.5},{"sku":"CUP-007","quantity":6,"price":3.25}],"address":{"street":"12 Mill Lane","city":"Leeds","postcode":"LS1 4AP"},"paid":true}',
};

/** Texts that the weights were not made from, as the published tokenizers count them (versions in token-weights.ts). */
const MEASURED: readonly [name: keyof typeof TEXTS, counts: { readonly [tokenizer: string]: number }][] = [
  ['licence', { o200k: 58, claude2: 58, qwen3: 58, gemma3: 58, deepseek3: 59, llama31: 58, mistral: 61 }],
  ['review', { o200k: 57, claude2: 60, qwen3: 57, gemma3: 57, deepseek3: 57, llama31: 57, mistral: 62 }],
  ['german', { o200k: 48, claude2: 66, qwen3: 55, gemma3: 49, deepseek3: 60, llama31: 58, mistral: 67 }],
  ['japanese', { o200k: 73, claude2: 93, qwen3: 63, gemma3: 55, deepseek3: 64, llama31: 69, mistral: 99 }],
  ['chinese', { o200k: 61, claude2: 82, qwen3: 51, gemma3: 54, deepseek3: 49, llama31: 59, mistral: 81 }],
  ['russian', { o200k: 46, claude2: 84, qwen3: 56, gemma3: 45, deepseek3: 57, llama31: 49, mistral: 68 }],
  ['json', { o200k: 89, claude2: 88, qwen3: 103, gemma3: 105, deepseek3: 90, llama31: 86, mistral: 116 }],
];
const FAMILIES: readonly [family: ModelFamily, tokenizers: readonly string[]][] = [
  ['anthropic-messages', ['claude2']],
  ['meta-llama', ['llama31']],
  ['mistral-text', ['mistral']],
  ['chat-completions', ['o200k', 'qwen3', 'gemma3', 'deepseek3']],
  ['amazon-nova', ['o200k', 'claude2', 'qwen3', 'gemma3', 'deepseek3', 'llama31', 'mistral']],
];

const count = (text: string, family?: ModelFamily, modelId?: string) =>
  countTokens(text, tokenWeights(family, modelId));

describe('the count by characters', () => {
  test.each(FAMILIES)(
    '%s: all the texts together are within the stated error of what %p count',
    (family, tokenizers) => {
      const { error } = tokenWeights(family, undefined);
      const counted = MEASURED.reduce((sum, [name]) => sum + count(TEXTS[name], family).tokens, 0);
      for (const tokenizer of tokenizers) {
        const measured = MEASURED.reduce((sum, [, counts]) => sum + counts[tokenizer], 0);
        expect(Math.abs(counted / measured - 1)).toBeLessThan(error);
      }
    },
  );

  const each = MEASURED.flatMap(([name, counts]) =>
    FAMILIES.map(([family, tokenizers]) => [name, family, tokenizers.map((one) => counts[one])] as const),
  );
  test.each(each)('%s, %s: one short text is within half of %p', (name, family, measured) => {
    const { tokens } = count(TEXTS[name], family);
    for (const one of measured) expect(Math.abs(tokens / one - 1)).toBeLessThan(0.5);
  });

  test('nothing for an empty text', () => {
    expect(count('')).toEqual({ tokens: 0, rareScript: 0 });
  });

  test('nothing for a space between words, something for every further one', () => {
    expect(count('ab cd').tokens).toBeCloseTo(count('abcd').tokens);
    expect(count('ab  cd').tokens).toBeGreaterThan(count('ab cd').tokens);
    expect(count('ab\ncd').tokens).toBeGreaterThan(count('ab cd').tokens);
  });

  test('twice as much for a text twice as long', () => {
    const { tokens } = count(`${TEXTS.review}${TEXTS.chinese}`);
    expect(count(`${TEXTS.review}${TEXTS.chinese}`.repeat(2)).tokens).toBeCloseTo(2 * tokens);
  });

  test.each([
    ['Greek', 'ΑΒΓ', true],
    ['Hebrew', 'שלום', true],
    ['Arabic', 'مرحبا', true],
    ['Hindi', 'नमस्ते', true],
    ['Thai', 'สวัสดี', true],
    ['Georgian', 'გამარჯობა', true],
    ['Amharic', 'ሰላም', true],
    ['Khmer', 'សួស្តី', true],
    ['Cyrillic', 'привет', false],
    ['Hangul', '안녕하세요', false],
    ['Kana', 'こんにちは', false],
    ['Han', '你好', false],
    ['Vietnamese', 'Xin chào các bạn ơi, tiếng Việt', false],
    ['emoji', '👍🎉', false],
    ['CJK punctuation', '。「」', false],
  ])('%s text %p is of a rare script: %p', (_, text, isRare) => {
    const { tokens, rareScript } = count(text);
    expect(tokens).toBeGreaterThan(0);
    expect(rareScript).toBe(isRare ? tokens : 0);
  });
});

describe('what a template writes as one token', () => {
  test('for Llama: each tag between bars', () => {
    const plain = count('What is it?', 'meta-llama').tokens;
    const tagged = count('<|begin_of_text|><|start_header_id|>What is it?<|eot_id|>', 'meta-llama').tokens;
    expect(tagged).toBeCloseTo(plain + 3);
  });

  test('for Mistral: the beginning and the instruction tags', () => {
    const plain = count('What is it?', 'mistral-text').tokens;
    expect(count('<s>[INST]What is it?[/INST]', 'mistral-text').tokens).toBeCloseTo(plain + 3);
  });

  test('for others it is text', () => {
    expect(count('<|eot_id|>', 'chat-completions').tokens).toBeGreaterThan(2);
  });
});

describe('the weights of Claude', () => {
  test.each(['anthropic.claude-opus-5', 'global.anthropic.claude-opus-5', 'anthropic.claude-opus-4-7'])(
    '%s: 1.175 times those before, with a wider error',
    (modelId) => {
      const before = count(TEXTS.review, 'anthropic-messages', 'anthropic.claude-opus-4-6-v1').tokens;
      expect(count(TEXTS.review, 'anthropic-messages', modelId).tokens).toBeCloseTo(1.175 * before);
      expect(tokenWeights('anthropic-messages', modelId).error).toBe(0.35);
    },
  );

  test.each([undefined, 'anthropic.claude-sonnet-4-6', 'anthropic.claude-3-5-sonnet-20241022-v2:0'])(
    '%s: those of Claude 2',
    (modelId) => {
      expect(tokenWeights('anthropic-messages', modelId).error).toBe(0.3);
    },
  );
});
