import { hideSecrets } from '../../src/handlers/hide-secrets';

describe('what must not be told', () => {
  test.each([
    ['https://b.s3.amazonaws.com/k?X-Amz-Signature=s3cret&a=b now', 'https://b.s3.amazonaws.com/k?… now'],
    ['"https://b/k?X-Amz-Credential=s3cret" and "http://c/?t=s3cret"', '"https://b/k?…" and "http://c/?…"'],
    ['x-amz-security-token:s3cret\nhost:bedrock', 'x-amz-security-token:…\nhost:bedrock'],
    ['{"X-Amz-Security-Token": "s3cret"}', '{"X-Amz-Security-Token": "…"}'],
    ['?X-Amz-Credential=s3cret&X-Amz-Signature=s3cret', '?X-Amz-Credential=…&X-Amz-Signature=…'],
    ['AWS4-HMAC-SHA256 Credential=s3cret/x, Signature=s3cret', 'AWS4-HMAC-SHA256 Credential=…, Signature=…'],
    ['the key ASIAABCDEFGHIJKLMNOP or AKIAABCDEFGHIJKLMNOP', 'the key … or …'],
    ['"x-amz-security-token":["s3cret"],"host":["b"]', '"x-amz-security-token":[…],"host":["b"]'],
    ['"x-amz-security-token": [\n  "s3cret"\n]', '"x-amz-security-token": [\n  …\n]'],
    ["'x-amz-security-token':['s3cret','s3cret']", "'x-amz-security-token':[…]"],
    ['{\\"x-amz-security-token\\":\\"s3cret\\",\\"a\\":1}', '{\\"x-amz-security-token\\":\\"…\\",\\"a\\":1}'],
    ['k%3FX-Amz-Signature%3Ds3cret now', 'k%3FX-Amz-Signature%3D… now'],
    ['k%3Fa%3Db%26X-Amz-Credential%3Ds3cret%26X-Amz-Signature%3ds3cret', 'k%3Fa%3Db%26X-Amz-Credential%3D…'],
    ['k%253FX-Amz-Security-Token%253Ds3cret', 'k%253FX-Amz-Security-Token%253D…'],
    ['https://a/b?c=https%3A%2F%2Fd%3FX-Amz-Signature%3Ds3cret', 'https://a/b?…'],
    ['https://a/https%3A%2F%2Fd%3FX-Amz-Signature%3Ds3cret', 'https://a/https%3A%2F%2Fd%3FX-Amz-Signature%3D…'],
    ['k%3FSignature%3Ds3cret', 'k%3FSignature%3D…'],
    ['k%3Fa%3Db%26Signature%3ds3cret', 'k%3Fa%3Db%26Signature%3d…'],
    ['k%3FAWSAccessKeyId%3DAKIAABCDEFGHIJKLMNOP%26a', 'k%3FAWSAccessKeyId%3D…%26a'],
    ['with Bearer s3cret and more', 'with Bearer … and more'],
    ['Bearer  "s3cret"', 'Bearer  "…"'],
    [`bearer ${'x'.repeat(32)}`, 'bearer …'],
    ['Authorization: Bearer s3cret\nhost:b', 'Authorization: …\nhost:b'],
    ['authorization:Basic abcdef', 'authorization:…'],
    ['Authorization: AWS AKIAX:s3cret', 'Authorization: …'],
    ['authorization=s3cret', 'authorization=…'],
    ['Authorization: Token s3cret and more', 'Authorization: … and more'],
    [
      'Authorization: AWS4-HMAC-SHA256 Credential=s3cret/x, SignedHeaders=host, Signature=s3cret',
      'Authorization: …, SignedHeaders=host, Signature=…',
    ],
    ['{"authorization":"any s3cret","host":"b"}', '{"authorization":"…","host":"b"}'],
    ['{"authorization":["Bearer s3cret"],"host":"b"}', '{"authorization":["…"],"host":"b"}'],
    ['{\\"authorization\\":\\"any s3cret\\"}', '{\\"authorization\\":\\"…\\"}'],
  ])('is hidden in %j, and stays so', (text, hidden) => {
    expect(hideSecrets(text)).toBe(hidden);
    expect(hideSecrets(hidden)).toBe(hidden);
  });

  test('takes nothing with it from after a quote that was cut', () => {
    const cut = '{"authorization":"…… (request request-1)';
    expect(hideSecrets(cut)).toBe(cut);
  });

  test.each([
    'see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html for more',
    'The request signature we calculated does not match the signature you provided',
    'arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefabcdef (request 2e1a6b0f-6a0e-4c53-8d2f-51a0f2e6ad11)',
    's3://bucket/key.jsonl',
    'the bearer token included in the request is invalid, bearer tokens are needed, or a Bearer',
    `bearer ${'x'.repeat(31)}`,
    'WWW-Authenticate: Bearer error="invalid_token"',
    'AuthorizationHeaderMalformed: The authorization header is malformed; the region is wrong',
    'authorization: access denied, and Authorization is missing',
    'what%3F credential%20of and a design=1',
    'SignedHeaders=host;x-amz-date;x-amz-security-token',
    'https://docs.aws.amazon.com/what?',
    'AKIA and ASIA or AKIAABCDEFGHIJK',
  ])('is not in %j, which stays as it is', (text) => {
    expect(hideSecrets(text)).toBe(text);
  });
});

describe('a long text', () => {
  const LENGTH = 100_000;

  test.each([
    'https://',
    'https://?',
    'x-amz-signature',
    'x-amz-signature:',
    'x-amz-signature":["',
    'authorization',
    'authorization:',
    'authorization:"',
    'authorization:[ ',
    'Authorization: Basic ',
    'bearer ',
    'Signature%3D',
    'AKIA',
    '3DAKIAABCDEFGHIJKLMNOP',
    '%25',
    '"',
    ' ',
    'x',
  ])('takes no time, whatever of %j it is made of', (part) => {
    for (const begin of ['', 'x-amz-signature', 'authorization:', 'Bearer ', 'https://x', 'Authorization: Bearer ']) {
      for (const end of ['', 'a', '"', '?']) {
        const began = performance.now();
        hideSecrets(`${begin}${part.repeat(Math.ceil(LENGTH / part.length))}${end}`);
        expect(performance.now() - began).toBeLessThan(300);
      }
    }
  });

  test('is hidden as a short one is', () => {
    const words = 'ordinary words '.repeat(LENGTH / 15);
    expect(hideSecrets(`${words}Bearer s3cret ${words}`)).toBe(`${words}Bearer … ${words}`);
    expect(hideSecrets(`Bearer ${'s3cret'.repeat(LENGTH)} after`)).toBe('Bearer … after');
  });
});
