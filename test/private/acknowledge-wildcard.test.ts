import { Aws, Fn, Stack, Token, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference';
import { acknowledgeWildcard } from '../../src/private/acknowledge-wildcard';

const KEY = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
const findingOf = (stack: Stack, arn: string) => {
  acknowledgeWildcard(stack, arn, 'A reason.');
  return stack.node.metadata.filter(({ type }) => type === KEY).map(({ data }) => data);
};

test('the reason stands beside the name of the finding', () => {
  expect(findingOf(new Stack(), `arn:${Aws.PARTITION}:s3:::mine/*`)).toEqual([
    { 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::mine/*]': 'A reason.' },
  ]);
});

describe('the name of a finding is the one that cdk-nag gives for', () => {
  test.each<[string, () => string]>([
    ['a text', () => 'arn:aws:s3:::mine/*'],
    ['Ref', () => Token.asString({ Ref: 'Bucket' })],
    ['Fn::GetAtt', () => `${Token.asString({ 'Fn::GetAtt': ['Bucket', 'Arn'] })}/*`],
    ['Fn::ImportValue', () => `arn:${Aws.PARTITION}:s3:::${Fn.importValue('Shared')}/*`],
    ['Fn::ImportValue of a text that is made up', () => `${Fn.importValue(`${Aws.REGION}-Shared`)}/*`],
    ['Fn::Sub', () => Fn.sub('arn:${AWS::Partition}:s3:::mine/*')],
    ['Fn::Sub with values of its own', () => Fn.sub('arn:aws:s3:::${Name}/*', { Name: 'mine' })],
    ['what is no text and no function', () => Token.asString({ Some: { Ref: 'Thing' }, Other: 'thing' })],
    ['Fn::Select', () => Fn.select(0, ['a', Aws.REGION])],
    ['Fn::FindInMap', () => `${Fn.findInMap('Buckets', Aws.REGION, 'Name')}/*`],
  ])('%s', (_, arn) => {
    const stack = new Stack();
    const name = flattenCfnReference(stack.resolve(arn()));
    expect(findingOf(stack, arn())).toEqual([{ [`AwsSolutions-IAM5[Resource::${name}]`]: 'A reason.' }]);
  });
});
