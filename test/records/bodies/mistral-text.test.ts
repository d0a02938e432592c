import { mistralText } from '../../../src/records/bodies/mistral-text';
import type { BodyModel } from '../../../src/records/body-format';
import { describeRound, issuesOf, parameters, requests, stopSequences } from './requests';

const { build } = mistralText;
const check = (body: object, of: BodyModel = {}) => mistralText.check(body as Record<string, unknown>, of);
const valid = requests({ parameters: parameters(8192, { stopSequences: stopSequences(10) }) });

describe('Mistral Small', () => {
  describeRound(mistralText, valid, { modelId: 'mistral.mistral-small-2402-v1:0' });
});

describe('Mistral Large 24.07', () => {
  describeRound(mistralText, valid, { modelId: 'mistral.mistral-large-2407-v1:0' });
});

describe('a body', () => {
  test('has the prompt between instruction tags', () => {
    expect(build({ prompt: 'What is your favourite condiment?' }, {})).toEqual({
      prompt: '<s>[INST] What is your favourite condiment? [/INST]',
    });
  });

  test('has the system prompt before it', () => {
    const given = { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ['x'] };
    expect(build({ prompt: 'Hi', systemPrompt: 'Be brief', parameters: given }, {})).toEqual({
      prompt: '<s>[INST] Be brief\n\nHi [/INST]',
      max_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['x'],
    });
  });

  test('is one of chat messages for Large 24.07, which knows no other', () => {
    expect(build({ prompt: 'Hi' }, { modelId: 'mistral.mistral-large-2407-v1:0' })).toEqual({
      messages: [{ role: 'user', content: 'Hi' }],
    });
  });

  test.each([
    [{ maxTokens: 8193 }, 'maxTokens'],
    [{ maxTokens: 1.5 }, 'maxTokens'],
    [{ stopSequences: new Array(11).fill('x') }, 'stopSequences'],
    [{ stopSequences: [''] }, 'stopSequences'],
    [{ stopSequences: 'x' as never }, 'stopSequences'],
    [{ temperature: '1' as never }, 'temperature'],
  ])('fails on %j', (given, name) => {
    expect(issuesOf(() => build({ prompt: 'Hi', parameters: given }, {}))).toMatchObject([
      { code: 'ParameterOutOfRange', input: `parameters.${name}` },
    ]);
  });

  test('fails on parameters under names that requests do not have', () => {
    const given = { max_tokens: 5 } as never;
    expect(issuesOf(() => build({ prompt: 'Hi', parameters: given }, {}))).toMatchObject([
      { code: 'UnknownParameter', input: 'parameters.max_tokens' },
    ]);
  });

  test('fails on images', () => {
    const images = [{ format: 'png' as const, base64: 'iVBORw' }];
    expect(issuesOf(() => build({ prompt: 'Hi', images }, {}))).toMatchObject([
      { code: 'ImagesNotSupported', input: 'images' },
    ]);
  });
});

describe('a check', () => {
  test.each([
    [{ prompt: '' }, 'EmptyText', 'prompt'],
    [{ prompt: 'Hi', max_tokens: 8193 }, 'OutOfRange', 'max_tokens'],
    [{ prompt: 'Hi', top_k: 0 }, 'OutOfRange', 'top_k'],
    [{ prompt: 'Hi', top_k: 201 }, 'OutOfRange', 'top_k'],
    [{ prompt: 'Hi', stop: new Array(11).fill('x') }, 'WrongLength', 'stop'],
  ])('fails on %j', (wrong, code, path) => {
    expect(check(wrong)).toMatchObject([{ code, input: `modelInput.${path}` }]);
  });

  test('takes the edges', () => {
    expect(check({ prompt: 'Hi', max_tokens: 8192, top_k: 200, stop: new Array(10).fill('x') })).toEqual([]);
  });

  test('takes the chat messages of the model cards', () => {
    expect(check({ messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 })).toEqual([]);
  });
});

describe('what JavaScript leaves undefined', () => {
  test('is not there: a field, a parameter, a member of a body', () => {
    const given = { maxTokens: undefined, additionalFields: { top_k: undefined } };
    expect(build({ prompt: 'Hi', parameters: given }, {})).toEqual({ prompt: '<s>[INST] Hi [/INST]' });
    expect(check({ prompt: 'Hi', max_tokens: undefined })).toEqual([]);
  });
});
