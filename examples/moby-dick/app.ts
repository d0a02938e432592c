import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { BatchInferenceJob, BatchModel, JobInput } from '../../src'; // in an app of yours: 'cdk-bedrock-batch'
import { chapterRecords } from './chapters';

const app = new App();
const stack = new Stack(app, 'MobyDick');

const job = new BatchInferenceJob(stack, 'Chapters', {
  model: BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6,
  input: JobInput.fromRecords(chapterRecords()),
});

new CfnOutput(stack, 'Results', { value: job.outputS3Uri });
app.synth();
