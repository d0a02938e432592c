import { App, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import { HardenedStack } from '../../examples/hardened/stack';
import { TODAY } from '../job/synth-job';

// As an auditor has it: every pack is part of the synthesis, which fails on what is not acknowledged.
const [outdir, mistake] = process.argv.slice(2);
const app = new App({ outdir, context: { 'cdk-bedrock-batch:today': TODAY } });
const packs = [
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
];
Validations.of(app).addPlugins(...packs.map((Pack) => new Pack(app)));
const stack = new HardenedStack(app, 'Hardened', { env: { region: 'us-east-1' } });
if (mistake) new Bucket(stack, 'Mistake');
app.synth();
