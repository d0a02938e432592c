import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { environmentOf } from '../private/environment';
import { isIntrinsic, type Notation, toText } from '../private/intrinsic-text';

/** Statements as JSON that can be pasted: what is known only at deployment stands as `${AWS::AccountId}` and its like. */
export function policyText(scope: IConstruct, statements: readonly PolicyStatement[]): string {
  const { partition } = environmentOf(scope);
  const resolved = Stack.of(scope).resolve(statements.map((each) => each.toStatementJson()));
  return JSON.stringify(write(resolved)).replaceAll('${AWS::Partition}', readable(scope, partition));
}

/** A value as the user is told of it, of which a token may be all or a part. */
export function readable(scope: IConstruct, value: string): string {
  return toText(Stack.of(scope).resolve(value), SUBSTITUTION);
}

/** Resolved values of a template with a text in the place of each that is known at deployment only. */
export function write(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(write);
  if (isIntrinsic(value)) return toText(value, SUBSTITUTION);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, write(member)]));
}

/** As `Fn::Sub` has it, and `<Fn::ImportValue Name>` for what it does not have. */
const SUBSTITUTION: Notation = {
  reference: (name) => `\${${name}}`,
  call: (name, argument) => `<${name} ${wordsOf(argument).join(' ')}>`,
  plain: (text) => text,
};

function wordsOf(argument: unknown): string[] {
  if (isIntrinsic(argument) || typeof argument !== 'object' || argument === null) {
    return [toText(argument, SUBSTITUTION)];
  }
  return Object.values(argument).flatMap(wordsOf);
}
