import fc from 'fast-check';
import { amazonNova } from '../../../src/records/bodies/amazon-nova';
import type { BodyModel } from '../../../src/records/body-format';
import { base64Images, describeRound, issuesOf, parameters, requests, s3Images, stopSequences } from './requests';

const { build } = amazonNova;
const check = (body: object, of: BodyModel = {}) => amazonNova.check(body as Record<string, unknown>, of);
const USER = { role: 'user', content: [{ text: 'Hi' }] };

describeRound(
  amazonNova,
  requests({
    parameters: parameters(5000, { stopSequences: stopSequences(4) }),
    images: fc.oneof(base64Images, s3Images),
  }),
  { modelId: 'amazon.nova-lite-v1:0', limits: { maxOutputTokens: 5000, images: true } },
);

describe('a body', () => {
  test('is the prompt and nothing else, where nothing else is given', () => {
    expect(build({ prompt: 'Hi' }, {})).toEqual({ messages: [USER] });
  });

  test('carries system prompt, parameters and images, from S3 too', () => {
    const images = [
      { format: 'png' as const, base64: 'iVBORw' },
      { format: 'jpeg' as const, s3Uri: 's3://b/k.jpg', bucketOwner: '111122223333' },
    ];
    const given = { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ['x'] };
    expect(build({ prompt: 'Hi', systemPrompt: 'Be brief', images, parameters: given }, {})).toEqual({
      system: [{ text: 'Be brief' }],
      messages: [
        {
          role: 'user',
          content: [
            { image: { format: 'png', source: { bytes: 'iVBORw' } } },
            {
              image: {
                format: 'jpeg',
                source: { s3Location: { uri: 's3://b/k.jpg', bucketOwner: '111122223333' } },
              },
            },
            { text: 'Hi' },
          ],
        },
      ],
      inferenceConfig: given,
    });
  });

  test('joins additional fields with what the parameters say', () => {
    const given = { maxTokens: 9, additionalFields: { inferenceConfig: { topK: 50 } } };
    expect(build({ prompt: 'Hi', parameters: given }, {})).toMatchObject({
      inferenceConfig: { maxTokens: 9, topK: 50 },
    });
  });

  test('fails on an additional field that says otherwise than a parameter', () => {
    const given = { maxTokens: 9, additionalFields: { inferenceConfig: { maxTokens: 8 } } };
    expect(issuesOf(() => build({ prompt: 'Hi', parameters: given }, {}))).toMatchObject([
      { code: 'ParameterConflict', input: 'parameters.additionalFields.inferenceConfig.maxTokens' },
    ]);
  });

  test('fails on an image with two sources', () => {
    const images = [{ format: 'png' as const, base64: 'iVBORw', s3Uri: 's3://b/k' }];
    expect(issuesOf(() => build({ prompt: 'Hi', images }, {}))).toMatchObject([
      { code: 'ImageWithoutSource', input: 'images[0]', message: expect.stringContaining('got both') },
    ]);
  });
});

describe('a check', () => {
  test('takes media in the body and in S3', () => {
    const s3Location = { uri: 's3://b/k.mp4', bucketOwner: '111122223333' };
    const content = [
      { text: 'Describe it' },
      { video: { format: 'mp4', source: { s3Location } } },
      { audio: { format: 'mp3', source: { bytes: 'SUQz' } } },
    ];
    expect(check({ messages: [{ role: 'user', content }] })).toEqual([]);
  });

  test('takes the names of the first samples', () => {
    const inferenceConfig = { max_new_tokens: 300, top_p: 0.1, top_k: 20, temperature: 0 };
    expect(check({ schemaVersion: 'messages-v1', messages: [USER], inferenceConfig })).toEqual([]);
  });

  test.each([
    [{}, 'MissingMember', 'messages'],
    [{ messages: [{ role: 'user', content: [{ text: '' }] }] }, 'EmptyText', 'messages[0].content[0].text'],
    [{ messages: [{ role: 'user', content: [{}] }] }, 'NotOneMember', 'messages[0].content[0]'],
    [
      { messages: [{ role: 'user', content: [{ image: { format: 'bmp', source: { bytes: 'Qk0' } } }] }] },
      'NotAllowed',
      'messages[0].content[0].image.format',
    ],
    [
      { messages: [{ role: 'user', content: [{ image: { format: 'png', source: {} } }] }] },
      'NotOneMember',
      'messages[0].content[0].image.source',
    ],
    [
      { messages: [{ role: 'user', content: [{ text: 'Hi' }, { document: {} }] }] },
      'DocumentsNotSupported',
      'messages[0].content[1].document',
    ],
    [{ messages: [{ role: 'assistant', content: [{ text: 'Hi' }] }] }, 'FirstRoleNotUser', 'messages[0]'],
    [{ messages: [USER], inferenceConfig: { temperature: 1.1 } }, 'OutOfRange', 'inferenceConfig.temperature'],
    [{ messages: [USER], inferenceConfig: { topK: 129 } }, 'OutOfRange', 'inferenceConfig.topK'],
    [{ messages: [USER], inferenceConfig: { maxTokens: 0 } }, 'OutOfRange', 'inferenceConfig.maxTokens'],
    [{ messages: [USER], system: 'Be brief' }, 'WrongType', 'system'],
  ])('fails on %j', (wrong, code, path) => {
    expect(check(wrong)).toMatchObject([{ code, input: `modelInput.${path}` }]);
  });

  test('warns of a parameter outside inferenceConfig', () => {
    expect(check({ messages: [USER], maxTokens: 5 })).toMatchObject([
      { code: 'UnknownMember', input: 'modelInput.maxTokens', severity: 'warning' },
    ]);
  });

  test('warns of tools', () => {
    expect(check({ messages: [USER], toolConfig: { tools: [] } })).toMatchObject([
      { code: 'ToolsNotSupported', input: 'modelInput.toolConfig', severity: 'warning' },
    ]);
  });

  test.each([
    ['high', ['maxTokens', 'temperature', 'topP', 'topK']],
    ['low', []],
  ])('with reasoning of %s effort fails on the parameters %j', (maxReasoningEffort, names) => {
    const sampling = { maxTokens: 100, temperature: 0.5, topP: 0.5, topK: 5 };
    const inferenceConfig = { ...sampling, reasoningConfig: { type: 'enabled', maxReasoningEffort } };
    expect(check({ messages: [USER], inferenceConfig })).toMatchObject(
      names.map((name) => ({ code: 'ParametersExclusive', input: `modelInput.inferenceConfig.${name}` })),
    );
  });

  test.each([
    [{ maxTokens: 10_001 }, 'maxTokens'],
    [{ max_new_tokens: 10_001 }, 'max_new_tokens'],
  ])('fails on more tokens than the model answers: %j', (inferenceConfig, name) => {
    const model = { limits: { maxOutputTokens: 10_000 } };
    expect(check({ messages: [USER], inferenceConfig }, model)).toMatchObject([
      { code: 'TooManyOutputTokens', input: `modelInput.inferenceConfig.${name}` },
    ]);
    expect(check({ messages: [USER], inferenceConfig: { [name]: 10_000 } }, model)).toEqual([]);
  });
});
