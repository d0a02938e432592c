import { App } from 'aws-cdk-lib';
import { MonitoringStack } from './stack';

const app = new App();
// The Region is written out, so that the dashboard knows by which way the models are reached and what that costs.
new MonitoringStack(app, 'Monitoring', { env: { region: 'us-east-1' } });
app.synth();
