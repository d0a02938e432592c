import type { BodyFormat, BodyModel, BodyRequest } from '../body-format';
import { withAdditionalFields } from './additional-fields';
import { checkBody } from './check-body';
import { requireTaken, type Takes } from './request';
import { object, oneOf, type Rule, text } from './shape';

const TAKES: Takes = { name: 'Titan Multimodal Embeddings', images: 'base64', maxImages: 1 };

const textOrImage: Rule = ({ inputText, inputImage }, findings) => {
  if ((inputText ?? inputImage ?? undefined) === undefined) {
    findings.fail('MissingMember', 'must hold inputText, inputImage or both, got neither');
  }
};

const body = object(
  'a body',
  {},
  {
    inputText: text,
    inputImage: text,
    embeddingConfig: object('embeddingConfig', {}, { outputEmbeddingLength: oneOf(256, 384, 1024) }),
  },
  textOrImage,
);

/**
 * Titan Multimodal Embeddings G1. With one image, the vector is the mean of the prompt's and the image's; the prompt alone is
 * embedded without. `embeddingConfig` goes to `additionalFields`, and defaults to 1024 numbers.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html
 */
export const amazonTitanEmbedImage: BodyFormat = {
  kind: 'amazon-titan-embed-image',

  build(request: BodyRequest, model: BodyModel): object {
    requireTaken(request, model, TAKES);
    const { prompt, images = [] } = request;
    return withAdditionalFields({ inputText: prompt, inputImage: images[0]?.base64 }, request);
  },

  check: (given, model) => checkBody('amazon-titan-embed-image', body, given, model),
};
