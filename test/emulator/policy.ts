/** Policy documents and how a statement is matched against a call. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  /** Of a trust policy or a resource's policy. */
  readonly Principal?: '*' | { readonly [kind: string]: string | readonly string[] };
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: unknown } };
}

export interface PolicyDocument {
  readonly Statement: Statement | readonly Statement[];
}

/** Condition keys of a call. A key that is absent here is absent from the request, which most operators refuse. */
export type CallContext = { readonly [key: string]: string | readonly string[] };

export function statementsOf(document: PolicyDocument): readonly Statement[] {
  return Array.isArray(document.Statement) ? document.Statement : [document.Statement as Statement];
}

export function toList(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

export interface Grant {
  readonly action: string;
  readonly resource: string;
}

/** The (action, resource) pairs of a statement that allows. */
export function grantsOf({ Effect, Action, Resource }: Statement): Grant[] {
  if (Effect !== 'Allow') return [];
  return toList(Action).flatMap((action) => toList(Resource).map((resource) => ({ action, resource })));
}

/** The (action, resource) pairs of a statement that cover the call, conditions not looked at; empty where it does not apply. */
export function coveringGrants(statement: Statement, action: string, resource: string): Grant[] {
  const actions =
    statement.NotAction === undefined
      ? toList(statement.Action).filter((pattern) => globMatches(pattern.toLowerCase(), action.toLowerCase()))
      : toList(statement.NotAction).some((pattern) => globMatches(pattern.toLowerCase(), action.toLowerCase()))
        ? []
        : ['*'];
  const resources =
    statement.NotResource === undefined
      ? toList(statement.Resource).filter((pattern) => globMatches(pattern, resource))
      : toList(statement.NotResource).some((pattern) => globMatches(pattern, resource))
        ? []
        : ['*'];
  return actions.flatMap((a) => resources.map((r) => ({ action: a, resource: r })));
}

export function conditionsHold(condition: Statement['Condition'], context: CallContext): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => conditionHolds(operator, toList(wanted), valuesOf(context, key))),
  );
}

type Test = (wanted: string, got: string) => boolean;

const OPERATORS: { readonly [name: string]: { readonly test: Test; readonly negated: boolean } } = {
  StringEquals: { test: (wanted, got) => wanted === got, negated: false },
  StringNotEquals: { test: (wanted, got) => wanted === got, negated: true },
  StringLike: { test: globMatches, negated: false },
  StringNotLike: { test: globMatches, negated: true },
  // ArnEquals and ArnLike behave alike: both take wildcards, part by part.
  ArnEquals: { test: arnMatches, negated: false },
  ArnLike: { test: arnMatches, negated: false },
  ArnNotEquals: { test: arnMatches, negated: true },
  ArnNotLike: { test: arnMatches, negated: true },
  Bool: { test: (wanted, got) => wanted.toLowerCase() === got.toLowerCase(), negated: false },
};

function conditionHolds(operator: string, wanted: readonly string[], got: readonly string[] | undefined): boolean {
  const [, quantifier, name, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') return (wanted[0] === 'true') === (got === undefined);
  const known = OPERATORS[name];
  // A condition passed over in silence would make a policy look tighter or wider than it is.
  if (known === undefined) throw new Error(`the emulator does not know the condition operator ${operator}`);
  if (got === undefined) return ifExists !== undefined || quantifier === 'ForAllValues' || known.negated;

  const one = (value: string) => wanted.some((pattern) => known.test(pattern, value)) !== known.negated;
  return quantifier === 'ForAnyValue' ? got.some(one) : got.every(one);
}

function valuesOf(context: CallContext, key: string): string[] | undefined {
  const name = Object.keys(context).find((candidate) => candidate.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : toList(context[name]);
}

/** `*` is any run of characters and `?` any one. */
export function globMatches(pattern: string, text: string): boolean {
  if (pattern === '*' || pattern === text) return true;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[\\s\\S]*')
    .replace(/\?/g, '[\\s\\S]');
  return new RegExp(`^${source}$`).test(text);
}

/** Each of an ARN's six parts is matched by itself: a wildcard does not reach over a colon, save in the last. */
function arnMatches(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const got = arnParts(arn);
  return wanted.length === 6 && got.length === 6 && wanted.every((part, index) => globMatches(part, got[index]));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
