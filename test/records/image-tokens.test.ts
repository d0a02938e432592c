import { findImageTokens } from '../../src/records/image-tokens';

/** A GIF is the shortest way to say a size. */
function gif(width: number, height: number): string {
  return Buffer.from([...Buffer.from('GIF89a'), width & 0xff, width >> 8, height & 0xff, height >> 8]).toString(
    'base64',
  );
}

describe('Claude: a token for each patch of 28 x 28 pixels', () => {
  const tokens = (width: number, height: number, modelId?: string) =>
    findImageTokens('anthropic-messages', modelId, gif(width, height));

  test.each([
    [28, 28, 1],
    [29, 28, 2],
    [200, 200, 64],
    [1000, 1000, 1296],
    [1092, 1092, 1521],
  ])('%d x %d: %d', (width, height, expected) => {
    expect(tokens(width, height)).toBe(expected);
  });

  test('scaled down to a long edge of 1,568 pixels', () => {
    expect(tokens(3136, 560)).toBe(tokens(1568, 280));
  });

  test('and to 1,600 tokens', () => {
    expect(tokens(4000, 4000)).toBe(1600);
  });

  test('Opus 5 sees more of a large image', () => {
    expect(tokens(1568, 1568, 'anthropic.claude-opus-5')).toBe(3136);
    expect(tokens(4000, 4000, 'us.anthropic.claude-opus-5')).toBe(4784);
  });
});

describe('Nova', () => {
  const tokens = (width: number, height: number) =>
    findImageTokens('amazon-nova', 'us.amazon.nova-lite-v1:0', gif(width, height));

  test.each([
    [900, 450, 800],
    [900, 900, 1300],
    [1400, 900, 1800],
    [1800, 900, 2400],
    [1300, 1300, 2600],
  ])('%d x %d: %d, as its page says', (width, height, expected) => {
    expect(tokens(width, height)).toBe(expected);
    expect(tokens(height, width)).toBe(expected);
  });

  test('scales 800 x 400 up to 900 x 450, the example of its page', () => {
    expect(tokens(800, 400)).toBe(800);
  });

  test('between two resolutions of the page takes what lies between, above the last and below the first in proportion', () => {
    expect(tokens(900, 675)).toBe(1050);
    expect(tokens(2600, 1300)).toBe(5200);
    expect(tokens(900, 225)).toBe(400);
  });

  test('without a model id is taken for the first generation', () => {
    expect(findImageTokens('amazon-nova', undefined, gif(900, 900))).toBe(1300);
  });

  test('2: 230 tokens, whatever the size, and where it is in S3 too', () => {
    expect(findImageTokens('amazon-nova', 'global.amazon.nova-2-lite-v1:0', gif(4000, 4000))).toBe(230);
    expect(findImageTokens('amazon-nova', 'amazon.nova-2-lite-v1:0', undefined)).toBe(230);
  });
});

describe('nobody knows what an image costs', () => {
  test.each([
    'chat-completions',
    'meta-llama',
    'amazon-titan-embed-image',
    'amazon-nova-embeddings',
    undefined,
  ] as const)('in %s', (family) => {
    expect(findImageTokens(family, undefined, gif(900, 900))).toBeUndefined();
  });

  test('in S3, where its size is not known', () => {
    expect(findImageTokens('amazon-nova', 'amazon.nova-lite-v1:0', undefined)).toBeUndefined();
  });

  test('if it is none', () => {
    expect(findImageTokens('anthropic-messages', undefined, 'bm9wZQ==')).toBeUndefined();
  });
});
