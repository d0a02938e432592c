import { metaLlama } from '../../../src/records/bodies/meta-llama';
import type { BodyModel } from '../../../src/records/body-format';
import { base64Images, describeRound, issuesOf, parameters, requests } from './requests';

const { build } = metaLlama;
const check = (body: object, of: BodyModel = {}) => metaLlama.check(body as Record<string, unknown>, of);
const LLAMA_3 = { modelId: 'meta.llama3-3-70b-instruct-v1:0' };
const LLAMA_4 = { modelId: 'us.meta.llama4-scout-17b-instruct-v1:0', limits: { maxOutputTokens: 8192 } };

describe('Llama 3.2', () => {
  describeRound(metaLlama, requests({ parameters: parameters(2048), images: base64Images }), {
    modelId: 'us.meta.llama3-2-90b-instruct-v1:0',
  });
});

describe('Llama 4', () => {
  describeRound(metaLlama, requests({ parameters: parameters(8192) }), LLAMA_4);
});

describe('the prompt', () => {
  test('stands in the chat template of Llama 3', () => {
    expect(build({ prompt: 'What can you help me with?', systemPrompt: 'You are helpful' }, LLAMA_3)).toEqual({
      prompt:
        '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nYou are helpful<|eot_id|>' +
        '<|start_header_id|>user<|end_header_id|>\n\nWhat can you help me with?<|eot_id|>' +
        '<|start_header_id|>assistant<|end_header_id|>\n\n',
    });
  });

  test('stands in the chat template of Llama 4', () => {
    expect(build({ prompt: 'Hi', parameters: { maxTokens: 9, temperature: 0.5, topP: 0.9 } }, LLAMA_4)).toEqual({
      prompt:
        '<|begin_of_text|><|header_start|>user<|header_end|>\n\nHi<|eot|><|header_start|>assistant<|header_end|>\n\n',
      max_gen_len: 9,
      temperature: 0.5,
      top_p: 0.9,
    });
  });

  test('has a tag for each image before it', () => {
    const images = [{ format: 'png' as const, base64: 'iVBORw' }];
    const built = build({ prompt: 'What?', images }, { modelId: 'meta.llama3-2-11b-instruct-v1:0' });
    expect(built).toMatchObject({
      prompt: expect.stringContaining('<|end_header_id|>\n\n<|image|>What?<|eot_id|>'),
      images: ['iVBORw'],
    });
  });
});

describe('a request that the family does not take', () => {
  test.each([LLAMA_3, LLAMA_4, {}])('fails on images for %j', (model) => {
    const images = [{ format: 'png' as const, base64: 'iVBORw' }];
    expect(issuesOf(() => build({ prompt: 'Hi', images }, model))).toMatchObject([
      { code: 'ImagesNotSupported', input: 'images', message: expect.stringContaining('Converse') },
    ]);
  });

  test('fails on stop sequences', () => {
    expect(issuesOf(() => build({ prompt: 'Hi', parameters: { stopSequences: ['x'] } }, LLAMA_3))).toMatchObject([
      { code: 'ParameterNotSupported', input: 'parameters.stopSequences' },
    ]);
  });

  test('fails on more tokens than Llama 4 answers; of Llama 3 the sources differ', () => {
    const request = (maxTokens: number) => ({ prompt: 'Hi', parameters: { maxTokens } });
    expect(issuesOf(() => build(request(4096), LLAMA_3))).toEqual([]);
    expect(issuesOf(() => build(request(4096), { ...LLAMA_3, limits: { maxOutputTokens: 2048 } }))).toEqual([]);
    expect(issuesOf(() => build(request(8192), LLAMA_4))).toEqual([]);
    expect(issuesOf(() => build(request(8193), LLAMA_4))).toMatchObject([{ code: 'ParameterOutOfRange' }]);
  });
});

describe('a check', () => {
  test.each([
    [{}, 'MissingMember', 'prompt'],
    [{ prompt: '' }, 'EmptyText', 'prompt'],
    [{ prompt: 'Hi', max_gen_len: 0 }, 'OutOfRange', 'max_gen_len'],
    [{ prompt: 'Hi', temperature: 1.1 }, 'OutOfRange', 'temperature'],
    [{ prompt: 'Hi', images: 'iVBORw' }, 'WrongType', 'images'],
  ])('fails on %j', (wrong, code, path) => {
    expect(check(wrong, LLAMA_3)).toMatchObject([{ code, input: `modelInput.${path}` }]);
  });

  test('warns of more than 2048 tokens for Llama 3, whose card says 4K', () => {
    const tell = (max_gen_len: number, model: BodyModel) => check({ prompt: 'Hi', max_gen_len }, model);
    const known = { ...LLAMA_3, limits: { maxOutputTokens: 2048 } };
    expect(tell(2048, LLAMA_3)).toEqual([]);
    expect(tell(2049, LLAMA_3)).toMatchObject([{ code: 'OutOfRange', severity: 'warning' }]);
    expect(tell(2048, known)).toEqual([]);
    expect(tell(2049, known)).toMatchObject([{ code: 'TooManyOutputTokens', severity: 'warning' }]);
  });

  test('lets Llama 4 answer as long as its card says', () => {
    expect(check({ prompt: 'Hi', max_gen_len: 8192 }, LLAMA_4)).toEqual([]);
    expect(check({ prompt: 'Hi', max_gen_len: 8193 }, LLAMA_4)).toMatchObject([{ code: 'TooManyOutputTokens' }]);
  });

  test('takes the chat messages of the model cards', () => {
    expect(check({ messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1024 }, LLAMA_4)).toEqual([]);
  });

  test('warns of the name that other families have for the length', () => {
    expect(check({ prompt: 'Hi', maxGenLen: 5 })).toMatchObject([
      { code: 'UnknownMember', message: expect.stringContaining('did you mean max_gen_len'), severity: 'warning' },
    ]);
  });

  test('fails on images for a model that takes text only', () => {
    expect(check({ prompt: 'Hi', images: ['iVBORw'] }, { limits: { images: false } })).toMatchObject([
      { code: 'ImagesNotSupported', input: 'modelInput.images' },
    ]);
    expect(check({ prompt: 'Hi', images: [] }, { limits: { images: false } })).toEqual([]);
  });
});
