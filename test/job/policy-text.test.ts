import { Aws, CfnParameter, Fn, Lazy, type Stack, Token } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { policyText, readable } from '../../src/job/policy-text';
import { makeStack } from './synth-job';

const onResource = (arn: string, stack: Stack) =>
  policyText(stack, [new PolicyStatement({ actions: ['s3:GetObject'], resources: [arn] })]);
const resourceIn = (arn: string, stack = makeStack()) => JSON.parse(onResource(arn, stack))[0].Resource;

describe('a policy to paste', () => {
  test('has literal values as they are', () => {
    expect(onResource('arn:aws:s3:::mine/*', makeStack())).toBe(
      '[{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::mine/*"}]',
    );
  });

  test('has the partition of a known Region written out', () => {
    expect(resourceIn(`arn:${Aws.PARTITION}:s3:::mine`)).toBe('arn:aws:s3:::mine');
  });

  test('leaves the partition to the deployment where the Region is', () => {
    expect(resourceIn(`arn:${Aws.PARTITION}:s3:::mine`, makeStack({}))).toBe('arn:${AWS::Partition}:s3:::mine');
  });

  test('names a resource of the stack and its attribute', () => {
    const stack = makeStack();
    const bucket = new Bucket(stack, 'Mine');
    const logicalId = stack.resolve(stack.getLogicalId(bucket.node.defaultChild as CfnBucket));
    expect(resourceIn(bucket.arnForObjects('*'), stack)).toBe(`\${${logicalId}.Arn}/*`);
  });

  test('keeps conditions, and what is empty, as they are', () => {
    const conditions = { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID }, Bool: {} };
    const statement = new PolicyStatement({ principals: [new AccountPrincipal('111122223333')], conditions });
    statement.addActions('s3:GetObject');
    expect(JSON.parse(policyText(makeStack(), [statement]))[0].Condition).toEqual({
      StringEquals: { 'aws:PrincipalAccount': '${AWS::AccountId}' },
      Bool: {},
    });
  });

  test.each([
    ['Fn::ImportValue', () => Fn.importValue('Shared'), '<Fn::ImportValue Shared>'],
    [
      'Fn::ImportValue of a text that is made up',
      () => Fn.importValue(`${Aws.STACK_NAME}-x`),
      '<Fn::ImportValue ${AWS::StackName}-x>',
    ],
    [
      'Fn::Select',
      () => Fn.select(1, Fn.split('/', Fn.importValue('A'))),
      '<Fn::Select 1 <Fn::Split / <Fn::ImportValue A>>>',
    ],
    ['Fn::FindInMap', () => Fn.findInMap('Buckets', Aws.REGION, 'Name'), '<Fn::FindInMap Buckets ${AWS::Region} Name>'],
    ['Fn::If', () => Token.asString({ 'Fn::If': ['Mine', 'a', 'b'] }), '<Fn::If Mine a b>'],
    ['Fn::Sub', () => Fn.sub('${AWS::AccountId}-data'), '${AWS::AccountId}-data'],
    ['Fn::Sub with values of its own', () => Fn.sub('${Name}-data', { Name: 'a' }), '<Fn::Sub ${Name}-data a>'],
    [
      'Fn::Join of a list that is a parameter',
      () => Token.asString({ 'Fn::Join': ['-', { Ref: 'Names' }] }),
      '<Fn::Join - ${Names}>',
    ],
    ['Fn::GetAtt as one text', () => Token.asString({ 'Fn::GetAtt': 'Bucket.Arn' }), '${Bucket.Arn}'],
    [
      'Fn::GetStackOutput',
      () => Token.asString({ 'Fn::GetStackOutput': { StackName: 'Keys', OutputName: 'Key' } }),
      '<Fn::GetStackOutput Keys Key>',
    ],
  ])('writes %s so that it can be read', (_, name, text) => {
    expect(resourceIn(`arn:aws:s3:::${name()}/*`)).toBe(`arn:aws:s3:::${text}/*`);
  });
});

describe('a value that the user is told of', () => {
  test('is as it was given where it is known', () => {
    expect(readable(makeStack(), '444455556666')).toBe('444455556666');
  });

  test('has the name of its parameter', () => {
    const stack = makeStack();
    expect(readable(stack, new CfnParameter(stack, 'Owner').valueAsString)).toBe('${Owner}');
  });

  test('has it in the midst of a text', () => {
    expect(readable(makeStack(), `alias/${Aws.REGION}/books`)).toBe('alias/${AWS::Region}/books');
  });

  test('may be of a stack within an app or of none that is known yet', () => {
    const stack = makeStack({});
    expect(readable(new Bucket(stack as Construct, 'B'), Lazy.string({ produce: () => stack.account }))).toBe(
      '${AWS::AccountId}',
    );
  });
});
