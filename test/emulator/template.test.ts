import type { Template } from './assembly';
import { brokenRules, inDependencyOrder, resolve, type Scope } from './template';

function scope(template: Partial<Template> = {}): Scope {
  const attributes: Record<string, unknown> = { 'Bucket.Arn': 'arn:aws:s3:::b', 'Job.A.B': 'nested' };
  return {
    template: { Resources: { Bucket: { Type: 'AWS::S3::Bucket' }, Job: { Type: 'Custom::Job' } }, ...template },
    parameters: { Param: 'p', List: ['x', 'y'] },
    pseudo: { 'AWS::Region': 'us-east-1', 'AWS::Partition': 'aws' },
    ref: (id) => `${id}-physical`,
    getAtt: (id, attribute) => attributes[`${id}.${attribute}`],
    importValue: (name) => `imported-${name}`,
  };
}

describe('an intrinsic function', () => {
  test.each<[unknown, unknown]>([
    [{ Ref: 'Bucket' }, 'Bucket-physical'],
    [{ Ref: 'Param' }, 'p'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::b'],
    [{ 'Fn::GetAtt': 'Bucket.Arn' }, 'arn:aws:s3:::b'],
    [{ 'Fn::GetAtt': ['Job', 'A.B'] }, 'nested'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Param' }, 1]] }, 'a-p-1'],
    [{ 'Fn::Join': [',', { Ref: 'List' }] }, 'x,y'],
    [
      { 'Fn::Sub': 'arn:${AWS::Partition}:${Bucket}/${Bucket.Arn}/${!kept}' },
      'arn:aws:Bucket-physical/arn:aws:s3:::b/${kept}',
    ],
    [{ 'Fn::Sub': ['${Own}-${Param}', { Own: { Ref: 'AWS::Region' } }] }, 'us-east-1-p'],
    [{ 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    [{ 'Fn::Select': [0, { 'Fn::Split': ['/', 'a/b'] }] }, 'a'],
    [{ 'Fn::ImportValue': { 'Fn::Sub': 'e-${Param}' } }, 'imported-e-p'],
    [{ 'Fn::Base64': 'a' }, 'YQ=='],
    [{ 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, 'us-east-1b'],
    [{ 'Fn::GetAZs': 'eu-west-1' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    [{ 'Fn::Equals': [{ Ref: 'Param' }, 'p'] }, true],
    [{ 'Fn::Equals': ['1', 1] }, true],
    [{ 'Fn::Not': [{ 'Fn::Equals': ['a', 'a'] }] }, false],
    [{ 'Fn::And': [{ 'Fn::Equals': ['a', 'a'] }, { 'Fn::Equals': ['a', 'b'] }] }, false],
    [{ 'Fn::Or': [{ 'Fn::Equals': ['a', 'a'] }, { 'Fn::Equals': ['a', 'b'] }] }, true],
    [{ 'Fn::Contains': [['a', 'p'], { Ref: 'Param' }] }, true],
    [{ 'Fn::Contains': [['a', 'b'], { Ref: 'Param' }] }, false],
    [{ deep: [{ Ref: 'Param' }, 1, true, null] }, { deep: ['p', 1, true, null] }],
  ])('%j', (value, resolved) => {
    expect(resolve(value, scope())).toEqual(resolved);
  });

  test('finds in a map, by a pseudo parameter, and says what is not in it', () => {
    const Mappings = { M: { 'us-east-1': { id: 'a', list: ['x'] } } };
    const find = (...keys: unknown[]) => resolve({ 'Fn::FindInMap': ['M', ...keys] }, scope({ Mappings }));
    expect(find({ Ref: 'AWS::Region' }, 'id')).toBe('a');
    expect(find({ Ref: 'AWS::Region' }, 'list')).toEqual(['x']);
    expect(find('eu-west-1', 'id', { DefaultValue: 'd' })).toBe('d');
    expect(() => find('eu-west-1', 'id')).toThrow('Unable to get mapping for M::eu-west-1::id');
  });

  test('chooses by a condition, and takes a property away with NoValue', () => {
    const Conditions = {
      Yes: { 'Fn::Equals': ['a', 'a'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    };
    const chosen = (name: string) =>
      resolve({ p: { 'Fn::If': [name, 'x', { Ref: 'AWS::NoValue' }] } }, scope({ Conditions }));
    expect(chosen('Yes')).toEqual({ p: 'x' });
    expect(chosen('No')).toEqual({});
  });

  test('takes an item of a list away with NoValue', () => {
    expect(resolve(['a', { Ref: 'AWS::NoValue' }], scope())).toEqual(['a']);
  });

  test.each<[unknown, string]>([
    [{ 'Fn::Cidr': ['a'] }, 'the player does not know Fn::Cidr'],
    [{ Ref: 'Nowhere' }, 'Ref to Nowhere'],
    [{ 'Fn::If': ['Nowhere', 1, 2] }, 'no condition Nowhere'],
    [{ 'Fn::Select': [2, ['a', 'b']] }, 'Fn::Select cannot select 2 of 2 values'],
  ])('fails on %j, and guesses nothing', (value, message) => {
    expect(() => resolve(value, scope())).toThrow(message);
  });
});

describe('rules', () => {
  const rule = (region: string) => ({
    Rules: {
      Region: {
        Assertions: [
          { Assert: { 'Fn::Contains': [[region], { Ref: 'AWS::Region' }] }, AssertDescription: 'not served' },
        ],
      },
    },
  });

  test('pass where every assertion holds', () => {
    expect(brokenRules(scope(rule('us-east-1')))).toEqual([]);
  });

  test('refuse in the words of the assertion', () => {
    expect(brokenRules(scope(rule('eu-west-1')))).toEqual(['not served']);
  });

  test('are passed over where their condition does not hold', () => {
    const { Rules } = rule('eu-west-1');
    const RuleCondition = { 'Fn::Equals': [{ Ref: 'Param' }, 'other'] };
    expect(brokenRules(scope({ Rules: { Region: { ...Rules.Region, RuleCondition } } }))).toEqual([]);
  });
});

describe('the order of resources', () => {
  const order = (Resources: Template['Resources']) => inDependencyOrder({ Resources });

  test.each<[string, Template['Resources'][string]]>([
    ['Ref', { Type: 'A', Properties: { p: { Ref: 'B' } } }],
    ['Fn::GetAtt', { Type: 'A', Properties: { p: [{ 'Fn::GetAtt': ['B', 'Arn'] }] } }],
    ['Fn::GetAtt in its short form', { Type: 'A', Properties: { p: { 'Fn::GetAtt': 'B.Arn' } } }],
    ['Fn::Sub', { Type: 'A', Properties: { p: { 'Fn::Sub': 'x-${B.Arn}' } } }],
    ['DependsOn', { Type: 'A', DependsOn: 'B' }],
    ['a list of DependsOn', { Type: 'A', DependsOn: ['B'] }],
  ])('follows %s', (_, resource) => {
    expect(order({ A: resource, B: { Type: 'B' } })).toEqual(['B', 'A']);
  });

  test('makes a custom resource before what it does not depend on', () => {
    const Resources = {
      Policy: { Type: 'AWS::IAM::Policy' },
      Function: { Type: 'AWS::Lambda::Function' },
      Job: { Type: 'Custom::Job', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } } },
    };
    expect(order(Resources)).toEqual(['Function', 'Job', 'Policy']);
  });

  test('fails on a circle', () => {
    const Resources = { A: { Type: 'A', DependsOn: 'B' }, B: { Type: 'B', DependsOn: 'A' } };
    expect(() => order(Resources)).toThrow('A -> B -> A');
  });
});
