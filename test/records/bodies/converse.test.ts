import fc from 'fast-check';
import { converse } from '../../../src/records/bodies/converse';
import type { BodyModel } from '../../../src/records/body-format';
import { base64Images, describeRound, parameters, requests, s3Images, stopSequences } from './requests';

const { build } = converse;
const check = (body: object, of: BodyModel = {}) => converse.check(body as Record<string, unknown>, of);
const USER = { role: 'user', content: [{ text: 'Hi' }] };

describeRound(
  converse,
  requests({
    parameters: parameters(8192, { stopSequences: stopSequences(4) }),
    images: fc.oneof(base64Images, s3Images),
  }),
  { modelId: 'm', limits: { maxOutputTokens: 8192 } },
);

describe('a body', () => {
  test('is the one of the user guide', () => {
    expect(build({ prompt: 'Hi', parameters: { maxTokens: 1024 } }, {})).toEqual({
      messages: [USER],
      inferenceConfig: { maxTokens: 1024 },
    });
  });

  test("carries the model's own parameters as additional fields", () => {
    const additionalFields = { additionalModelRequestFields: { top_k: 200 } };
    expect(build({ prompt: 'Hi', parameters: { additionalFields } }, {})).toEqual({
      messages: [USER],
      additionalModelRequestFields: { top_k: 200 },
    });
  });

  test('leaves out a system prompt that says nothing', () => {
    expect(build({ prompt: 'Hi', systemPrompt: '' }, {})).toEqual({ messages: [USER] });
  });
});

describe('a check', () => {
  test('takes what Converse takes, with unset members as null', () => {
    const content = [
      { text: 'Hi', image: null },
      { document: { name: 'a', format: 'pdf', source: { bytes: 'JVBERi0' } } },
      { cachePoint: { type: 'default' } },
    ];
    expect(
      check({
        messages: [{ role: 'user', content }],
        system: [{ text: 'Be brief' }],
        inferenceConfig: { maxTokens: 1, temperature: 0, topP: 1, stopSequences: ['x'] },
        additionalModelRequestFields: { top_k: 5 },
        requestMetadata: { team: 'a' },
      }),
    ).toEqual([]);
  });

  test.each([
    [{}, 'messages', 'MissingMember'],
    [{ messages: [{ role: 'user', content: [{ text: '' }] }] }, 'messages[0].content[0].text', 'EmptyText'],
    [{ messages: [{ role: 'tool', content: [{ text: 'Hi' }] }] }, 'messages[0].role', 'NotAllowed'],
    [{ messages: [USER], inferenceConfig: { temperature: 1.5 } }, 'inferenceConfig.temperature', 'OutOfRange'],
    [{ messages: [USER], inferenceConfig: { stopSequences: [''] } }, 'inferenceConfig.stopSequences[0]', 'EmptyText'],
    [{ messages: [USER], system: [{}] }, 'system[0]', 'NotOneMember'],
    [
      { messages: [{ role: 'user', content: [{ image: { format: 'png', source: { s3Location: {} } } }] }] },
      'messages[0].content[0].image.source.s3Location.uri',
      'MissingMember',
    ],
  ])('fails on %j', (wrong, path, code) => {
    expect(check(wrong)).toMatchObject([{ code, input: `modelInput.${path}` }]);
  });

  test('fails on 2501 stop sequences', () => {
    const stopSequences = new Array(2501).fill('x');
    expect(check({ messages: [USER], inferenceConfig: { stopSequences } })).toMatchObject([{ code: 'WrongLength' }]);
    expect(check({ messages: [USER], inferenceConfig: { stopSequences: stopSequences.slice(1) } })).toEqual([]);
  });

  test('warns of a first turn that is not the user, which some models take', () => {
    const assistant = { role: 'assistant', content: [{ text: 'Hi' }] };
    expect(check({ messages: [assistant, USER] })).toMatchObject([
      { code: 'FirstRoleNotUser', input: 'modelInput.messages[0]', severity: 'warning' },
    ]);
  });

  test.each([
    ['toolConfig', 'ToolsNotSupported'],
    ['outputConfig', 'StructuredOutputNotSupported'],
  ])('warns of %s', (name, code) => {
    expect(check({ messages: [USER], [name]: {} })).toMatchObject([
      { code, input: `modelInput.${name}`, severity: 'warning' },
    ]);
  });

  test("fails on Nova's highest effort of reasoning with parameters", () => {
    const reasoning = (maxReasoningEffort: string) => ({
      messages: [USER],
      inferenceConfig: { temperature: 0.5 },
      additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort } },
    });
    expect(check(reasoning('medium'))).toEqual([]);
    expect(check(reasoning('high'))).toMatchObject([
      { code: 'ParametersExclusive', input: 'modelInput.inferenceConfig.temperature' },
    ]);
  });

  test('holds the limits of the model', () => {
    const body = {
      messages: [{ role: 'user', content: [{ image: { format: 'png', source: { bytes: 'iVBORw' } } }] }],
      inferenceConfig: { maxTokens: 9, temperature: 1, topP: 1, stopSequences: ['x'] },
    };
    const limits = {
      maxOutputTokens: 8,
      refusedParameters: ['stopSequences'],
      exclusiveParameters: [['temperature', 'topP']],
      images: false,
    };
    expect(check(body, { limits }).map(({ code, input }) => `${code} ${input}`)).toEqual([
      'ImagesNotSupported modelInput.messages[0].content[0].image',
      'TooManyOutputTokens modelInput.inferenceConfig.maxTokens',
      'ParameterNotSupported modelInput.inferenceConfig.stopSequences',
      'ParametersExclusive modelInput.inferenceConfig.topP',
    ]);
    expect(check(body, {})).toEqual([]);
  });
});
