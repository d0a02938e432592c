import { isError } from '../../../src/core/issue';
import { anthropicMessages } from '../../../src/records/bodies/anthropic-messages';
import type { BodyModel } from '../../../src/records/body-format';
import { base64Images, describeRound, issuesOf, parameters, requests, stopSequences } from './requests';

const { build } = anthropicMessages;
const model: BodyModel = { modelId: 'anthropic.claude-x', limits: { maxOutputTokens: 4096 } };
const check = (body: object, of: BodyModel = {}) => anthropicMessages.check(body as Record<string, unknown>, of);
const USER = { role: 'user', content: 'Hi' };
const VALID = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 100, messages: [USER] };

describeRound(
  anthropicMessages,
  requests({ parameters: parameters(4096, { stopSequences: stopSequences(4) }), images: base64Images }),
  model,
);

describe('a body', () => {
  test('is the one of the user guide', () => {
    expect(build({ prompt: 'Hi' }, {})).toEqual({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 1024,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    });
  });

  test('answers with 1024 tokens at most by default, or with what the model has', () => {
    expect(build({ prompt: 'Hi' }, { limits: { maxOutputTokens: 512 } })).toMatchObject({ max_tokens: 512 });
    expect(build({ prompt: 'Hi' }, { limits: { maxOutputTokens: 8192 } })).toMatchObject({ max_tokens: 1024 });
  });

  test('carries system prompt and parameters', () => {
    const parameters = { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ['x'] };
    expect(build({ prompt: 'Hi', systemPrompt: 'Be brief', parameters }, {})).toMatchObject({
      system: 'Be brief',
      max_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      stop_sequences: ['x'],
    });
  });

  test('has images before the text', () => {
    const { messages } = build({ prompt: 'What?', images: [{ format: 'png', base64: 'iVBORw' }] }, {}) as typeof VALID;
    expect(messages[0].content).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw' } },
      { type: 'text', text: 'What?' },
    ]);
  });

  test('takes additional fields as they are', () => {
    const additionalFields = { top_k: 5, max_tokens: 7 };
    expect(build({ prompt: 'Hi', parameters: { additionalFields } }, {})).toMatchObject({ top_k: 5, max_tokens: 7 });
  });

  test.each([
    [{ maxTokens: 9, additionalFields: { max_tokens: 7 } }, 'max_tokens'],
    [{ additionalFields: { messages: [] } }, 'messages'],
  ])('fails on additional fields that replace what is given: %j', (given, name) => {
    expect(issuesOf(() => build({ prompt: 'Hi', parameters: given }, {}))).toMatchObject([
      { code: 'ParameterConflict', input: `parameters.additionalFields.${name}` },
    ]);
  });
});

describe('a request that the family does not take', () => {
  test('fails on an image in S3', () => {
    const images = [{ format: 'png' as const, s3Uri: 's3://b/k' }];
    expect(issuesOf(() => build({ prompt: 'Hi', images }, {}))).toMatchObject([
      { code: 'ImagesFromS3NotSupported', input: 'images[0]' },
    ]);
  });

  test('fails on images for a model that takes text only', () => {
    const images = [{ format: 'png' as const, base64: 'iVBORw' }];
    const [issue, ...others] = issuesOf(() => build({ prompt: 'Hi', images }, { ...model, limits: { images: false } }));
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ code: 'ImagesNotSupported', input: 'images' });
    expect(issue.message).toContain('anthropic.claude-x');
  });

  test('tells everything that is wrong at once', () => {
    const images = [{ format: 'png' as const }];
    const given = { maxTokens: 5000, temperature: 1.1, topP: -1 };
    expect(issuesOf(() => build({ prompt: 'Hi', images, parameters: given }, model)).map(({ input }) => input)).toEqual(
      ['images[0]', 'parameters.temperature', 'parameters.topP', 'parameters.maxTokens'],
    );
  });
});

describe('a check', () => {
  test('takes text and blocks, one turn and several, and a beginning of the answer', () => {
    expect(check(VALID)).toEqual([]);
    const messages = [
      USER,
      { role: 'assistant', content: [{ type: 'text', text: 'Hello', cache_control: { type: 'ephemeral' } }] },
      { role: 'user', content: [{ type: 'document', source: {} }] },
      { role: 'assistant', content: '{' },
    ];
    expect(check({ ...VALID, messages, system: [{ type: 'text', text: 'Be brief' }] })).toEqual([]);
  });

  test.each(['', []])('takes an answer that begins with nothing: %j', (content) => {
    expect(check({ ...VALID, messages: [USER, { role: 'assistant', content }] })).toEqual([]);
  });

  describe('of a system turn', () => {
    const turn = { ...VALID, messages: [USER, { role: 'system', content: 'Be brief' }] };

    test.each(['anthropic.claude-opus-4-8', 'anthropic.claude-opus-5', 'anthropic.claude-sonnet-5'])(
      'takes it for %s',
      (modelId) => {
        expect(check(turn, { modelId })).toEqual([]);
      },
    );

    test.each([
      'anthropic.claude-3-haiku-20240307-v1:0',
      'anthropic.claude-sonnet-4-20250514-v1:0',
      'anthropic.claude-haiku-4-5-20251001-v1:0',
      'anthropic.claude-opus-4-6-v1',
    ])('fails for %s', (modelId) => {
      expect(check(turn, { modelId })).toMatchObject([{ code: 'NotAllowed', input: 'modelInput.messages[1].role' }]);
    });

    test('warns where the model is not known', () => {
      expect(check(turn)).toMatchObject([{ code: 'SystemTurn', severity: 'warning' }]);
    });
  });

  test.each(['anthropic_version', 'max_tokens', 'messages'] as const)('fails without %s', (name) => {
    const { [name]: _, ...rest } = VALID;
    expect(check(rest)).toMatchObject([{ code: 'MissingMember', input: `modelInput.${name}` }]);
  });

  test.each([
    [{ anthropic_version: '2023-06-01' }, 'NotAllowed', 'anthropic_version'],
    [{ max_tokens: 0 }, 'OutOfRange', 'max_tokens'],
    [{ max_tokens: '100' }, 'WrongType', 'max_tokens'],
    [{ temperature: 1.01 }, 'OutOfRange', 'temperature'],
    [{ top_p: -0.01 }, 'OutOfRange', 'top_p'],
    [{ top_k: 501 }, 'OutOfRange', 'top_k'],
    [{ stop_sequences: 'x' }, 'WrongType', 'stop_sequences'],
    [{ messages: [] }, 'WrongLength', 'messages'],
    [{ messages: [{ role: 'user', content: '' }] }, 'EmptyText', 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [] }] }, 'EmptyText', 'messages[0].content'],
    [{ messages: [USER, { role: 'assistant', content: '' }, USER] }, 'EmptyText', 'messages[1].content'],
    [{ messages: [USER, { role: 'user', content: '' }] }, 'EmptyText', 'messages[1].content'],
    [{ messages: [{ role: 'bot', content: 'Hi' }] }, 'NotAllowed', 'messages[0].role'],
    [{ messages: [{ role: 'assistant', content: 'Hi' }] }, 'FirstRoleNotUser', 'messages[0]'],
    [{ messages: [USER, { role: 'user' }] }, 'MissingMember', 'messages[1].content'],
  ])('fails on %j', (wrong, code, path) => {
    expect(check({ ...VALID, ...wrong })).toContainEqual(
      expect.objectContaining({ code, input: `modelInput.${path}` }),
    );
  });

  test.each([
    [{ temperature: 0 }],
    [{ temperature: 1 }],
    [{ top_p: 1 }],
    [{ top_k: 500 }],
    [{ max_tokens: 1 }],
    [{ thinking: { type: 'adaptive' } }],
  ])('takes %j', (right) => {
    expect(check({ ...VALID, ...right })).toEqual([]);
  });

  test('warns where two turns in a row are of one role', () => {
    expect(check({ ...VALID, messages: [USER, USER, USER] })).toMatchObject([
      { code: 'RolesDoNotAlternate', input: 'modelInput.messages[1].role', severity: 'warning' },
    ]);
  });

  test('warns of members that are not known', () => {
    expect(check({ ...VALID, model: 'claude' })).toMatchObject([
      { code: 'UnknownMember', input: 'modelInput.model', severity: 'warning' },
    ]);
  });

  test.each([
    [{ tools: [{ name: 'x' }] }, 'modelInput.tools'],
    [{ tool_choice: { type: 'any' } }, 'modelInput.tool_choice'],
    [
      { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x' }] }] },
      'modelInput.messages[0].content[0]',
    ],
  ])('warns of tools, which batch inference does not call: %j', (tools, input) => {
    expect(check({ ...VALID, ...tools })).toMatchObject([{ code: 'ToolsNotSupported', input, severity: 'warning' }]);
  });

  describe('of an image', () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw' };
    const withImage = (given: object) => ({
      ...VALID,
      messages: [{ role: 'user', content: [{ type: 'image', source: given }] }],
    });

    test('takes base64', () => {
      expect(check(withImage(source))).toEqual([]);
    });

    test.each([
      [{ ...source, type: 'url' }, 'NotAllowed', 'type'],
      [{ ...source, media_type: 'image/tiff' }, 'NotAllowed', 'media_type'],
      [{ ...source, data: '' }, 'EmptyText', 'data'],
    ])('fails on %j', (wrong, code, name) => {
      expect(check(withImage(wrong))).toMatchObject([
        { code, input: `modelInput.messages[0].content[0].source.${name}` },
      ]);
    });

    test('fails for a model that takes text only', () => {
      expect(check(withImage(source), { modelId: 'm', limits: { images: false } })).toMatchObject([
        { code: 'ImagesNotSupported', input: 'modelInput.messages[0].content[0]' },
      ]);
    });
  });

  describe('of thinking', () => {
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const body = { ...VALID, max_tokens: 1025, thinking };

    test('takes the least budget, and sampling left alone', () => {
      expect(check({ ...body, temperature: 1, top_p: 0.95 })).toEqual([]);
    });

    test.each([
      [{ thinking: { ...thinking, budget_tokens: 1023 } }, 'OutOfRange', 'thinking.budget_tokens'],
      [{ max_tokens: 1024 }, 'ThinkingBudget', 'max_tokens'],
      [{ temperature: 0.9 }, 'ThinkingWithSampling', 'temperature'],
      [{ top_p: 0.9 }, 'ThinkingWithSampling', 'top_p'],
      [{ top_k: 5 }, 'ThinkingWithSampling', 'top_k'],
      [{ messages: [USER, { role: 'assistant', content: '{' }] }, 'ThinkingWithPrefill', 'messages'],
    ])('fails on %j', (wrong, code, path) => {
      expect(check({ ...body, ...wrong })).toMatchObject([{ code, input: `modelInput.${path}` }]);
    });

    test('lets interleaved thoughts have more than one answer', () => {
      const anthropic_beta = ['interleaved-thinking-2025-05-14'];
      expect(check({ ...body, max_tokens: 1024, anthropic_beta })).toEqual([]);
      expect(check({ ...body, max_tokens: 1024, anthropic_beta: ['other'] })).toMatchObject([
        { code: 'ThinkingBudget' },
      ]);
    });

    test('leaves sampling free where it is disabled', () => {
      expect(check({ ...body, thinking: { type: 'disabled' }, temperature: 0.5 })).toEqual([]);
    });
  });
});

describe('the limits of a model', () => {
  test.each([
    [4096, 0],
    [4097, 1],
  ])('of 4096 tokens: %p tokens make %p issues', (max_tokens, count) => {
    const issues = check({ ...VALID, max_tokens }, model);
    expect(issues).toHaveLength(count);
    if (count > 0) expect(issues).toMatchObject([{ code: 'TooManyOutputTokens', input: 'modelInput.max_tokens' }]);
  });

  const exclusive: BodyModel = { limits: { exclusiveParameters: [['temperature', 'topP']] } };

  test('of two parameters that exclude each other either is taken', () => {
    expect(check({ ...VALID, temperature: 1 }, exclusive)).toEqual([]);
    expect(check({ ...VALID, top_p: 1 }, exclusive)).toEqual([]);
    expect(check({ ...VALID, temperature: 1, top_p: null }, exclusive)).toEqual([]);
  });

  test('of two parameters that exclude each other both fail, in a check and in a build', () => {
    expect(check({ ...VALID, temperature: 1, top_p: 1 }, exclusive)).toMatchObject([
      { code: 'ParametersExclusive', input: 'modelInput.top_p' },
    ]);
    expect(issuesOf(() => build({ prompt: 'Hi', parameters: { temperature: 1, topP: 1 } }, exclusive))).toMatchObject([
      { code: 'ParametersExclusive', input: 'parameters.topP' },
    ]);
  });

  test('a parameter that the model refuses fails, in a check and in a build', () => {
    const refusing: BodyModel = { limits: { refusedParameters: ['temperature', 'topK'] } };
    expect(check({ ...VALID, temperature: 0.9, top_k: 3 }, refusing)).toMatchObject([
      { code: 'ParameterNotSupported', input: 'modelInput.temperature' },
      { code: 'ParameterNotSupported', input: 'modelInput.top_k' },
    ]);
    expect(check({ ...VALID, temperature: 0.9, top_k: 3 }, refusing).every(isError)).toBe(true);
    expect(issuesOf(() => build({ prompt: 'Hi', parameters: { temperature: 1 } }, refusing))).toMatchObject([
      { code: 'ParameterNotSupported', input: 'parameters.temperature' },
    ]);
    expect(check(VALID, refusing)).toEqual([]);
  });
});

describe('a parameter that the model refuses', () => {
  test('is a warning at its default, which is not known to be refused', () => {
    expect(check({ ...VALID, temperature: 1 }, { limits: { refusedParameters: ['temperature'] } })).toMatchObject([
      { code: 'ParameterNotSupported', severity: 'warning' },
    ]);
  });
});

describe('a limit that names what the family has no member for', () => {
  test('is not judged', () => {
    const limits = { refusedParameters: ['seed'], exclusiveParameters: [['seed', 'temperature']] };
    expect(check({ ...VALID, temperature: 1 }, { limits })).toEqual([]);
    expect(issuesOf(() => build({ prompt: 'Hi', parameters: { temperature: 1 } }, { limits }))).toEqual([]);
  });

  test('refuses images without a name where the model has none', () => {
    const images = [{ format: 'png' as const, base64: 'iVBORw' }];
    expect(issuesOf(() => build({ prompt: 'Hi', images }, { limits: { images: false } }))).toMatchObject([
      { message: 'must not be given: the model takes text only' },
    ]);
  });
});
