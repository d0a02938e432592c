import { type AccountRight, judgePolicy, type StatementText } from '../../src/job/policy-verdict';

const RIGHT: AccountRight = {
  account: '111122223333',
  action: 's3:PutObject',
  resource: ['arn:aws:s3:::theirs/results/*'],
};
const STATEMENT: StatementText = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::theirs/results/*',
};
const judge = (...statements: Partial<StatementText>[]) =>
  judgePolicy(
    statements.map((each) => ({ ...STATEMENT, ...each })),
    RIGHT,
  );

describe('a right is allowed', () => {
  test('by the statement that says just that', () => {
    expect(judge({})).toBe('allowed');
  });

  test('by no statement at all not', () => {
    expect(judge()).toBe('missing');
  });

  test('by one of several', () => {
    expect(judge({ Action: 's3:GetObject' }, {})).toBe('allowed');
  });
});

describe('actions', () => {
  test.each(['s3:PutObject', 's3:*', '*', 's3:Put*', 's3:PutObjec?', 'S3:putobject', ['s3:GetObject', 's3:PutObject']])(
    '%j are the action',
    (Action) => expect(judge({ Action })).toBe('allowed'),
  );

  test.each(['s3:GetObject', 's3:Get*', 's3:PutObject?', 's3.PutObject', 's3:Put', [], ['s3:GetObject']])(
    '%j are not',
    (Action) => expect(judge({ Action })).toBe('missing'),
  );

  test('may be all but some', () => {
    expect(judge({ Action: undefined, NotAction: ['s3:Delete*'] })).toBe('allowed');
    expect(judge({ Action: undefined, NotAction: ['s3:Put*'] })).toBe('missing');
  });
});

describe('resources', () => {
  test.each([
    'arn:aws:s3:::theirs/results/*',
    'arn:aws:s3:::theirs/*',
    'arn:aws:s3:::theirs*',
    'arn:aws:s3:::their?/*',
    '*',
    'arn:${AWS::Partition}:s3:::theirs/*',
    'arn:aws-us-gov:s3:::theirs/*',
  ])('%s is the resource', (Resource) => expect(judge({ Resource })).toBe('allowed'));

  test.each([
    'arn:aws:s3:::theirs',
    'arn:aws:s3:::theirs/results/',
    'arn:aws:s3:::theirs/results/?',
    'arn:aws:s3:::theirs/Results/*',
    'arn:aws:s3:::theirs/other/*',
    'arn:aws:s3:::their/*',
  ])('%s is not', (Resource) => expect(judge({ Resource })).toBe('missing'));

  test('may be all but some', () => {
    expect(judge({ Resource: undefined, NotResource: 'arn:aws:s3:::theirs/private/*' })).toBe('allowed');
    expect(judge({ Resource: undefined, NotResource: 'arn:aws:s3:::theirs/*' })).toBe('missing');
  });

  test('are the same in each way in which they are written', () => {
    const right = { ...RIGHT, resource: ['${Bucket.Arn}/results/*', 'arn:aws:s3:::theirs/results/*'] };
    expect(judgePolicy([{ ...STATEMENT, Resource: '${Bucket.Arn}/*' }], right)).toBe('allowed');
    expect(judgePolicy([STATEMENT], right)).toBe('allowed');
    expect(judgePolicy([{ ...STATEMENT, Resource: '${Other.Arn}/*' }], right)).toBe('missing');
  });
});

describe('principals', () => {
  test.each([
    '*',
    { AWS: '*' },
    { AWS: '111122223333' },
    { AWS: 'arn:aws:iam::111122223333:root' },
    { AWS: 'arn:${AWS::Partition}:iam::111122223333:root' },
    { AWS: ['arn:aws:iam::999999999999:root', 'arn:aws-cn:iam::111122223333:root'] },
  ])('%j are the account', (Principal) => expect(judge({ Principal })).toBe('allowed'));

  test.each([
    undefined,
    {},
    { AWS: '999999999999' },
    { AWS: 'arn:aws:iam::999999999999:root' },
    { Service: 'bedrock.amazonaws.com' },
  ])('%j are not', (Principal) => expect(judge({ Principal })).toBe('missing'));

  test.each(['arn:aws:iam::111122223333:role/Some', 'arn:aws:sts::111122223333:assumed-role/Some/session'])(
    '%s is perhaps that of the job',
    (AWS) => expect(judge({ Principal: { AWS } })).toBe('perhaps'),
  );

  test('of an account that is not known yet are all, or nobody', () => {
    const right = { ...RIGHT, account: undefined };
    expect(judgePolicy([{ ...STATEMENT, Principal: '*' }], right)).toBe('allowed');
    expect(judgePolicy([STATEMENT], right)).toBe('missing');
    expect(judgePolicy([{ ...STATEMENT, Principal: { AWS: 'arn:aws:iam::undefined:root' } }], right)).toBe('missing');
  });
});

describe('a condition', () => {
  const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };

  test('makes a right one that is perhaps there', () => {
    expect(judge({ Condition })).toBe('perhaps');
  });

  test('is no matter where another statement has none', () => {
    expect(judge({ Condition }, {})).toBe('allowed');
  });

  test('makes no refusal of one that is not about the job, as that of plain HTTP', () => {
    const https = { Bool: { 'aws:SecureTransport': 'false' } };
    expect(judge({}, { Effect: 'Deny', Principal: '*', Action: 's3:*', Condition: https })).toBe('allowed');
  });
});

describe('a refusal', () => {
  test.each<Partial<StatementText>>([
    {},
    { Principal: '*' },
    { Action: 's3:*' },
    { Resource: '*' },
    { Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::999999999999:role/Admin' } },
  ])('%j comes before what is allowed', (deny) => {
    expect(judge({}, { ...deny, Effect: 'Deny' })).toBe('denied');
  });

  test.each<Partial<StatementText>>([
    { Principal: { AWS: '999999999999' } },
    { Principal: { AWS: 'arn:aws:iam::111122223333:role/Other' } },
    { Action: 's3:DeleteObject' },
    { Resource: 'arn:aws:s3:::theirs/results/private/*' },
    { Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/Job' } },
    { Principal: undefined, NotPrincipal: { AWS: '111122223333' } },
  ])('%j is of something else', (deny) => {
    expect(judge({}, { ...deny, Effect: 'Deny' })).toBe('allowed');
  });

  test('of all others lets those in whom it names, perhaps', () => {
    const others = { Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::999999999999:root' } };
    expect(judge(others)).toBe('allowed');
    expect(judge({ ...others, NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/Job' } })).toBe('perhaps');
  });
});
