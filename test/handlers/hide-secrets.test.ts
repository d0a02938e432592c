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
  ])('is hidden in %j', (text, hidden) => {
    expect(hideSecrets(text)).toBe(hidden);
  });

  test.each([
    'see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html for more',
    'The request signature we calculated does not match the signature you provided',
    'arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefabcdef (request 2e1a6b0f-6a0e-4c53-8d2f-51a0f2e6ad11)',
    's3://bucket/key.jsonl',
  ])('is not in %j, which stays as it is', (text) => {
    expect(hideSecrets(text)).toBe(text);
  });
});
