import { listOf, type PlacedStatement, principalsOf } from './policy-statements';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly action: string;
}

/** Who may do what to which, drawn from the statements; that CloudFormation calls the starter stands in no policy. */
export function accessDiagram(statements: readonly PlacedStatement[]): string {
  const edges = statements.flatMap(edgesOf);
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  const arrows = new Map<string, string[]>();
  for (const { from, to, action } of edges) {
    const ends = `${idOf(from)} ${idOf(to)}`;
    arrows.set(ends, [...new Set([...(arrows.get(ends) ?? []), action])]);
  }
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${idOf(node)}["${node}"]`),
    `  CloudFormation -.->|"calls the starter"| ${idOf('lambda.amazonaws.com')}`,
    ...[...arrows].map(([ends, actions]) => `  ${ends.replace(' ', ` -->|"${actions.join('<br/>')}"| `)}`),
  ].join('\n');
}

function edgesOf({ holder, kind, statement }: PlacedStatement): Edge[] {
  if (statement.Effect === 'Deny' || kind === 'resource') return [];
  const actions = listOf(statement.Action);
  if (kind === 'trust') {
    return principalsOf(statement).flatMap((from) => actions.map((action) => ({ from, to: holder, action })));
  }
  const targets = new Set(listOf(statement.Resource).map(targetOf));
  return [...targets].flatMap((to) => actions.map((action) => ({ from: holder, to, action })));
}

function targetOf(resource: string): string {
  const [, name] = /<([A-Z]\w+)>/.exec(resource) ?? [];
  if (name !== undefined) return name;
  if (resource.includes(':model-invocation-job/')) return 'batch jobs';
  return resource.includes(':foundation-model/') ? 'model' : 'any resource (*)';
}

function idOf(node: string): string {
  return node.replace(/\W/g, '_');
}
