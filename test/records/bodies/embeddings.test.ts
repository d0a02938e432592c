import { amazonNovaEmbeddings } from '../../../src/records/bodies/amazon-nova-embeddings';
import { amazonTitanEmbedImage } from '../../../src/records/bodies/amazon-titan-embed-image';
import { amazonTitanEmbedText } from '../../../src/records/bodies/amazon-titan-embed-text';
import { base64Images, describeRound, issuesOf, requests } from './requests';

const plain = requests({ systemPrompt: false });
const PNG = { format: 'png' as const, base64: 'iVBORw' };

describe('Titan Text Embeddings', () => {
  const { build } = amazonTitanEmbedText;
  const check = (body: object) => amazonTitanEmbedText.check(body as Record<string, unknown>, {});

  describeRound(amazonTitanEmbedText, plain);

  test('embed the prompt', () => {
    const additionalFields = { dimensions: 256, normalize: false, embeddingTypes: ['binary'] };
    const built = build({ prompt: 'Hi', parameters: { additionalFields } }, {});
    expect(built).toEqual({ inputText: 'Hi', ...additionalFields });
    expect(check(built)).toEqual([]);
  });

  test('take neither system prompt, image nor parameters', () => {
    const request = { prompt: 'Hi', systemPrompt: 'x', images: [PNG], parameters: { maxTokens: 5 } };
    expect(issuesOf(() => build(request, {})).map(({ code, input }) => `${code} ${input}`)).toEqual([
      'SystemPromptNotSupported systemPrompt',
      'ImagesNotSupported images',
      'ParameterNotSupported parameters.maxTokens',
    ]);
  });

  test.each([
    [{}, 'MissingMember', 'inputText'],
    [{ inputText: '' }, 'EmptyText', 'inputText'],
    [{ inputText: 'Hi', dimensions: 384 }, 'NotAllowed', 'dimensions'],
    [{ inputText: 'Hi', normalize: 'yes' }, 'WrongType', 'normalize'],
    [{ inputText: 'Hi', embeddingTypes: ['int8'] }, 'NotAllowed', 'embeddingTypes[0]'],
  ])('fail on %j', (wrong, code, path) => {
    expect(check(wrong)).toMatchObject([{ code, input: `modelInput.${path}` }]);
  });
});

describe('Titan Multimodal Embeddings', () => {
  const { build } = amazonTitanEmbedImage;
  const check = (body: object) => amazonTitanEmbedImage.check(body as Record<string, unknown>, {});

  describeRound(amazonTitanEmbedImage, requests({ systemPrompt: false, images: base64Images, maxImages: 1 }));

  test('embed the prompt with an image', () => {
    const additionalFields = { embeddingConfig: { outputEmbeddingLength: 384 } };
    const built = build({ prompt: 'Hi', images: [PNG], parameters: { additionalFields } }, {});
    expect(built).toEqual({ inputText: 'Hi', inputImage: 'iVBORw', ...additionalFields });
    expect(check(built)).toEqual([]);
  });

  test('take one image at most', () => {
    expect(issuesOf(() => build({ prompt: 'Hi', images: [PNG, PNG] }, {}))).toMatchObject([
      { code: 'TooManyImages', input: 'images' },
    ]);
  });

  test('take text, an image, or both', () => {
    expect(check({ inputText: 'Hi' })).toEqual([]);
    expect(check({ inputImage: 'iVBORw' })).toEqual([]);
    expect(check({})).toMatchObject([{ code: 'MissingMember', input: 'modelInput' }]);
  });

  test('fail on a length that there is not', () => {
    expect(check({ inputText: 'Hi', embeddingConfig: { outputEmbeddingLength: 512 } })).toMatchObject([
      { code: 'NotAllowed', input: 'modelInput.embeddingConfig.outputEmbeddingLength' },
    ]);
  });
});

describe('Nova Multimodal Embeddings', () => {
  const { build } = amazonNovaEmbeddings;
  const check = (body: object) => amazonNovaEmbeddings.check(body as Record<string, unknown>, {});
  const body = (singleEmbeddingParams: object) => ({
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: { embeddingPurpose: 'GENERIC_INDEX', ...singleEmbeddingParams },
  });
  const source = { s3Location: { uri: 's3://b/k' } };

  describeRound(amazonNovaEmbeddings, plain);

  test('embed the prompt for an index', () => {
    expect(build({ prompt: 'Hi' }, {})).toEqual({
      schemaVersion: 'nova-multimodal-embed-v1',
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: {
        embeddingPurpose: 'GENERIC_INDEX',
        text: { truncationMode: 'END', value: 'Hi' },
      },
    });
  });

  test('let purpose, truncation and size be chosen', () => {
    const singleEmbeddingParams = {
      embeddingPurpose: 'CLUSTERING',
      embeddingDimension: 256,
      text: { truncationMode: 'NONE' },
    };
    const built = build({ prompt: 'Hi', parameters: { additionalFields: { singleEmbeddingParams } } }, {});
    expect(built).toMatchObject({
      singleEmbeddingParams: { ...singleEmbeddingParams, text: { truncationMode: 'NONE', value: 'Hi' } },
    });
    expect(check(built)).toEqual([]);
  });

  test('do not let the prompt be replaced', () => {
    const additionalFields = { singleEmbeddingParams: { text: { value: 'Ha' } } };
    expect(issuesOf(() => build({ prompt: 'Hi', parameters: { additionalFields } }, {}))).toMatchObject([
      { code: 'ParameterConflict', input: 'parameters.additionalFields.singleEmbeddingParams.text.value' },
    ]);
  });

  test('take no image beside the prompt', () => {
    expect(issuesOf(() => build({ prompt: 'Hi', images: [PNG] }, {}))).toMatchObject([
      { code: 'ImagesNotSupported', input: 'images' },
    ]);
  });

  test.each([
    [{ text: { truncationMode: 'END', source } }],
    [{ image: { format: 'png', source: { bytes: 'iVBORw' }, detailLevel: 'DOCUMENT_IMAGE' } }],
    [{ audio: { format: 'wav', source } }],
    [{ video: { format: '3gp', source, embeddingMode: 'AUDIO_VIDEO_SEPARATE' }, embeddingDimension: 3072 }],
  ])('take %j', (right) => {
    expect(check(body(right))).toEqual([]);
  });

  test.each([
    [{}, 'NotOneMember', ''],
    [{ text: { truncationMode: 'END', value: 'a' }, audio: { format: 'wav', source } }, 'NotOneMember', ''],
    [{ text: { truncationMode: 'END' } }, 'MissingMember', '.text'],
    [{ text: { value: 'a' } }, 'MissingMember', '.text.truncationMode'],
    [{ text: { truncationMode: 'END', value: 'a' }, embeddingDimension: 512 }, 'NotAllowed', '.embeddingDimension'],
    [{ text: { truncationMode: 'END', value: 'a' }, embeddingPurpose: 'SEARCH' }, 'NotAllowed', '.embeddingPurpose'],
    [{ video: { format: 'mp4', source } }, 'MissingMember', '.video.embeddingMode'],
  ])('fail on %j', (wrong, code, path) => {
    expect(check(body(wrong))).toMatchObject([{ code, input: `modelInput.singleEmbeddingParams${path}` }]);
  });

  test('fail on the task of the asynchronous API with the parameters of the other', () => {
    expect(check({ ...body({ audio: { format: 'wav', source } }), taskType: 'SEGMENTED_EMBEDDING' })).toMatchObject([
      { code: 'NotAllowed', input: 'modelInput.taskType' },
    ]);
  });

  test('warn of the asynchronous task with its own parameters, which no page rules out', () => {
    const segmentedEmbeddingParams = { embeddingPurpose: 'GENERIC_INDEX', audio: { format: 'wav', source } };
    expect(check({ taskType: 'SEGMENTED_EMBEDDING', segmentedEmbeddingParams })).toMatchObject([
      { code: 'TaskNotDocumented', input: 'modelInput.taskType', severity: 'warning' },
    ]);
  });
});
