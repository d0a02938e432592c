import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** cdk-nag's names of its packs, which stand before the name of each rule. */
export type RulePack =
  | 'AwsSolutions'
  | 'HIPAA.Security'
  | 'NIST.800.53.R4'
  | 'NIST.800.53.R5'
  | 'PCI.DSS.321'
  | 'Serverless';

/** Says to cdk-nag why what `scope` is made of does without what a rule asks for, in the packs that have the rule. */
export function acknowledgeRule(scope: IConstruct, rule: string, packs: readonly RulePack[], reason: string): void {
  const findings = Object.fromEntries(packs.map((pack) => [`${pack}-${rule}`, reason]));
  // What `Validations.acknowledge` writes, without its search of the tree for a warning of that name.
  scope.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, findings);
}
