import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { BatchInferenceDashboard, BatchInferenceJob, BatchModel, JobInput, StuckQueueAlarm } from '../../src'; // in an app of yours: 'cdk-bedrock-batch'

/** A job that someone is on call for: told of its end, of a queue that is stuck, with a page to look at. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const model = BatchModel.AMAZON_NOVA_LITE;
    const job = new BatchInferenceJob(this, 'Capitals', { model, input: JobInput.fromRecords(makeRecords()) });

    const onCall = new Topic(this, 'OnCall', { enforceSSL: true });
    job.notifyOn(onCall);

    const reports = new Queue(this, 'Reports', { enforceSSL: true });
    job.onCompleted('Completed', { target: new SqsQueue(reports) });

    const stuck = new StuckQueueAlarm(this, 'Stuck', { model, after: Duration.hours(3) });
    stuck.alarm.addAlarmAction(new SnsAction(onCall));
    // A topic with a policy of its own lets in what that names, and alarms no longer by themselves.
    onCall.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));

    new BatchInferenceDashboard(this, 'Dashboard', {
      jobs: [job],
      models: [BatchModel.ANTHROPIC_CLAUDE_SONNET_4_6, BatchModel.AMAZON_TITAN_TEXT_EMBEDDINGS_V2],
    });
  }
}

function makeRecords(): object[] {
  return Array.from({ length: 100 }, (_, index) => ({
    recordId: `question-${index}`,
    modelInput: {
      messages: [
        { role: 'user', content: [{ text: `Name a capital that begins with letter ${index % 26} of the alphabet.` }] },
      ],
      inferenceConfig: { maxTokens: 20 },
    },
  }));
}
