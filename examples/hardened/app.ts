import { App } from 'aws-cdk-lib';
import { HardenedStack } from './stack';

const app = new App();
// The Region is written out, so that the synthesis tells whether the model is served there, and by which way.
new HardenedStack(app, 'Hardened', { env: { region: 'us-east-1' } });
app.synth();
