import { bodyFormat } from '../../../src/records/bodies';
import type { BodyKind } from '../../../src/records/body-format';

/** One ordinary body of each kind. */
const BODIES: { readonly [kind in BodyKind]: object } = {
  'anthropic-messages': {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 5,
    messages: [{ role: 'user', content: 'Hi' }],
  },
  'amazon-nova': { messages: [{ role: 'user', content: [{ text: 'Hi' }] }], inferenceConfig: { topK: 5 } },
  'amazon-nova-embeddings': { taskType: 'SINGLE_EMBEDDING', singleEmbeddingParams: {} },
  'amazon-titan-embed-text': { inputText: 'Hi', dimensions: 256 },
  'amazon-titan-embed-image': { inputImage: 'iVBORw', embeddingConfig: {} },
  'meta-llama': { prompt: 'Hi', max_gen_len: 5 },
  'mistral-text': { prompt: '<s>[INST] Hi [/INST]', max_tokens: 5 },
  'chat-completions': { model: 'm', messages: [{ role: 'system', content: 'Hi' }], max_completion_tokens: 5 },
  converse: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }], additionalModelRequestFields: {} },
};

const KINDS = Object.keys(BODIES) as BodyKind[];

/** Bodies that another kind takes as well, or that may have been meant for it. */
const AKIN: readonly string[] = [
  'amazon-nova for converse',
  'mistral-text for meta-llama',
  'mistral-text for chat-completions',
  'chat-completions for meta-llama',
  'chat-completions for mistral-text',
  'amazon-titan-embed-text for amazon-titan-embed-image',
];

const PAIRS = KINDS.flatMap((of) => KINDS.filter((kind) => kind !== of).map((kind) => [of, kind] as const));

const check = (kind: BodyKind, body: object) => bodyFormat(kind).check(body as Record<string, unknown>, {});

describe('a body of another kind', () => {
  test.each(PAIRS.filter(([of, kind]) => !AKIN.includes(`${of} for ${kind}`)))(
    'of %s is told in one issue for %s',
    (of, kind) => {
      expect(check(kind, BODIES[of])).toMatchObject([{ code: 'WrongBodyFormat', input: 'modelInput' }]);
    },
  );

  test.each(PAIRS.filter(([of, kind]) => AKIN.includes(`${of} for ${kind}`)))(
    'of %s may be meant for %s, and is judged by its members',
    (of, kind) => {
      expect(check(kind, BODIES[of]).map(({ code }) => code)).not.toContain('WrongBodyFormat');
    },
  );

  test('for Converse, where the job says InvokeModel: says what to do', () => {
    expect(check('anthropic-messages', BODIES.converse)[0].message).toBe(
      "must be a body of Anthropic's Messages API (anthropic_version, max_tokens, messages), got what looks like one of " +
        'Converse (messages of content blocks, inferenceConfig); give the job the invocation type Converse',
    );
  });

  test('for InvokeModel, where the job says Converse: says what to do', () => {
    expect(check('converse', BODIES['anthropic-messages'])[0].message).toContain(
      'give the job the invocation type InvokeModel',
    );
  });

  test('for another model: says what to do', () => {
    expect(check('anthropic-messages', BODIES['chat-completions'])[0].message).toContain(
      'write the records for the model of the job',
    );
  });
});

describe('a body that is right but for a member of another kind', () => {
  test.each([
    ['converse', { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] }],
    ['mistral-text', { prompt: 'Hi', max_gen_len: 5 }],
    ['chat-completions', { messages: [{ role: 'user', content: 'Hi' }], anthropic_version: 'bedrock-2023-05-31' }],
  ] as const)('is a warning for %s: %j', (kind, body) => {
    expect(check(kind, body)).toMatchObject([{ code: 'WrongBodyFormat', severity: 'warning' }]);
  });
});

describe('signs of another kind in the messages', () => {
  const messages = (...content: object[]) => ({ messages: [{ role: 'user', content }] });

  test.each([
    ['anthropic-messages', messages({ type: 'image_url', image_url: {} })],
    ['anthropic-messages', messages({ video: {} })],
    ['anthropic-messages', { messages: [{ role: 'system', content: [{ type: 'text', text: 'Hi' }] }] }],
    ['converse', messages({ type: 'text', text: 'Hi' })],
    ['chat-completions', messages({ type: 'image', source: {} })],
    ['amazon-nova', { messages: [{ role: 'user', content: 'Hi' }] }],
  ] as const)('that %s does not have: %j', (kind, body) => {
    expect(check(kind, body)).toMatchObject([{ code: 'WrongBodyFormat' }]);
  });

  test.each([
    ['anthropic-messages', { messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 }],
    ['anthropic-messages', messages({ type: 'text', text: 'Hi' })],
    ['converse', { messages: ['Hi'] }],
    ['converse', messages()],
    ['converse', messages({ hologram: {} })],
    ['converse', { messages: [{ role: 'user', content: [7] }] }],
    ['converse', { prompt: {} }],
  ] as const)('are none for %s: %j', (kind, body) => {
    const codes = check(kind, body).map(({ code }) => code);
    expect(codes).not.toContain('WrongBodyFormat');
    expect(codes).not.toEqual([]);
  });
});
