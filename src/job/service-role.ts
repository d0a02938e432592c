import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BatchModelConfig } from '../model/model-binding';
import { anyJobArn } from '../private/environment';
import { acknowledgeOwnPolicy } from './acknowledgements';
import { grantRead, grantWrite, type JobData } from './data-access';

/** What a job reads, writes and asks. */
export interface JobRights {
  readonly model: BatchModelConfig;
  readonly input: JobData;
  readonly output: JobData;
}

/**
 * A role that only Bedrock may assume, only for batch inference jobs of this account and Region.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html
 */
export function createServiceRole(scope: Construct, id: string): Role {
  const role = new Role(scope, id, {
    description: 'Assumed by Amazon Bedrock to read the records of a batch inference job and to write its results',
    // The conditions stand on the only statement: beside an unconditioned one they would guard nothing.
    assumedBy: new ServicePrincipal('bedrock.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
        ArnEquals: { 'aws:SourceArn': anyJobArn(scope) },
      },
    }),
  });
  acknowledgeOwnPolicy(role);
  return role;
}

/** Gives a role what Bedrock needs to run the job with it. */
export function grantRun(grantee: IGrantable, { model, input, output }: JobRights): Grant {
  const rights = [grantRead(grantee, input), grantWrite(grantee, output)];
  for (const { actions, resources: resourceArns, conditions } of model.invokeStatements) {
    rights.push(Grant.addToPrincipal({ grantee, actions, resourceArns, conditions }));
  }
  return rights.reduce((all, right) => all.combine(right));
}
