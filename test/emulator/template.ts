import type { Template, TemplateResource } from './assembly';

/** What is known while a stack is deployed. */
export interface Scope {
  readonly template: Template;
  readonly parameters: { readonly [name: string]: unknown };
  /** Pseudo parameters: `AWS::Region` and its like. */
  readonly pseudo: { readonly [name: string]: string };
  /** What `Ref` of a resource gives; throws for one that has not been made. */
  ref(logicalId: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  importValue(name: string): unknown;
}

type Scalar = string | number | boolean;

/** Marks a property that `Ref: AWS::NoValue` takes away. */
const NO_VALUE = Symbol('AWS::NoValue');

/** A template's value with its intrinsic functions worked out. A function that is not known throws: nothing is guessed. */
export function resolve(value: unknown, scope: Scope): unknown {
  const resolved = resolveOrNone(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

function resolveOrNone(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveOrNone(item, scope)).filter((item) => item !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;

  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [name, argument] = entries[0];
    if (name === 'Ref') return ref(String(argument), scope);
    if (name === 'Condition' && typeof argument === 'string') return conditionHolds(argument, scope);
    if (name.startsWith('Fn::')) return call(name, argument, scope);
  }
  return Object.fromEntries(
    entries.map(([name, member]) => [name, resolveOrNone(member, scope)]).filter(([, member]) => member !== NO_VALUE),
  );
}

export function conditionHolds(name: string | undefined, scope: Scope): boolean {
  if (name === undefined) return true;
  const condition = scope.template.Conditions?.[name];
  if (condition === undefined) throw new Error(`the template has no condition ${name}`);
  return isTrue(resolve(condition, scope));
}

/** What the template's rules refuse, in their own words. Rules are judged before any resource is made. */
export function brokenRules(scope: Scope): string[] {
  return Object.entries(scope.template.Rules ?? {}).flatMap(([name, rule]) => {
    if (rule.RuleCondition !== undefined && !isTrue(resolve(rule.RuleCondition, scope))) return [];
    return rule.Assertions.filter(({ Assert }) => !isTrue(resolve(Assert, scope))).map(
      ({ AssertDescription }) => AssertDescription ?? `assertion of rule ${name} failed`,
    );
  });
}

/**
 * Logical ids, each after what it refers to or depends on. CloudFormation is free in everything else, so the least kind order
 * is taken: custom resources as early as their dependencies allow, and so, in reverse, as late as possible. A template that
 * forgets to say that a function needs its policies is found out.
 */
export function inDependencyOrder(template: Template): string[] {
  const ordered: string[] = [];
  const visit = (id: string, path: readonly string[]): void => {
    if (ordered.includes(id)) return;
    if (path.includes(id)) throw new Error(`circular dependency between resources: ${[...path, id].join(' -> ')}`);
    for (const dependency of dependenciesOf(template.Resources[id], template)) visit(dependency, [...path, id]);
    ordered.push(id);
  };
  const ids = Object.keys(template.Resources);
  for (const id of ids.filter((candidate) => template.Resources[candidate].Type.startsWith('Custom::'))) visit(id, []);
  for (const id of ids) visit(id, []);
  return ordered;
}

function dependenciesOf(resource: TemplateResource, template: Template): string[] {
  const found = new Set<string>([resource.DependsOn ?? []].flat());
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) collect(item);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, argument] of Object.entries(value)) {
        if (name === 'Ref') found.add(String(argument));
        if (name === 'Fn::GetAtt') found.add(String(attributePath(argument)[0]));
        if (name === 'Fn::Sub')
          for (const match of subText(argument).matchAll(PLACEHOLDER)) found.add(match[1].split('.')[0]);
        collect(argument);
      }
    }
  };
  collect(resource.Properties);
  return [...found].filter((id) => template.Resources[id] !== undefined);
}

const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

function ref(name: string, scope: Scope): unknown {
  if (name === 'AWS::NoValue') return NO_VALUE;
  if (name in scope.pseudo) return scope.pseudo[name];
  if (name in scope.parameters) return scope.parameters[name];
  if (scope.template.Resources[name] === undefined) throw new Error(`Ref to ${name}, which the template does not have`);
  return scope.ref(name);
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  const list = () => resolve(argument, scope) as unknown[];
  switch (name) {
    case 'Fn::GetAtt': {
      const [id, attribute] = attributePath(argument);
      return scope.getAtt(String(id), String(resolve(attribute, scope)));
    }
    case 'Fn::Join': {
      const [separator, parts] = list() as [string, unknown[]];
      return parts.map(String).join(separator);
    }
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::Select': {
      const [index, items] = list() as [Scalar, unknown[]];
      const item = items[Number(index)];
      if (item === undefined) throw new Error(`Fn::Select cannot select ${index} of ${items.length} values`);
      return item;
    }
    case 'Fn::Split': {
      const [separator, text] = list() as [string, string];
      return text.split(separator);
    }
    case 'Fn::FindInMap':
      return findInMap(list(), scope);
    case 'Fn::If': {
      const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
      return resolveOrNone(conditionHolds(condition, scope) ? whenTrue : whenFalse, scope);
    }
    case 'Fn::Equals': {
      const [a, b] = list();
      return String(a) === String(b);
    }
    case 'Fn::Not':
      return !isTrue(list()[0]);
    case 'Fn::And':
      return list().every(isTrue);
    case 'Fn::Or':
      return list().some(isTrue);
    case 'Fn::Contains': {
      const [values, value] = list() as [unknown[], unknown];
      return values.map(String).includes(String(value));
    }
    case 'Fn::ImportValue':
      return scope.importValue(String(resolve(argument, scope)));
    case 'Fn::GetAZs': {
      const region = String(resolve(argument, scope)) || scope.pseudo['AWS::Region'];
      return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
    }
    case 'Fn::Base64':
      return Buffer.from(String(resolve(argument, scope))).toString('base64');
  }
  throw new Error(`the player does not know ${name}`);
}

function findInMap([map, first, second, options]: unknown[], { template }: Scope): unknown {
  const found = template.Mappings?.[String(map)]?.[String(first)]?.[String(second)];
  const fallback = (options as { DefaultValue?: unknown } | undefined)?.DefaultValue;
  if (found === undefined && fallback === undefined) {
    throw new Error(`Unable to get mapping for ${map}::${first}::${second}`);
  }
  return found ?? fallback;
}

function substitute(argument: unknown, scope: Scope): string {
  const own = Array.isArray(argument) ? (argument[1] as { [name: string]: unknown }) : {};
  const text = subText(argument).replace(PLACEHOLDER, (_, name: string) => {
    if (name in own) return String(resolve(own[name], scope));
    const [id, ...attribute] = name.split('.');
    return String(attribute.length === 0 ? ref(name, scope) : scope.getAtt(id, attribute.join('.')));
  });
  return text.replace(/\$\{!/g, '${');
}

function subText(argument: unknown): string {
  return String(Array.isArray(argument) ? argument[0] : argument);
}

function attributePath(argument: unknown): [string, unknown] {
  if (Array.isArray(argument)) return [argument[0], argument[1]];
  const [id, ...attribute] = String(argument).split('.');
  return [id, attribute.join('.')];
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
