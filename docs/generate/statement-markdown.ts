import { conditionKeysOf, type PlacedStatement, principalsOf, type Statement } from './policy-statements';
import { citeSource } from './sources';
import { COMMON_GUARDS, readReason, readWildcardReasons, type StatementReason } from './statement-reasons';

/** Longest line of JSON that is kept on one line. */
const LINE = 118;

/** JSON as a person would lay it out: lists and objects without further ones on a line, where they fit. */
export function toJson(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ').replace(/\[ /g, '[').replace(/ \]/g, ']');
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return JSON.stringify(value);
  const isShallow = Object.values(value).every(
    (each) => typeof each !== 'object' || Array.isArray(each) || Object.keys(each).length === 1,
  );
  if (isShallow && indent !== '' && indent.length + flat.length <= LINE) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((each) => `${inner}${toJson(each, inner)}`).join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value).map(([key, each]) => `${inner}${JSON.stringify(key)}: ${toJson(each, inner)}`);
  return `{\n${members.join(',\n')}\n${indent}}`;
}

/** A long list of short strings: as many on a line as fit. */
export function toPackedJson(values: readonly string[]): string {
  const lines = [''];
  values.forEach((value, index) => {
    const item = `${JSON.stringify(value)}${index === values.length - 1 ? '' : ','}`;
    const last = lines.length - 1;
    if (lines[last] !== '' && lines[last].length + item.length + 1 > LINE) lines.push(item);
    else lines[last] = `${lines[last]} ${item}`.trim();
  });
  return `[\n${lines.map((line) => `  ${line}`).join('\n')}\n]`;
}

export function fence(language: string, ...lines: string[]): string {
  return [`\`\`\`${language}`, ...lines, '```'].join('\n');
}

export function jsonOf(statement: Statement): string {
  return fence('json', ...linesOf(statement));
}

/** A statement as JSON: who may do what on the first line, where that fits; then on which resource, and on what condition. */
function linesOf(statement: Statement): string[] {
  const lines = toJson(statement).split('\n');
  const resource = lines.findIndex((line) => /^ {2}"(?:Resource|Condition)":/.test(line));
  const end = resource === -1 ? lines.length - 1 : resource;
  const first = `  ${lines
    .slice(1, end)
    .map((line) => line.trim())
    .join(' ')}`;
  return first.length > LINE ? lines : [lines[0], first, ...lines.slice(end)];
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

/** Finds the reason of another statement that says the same and has been shown. */
export type SameAs = (statement: Statement) => StatementReason | undefined;

/** A statement with its reasons. Several of the same reason stand together: said once. */
export function explain(placed: readonly PlacedStatement[], level: string, sameAs: SameAs): string {
  const reason = readReason(placed[0]);
  return [`${level} ${headingOf(reason)}`, statementsOf(placed, sameAs), reasonsFor(placed, reason, sameAs)].join(
    '\n\n',
  );
}

function statementsOf([first, ...others]: readonly PlacedStatement[], sameAs: SameAs): string {
  const show = ({ statement }: PlacedStatement) => {
    const same = sameAs(statement);
    return same === undefined ? jsonOf(statement) : `The same statement as ${linkTo(same)}.`;
  };
  const isLikeFirst = (each: PlacedStatement) => asOfAny(each) === asOfAny(first);
  const alike = others.filter(isLikeFirst).map(({ holder, statement }) => {
    if (holder === first.holder) return `The same for \`${bucketIn(statement)}\`.`;
    const isLiteral = JSON.stringify(statement) === JSON.stringify(first.statement);
    return `The same stands in the policy of \`${holder}\`${isLiteral ? '' : ', about itself'}.`;
  });
  return [first, ...others.filter((each) => !isLikeFirst(each))].map(show).concat(alike).join('\n\n');
}

/** A statement without the name of whose policy it is, and of which of the job's two buckets it speaks. */
function asOfAny({ holder, statement }: PlacedStatement): string {
  return JSON.stringify(statement)
    .replaceAll(`<${holder}>`, '<>')
    .replace(/\b(?:In|Out)putBucket\b/g, '<bucket>');
}

function bucketIn(statement: Statement): string {
  const [name] = /\b(?:In|Out)putBucket\b/.exec(JSON.stringify(statement)) as RegExpExecArray;
  return name;
}

function reasonsFor(placed: readonly PlacedStatement[], reason: StatementReason, sameAs: SameAs): string {
  const [{ statement }] = placed;
  const isExplained = sameAs(statement) !== undefined;
  const guards = conditionKeysOf(statement)
    .filter((key) => !isExplained && !(key in COMMON_GUARDS))
    .map((key) => `- **Condition** \`${key}\` guards against ${reason.guards?.[key]}`);
  return [
    `- **Call**: ${reason.use}`,
    `- **Reach**: ${reason.scope}`,
    ...guards,
    ...wildcardLines(placed),
    ...(reason.wider === undefined ? [] : [`- **Wider than the call needs**: ${reason.wider}`]),
    ...(reason.unconfirmed === undefined ? [] : [unconfirmedLine(reason.unconfirmed)]),
    ...sourceLine(reason.sources),
  ].join('\n');
}

export function unconfirmedLine(question: string): string {
  return `- **Not documented by AWS**: ${question}`;
}

/** Why wildcards are there. Where statements of several reasons stand together, it is said which is whose. */
export function wildcardLines(placed: readonly PlacedStatement[]): string[] {
  const told = new Map<string, { what: string; why: string; ids: Set<string> }>();
  for (const each of placed) {
    for (const { wildcards, why } of readWildcardReasons(each)) {
      const what = wildcards.map((wildcard) => `\`${wildcard}\``).join(', ');
      const key = `${what} ${why}`.replaceAll(`<${each.holder}>`, '<>').replace(/\b(?:In|Out)putBucket\b/g, '<bucket>');
      const line = told.get(key) ?? { what, why, ids: new Set() };
      line.ids.add(readReason(each).id);
      told.set(key, line);
    }
  }
  const isMixed = new Set(placed.map((each) => readReason(each).id)).size > 1;
  return [...told.values()].map(({ what, why, ids }) => {
    const whose = isMixed ? ` (${[...ids].join(', ')})` : '';
    return `- **Wildcard** ${what}${whose}: ${lowerFirst(why)}`;
  });
}

function sourceLine(sources: readonly string[] = []): string[] {
  return sources.length === 0 ? [] : [`- Source: ${sources.map(citeSource).join(', ')}`];
}

/** Lines of one statement that another has not, in their order, as a diff has them. */
export function changedLines(before: Statement, after: Statement): string[] {
  const [old, now] = [before, after].map(linesOf);
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
  const isName = /^(?:Bedrock|EC2|CDK|S3|CloudWatch|CloudFormation|EventBridge|AWS|[a-z`])/.test(sentence);
  return isName ? sentence : sentence[0].toLowerCase() + sentence.slice(1);
}

/** Who is given what a statement allows: the role, or whom a resource lets in. */
export function granteesOf({ holder, kind, statement }: PlacedStatement): string[] {
  const names = kind === 'rights' ? [holder] : principalsOf(statement);
  return names.map((each) => `\`${each.replace(/^<(.*)>$/, '$1')}\``);
}
