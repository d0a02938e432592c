import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { BatchInferenceError } from '../core/batch-inference-error';
import { type Issue, isError } from '../core/issue';

/**
 * Throws what must be mended, and annotates the rest as warnings that can be acknowledged one by one
 * (`cdk-bedrock-batch:LegacyModel` and so on).
 */
export function reportIssues(scope: IConstruct, issues: readonly Issue[]): void {
  const errors = issues.filter(isError);
  if (errors.length > 0) throw new BatchInferenceError(errors, scope.node.path);
  for (const { code, input, message } of issues) {
    Annotations.of(scope).addWarningV2(`cdk-bedrock-batch:${code}`, `${input}: ${message}`);
  }
}
