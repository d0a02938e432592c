import type { BodyFormat, BodyModel, BodyRequest } from '../body-format';
import { withAdditionalFields } from './additional-fields';
import { checkBody } from './check-body';
import { requireTaken } from './request';
import { bool, list, object, oneOf, text } from './shape';

const body = object(
  'a body',
  { inputText: text },
  {
    dimensions: oneOf(256, 512, 1024),
    normalize: bool,
    embeddingTypes: list(oneOf('float', 'binary'), { min: 1 }),
  },
);

/**
 * Titan Text Embeddings V2. The prompt is what is embedded; `dimensions`, `normalize` and `embeddingTypes` go to
 * `additionalFields`, and default to 1024, true and float.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 */
export const amazonTitanEmbedText: BodyFormat = {
  kind: 'amazon-titan-embed-text',

  build(request: BodyRequest, model: BodyModel): object {
    requireTaken(request, model, { name: 'Titan Text Embeddings' });
    return withAdditionalFields({ inputText: request.prompt }, request);
  },

  check: (given, model) => checkBody('amazon-titan-embed-text', body, given, model),
};
