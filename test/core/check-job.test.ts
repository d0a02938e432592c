import { checkJob, type JobFacts } from '../../src/core/check-job';

const codes = (facts: JobFacts) => checkJob(facts).map(({ code }) => code);
const only = (facts: JobFacts) => {
  const issues = checkJob(facts);
  expect(issues).toHaveLength(1);
  return issues[0];
};

test('nothing known, nothing judged', () => {
  expect(checkJob({})).toEqual([]);
});

describe('timeout', () => {
  test.each([24, 25, 168])('takes %p hours', (timeoutHours) => {
    expect(codes({ timeoutHours })).toEqual([]);
  });

  test.each([23, 0, 169, 23.5])('fails on %p hours', (timeoutHours) => {
    expect(only({ timeoutHours })).toEqual({
      code: 'TimeoutOutOfRange',
      input: 'timeout',
      message: `must be 24 to 168 whole hours, got ${timeoutHours} hours`,
    });
  });

  test('fails on 24.5 hours: Bedrock counts whole hours', () => {
    expect(only({ timeoutHours: 24.5 })).toMatchObject({ code: 'TimeoutNotWholeHours', input: 'timeout' });
  });
});

describe('jobName', () => {
  test.each(['a', '9', 'chapters-2026', 'a.b+c', 'A'.repeat(40)])('takes %p', (jobName) => {
    expect(codes({ jobName })).toEqual([]);
  });

  test.each(['', '-chapters', '.chapters', 'my job', 'my_job', 'ünicode', 'a/b', 'A'.repeat(64)])(
    'fails on %p',
    (jobName) => {
      const issue = only({ jobName });
      expect(issue).toMatchObject({ code: 'IllegalJobName', input: 'jobName' });
      expect(issue.message).toContain(JSON.stringify(jobName));
    },
  );
});

describe('runKey', () => {
  test('takes any text', () => {
    expect(codes({ runKey: 'second try' })).toEqual([]);
  });

  test('fails on empty text, which would look like a key and be none', () => {
    expect(only({ runKey: '' })).toMatchObject({ code: 'EmptyRunKey', input: 'runKey' });
  });
});

describe('input key', () => {
  test.each(['a.jsonl', 'folder/sub/a-!_.jsonl', "it's(1).jsonl"])('takes %p', (inputKey) => {
    expect(codes({ inputKey })).toEqual([]);
  });

  test.each(['a b.jsonl', 'year=2026/a.jsonl', 'a+b.jsonl', '/a.jsonl', 'a//b.jsonl', ''])(
    'fails on %p, which the S3 URI pattern of the API refuses',
    (inputKey) => {
      expect(codes({ inputKey })).toContain('IllegalKey');
    },
  );

  test('fails on a key that is not JSON Lines', () => {
    expect(only({ inputKey: 'records.json' })).toMatchObject({ code: 'NotJsonLines', input: 'input' });
  });

  test('a folder given as a key is told of fromBucketPrefix', () => {
    expect(only({ inputKey: 'records/' }).message).toContain('JobInput.fromBucketPrefix');
  });
});

describe('prefixes', () => {
  test.each(['inputPrefix', 'outputPrefix'] as const)('%s takes a folder', (name) => {
    expect(codes({ [name]: 'records/2026/' })).toEqual([]);
  });

  test.each(['inputPrefix', 'outputPrefix'] as const)(
    '%s fails without the trailing slash, and shows how it is written',
    (name) => {
      const issue = only({ [name]: 'records' });
      expect(issue.code).toBe('PrefixWithoutSlash');
      expect(issue.message).toContain('"records/"');
    },
  );

  test.each(['inputPrefix', 'outputPrefix'] as const)('%s fails on a leading slash', (name) => {
    expect(only({ [name]: '/records/' }).code).toBe('IllegalKey');
  });

  test('no output prefix is the whole bucket', () => {
    expect(codes({ outputPrefix: '' })).toEqual([]);
  });

  test('no input prefix fails: a job cannot read a whole bucket', () => {
    expect(only({ inputPrefix: '' }).code).toBe('EmptyPrefix');
  });
});

describe('input and output in one bucket', () => {
  const sharedBucket = true;

  test.each([
    ['side by side', { inputPrefix: 'records/', outputPrefix: 'results/' }],
    ['a name that only begins alike', { inputPrefix: 'data/', outputPrefix: 'data-out/' }],
    ['a file beside the folder', { inputKey: 'records/a.jsonl', outputPrefix: 'results/' }],
  ])('may lie %s', (_, facts) => {
    expect(codes({ sharedBucket, ...facts })).toEqual([]);
  });

  test.each([
    ['the same folder', { inputPrefix: 'data/', outputPrefix: 'data/' }],
    ['results below records', { inputPrefix: 'data/', outputPrefix: 'data/results/' }],
    ['records below results', { inputPrefix: 'data/records/', outputPrefix: 'data/' }],
    ['results anywhere', { inputPrefix: 'data/', outputPrefix: '' }],
    ['a file among the results', { inputKey: 'data/a.jsonl', outputPrefix: 'data/' }],
  ])('fails on %s', (_, facts) => {
    expect(only({ sharedBucket, ...facts })).toMatchObject({ code: 'InputOutputOverlap', input: 'outputPrefix' });
  });

  test('two buckets cannot overlap', () => {
    expect(codes({ sharedBucket: false, inputPrefix: 'data/', outputPrefix: 'data/' })).toEqual([]);
  });

  test('a prefix that is not known yet is not judged', () => {
    expect(codes({ sharedBucket, inputPrefix: 'data/' })).toEqual([]);
  });
});

describe('input buckets', () => {
  test('one is right', () => {
    expect(codes({ givenInputBuckets: 1 })).toEqual([]);
  });

  test('fails on a bucket for staging that nothing is staged to', () => {
    expect(only({ givenInputBuckets: 2 })).toMatchObject({ code: 'UnusedInputBucket', input: 'inputBucket' });
  });
});

describe('Converse', () => {
  test('is for models that talk', () => {
    expect(codes({ converse: true, embeddings: false })).toEqual([]);
  });

  test('fails on a model that makes embeddings', () => {
    expect(only({ converse: true, embeddings: true })).toMatchObject({ code: 'ConverseNotSupported' });
  });

  test('is not judged for a model that the catalog does not know', () => {
    expect(codes({ converse: true })).toEqual([]);
  });
});

describe('network', () => {
  test.each([1, 16])('takes %p subnets', (subnets) => {
    expect(codes({ subnets })).toEqual([]);
  });

  test('fails on no subnet', () => {
    expect(only({ subnets: 0 })).toEqual({
      code: 'NoSubnets',
      input: 'vpcSubnets',
      message: 'must be 1 to 16 subnets, got 0',
    });
  });

  test('fails on 17 subnets', () => {
    expect(only({ subnets: 17 })).toEqual({
      code: 'TooManySubnets',
      input: 'vpcSubnets',
      message: 'must be 1 to 16 subnets, got 17',
    });
  });

  test.each([1, 5])('takes %p security groups', (securityGroups) => {
    expect(codes({ securityGroups })).toEqual([]);
  });

  test('fails on no security group', () => {
    expect(only({ securityGroups: 0 })).toMatchObject({ code: 'NoSecurityGroups', input: 'securityGroups' });
  });

  test('fails on 6 security groups', () => {
    expect(only({ securityGroups: 6 })).toEqual({
      code: 'TooManySecurityGroups',
      input: 'securityGroups',
      message: 'must be 1 to 5 security groups, got 6',
    });
  });

  test('fails on what chooses within a network where there is none, prop by prop', () => {
    expect(checkJob({ propsWithoutVpc: ['vpcSubnets', 'securityGroups'] })).toMatchObject([
      { code: 'NetworkWithoutVpc', input: 'vpcSubnets' },
      { code: 'NetworkWithoutVpc', input: 'securityGroups' },
    ]);
  });

  test('takes a VPC of the same Region, or of one that is not known', () => {
    expect(codes({ vpcRegion: 'us-east-1', region: 'us-east-1' })).toEqual([]);
    expect(codes({ vpcRegion: 'us-east-1' })).toEqual([]);
    expect(codes({ region: 'us-east-1' })).toEqual([]);
  });

  test('fails on a VPC of another Region', () => {
    expect(only({ vpcRegion: 'eu-west-1', region: 'us-east-1' })).toMatchObject({
      code: 'VpcInOtherRegion',
      input: 'vpc',
      message: expect.stringMatching(/us-east-1.*eu-west-1/),
    });
  });
});

describe('encryptionKey', () => {
  test('takes a key of the same Region, or where one of the two is not known', () => {
    expect(codes({ keyRegion: 'us-east-1', region: 'us-east-1' })).toEqual([]);
    expect(codes({ keyRegion: 'us-east-1' })).toEqual([]);
  });

  test('fails on a key of another Region', () => {
    expect(only({ keyRegion: 'eu-west-1', region: 'us-east-1' })).toEqual({
      code: 'KeyInOtherRegion',
      input: 'encryptionKey',
      message: "must be in the stack's Region (us-east-1), got eu-west-1",
    });
  });

  test('fails on an alias, once', () => {
    const facts = { keyAlias: 'alias/books', keyRegion: 'eu-west-1', region: 'us-east-1' };
    expect(only(facts)).toMatchObject({ code: 'KeyIsAlias', message: expect.stringContaining('"alias/books"') });
  });
});

describe('owners of buckets', () => {
  test('are 12 digits', () => {
    expect(codes({ inputBucketOwner: '000011112222', outputBucketOwner: '444455556666' })).toEqual([]);
  });

  test.each(['', '11112222333', '1111222233334', '11112222333x'])('are not %p', (owner) => {
    expect(only({ inputBucketOwner: owner })).toEqual({
      code: 'MalformedAccount',
      input: 'inputBucketOwner',
      message: `must be the 12 digits of an account, got "${owner}"`,
    });
    expect(only({ outputBucketOwner: owner })).toMatchObject({ input: 'outputBucketOwner' });
  });

  test('are not said of buckets that are made here', () => {
    expect(checkJob({ ownersOfNewBuckets: ['inputBucketOwner', 'outputBucketOwner'] })).toMatchObject([
      { code: 'UnusedBucketOwner', message: expect.stringMatching(/name it as inputBucket$/) },
      { code: 'UnusedBucketOwner', message: expect.stringMatching(/name it as outputBucket$/) },
    ]);
  });
});

test('options of new buckets fail where there are none', () => {
  expect(only({ propsOfNoBucket: ['dataRetention'] })).toMatchObject({
    code: 'UnusedBucketOption',
    input: 'dataRetention',
  });
});

describe('dataRetention', () => {
  test.each([1, 2, 3650])('takes %p days', (retentionDays) => {
    expect(codes({ retentionDays, retentionUnit: 'days' })).toEqual([]);
  });

  test.each([0, 0.5])('fails on %p days', (retentionDays) => {
    expect(only({ retentionDays })).toEqual({
      code: 'RetentionTooShort',
      input: 'dataRetention',
      message: `must be at least 1 whole day, got ${retentionDays} days`,
    });
  });

  test('fails on parts of days', () => {
    expect(only({ retentionDays: 1.5 })).toMatchObject({ code: 'RetentionNotWholeDays' });
  });

  test('fails on a token in another unit than days', () => {
    expect(only({ retentionUnit: 'hours' })).toMatchObject({ code: 'RetentionNotInDays' });
  });

  test('is as long as the timeout, or longer', () => {
    expect(codes({ retentionDays: 2, timeoutHours: 48 })).toEqual([]);
    expect(only({ retentionDays: 2, timeoutHours: 49 })).toMatchObject({
      code: 'RetentionShorterThanTimeout',
      message: expect.stringMatching(/49 hours.*2 days/),
    });
  });
});

describe('what a refusal says', () => {
  const said = (facts: JobFacts) => {
    const { input, message, code, severity = 'error' } = only(facts);
    return `${severity} ${input} ${message} [${code}]`;
  };
  const network = { subnets: 1, securityGroups: 1 };

  test.each<[JobFacts, string]>([
    [
      { timeoutUnit: 'minutes' },
      'error timeout must be given as Duration.hours where its amount is a token, got minutes [TimeoutNotInHours]',
    ],
    [{ timeoutHours: 24.5 }, 'error timeout must be 24 to 168 whole hours, got 24.5 hours [TimeoutNotWholeHours]'],
    [
      { jobName: 'my job' },
      'error jobName must be 1 to 46 letters, digits, "-", "+" and ".", starting with a letter or digit, got "my job"; the library adds the identity and the attempt behind it [IllegalJobName]',
    ],
    [
      { runKey: '' },
      'error runKey must be any text with at least one character, got ""; leave it out to run once [EmptyRunKey]',
    ],
    [{ inputKey: 'a.json' }, 'error input must be a key that ends in .jsonl, got "a.json" [NotJsonLines]'],
    [
      { inputKey: 'a/' },
      'error input must be a key that ends in .jsonl, got "a/"; for every file below it use JobInput.fromBucketPrefix [NotJsonLines]',
    ],
    [
      { inputKey: 'a b.jsonl' },
      'error input must be at most 900 letters, digits and - ! _ \' ( ) . in segments parted by single "/" (Bedrock refuses spaces, "=" and "+"), got "a b.jsonl" [IllegalKey]',
    ],
    [
      { inputPrefix: '' },
      'error input must be a prefix such as "records/", got ""; a job cannot read a whole bucket [EmptyPrefix]',
    ],
    [
      { inputPrefix: 'a' },
      'error input must end in "/" so that it names a folder, got "a"; write "a/" [PrefixWithoutSlash]',
    ],
    [
      { outputPrefix: 'a' },
      'error outputPrefix must end in "/" so that it names a folder, got "a"; write "a/" [PrefixWithoutSlash]',
    ],
    [
      { sharedBucket: true, inputPrefix: 'a/', outputPrefix: 'a/b/' },
      'error outputPrefix must not overlap with the input in the same bucket, got "a/b/" for input "a/"; choose a prefix of its own such as "results/" [InputOutputOverlap]',
    ],
    [
      { sharedBucket: true, inputPrefix: 'a/', outputPrefix: '' },
      'error outputPrefix must not overlap with the input in the same bucket, got the whole bucket for input "a/"; choose a prefix of its own such as "results/" [InputOutputOverlap]',
    ],
    [
      { givenInputBuckets: 2 },
      'error inputBucket must be left out when the input is in a bucket already; it is for records that the deployment stages [UnusedInputBucket]',
    ],
    [
      { region: 'us-east-1', inputBucketRegion: 'eu-west-1' },
      "warning input should be in a bucket of the stack's Region (us-east-1), got eu-west-1; Bedrock may refuse the job [BucketInOtherRegion]",
    ],
    [
      { region: 'us-east-1', outputBucketRegion: 'eu-west-1' },
      "warning outputBucket should be in a bucket of the stack's Region (us-east-1), got eu-west-1; Bedrock may refuse the job [BucketInOtherRegion]",
    ],
    [
      { converse: true, embeddings: true },
      'error invocationType must be InvocationType.INVOKE_MODEL for a model that makes embeddings, got InvocationType.CONVERSE [ConverseNotSupported]',
    ],
    [
      { propsWithoutVpc: ['vpcSubnets'] },
      'error vpcSubnets must be given together with vpc, got no vpc [NetworkWithoutVpc]',
    ],
    [
      { ...network, region: 'us-east-1', vpcRegion: 'eu-west-1' },
      "error vpc must be in the stack's Region (us-east-1), got eu-west-1 [VpcInOtherRegion]",
    ],
    [
      { keyAlias: 'alias/mine' },
      'error encryptionKey must be a key, on which rights can be given, got the alias "alias/mine"; use Key.fromKeyArn or Key.fromLookup [KeyIsAlias]',
    ],
    [
      { region: 'us-east-1', keyRegion: 'eu-west-1' },
      "error encryptionKey must be in the stack's Region (us-east-1), got eu-west-1 [KeyInOtherRegion]",
    ],
    [
      { inputBucketOwner: '1234' },
      'error inputBucketOwner must be the 12 digits of an account, got "1234" [MalformedAccount]',
    ],
    [
      { outputBucketOwner: '1234' },
      'error outputBucketOwner must be the 12 digits of an account, got "1234" [MalformedAccount]',
    ],
    [
      { ownersOfNewBuckets: ['inputBucketOwner'] },
      'error inputBucketOwner must be given together with a bucket of that account, got none; name it as inputBucket [UnusedBucketOwner]',
    ],
    [
      { ownersOfNewBuckets: ['outputBucketOwner'] },
      'error outputBucketOwner must be given together with a bucket of that account, got none; name it as outputBucket [UnusedBucketOwner]',
    ],
    [
      { propsOfNoBucket: ['dataRetention'] },
      'error dataRetention must be left out where this construct creates no bucket; set it on your own buckets [UnusedBucketOption]',
    ],
    [
      { retentionUnit: 'hours' },
      'error dataRetention must be given as Duration.days where its amount is a token, got hours [RetentionNotInDays]',
    ],
    [{ retentionDays: 0.5 }, 'error dataRetention must be at least 1 whole day, got 0.5 days [RetentionTooShort]'],
    [{ retentionDays: 1.5 }, 'error dataRetention must be at least 1 whole day, got 1.5 days [RetentionNotWholeDays]'],
    [
      { retentionDays: 2, timeoutHours: 49 },
      'error dataRetention must not be shorter than timeout (49 hours), got 2 days; the records would be gone before the job has read them [RetentionShorterThanTimeout]',
    ],
  ])('of %j', (facts, words) => {
    expect(said(facts)).toBe(words);
  });

  test.each<JobFacts>([
    { timeoutUnit: 'hours' },
    { region: 'us-east-1', inputBucketRegion: 'us-east-1', outputBucketRegion: 'us-east-1' },
    { region: 'us-east-1' },
    { inputBucketRegion: 'eu-west-1', outputBucketRegion: 'eu-west-1' },
    { ...network, region: 'us-east-1', vpcRegion: 'us-east-1' },
    { region: 'us-east-1', keyRegion: 'us-east-1' },
    { inputBucketOwner: '111122223333', outputBucketOwner: '444455556666' },
    { retentionUnit: 'days' },
    { retentionDays: 1 },
    { retentionDays: 2, timeoutHours: 48 },
    { outputPrefix: '' },
  ])('is nothing for %j', (facts) => {
    expect(checkJob(facts)).toEqual([]);
  });

  test('is nothing for a key of 900 characters', () => {
    expect(codes({ inputKey: `${'a'.repeat(894)}.jsonl` })).toEqual([]);
  });

  test('a key of 901 characters is too long', () => {
    expect(codes({ inputKey: `${'a'.repeat(895)}.jsonl` })).toEqual(['IllegalKey']);
  });
});

describe('subnets and their Availability Zones', () => {
  test.each([[{}], [{ sharedZones: [] }]])('%p: nothing is said', (facts) => {
    expect(checkJob(facts)).toEqual([]);
  });

  test.each([
    [['us-east-1a'], 'us-east-1a'],
    [['us-east-1a', 'us-east-1b'], 'us-east-1a, us-east-1b'],
  ])('several in %p are warned of', (sharedZones, got) => {
    expect(only({ sharedZones })).toEqual({
      code: 'SubnetsShareZone',
      input: 'vpcSubnets',
      severity: 'warning',
      message: `should be one for each Availability Zone, as AWS asks for, got several in ${got}; choose one of each zone, for example with onePerAz: true`,
    });
  });
});
