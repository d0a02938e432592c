import { App } from 'aws-cdk-lib';
import { makeCrossAccount } from './stacks';

const app = new App();
makeCrossAccount(app);
app.synth();
