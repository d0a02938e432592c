import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { BatchInferenceJob } from '../../src';
import { Deployment } from '../emulator/deployment';
import { Emulator, type EmulatorOptions } from '../emulator/emulator';
import { TODAY, US_EAST_1 } from './synth-job';

/** An app as a user writes it; the output is what its stack gives away. */
export type MakeJob = (stack: Stack) => BatchInferenceJob;

/** An emulated account, and the stacks that a test deploys to it with the packaged function. */
export class Account {
  public static async start(options: EmulatorOptions = {}): Promise<Account> {
    return new Account(await Emulator.start({ clock: () => new Date(`${TODAY}T12:00:00Z`), ...options }));
  }

  private readonly folder = mkdtempSync(join(tmpdir(), 'deploy-job-'));
  private readonly deployments: Deployment[] = [];
  private apps = 0;

  private constructor(public readonly emulator: Emulator) {}

  public synth(makeJob: MakeJob, props: StackProps = US_EAST_1): string {
    this.apps += 1;
    const outdir = join(this.folder, String(this.apps));
    const app = new App({ outdir, context: { 'cdk-bedrock-batch:today': TODAY } });
    const stack = new Stack(app, 'Books', props);
    const job = makeJob(stack);
    for (const name of ['jobArn', 'jobId', 'jobName', 'modelId', 'outputS3Uri'] as const) {
      new CfnOutput(stack, `Out${name}`, { value: job[name] });
    }
    return app.synth().directory;
  }

  public async deploy(makeJob: MakeJob, props?: StackProps): Promise<Deployment> {
    const deployment = await Deployment.create(this.emulator, { assembly: this.synth(makeJob, props) });
    this.deployments.push(deployment);
    return deployment;
  }

  public async stop(): Promise<void> {
    for (const deployment of this.deployments) await deployment.close();
    await this.emulator.stop();
    rmSync(this.folder, { recursive: true });
  }
}
