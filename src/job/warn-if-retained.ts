import { CfnDeletionPolicy, type CfnResource, type CustomResource, type ICfnResourceOptions } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Issue } from '../core/issue';
import { reportIssues } from '../private/report-issues';

/**
 * Looks, when the app is complete, for a removal policy that keeps CloudFormation from asking that the job be stopped: one
 * that was put on all resources of a stack is on this one too.
 */
export function warnIfRetained(job: IConstruct, resource: CustomResource): void {
  const { cfnOptions } = resource.node.defaultChild as CfnResource;
  // The last look at the tree before it is written. It reports no error, and what it warns of is still collected.
  job.node.addValidation({
    validate: () => {
      reportIssues(job, checkRemoval(cfnOptions));
      return [];
    },
  });
}

function checkRemoval({ deletionPolicy, updateReplacePolicy }: ICfnResourceOptions): Issue[] {
  const policies = { deleted: deletionPolicy, replaced: updateReplacePolicy };
  const left = Object.entries(policies).filter(
    ([, policy]) => policy !== undefined && policy !== CfnDeletionPolicy.DELETE,
  );
  if (left.length === 0) return [];
  const [when, named] = [left.map(([event]) => event), new Set(left.map(([, policy]) => policy))];
  const message = `should be StopPolicy.LEAVE_RUNNING where the removal policy of the job is ${[...named].join(' and ')}, got StopPolicy.STOP; a job that runs when it is ${when.join(' or ')} goes on, and costs. Leave Custom::BedrockBatchInferenceJob out of what sets removal policies`;
  return [{ code: 'JobRetained', input: 'stopPolicy', severity: 'warning', message }];
}
