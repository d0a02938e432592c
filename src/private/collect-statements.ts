import {
  type AddToPrincipalPolicyResult,
  type IGrantable,
  type IPrincipal,
  type PolicyStatement,
  PrincipalPolicyFragment,
} from 'aws-cdk-lib/aws-iam';
import { DependencyGroup } from 'constructs';

/** The statements that a grant writes, of whomever it is given to. */
export function collectStatements(grant: (grantee: IGrantable) => unknown): PolicyStatement[] {
  const collector = new StatementCollector();
  grant(collector);
  return collector.statements;
}

class StatementCollector implements IPrincipal {
  public readonly statements: PolicyStatement[] = [];
  public readonly grantPrincipal = this;
  public readonly assumeRoleAction = 'sts:AssumeRole';
  public readonly policyFragment = new PrincipalPolicyFragment({});

  public addToPolicy(statement: PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }

  public addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    this.statements.push(statement);
    // CDK asks for something to wait for, and there is nothing.
    return { statementAdded: true, policyDependable: new DependencyGroup() };
  }
}
