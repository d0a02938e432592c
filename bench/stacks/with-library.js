// One job as a user writes it.
const { App, Stack } = require('aws-cdk-lib');
const { BatchInferenceJob, BatchModel, JobInput } = require('../../lib');

const [records, outdir] = process.argv.slice(2);
const app = new App({ outdir });
const stack = new Stack(app, 'Bench', { env: { account: '111122223333', region: 'us-east-1' } });
new BatchInferenceJob(stack, 'Job', {
  model: BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6,
  input: JobInput.fromFile(records),
});
app.synth();
