import type { ImageSource } from '../body-format';
import { imagesTaken } from './parameters';
import { anything, object, oneOf, type Shape, text, union } from './shape';

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_S3Location.html */
export const s3Location = object('an S3 location', { uri: text }, { bucketOwner: text });

/** Bytes, which JSON carries as base64, or an object in S3. */
export const mediaSource = union('a source', { bytes: text, s3Location });

export const IMAGE_FORMATS = ['png', 'jpeg', 'gif', 'webp'] as const;

/**
 * An image as Converse and Nova have it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html
 */
export const image: Shape = object(
  'an image',
  { format: oneOf(...IMAGE_FORMATS), source: mediaSource },
  { error: anything },
  imagesTaken,
);

/** Formats of video and audio differ by model and grow, so they are left to the service. */
export const media = object('media', { format: text, source: mediaSource }, { error: anything });

export function toImage({ format, base64, s3Uri, bucketOwner }: ImageSource): object {
  const source = s3Uri === undefined ? { bytes: base64 } : { s3Location: { uri: s3Uri, bucketOwner } };
  return { image: { format, source } };
}
