import fc from 'fast-check';
import type { Answer } from '../../../src/records/answer-format';
import { answerFormat, findAnswer } from '../../../src/records/answers';
import type { BodyKind } from '../../../src/records/body-format';

/** Outputs as the user guides show them, and what is in them. */
const OUTPUTS: readonly [BodyKind, string, object, Answer][] = [
  [
    'anthropic-messages',
    'text',
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 2 },
    },
    { text: 'Hello', usage: { inputTokens: 10, outputTokens: 2 }, stopReason: 'end_turn' },
  ],
  [
    'anthropic-messages',
    'several texts, and thinking, which is none',
    {
      content: [
        { type: 'thinking', thinking: 'Hm', text: 'Hm' },
        { type: 'text', text: 'Hel' },
        { type: 'text', text: 'lo' },
      ],
    },
    { text: 'Hello' },
  ],
  [
    'anthropic-messages',
    'a refusal, which has no text',
    { content: [], stop_reason: 'refusal', usage: { input_tokens: 106, output_tokens: 1 } },
    { usage: { inputTokens: 106, outputTokens: 1 }, stopReason: 'refusal' },
  ],
  ['anthropic-messages', 'an empty text, which is one', { content: [{ type: 'text', text: '' }] }, { text: '' }],
  [
    'converse',
    'text, where members that are not set are null',
    {
      output: {
        message: {
          role: 'assistant',
          content: [
            { text: null, image: null, reasoningContent: { reasoningText: { text: 'Hm' } } },
            { text: 'Hello', image: null, reasoningContent: null },
          ],
        },
      },
      stopReason: 'end_turn',
      usage: { inputTokens: 30, outputTokens: 628, totalTokens: 658, cacheReadInputTokens: null },
      metrics: { latencyMs: 1275 },
      additionalModelResponseFields: null,
    },
    { text: 'Hello', usage: { inputTokens: 30, outputTokens: 628 }, stopReason: 'end_turn' },
  ],
  [
    'converse',
    'text with citations',
    {
      output: {
        message: {
          content: [
            { text: 'See: ' },
            { citationsContent: { content: [{ text: 'page' }, { text: ' 1' }], citations: [] } },
          ],
        },
      },
    },
    { text: 'See: page 1' },
  ],
  [
    'amazon-nova',
    'text after reasoning',
    {
      output: {
        message: {
          content: [{ reasoningContent: { reasoningText: { text: '[REDACTED]' } } }, { text: 'Therefore' }],
          role: 'assistant',
        },
      },
      stopReason: 'max_tokens',
      usage: { inputTokens: 45, outputTokens: 1240, totalTokens: 1285 },
    },
    { text: 'Therefore', usage: { inputTokens: 45, outputTokens: 1240 }, stopReason: 'max_tokens' },
  ],
  [
    'chat-completions',
    'text',
    {
      id: 'chatcmpl-1',
      model: 'qwen.qwen3-32b-v1:0',
      choices: [
        { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello', reasoning_content: 'Hm' } },
        { index: 1, finish_reason: 'length', message: { content: 'Other' } },
      ],
      usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 },
    },
    { text: 'Hello', usage: { inputTokens: 5, outputTokens: 1 }, stopReason: 'stop' },
  ],
  [
    'chat-completions',
    'the reasoning of gpt-oss before the text',
    {
      model: 'openai.gpt-oss-20b-1:0',
      choices: [{ message: { content: '<reasoning>Hm\n</reasoning>Hello</reasoning>' } }],
    },
    { text: 'Hello</reasoning>' },
  ],
  [
    'chat-completions',
    'reasoning of gpt-oss that was cut short, as it is',
    { model: 'openai.gpt-oss-20b-1:0', choices: [{ message: { content: '<reasoning>Hm' }, finish_reason: 'length' }] },
    { text: '<reasoning>Hm', stopReason: 'length' },
  ],
  [
    'chat-completions',
    'tags that another model was asked for',
    { model: 'qwen', choices: [{ message: { content: '<reasoning>Hm</reasoning>Hello' } }] },
    { text: '<reasoning>Hm</reasoning>Hello' },
  ],
  [
    'chat-completions',
    'the words of Mistral for the reason to stop, and parts',
    {
      choices: [
        {
          message: {
            content: [
              { type: 'thinking', text: 'Hm' },
              { type: 'text', text: 'Hello' },
            ],
          },
          stop_reason: 'length',
        },
      ],
    },
    { text: 'Hello', stopReason: 'length' },
  ],
  [
    'chat-completions',
    'the text that DeepSeek answers to a prompt',
    { choices: [{ text: 'Hello', stop_reason: 'stop' }] },
    { text: 'Hello', stopReason: 'stop' },
  ],
  [
    'chat-completions',
    'a message without text',
    { choices: [{ message: { content: null }, finish_reason: 'content_filter' }], usage: { completion_tokens: 0 } },
    { stopReason: 'content_filter', usage: { outputTokens: 0 } },
  ],
  [
    'meta-llama',
    'text',
    { generation: '\n\nHello', prompt_token_count: 5, generation_token_count: 2, stop_reason: 'stop' },
    { text: '\n\nHello', usage: { inputTokens: 5, outputTokens: 2 }, stopReason: 'stop' },
  ],
  [
    'mistral-text',
    'text, and nothing of tokens',
    { outputs: [{ text: 'Hello', stop_reason: 'length' }] },
    { text: 'Hello', stopReason: 'length' },
  ],
  [
    'amazon-titan-embed-text',
    'a vector',
    { embedding: [0.5, 1], inputTextTokenCount: 3, embeddingsByType: { float: [0.5, 1] } },
    { embeddings: [[0.5, 1]], usage: { inputTokens: 3 } },
  ],
  [
    'amazon-titan-embed-text',
    'numbers before bits',
    { embedding: [0.5, 1], embeddingsByType: { binary: [0, 1], float: [0.5, 1] }, inputTextTokenCount: 3 },
    {
      embeddings: [
        [0.5, 1],
        [0, 1],
      ],
      usage: { inputTokens: 3 },
    },
  ],
  [
    'amazon-titan-embed-text',
    'bits alone',
    { embeddingsByType: { binary: [0, 1] }, inputTextTokenCount: 3 },
    { embeddings: [[0, 1]], usage: { inputTokens: 3 } },
  ],
  [
    'amazon-titan-embed-image',
    'a vector',
    { embedding: [0.5], inputTextTokenCount: 3, message: null },
    { embeddings: [[0.5]], usage: { inputTokens: 3 } },
  ],
  [
    'amazon-nova-embeddings',
    'a vector for each part',
    {
      embeddings: [
        { embeddingType: 'VIDEO', embedding: [1, 2] },
        { embeddingType: 'AUDIO', embedding: [3, 4] },
      ],
    },
    {
      embeddings: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
];

describe('an output', () => {
  test.each(OUTPUTS)('of %s has %s', (kind, _what, output, answer) => {
    expect(answerFormat(kind).find(output)).toEqual(answer);
    expect(findAnswer(output, kind)).toEqual(answer);
  });

  test.each(OUTPUTS)('of %s is known by its shape alone: %s', (_kind, _what, output, answer) => {
    expect(findAnswer(output)).toEqual(answer);
  });

  test('of another family than expected is known still', () => {
    const chat = { choices: [{ message: { content: 'Hello' } }] };
    expect(answerFormat('meta-llama').find(chat)).toBeUndefined();
    expect(findAnswer(chat, 'meta-llama')).toEqual({ text: 'Hello' });
  });

  test('of Titan Multimodal may say what went wrong, which is known of that model only', () => {
    const output = { message: 'Image too small', inputTextTokenCount: 0 };
    expect(findAnswer(output, 'amazon-titan-embed-image')).toEqual({
      stopReason: 'Image too small',
      usage: { inputTokens: 0 },
    });
    expect(findAnswer(output)).toBeUndefined();
  });
});

describe('an output of no known shape', () => {
  const kinds = [...new Set(OUTPUTS.map(([kind]) => kind))];

  test.each([
    undefined,
    null,
    'text',
    7,
    [],
    {},
    { content: 'text' },
    { output: null },
    { output: { message: { content: {} } } },
    { choices: [] },
    { choices: [null] },
    { generation: null },
    { outputs: {} },
    { embedding: [] },
    { embedding: 'x' },
    { embeddings: [] },
    { embeddings: [{ embedding: null }] },
    { embeddingsByType: [] },
  ])('has no answer: %j', (output) => {
    expect(findAnswer(output)).toBeUndefined();
    for (const kind of kinds) expect(answerFormat(kind).find(output)).toBeUndefined();
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(...kinds), (output, kind) => {
        expect(() => findAnswer(output, kind)).not.toThrow();
        expect(() => findAnswer(output)).not.toThrow();
      }),
    );
  });

  test('never throws over an output of which one part was replaced', () => {
    const parts = fc
      .constantFrom(...OUTPUTS)
      .chain(([kind, , output]) => fc.record({ kind: fc.constant(kind), output: replacedAnywhere(output) }));
    fc.assert(
      fc.property(parts, ({ kind, output }) => {
        const { text, embeddings, stopReason } = findAnswer(output, kind) ?? {};
        expect(text === undefined || typeof text === 'string').toBe(true);
        expect(stopReason === undefined || typeof stopReason === 'string').toBe(true);
        expect(embeddings === undefined || embeddings.every(Array.isArray)).toBe(true);
      }),
    );
  });
});

describe('an answer format', () => {
  test.each([...new Set(OUTPUTS.map(([kind]) => kind))])('of %s says so', (kind) => {
    expect(answerFormat(kind).kind).toBe(kind);
  });
});

/** The value with any one inside it replaced by any JSON. */
function replacedAnywhere(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return fc.jsonValue();
  const inside = Object.entries(value).map(([name, member]) =>
    replacedAnywhere(member).map((replacement) =>
      Array.isArray(value) ? Object.assign([...value], { [name]: replacement }) : { ...value, [name]: replacement },
    ),
  );
  return fc.oneof(fc.jsonValue(), ...inside);
}
