import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { GatewayVpcEndpointAwsService, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { BatchInferenceJob, type BatchInferenceJobProps, BatchModel, JobInput } from '../src';

/** What a template is made of: resources, and bytes as CDK writes the file. */
export interface TemplateSize {
  readonly resources: number;
  readonly bytes: number;
}

type MakeProps = (stack: Stack) => Partial<BatchInferenceJobProps>;

/** Options that add to the template. What they are given is made in the stack and not counted. */
const OPTIONS: { readonly [name: string]: MakeProps } = {
  encryptionKey: (stack) => ({ encryptionKey: new Key(stack, 'Key') }),
  vpc: (stack) => ({
    vpc: new Vpc(stack, 'Vpc', {
      maxAzs: 2,
      natGateways: 1,
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    }),
  }),
  accessLogsBucket: (stack) => ({ accessLogsBucket: new Bucket(stack, 'Logs') }),
  dataRetention: () => ({ dataRetention: Duration.days(30) }),
  starterTracing: () => ({ starterTracing: true }),
};

/** Size of a template with one job that is given a model and local records, and what each option adds to it. */
export function measureTemplate() {
  const plain = sizeOf((stack) => makeJob(stack));
  const added = Object.entries(OPTIONS).map(([name, make]) => {
    const without = sizeOf((stack) => {
      make(stack);
      makeJob(stack);
    });
    const given = sizeOf((stack) => makeJob(stack, make(stack)));
    return [name, { resources: given.resources - without.resources, bytes: given.bytes - without.bytes }] as const;
  });
  return { default: plain, secondJob: minus(sizeOf(twoJobs), plain), addedBy: Object.fromEntries(added) };
}

const twoJobs = (stack: Stack) => {
  makeJob(stack);
  makeJob(stack, {}, 'Verses');
};

function minus(one: TemplateSize, other: TemplateSize): TemplateSize {
  return { resources: one.resources - other.resources, bytes: one.bytes - other.bytes };
}

function sizeOf(make: (stack: Stack) => void): TemplateSize {
  const app = new App({ context: { 'cdk-bedrock-batch:today': '2026-11-21' }, analyticsReporting: false });
  const stack = new Stack(app, 'Books', { env: { region: 'us-east-1' } });
  make(stack);
  const template = Template.fromStack(stack).toJSON();
  return {
    resources: Object.keys(template.Resources).length,
    // With an indent of one, as CDK writes it.
    bytes: Buffer.byteLength(JSON.stringify(template, undefined, 1)),
  };
}

function makeJob(stack: Stack, props: Partial<BatchInferenceJobProps> = {}, id = 'Chapters'): void {
  const model = BatchModel.AMAZON_NOVA_LITE;
  const messages = [{ role: 'user', content: [{ text: 'Name a whale.' }] }];
  const records = Array.from({ length: 100 }, (_, index) => ({ recordId: `r${index}`, modelInput: { messages } }));
  new BatchInferenceJob(stack, id, { model, input: JobInput.fromRecords(records), ...props });
}
