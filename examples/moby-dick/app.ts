import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { BatchInferenceJob, BatchModel, JobInput } from '../../src'; // in an app of yours: 'cdk-bedrock-batch'
import { writeChapters } from './chapters';

const app = new App();
const stack = new Stack(app, 'MobyDick');

const job = new BatchInferenceJob(stack, 'Chapters', {
  model: BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6,
  input: JobInput.fromDataset(writeChapters(app.outdir), {
    template: 'Chapter {{chapter}}. {{title}}\n\n{{text}}',
    systemPrompt: 'You summarise chapters of novels in two sentences.',
    idColumn: 'id',
    parameters: { maxTokens: 300 },
  }),
});

new CfnOutput(stack, 'Results', { value: job.outputS3Uri });
app.synth();
