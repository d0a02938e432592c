import { App, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { PACKS } from '../../docs/generate/rule-packs';
import { HardenedStack } from '../../examples/hardened/stack';
import { TODAY } from '../job/synth-job';

// As an auditor has it: every pack is part of the synthesis, which fails on what is not acknowledged.
const [outdir, mistake] = process.argv.slice(2);
const app = new App({ outdir, context: { 'cdk-bedrock-batch:today': TODAY } });
Validations.of(app).addPlugins(...Object.values(PACKS).map((Pack) => new Pack(app)));
const stack = new HardenedStack(app, 'Hardened', { env: { region: 'us-east-1' } });
if (mistake) new Bucket(stack, 'Mistake');
app.synth();
