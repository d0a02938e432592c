import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BatchInferenceJob, BatchModel, JobInput, ModelRouting } from '../../src';
import { recordsFor, TODAY } from '../job/synth-job';

const [outdir, mistake] = process.argv.slice(2);
const app = new App({
  outdir,
  context: { '@aws-cdk/core:validateAgainstDefaultRules': true, 'cdk-bedrock-batch:today': TODAY },
});
const inputFor = (model: BatchModel) => JobInput.fromRecords(recordsFor(model));
const env = { account: '111122223333', region: 'us-east-1' };

new BatchInferenceJob(new Stack(app, 'Default', { env }), 'Job', {
  model: BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6,
  input: inputFor(BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6),
});
new BatchInferenceJob(new Stack(app, 'RegionAtDeployment'), 'Job', {
  model: BatchModel.AMAZON_NOVA_LITE,
  input: inputFor(BatchModel.AMAZON_NOVA_LITE),
});

const stack = new Stack(app, 'Global', { env });
new BatchInferenceJob(stack, 'Job', {
  model: BatchModel.AMAZON_NOVA_2_LITE,
  routing: ModelRouting.GLOBAL,
  input: inputFor(BatchModel.AMAZON_NOVA_2_LITE),
  encryptionKey: new Key(stack, 'Key'),
  outputPrefix: 'results/',
  runKey: '1',
});
if (mistake) new CfnResource(stack, 'Mistake', { type: 'AWS::S3::Bucket', properties: { Colour: 'red' } });
app.synth();
