import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type Notation, toText } from './intrinsic-text';

/**
 * Says to cdk-nag why one wildcard, and no other, stands in the policies below `scope`.
 *
 * Written as the metadata that `Validations.acknowledge` writes: the method itself refuses ids with `AWS::Partition` in them.
 */
export function acknowledgeWildcard(scope: IConstruct, resourceArn: string, reason: string): void {
  const finding = `AwsSolutions-IAM5[Resource::${toText(Stack.of(scope).resolve(resourceArn), FINDING)}]`;
  scope.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [finding]: reason });
}

/** As cdk-nag writes the name of a finding: `<Bucket123.Arn>/*`, and the name alone of what another stack exports. */
const FINDING: Notation = {
  reference: (name) => `<${name}>`,
  call: (name, argument) => {
    if (name === 'Fn::ImportValue') return toText(argument, FINDING);
    return JSON.stringify(name === 'Fn::Sub' ? argument : { [name]: argument });
  },
  plain: (text) => text.replaceAll('${', '<').replaceAll('}', '>'),
};
