import { Iam, type Principal } from './iam';
import type { CallContext, Statement } from './policy';

const USER = 'arn:aws:iam::111122223333:user/someone';
const ROLE = 'arn:aws:iam::111122223333:role/Role';

let iam: Iam;
let user: Principal;

function given(...statements: Statement[]): void {
  iam = new Iam(true);
  user = iam.addUser(USER, statements);
}

const may = (action: string, resource: string, context?: CallContext) => iam.allows(user, action, resource, context);

describe('a statement', () => {
  test('covers its action whatever the case, and no other', () => {
    given({ Effect: 'Allow', Action: 's3:getobject', Resource: '*' });
    expect(may('s3:GetObject', 'arn:aws:s3:::b/k')).toBe(true);
    expect(may('s3:GetObjectVersion', 'arn:aws:s3:::b/k')).toBe(false);
  });

  test('takes wildcards in actions and resources', () => {
    given({ Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::b?d/in/*' });
    expect(may('s3:GetObject', 'arn:aws:s3:::bad/in/a/b.jsonl')).toBe(true);
    expect(may('s3:PutObject', 'arn:aws:s3:::bad/in/a')).toBe(false);
    expect(may('s3:GetObject', 'arn:aws:s3:::bad/out/a')).toBe(false);
  });

  test('takes dots and brackets as they are', () => {
    given({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a.b/(c)' });
    expect(may('s3:GetObject', 'arn:aws:s3:::a.b/(c)')).toBe(true);
    expect(may('s3:GetObject', 'arn:aws:s3:::axb/c')).toBe(false);
  });

  test('with NotAction or NotResource covers the rest', () => {
    given(
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
      { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::mine/*' },
    );
    expect(may('s3:GetObject', 'arn:aws:s3:::mine/k')).toBe(true);
    expect(may('kms:Decrypt', 'arn:aws:s3:::mine/k')).toBe(false);
    expect(may('s3:GetObject', 'arn:aws:s3:::yours/k')).toBe(false);
  });

  test('that denies wins over one that allows', () => {
    given({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' });
    expect(may('s3:GetObject', 'x')).toBe(true);
    expect(may('s3:PutObject', 'x')).toBe(false);
  });
});

describe('a condition', () => {
  const check = (Condition: Statement['Condition'], context: CallContext) => {
    given({ Effect: 'Allow', Action: '*', Resource: '*', Condition });
    return may('s3:GetObject', 'x', context);
  };

  test.each<[Statement['Condition'], CallContext, boolean]>([
    [{ StringEquals: { k: 'a' } }, { k: 'a' }, true],
    [{ StringEquals: { k: 'a' } }, { k: 'b' }, false],
    [{ StringEquals: { k: 'a' } }, {}, false],
    [{ StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
    [{ StringEquals: { K: 'a' } }, { k: 'a' }, true],
    [{ StringEquals: { k: 'a*' } }, { k: 'ab' }, false],
    [{ StringNotEquals: { k: 'a' } }, { k: 'b' }, true],
    [{ StringNotEquals: { k: 'a' } }, { k: 'a' }, false],
    [{ StringNotEquals: { k: 'a' } }, {}, true],
    [{ StringLike: { k: 'in/*' } }, { k: 'in/a' }, true],
    [{ StringLike: { k: 'in/*' } }, { k: 'out/a' }, false],
    [{ StringEqualsIfExists: { k: 'a' } }, {}, true],
    [{ StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
    [{ ArnEquals: { k: 'arn:aws:bedrock:*:1:job/*' } }, { k: 'arn:aws:bedrock:r:1:job/x' }, true],
    [{ ArnLike: { k: 'arn:aws:bedrock:*:1:job/*' } }, { k: 'arn:aws:bedrock:r:2:job/x' }, false],
    [{ ArnLike: { k: 'arn:aws:*:job/x' } }, { k: 'arn:aws:bedrock:r:1:job/x' }, false],
    [{ ArnNotLike: { k: 'arn:aws:bedrock:r:1:job/*' } }, { k: 'arn:aws:bedrock:r:2:job/x' }, true],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, {}, true],
    [{ Bool: { 'aws:SecureTransport': false } }, {}, false],
    [{ Null: { k: 'true' } }, {}, true],
    [{ Null: { k: 'true' } }, { k: 'a' }, false],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'b'] }, true],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, false],
    [{ 'ForAllValues:StringEquals': { k: ['a'] } }, {}, true],
    [{ 'ForAnyValue:StringEquals': { k: ['a'] } }, { k: ['a', 'c'] }, true],
    [{ 'ForAnyValue:StringEquals': { k: ['a'] } }, { k: ['c'] }, false],
    [{ 'ForAnyValue:StringEquals': { k: ['a'] } }, {}, false],
    [{ StringEquals: { k: 'a' }, StringLike: { l: 'b*' } }, { k: 'a', l: 'c' }, false],
    [{ StringEquals: { k: 'a', l: 'b' } }, { k: 'a', l: 'c' }, false],
  ])('%j with %j: %s', (condition, context, held) => {
    expect(check(condition, context)).toBe(held);
  });

  test('that is not known fails loudly, rather than being passed over', () => {
    expect(() => check({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, {})).toThrow('IpAddress');
  });
});

describe('the record of calls', () => {
  const read: Statement = {
    Sid: 'Read',
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:Put*'],
    Resource: ['a/*', 'b/*'],
  };

  test('names every grant that no call has matched', () => {
    given(read);
    may('s3:GetObject', 'a/1');
    may('s3:PutObject', 'b/1');
    expect(iam.unusedGrants()).toEqual([
      { principal: USER, policy: 'inline', sid: 'Read', action: 's3:GetObject', resource: 'b/*' },
      { principal: USER, policy: 'inline', sid: 'Read', action: 's3:Put*', resource: 'a/*' },
    ]);
  });

  test('does not count a grant whose condition did not hold', () => {
    given({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: { StringEquals: { k: 'a' } } });
    may('s3:GetObject', 'x', { k: 'b' });
    expect(iam.unusedGrants()).toHaveLength(1);
    may('s3:GetObject', 'x', { k: 'a' });
    expect(iam.unusedGrants()).toEqual([]);
  });

  test('does not count a grant behind a Deny', () => {
    given(
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
      { Effect: 'Deny', Action: 's3:*', Resource: '*' },
    );
    may('s3:GetObject', 'x');
    expect(iam.unusedGrants()).toHaveLength(1);
  });

  test('counts for each role by itself a policy that two of them have', () => {
    iam = new Iam(true);
    const trust = { Statement: [] };
    const roles = [ROLE, `${ROLE}2`].map((arn) => iam.putRole({ arn, trust }));
    const document = { Statement: { Effect: 'Allow' as const, Action: 's3:GetObject', Resource: '*' } };
    for (const arn of [ROLE, `${ROLE}2`]) iam.putPolicy(arn, 'shared', document);
    iam.authorize(roles[0], 's3:GetObject', 'x');
    expect(iam.unusedGrants().map(({ principal }) => principal)).toEqual([`${ROLE}2`]);
  });

  test('holds the denied calls, with what was asked', () => {
    given(read);
    expect(() => iam.authorize(user, 's3:DeleteObject', 'a/1', { k: 'v' })).toThrow(
      `User: ${USER} is not authorized to perform: s3:DeleteObject on resource: a/1 because no identity-based policy allows the s3:DeleteObject action`,
    );
    expect(iam.deniedCalls()).toEqual([
      expect.objectContaining({ principal: USER, action: 's3:DeleteObject', resource: 'a/1', allowed: false }),
    ]);
  });

  test('counts a right that is only noted where it is granted, and does not miss it where it is not', () => {
    given(read);
    iam.noteIfGranted(user, 's3:GetObject', 'a/1');
    iam.noteIfGranted(user, 's3:ListBucket', 'a');
    expect(iam.unusedGrants()).toHaveLength(3);
    expect(iam.deniedCalls()).toEqual([]);
  });

  test('names the statement that decided', () => {
    given(read);
    may('s3:GetObject', 'a/1');
    expect(iam.calls.at(-1)?.statement?.Sid).toBe('Read');
  });
});

describe('a role', () => {
  test('keeps its access key when its trust changes, and loses it when it is deleted', () => {
    iam = new Iam(true);
    const made = iam.putRole({ arn: ROLE, trust: { Statement: [] } });
    expect(iam.putRole({ arn: ROLE, trust: { Statement: [] } }).accessKeyId).toBe(made.accessKeyId);
    expect(iam.principalByAccessKey(made.accessKeyId).arn).toBe('arn:aws:sts::111122223333:assumed-role/Role/session');
    iam.deleteRole(ROLE);
    expect(() => iam.principalByAccessKey(made.accessKeyId)).toThrow('security token');
    expect(iam.unusedGrants()).toEqual([]);
  });
});
