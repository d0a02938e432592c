import { App, DefaultStackSynthesizer, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { makeJob, TODAY } from './synth-job';

const KNOWN = { account: '111122223333', region: 'us-east-1' };

/** The right to read what CDK has uploaded. */
function readStatement(props: StackProps) {
  const stack = new Stack(new App({ context: { 'cdk-bedrock-batch:today': TODAY } }), 'Books', props);
  makeJob(stack);
  const [statement, ...others] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action, Resource }) => Action === 's3:GetObject' && JSON.stringify(Resource).includes('assets'));
  expect(others).toEqual([]);
  return statement;
}

describe("the starter reads what CDK has uploaded from CDK's asset bucket", () => {
  test('only while that is of this account: its name can be taken over', () => {
    expect(readStatement({ env: KNOWN }).Condition).toEqual({ StringEquals: { 'aws:ResourceAccount': KNOWN.account } });
  });

  test('only while that is of the account in which the stack lands', () => {
    expect(readStatement({}).Condition).toEqual({ StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } });
  });

  test('whosever that is, where its name is one that many accounts may share', () => {
    const synthesizer = new DefaultStackSynthesizer({ fileAssetsBucketName: 'org-shared-assets' });
    expect(readStatement({ env: KNOWN, synthesizer })).not.toHaveProperty('Condition');
  });
});
