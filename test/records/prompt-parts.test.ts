import fc from 'fast-check';
import { toPromptParts } from '../../src/records/prompt-parts';

const NONE = { texts: [], images: [], otherMedia: 0, messages: 0, maxTokens: undefined };

describe('the prompt of each family', () => {
  test('Anthropic messages: system text, messages and an image', () => {
    const parts = toPromptParts({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 300,
      system: 'Be brief.',
      messages: [
        { role: 'user', content: 'Hello' },
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            { type: 'text', text: 'What is it?' },
          ],
        },
      ],
    });
    expect(parts).toEqual({
      texts: ['Be brief.', 'Hello', 'What is it?'],
      images: [{ base64: 'AAAA' }],
      otherMedia: 0,
      messages: 2,
      maxTokens: 300,
    });
  });

  test('Nova and Converse: blocks, an image as bytes, one in S3, a video and a document', () => {
    const parts = toPromptParts({
      system: [{ text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { text: 'What is it?' },
            { image: { format: 'png', source: { bytes: 'AAAA' } } },
            { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/key.png' } } } },
            { video: { format: 'mp4', source: { s3Location: { uri: 's3://bucket/key.mp4' } } } },
            { document: { format: 'pdf', name: 'a', source: { bytes: 'AAAA' } } },
          ],
        },
      ],
      inferenceConfig: { maxTokens: 50 },
    });
    expect(parts).toEqual({
      texts: ['Be brief.', 'What is it?'],
      images: [{ base64: 'AAAA' }, {}],
      otherMedia: 2,
      messages: 1,
      maxTokens: 50,
    });
  });

  test('chat completions: content as text or as parts, an image as a data URL', () => {
    const parts = toPromptParts({
      max_completion_tokens: 20,
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
            { type: 'image_url', image_url: 'data:image/png;base64,BBBB' },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
          ],
        },
      ],
    });
    expect(parts).toEqual({
      texts: ['Be brief.', 'What is it?'],
      images: [{ base64: 'data:image/png;base64,AAAA' }, { base64: 'data:image/png;base64,BBBB' }],
      otherMedia: 1,
      messages: 2,
      maxTokens: 20,
    });
  });

  test('Llama: a prompt and images', () => {
    const parts = toPromptParts({ prompt: 'What is it?', images: ['AAAA', 7], max_gen_len: 10 });
    expect(parts).toEqual({ ...NONE, texts: ['What is it?'], images: [{ base64: 'AAAA' }, {}], maxTokens: 10 });
  });

  test('Mistral: a prompt', () => {
    expect(toPromptParts({ prompt: '<s>[INST] Hi [/INST]', max_tokens: 10 })).toEqual({
      ...NONE,
      texts: ['<s>[INST] Hi [/INST]'],
      maxTokens: 10,
    });
  });

  test('Titan: a text, and an image', () => {
    expect(toPromptParts({ inputText: 'a text', inputImage: 'AAAA' })).toEqual({
      ...NONE,
      texts: ['a text'],
      images: [{ base64: 'AAAA' }],
    });
  });

  test.each([
    ['a text', { text: { value: 'a text', truncationMode: 'END' } }, { ...NONE, texts: ['a text'] }],
    ['an image', { image: { format: 'png', source: { bytes: 'AAAA' } } }, { ...NONE, images: [{ base64: 'AAAA' }] }],
    ['a video', { video: { format: 'mp4', source: { s3Location: {} } } }, { ...NONE, otherMedia: 1 }],
  ])('Nova Multimodal Embeddings: %s', (_, params, parts) => {
    expect(toPromptParts({ taskType: 'SINGLE_EMBEDDING', singleEmbeddingParams: params })).toEqual(parts);
  });
});

describe('what else is paid for', () => {
  test('tools, with the names of their members', () => {
    const { texts } = toPromptParts({ tools: [{ name: 'look_up', input_schema: { type: 'object', minItems: 1 } }] });
    expect([...texts].sort()).toEqual(['1', 'input_schema', 'look_up', 'minItems', 'name', 'object', 'type']);
  });

  test('blocks that are not known, as their texts', () => {
    const { texts } = toPromptParts({
      messages: [{ role: 'user', content: [{ toolUse: { name: 'look_up' } }, 'plain'] }],
    });
    expect([...texts].sort()).toEqual(['look_up', 'name', 'plain', 'toolUse']);
  });

  test('content that is one block instead of a list of them', () => {
    expect(toPromptParts({ messages: [{ role: 'user', content: { text: 'Hi' } }, 'Hi'] }).texts).toEqual(['Hi', 'Hi']);
  });
});

describe('the most tokens of an answer', () => {
  test.each([
    [{ max_tokens: 5 }, 5],
    [{ max_completion_tokens: 5 }, 5],
    [{ max_gen_len: 5 }, 5],
    [{ inferenceConfig: { maxTokens: 5 } }, 5],
    [{ inferenceConfig: { max_new_tokens: 5 } }, 5],
    [{ max_tokens: '5' }, undefined],
    [{ max_tokens: 0 }, undefined],
    [{ inferenceConfig: null }, undefined],
    [{}, undefined],
  ])('%j: %p', (body, maxTokens) => {
    expect(toPromptParts(body).maxTokens).toBe(maxTokens);
  });
});

describe('whatever the object holds', () => {
  test('it is taken apart without a throw', () => {
    const member = fc.constantFrom(
      'messages',
      'content',
      'system',
      'text',
      'image',
      'source',
      'prompt',
      'images',
      'tools',
    );
    const { body } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.jsonValue({ maxDepth: 1 }), fc.array(tie('value')), tie('body')),
      body: fc.dictionary(member, tie('value')),
    }));
    fc.assert(
      fc.property(body as fc.Arbitrary<object>, (given) => {
        const { texts, otherMedia, messages } = toPromptParts(given);
        expect(texts.every((text) => typeof text === 'string')).toBe(true);
        expect(otherMedia).toBeGreaterThanOrEqual(0);
        expect(messages).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('nested 100,000 deep', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}"a"${']'.repeat(100_000)}`);
    expect(toPromptParts({ tools: deep }).texts).toEqual(['a']);
    expect(toPromptParts({ messages: [{ content: [{ toolResult: deep }] }] }).texts).toContain('a');
  });
});
