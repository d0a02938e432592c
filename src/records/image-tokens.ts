import type { ModelFamily } from '../catalog/model-entry';
import { findImageSize, type ImageSize } from './image-size';

/**
 * Input tokens that an image is billed as, where the maker says how they are worked out; undefined for other families, and where
 * the size of the image decides and cannot be read (an image in S3).
 */
export function findImageTokens(
  family: ModelFamily | undefined,
  modelId: string | undefined,
  base64: string | undefined,
): number | undefined {
  if (family === 'amazon-nova' && modelId?.includes('.nova-2-')) return NOVA_2_TOKENS;
  if (base64 === undefined || (family !== 'anthropic-messages' && family !== 'amazon-nova')) return undefined;
  const size = findImageSize(base64);
  if (size === undefined) return undefined;
  return family === 'amazon-nova' ? novaTokens(size) : claudeTokens(size, limitsOf(modelId));
}

/** Whatever its size. @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/using-multimodal-models.html */
const NOVA_2_TOKENS = 230;

/** "Approximate token calculations" by resolution. @see https://docs.aws.amazon.com/nova/latest/userguide/modalities-image.html */
const NOVA_TABLE: readonly (readonly [pixels: number, tokens: number])[] = [
  [900 * 450, 800],
  [900 * 900, 1300],
  [1400 * 900, 1800],
  [1800 * 900, 2400],
  [1300 * 1300, 2600],
];

/** Smaller images are scaled up to it, as 800 x 400 is to 900 x 450 in the page's example. */
const NOVA_LONG_EDGE = 900;

function novaTokens({ width, height }: ImageSize): number {
  const scale = Math.max(1, NOVA_LONG_EDGE / Math.max(width, height));
  const pixels = width * height * scale * scale;
  const [first, last] = [NOVA_TABLE[0], NOVA_TABLE[NOVA_TABLE.length - 1]];
  if (pixels <= first[0]) return Math.ceil((pixels / first[0]) * first[1]);
  const above = NOVA_TABLE.findIndex(([known]) => known >= pixels);
  if (above === -1) return Math.ceil((pixels / last[0]) * last[1]);
  const [[low, lowTokens], [high, highTokens]] = [NOVA_TABLE[above - 1], NOVA_TABLE[above]];
  return Math.ceil(lowTokens + ((pixels - low) / (high - low)) * (highTokens - lowTokens));
}

interface ClaudeLimits {
  readonly longEdge: number;
  readonly tokens: number;
}

/** "If your image's long edge is more than 1568 pixels, or your image is more than ~1,600 tokens, it will first be scaled down." */
const CLAUDE_LIMITS: ClaudeLimits = { longEdge: 1568, tokens: 1600 };

/**
 * Opus 4.7 raised it to 2,576 pixels and about 3.75 megapixels; Opus 5 is newer.
 *
 * @see https://www.claudecodecamp.com/p/images-cost-3x-more-tokens-in-claude-opus-4-7
 */
const NEWER_CLAUDE_LIMITS: ClaudeLimits = { longEdge: 2576, tokens: Math.ceil(3_750_000 / 28 ** 2) };

function limitsOf(modelId: string | undefined): ClaudeLimits {
  return modelId !== undefined && /claude-opus-(4-[7-9]|[5-9])/.test(modelId) ? NEWER_CLAUDE_LIMITS : CLAUDE_LIMITS;
}

/** One token for each patch of 28 x 28 pixels. @see https://platform.claude.com/docs/en/build-with-claude/vision */
function claudeTokens({ width, height }: ImageSize, limits: ClaudeLimits): number {
  const shrink = Math.min(1, limits.longEdge / Math.max(width, height));
  const patches = Math.ceil((width * shrink) / 28) * Math.ceil((height * shrink) / 28);
  return Math.min(patches, limits.tokens);
}
