import { chatCompletions } from '../../../src/records/bodies/chat-completions';
import type { BodyModel } from '../../../src/records/body-format';
import { base64Images, describeRound, issuesOf, parameters, requests, stopSequences } from './requests';

const { build } = chatCompletions;
const check = (body: object, of: BodyModel = {}) => chatCompletions.check(body as Record<string, unknown>, of);
const USER = { role: 'user', content: 'Hi' };

describeRound(
  chatCompletions,
  requests({ parameters: parameters(8192, { stopSequences: stopSequences(4) }), images: base64Images }),
  { modelId: 'qwen.x', limits: { maxOutputTokens: 8192 } },
);

describe('a body', () => {
  test('is the one of the model cards', () => {
    expect(build({ prompt: 'Hi', parameters: { maxTokens: 1024 } }, { modelId: 'qwen.qwen3-32b-v1:0' })).toEqual({
      messages: [USER],
      max_tokens: 1024,
    });
  });

  test("names the length as OpenAI does for OpenAI's own models", () => {
    expect(build({ prompt: 'Hi', parameters: { maxTokens: 9 } }, { modelId: 'openai.gpt-oss-20b-1:0' })).toEqual({
      messages: [USER],
      max_completion_tokens: 9,
    });
  });

  test('carries system prompt, images and stop sequences', () => {
    const images = [{ format: 'webp' as const, base64: 'UklGRg' }];
    expect(build({ prompt: 'Hi', systemPrompt: 'Be brief', images, parameters: { stopSequences: ['x'] } }, {})).toEqual(
      {
        messages: [
          { role: 'system', content: 'Be brief' },
          {
            role: 'user',
            content: [
              { type: 'image_url', image_url: { url: 'data:image/webp;base64,UklGRg' } },
              { type: 'text', text: 'Hi' },
            ],
          },
        ],
        stop: ['x'],
      },
    );
  });

  test.each([
    [2, []],
    [2.1, ['ParameterOutOfRange']],
  ])('with a temperature of %p has the issues %j', (temperature, codes) => {
    expect(issuesOf(() => build({ prompt: 'Hi', parameters: { temperature } }, {})).map(({ code }) => code)).toEqual(
      codes,
    );
  });
});

describe('a check', () => {
  test('takes all roles, parts and an assistant that says nothing', () => {
    const messages = [
      { role: 'developer', content: 'Be brief' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'image_url', image_url: { url: 'data:' } },
        ],
      },
      { role: 'assistant', content: null },
      { role: 'assistant', content: '' },
      USER,
    ];
    expect(check({ messages, model: 'm', stream: false, stop: 'x', reasoning_effort: 'low', seed: 1 })).toEqual([]);
  });

  test.each([
    [{ messages: [{ role: 'user' }] }, 'MissingMember', 'messages[0].content'],
    [{ messages: [{ role: 'user', content: null }] }, 'MissingMember', 'messages[0].content'],
    [{ messages: [{ role: 'human', content: 'Hi' }] }, 'NotAllowed', 'messages[0].role'],
    [{ messages: [USER], temperature: 2.1 }, 'OutOfRange', 'temperature'],
    [{ messages: [USER], max_tokens: 0 }, 'OutOfRange', 'max_tokens'],
    [{ messages: [USER], stop: [''] }, 'EmptyText', 'stop[0]'],
  ])('fails on %j', (wrong, code, path) => {
    expect(check(wrong)).toMatchObject([{ code, input: `modelInput.${path}` }]);
  });

  test.each([
    [{ messages: [{ role: 'user', content: '' }] }, 'EmptyText', 'messages[0].content'],
    [{ messages: [USER], stream: true }, 'NotAllowed', 'stream'],
  ])('warns of %j, which no source says is refused', (odd, code, path) => {
    expect(check(odd)).toMatchObject([{ code, input: `modelInput.${path}`, severity: 'warning' }]);
  });

  test('takes a stream that is left out as null', () => {
    expect(check({ messages: [USER], stream: null })).toEqual([]);
  });

  test.each([
    ['tools', 'ToolsNotSupported'],
    ['tool_choice', 'ToolsNotSupported'],
    ['response_format', 'StructuredOutputNotSupported'],
  ])('warns of %s', (name, code) => {
    expect(check({ messages: [USER], [name]: {} })).toMatchObject([{ code, severity: 'warning' }]);
  });

  test.each(['max_tokens', 'max_completion_tokens'])('holds the limit of the model to %s', (name) => {
    const model = { limits: { maxOutputTokens: 8 } };
    expect(check({ messages: [USER], [name]: 8 }, model)).toEqual([]);
    expect(check({ messages: [USER], [name]: 9 }, model)).toMatchObject([
      { code: 'TooManyOutputTokens', input: `modelInput.${name}` },
    ]);
  });

  test('fails on images for a model that takes text only', () => {
    const content = [{ type: 'image_url', image_url: { url: 'data:' } }];
    expect(check({ messages: [{ role: 'user', content }] }, { limits: { images: false } })).toMatchObject([
      { code: 'ImagesNotSupported', input: 'modelInput.messages[0].content[0]' },
    ]);
  });

  test('takes a prompt for DeepSeek only', () => {
    const body = { prompt: 'Hi', max_tokens: 5, stop: ['x'] };
    expect(check(body, { modelId: 'deepseek.v3-v1:0' })).toEqual([]);
    expect(check({ ...body, prompt: 7 }, { modelId: 'deepseek.v3-v1:0' })).toMatchObject([
      { code: 'WrongType', input: 'modelInput.prompt' },
    ]);
    expect(check(body, { modelId: 'qwen.x' })).toContainEqual(
      expect.objectContaining({ code: 'MissingMember', input: 'modelInput.messages' }),
    );
  });
});
