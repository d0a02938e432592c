import type { BodyFormat, BodyModel, BodyRequest } from '../body-format';
import { withAdditionalFields } from './additional-fields';
import { checkBody } from './check-body';
import { IMAGE_FORMATS, mediaSource, s3Location } from './media';
import { refuse, requireTaken, type Takes } from './request';
import { anything, chosen, isObject, object, oneOf, type Rule, text, unavailable, union } from './shape';

const TAKES: Takes = { name: 'Nova Multimodal Embeddings', images: 'base64 or S3' };

/** Members that have to be there, and that `additionalFields` may replace. */
const DEFAULTS = ['embeddingPurpose', 'truncationMode'];

const MODALITIES = ['text', 'image', 'audio', 'video'] as const;

const oneModality: Rule = (params, findings) => {
  let given = 0;
  for (const modality of MODALITIES) if (params[modality] !== undefined && params[modality] !== null) given += 1;
  if (given !== 1) {
    findings.fail(
      'NotOneMember',
      `must hold exactly one of ${MODALITIES.join(', ')}, got ${given === 0 ? 'none' : given}`,
    );
  }
};

const valueOrSource: Rule = ({ value, source }, findings) => {
  if ((value ?? source ?? undefined) === undefined) {
    findings.fail('MissingMember', 'must hold either value or source, got neither');
  }
};

const params = object(
  'singleEmbeddingParams',
  {
    embeddingPurpose: oneOf(
      'GENERIC_INDEX',
      'GENERIC_RETRIEVAL',
      'TEXT_RETRIEVAL',
      'IMAGE_RETRIEVAL',
      'VIDEO_RETRIEVAL',
      'DOCUMENT_RETRIEVAL',
      'AUDIO_RETRIEVAL',
      'CLASSIFICATION',
      'CLUSTERING',
    ),
  },
  {
    embeddingDimension: oneOf(256, 384, 1024, 3072),
    text: object(
      'a text',
      { truncationMode: oneOf('START', 'END', 'NONE') },
      { value: text, source: union('a source', { s3Location }) },
      valueOrSource,
    ),
    image: object(
      'an image',
      { format: oneOf(...IMAGE_FORMATS), source: mediaSource },
      { detailLevel: oneOf('STANDARD_IMAGE', 'DOCUMENT_IMAGE') },
    ),
    audio: object('audio', { format: oneOf('mp3', 'wav', 'ogg'), source: mediaSource }),
    video: object('a video', {
      format: oneOf('mp4', 'mov', 'mkv', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', '3gp'),
      source: mediaSource,
      embeddingMode: oneOf('AUDIO_VIDEO_COMBINED', 'AUDIO_VIDEO_SEPARATE'),
    }),
  },
  oneModality,
);

const single = object(
  'a body',
  { taskType: oneOf('SINGLE_EMBEDDING'), singleEmbeddingParams: params },
  { schemaVersion: oneOf('nova-multimodal-embed-v1') },
);

/** The task of StartAsyncInvoke. What a batch makes of it no page says, so it is told and left to the service. */
const segmented = object(
  'a body',
  { taskType: unavailable('TaskNotDocumented', 'is documented for StartAsyncInvoke, and not for batch inference') },
  { schemaVersion: anything, segmentedEmbeddingParams: anything },
);

const body = chosen('a body', ({ taskType, segmentedEmbeddingParams }) =>
  taskType === 'SEGMENTED_EMBEDDING' && isObject(segmentedEmbeddingParams) ? segmented : single,
);

/**
 * Nova Multimodal Embeddings. The prompt is what is embedded, for an index (`GENERIC_INDEX`) and cut at its end where it is too
 * long (`END`), unless `additionalFields` says otherwise: `{ singleEmbeddingParams: { embeddingPurpose: 'CLUSTERING' } }`.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
 */
export const amazonNovaEmbeddings: BodyFormat = {
  kind: 'amazon-nova-embeddings',

  build(request: BodyRequest, model: BodyModel): object {
    requireTaken(request, model, TAKES);
    if (request.images?.length) {
      const message =
        'must not be given: a record embeds either a text or an image; write the records of images as they are';
      refuse('ImagesNotSupported', 'images', message);
    }
    const built = {
      schemaVersion: 'nova-multimodal-embed-v1',
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: {
        embeddingPurpose: 'GENERIC_INDEX',
        text: { truncationMode: 'END', value: request.prompt },
      },
    };
    return withAdditionalFields(built, request, DEFAULTS);
  },

  check: (given, model) => checkBody('amazon-nova-embeddings', body, given, model),
};
