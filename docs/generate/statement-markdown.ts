import { conditionKeysOf, listOf, type PlacedStatement, type Statement } from './policy-statements';
import { readReason, readWildcardReasons, type StatementReason } from './statement-reasons';

/** Longest line of JSON that is kept on one line. */
const LINE = 100;

/** JSON as a person would lay it out: lists and objects without further ones on a line, where they fit. */
export function toJson(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ').replace(/\[ /g, '[').replace(/ \]/g, ']');
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return JSON.stringify(value);
  const isShallow = Object.values(value).every((each) => typeof each !== 'object' || Object.keys(each).length === 1);
  if (isShallow && indent !== '' && indent.length + flat.length <= LINE) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((each) => `${inner}${toJson(each, inner)}`).join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value).map(([key, each]) => `${inner}${JSON.stringify(key)}: ${toJson(each, inner)}`);
  return `{\n${members.join(',\n')}\n${indent}}`;
}

export function fence(language: string, ...lines: string[]): string {
  return [`\`\`\`${language}`, ...lines, '```'].join('\n');
}

export function jsonOf(statement: Statement): string {
  return fence('json', toJson(statement));
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

export function headingOf({ id, title }: StatementReason): string {
  return `${id}. ${title}`;
}

export function linkTo(reason: StatementReason): string {
  return `[${reason.id}](#${anchorOf(headingOf(reason))})`;
}

/** A statement with its reasons. Several of the same reason stand together: said once. */
export function explain(placed: readonly PlacedStatement[], level: string): string {
  const reason = readReason(placed[0]);
  return [`${level} ${headingOf(reason)}`, statementsOf(placed), reasonsFor(placed, reason)].join('\n\n');
}

function statementsOf([first, ...others]: readonly PlacedStatement[]): string {
  const own = ({ holder, statement }: PlacedStatement) => JSON.stringify(statement).replaceAll(`<${holder}>`, '<>');
  const alike = others.filter((each) => own(each) === own(first));
  const different = others.filter((each) => own(each) !== own(first));
  const same = alike.map(({ holder, statement }) => {
    const isLiteral = JSON.stringify(statement) === JSON.stringify(first.statement);
    return `The same stands in the policy of \`${holder}\`${isLiteral ? '' : ', about itself'}.`;
  });
  return [jsonOf(first.statement), ...different.map(({ statement }) => jsonOf(statement)), ...same].join('\n\n');
}

function reasonsFor(placed: readonly PlacedStatement[], reason: StatementReason): string {
  const [{ statement }] = placed;
  const guards = conditionKeysOf(statement).map(
    (key) => `- **Condition** \`${key}\` guards against ${reason.guards?.[key]}`,
  );
  return [
    `- **Call**: ${reason.use}`,
    `- **Reach**: ${reason.scope}`,
    ...guards,
    ...wildcardLines(placed),
    ...(reason.wider === undefined ? [] : [`- **Wider than the call needs**: ${reason.wider}`]),
    ...(reason.unconfirmed === undefined ? [] : [`- **Not confirmed** by any source: ${reason.unconfirmed}`]),
    ...sourceLine(reason.sources),
  ].join('\n');
}

export function wildcardLines(placed: readonly PlacedStatement[]): string[] {
  const lines = new Map<string, string>();
  for (const each of placed) {
    for (const { wildcards, why } of readWildcardReasons(each)) {
      const line = `- **Wildcard** ${wildcards.map((wildcard) => `\`${wildcard}\``).join(', ')}: ${lowerFirst(why)}`;
      const key = line.replaceAll(`<${each.holder}>`, '<>');
      if (!lines.has(key)) lines.set(key, line);
    }
  }
  return [...lines.values()];
}

function sourceLine(sources: readonly string[] = []): string[] {
  if (sources.length === 0) return [];
  return [`- Source: ${sources.map((url) => `[${nameOfPage(url)}](${url})`).join(', ')}`];
}

function nameOfPage(url: string): string {
  const [, page] = /([^/]+?)(?:\.html)?(?:#.*)?$/.exec(url) as RegExpExecArray;
  return url.startsWith('https://github.com/') ? url.replace('https://github.com/', '') : page;
}

/** Lines of one statement that another has not, in their order, as a diff has them. */
export function changedLines(before: Statement, after: Statement): string[] {
  const [old, now] = [before, after].map((each) => toJson(each).split('\n'));
  const common = longestCommon(old, now);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  for (const line of [...common, undefined]) {
    while (i < old.length && old[i] !== line) lines.push(`-${old[i++]}`);
    while (j < now.length && now[j] !== line) lines.push(`+${now[j++]}`);
    i += 1;
    j += 1;
  }
  return lines;
}

function longestCommon(a: readonly string[], b: readonly string[]): string[] {
  const best: string[][][] = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill([]));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const [without, other] = [best[i + 1][j], best[i][j + 1]];
      if (a[i] === b[j]) best[i][j] = [a[i], ...best[i + 1][j + 1]];
      else best[i][j] = without.length >= other.length ? without : other;
    }
  }
  return best[0][0];
}

/** The title of an option or the reason of a wildcard, within a sentence. */
export function lowerFirst(sentence: string): string {
  const isName = /^(?:Bedrock|EC2|CDK|S3|CloudWatch|EventBridge|[a-z`])/.test(sentence);
  return isName ? sentence : sentence[0].toLowerCase() + sentence.slice(1);
}

/** Who is given what a statement allows: the role, or whom a resource lets in. */
export function granteesOf({ holder, kind, statement: { Principal } }: PlacedStatement): string[] {
  if (kind === 'rights') return [`\`${holder}\``];
  const principals = typeof Principal === 'object' ? Object.values(Principal).flatMap((each) => listOf(each)) : [];
  return principals.map((each) => `\`${String(each).replace(/^<(.*)>$/, '$1')}\``);
}
