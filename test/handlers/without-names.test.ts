import { withoutNames } from '../../src/handlers/without-names';

describe('what users name', () => {
  test.each([
    ['User: arn:aws:sts::123456789012:assumed-role/kms/f is not', 'User: arn:aws:sts:… is not'],
    ['role arn:aws:iam::123456789012:role/team/marketplace, then', 'role arn:aws:iam::123456789012:role/… then'],
    ['arn:aws-us-gov:s3:::acme-kms/key', 'arn:aws-us-gov:s3:…'],
    ['arn:aws:kms:us-east-1:123456789012:key/assume', 'arn:aws:kms:…'],
    ['arn:aws:s3:::a/kms arn:aws:s3:::b/kms', 'arn:aws:s3:… arn:aws:s3:…'],
    ['on resource: "arn:aws:s3:::acme/my kms file" because', 'on resource: "arn:aws:s3:…" because'],
    ['"s3://acme/my kms file"', '"s3://…"'],
    ['of "arn:aws:s3:::acme/kms is denied', 'of "arn:aws:s3:… is denied'],
    ['from s3://acme-kms/assume.jsonl to it', 'from s3://… to it'],
    ['see https://acme-kms.s3.amazonaws.com/k?a=b now', 'see https://… now'],
    ["Value 'kms-batch' at 'jobName'", "Value '…' at '…'"],
    ['"kms" and `assume-prod`', '"…" and `…`'],
  ])('is taken out of %j', (message, left) => {
    expect(withoutNames(message)).toBe(left);
  });

  test('is taken out bare where it is known, a longer name before one that it begins with', () => {
    expect(withoutNames('bucket acme-data-kms, acme-data.', ['acme-data', 'acme-data-kms'])).toBe('bucket …, ….');
    expect(withoutNames('bucket acme.data', ['acme.data'])).toBe('bucket …');
  });

  test('stays where it is a plain word, which the service may have said', () => {
    expect(withoutNames('The role r2 has no access', ['role', 'access', 'r2'])).toBe('The role r2 has no access');
  });
});

describe('what a service says', () => {
  test.each([
    'not authorized to perform: aws-marketplace:Subscribe',
    'not authorized to perform: "kms:Decrypt" or \'s3:GetObject\' or `kms:GenerateDataKey*`',
    'Could not assume provided IAM role',
    "You don't have access to the model, and it isn't there",
    "the buckets' policies and the role's",
    "on-demand throughput isn't supported",
    'it says "access to the model"',
    '',
  ])('stays: %s', (message) => {
    expect(withoutNames(message)).toBe(message);
  });
});

test.each(['"arn:aws:s3:', 'arn:aws', 's3://', '"', "'a", 'https://', '`a b', 'ab', 'a-'])(
  'takes no time over many %s',
  (part) => {
    const began = performance.now();
    withoutNames(part.repeat(100_000 / part.length), ['acme-kms']);
    expect(performance.now() - began).toBeLessThan(300);
  },
);
