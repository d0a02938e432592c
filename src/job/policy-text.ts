import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { environmentOf } from '../private/environment';

/** Statements as JSON that can be pasted: what is known only at deployment stands as `${AWS::AccountId}` and its like. */
export function policyText(scope: IConstruct, statements: readonly PolicyStatement[]): string {
  const { partition } = environmentOf(scope);
  const resolved = Stack.of(scope).resolve({ partition, statements: statements.map((each) => each.toStatementJson()) });
  const written = write(resolved) as { partition: string; statements: unknown };
  return JSON.stringify(written.statements).replaceAll('${AWS::Partition}', written.partition);
}

function write(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(write);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument]] = Object.entries(value);
  switch (name) {
    case 'Ref':
      return `\${${argument}}`;
    case 'Fn::GetAtt':
      return `\${${(argument as string[]).join('.')}}`;
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(write).join(separator);
    }
    default:
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, write(member)]));
  }
}
