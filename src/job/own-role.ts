import { Stack, Token } from 'aws-cdk-lib';
import { type IPrincipal, type IRole, Role } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { Issue } from '../core/issue';
import { reportIssues } from '../private/report-issues';
import type { BatchInferenceJob } from './batch-inference-job';
import { policyText } from './policy-text';

const input = 'role';
const BEDROCK = 'bedrock.amazonaws.com';

/**
 * The starter hands the role to Bedrock, which IAM lets it do within an account only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export function checkRoleAccount(scope: IConstruct, role: IRole | undefined): Issue[] {
  const { account } = Stack.of(scope);
  const owner = role?.env.account;
  if (owner === undefined || Token.isUnresolved(owner) || Token.isUnresolved(account) || owner === account) return [];
  const message = `must be a role of the account of the stack (${account}), got one of ${owner}; a role is handed to a service in its own account only`;
  return [{ code: 'RoleInOtherAccount', input, message }];
}

/**
 * Says, when the app is complete, what a role of the user's lacks as far as the app tells. Nothing is added to it unasked, and
 * rights may be given after the job is made.
 */
export function warnIfNotGranted(job: BatchInferenceJob, role: IRole, granted: ReadonlySet<IPrincipal>): void {
  job.node.addValidation({
    validate: () => {
      reportIssues(job, checkOwnRole(job, role, granted.has(role.grantPrincipal)));
      return [];
    },
  });
}

function checkOwnRole(job: BatchInferenceJob, role: IRole, isGranted: boolean): Issue[] {
  const issues: Issue[] = [];
  if (!isGranted) {
    const message = `should be given what the job needs by job.grantRun(role), got ${role.node.path} without it; policies that it has from elsewhere must say (job.rolePolicyStatements): ${policyText(job, job.rolePolicyStatements)}`;
    issues.push({ code: 'RoleNotGranted', input, severity: 'warning', message });
  }
  if (role instanceof Role && !letsBedrockIn(role)) {
    const message = `should let ${BEDROCK} assume it, which Bedrock does to run the job, got ${role.node.path} with a trust policy for others`;
    issues.push({ code: 'RoleNotForBedrock', input, severity: 'warning', message });
  }
  return issues;
}

function letsBedrockIn(role: Role): boolean {
  return JSON.stringify(Stack.of(role).resolve(role.assumeRolePolicy) ?? {}).includes(BEDROCK);
}
