import type { Issue } from '../../core/issue';
import { sortByLikeness } from './nearest-name';

/**
 * A prompt with gaps: `texts[0]`, the value of `columns[0]`, `texts[1]`, …; one text more than columns.
 */
export interface Template {
  readonly texts: readonly string[];
  readonly columns: readonly string[];
}

export interface ReadTemplate {
  readonly template: Template;
  readonly issues: readonly Issue[];
}

const OPEN = '{{';
const CLOSE = '}}';
/** Column names that a message lists before it only counts them. */
const SHOWN = 20;

/**
 * Reads a prompt template.
 *
 * `{{column}}` stands for the value of that column; spaces inside the braces do not count. `{{{{` is a literal `{{`. One brace
 * alone is itself, as is `}}` outside a placeholder, so JSON in a prompt needs no escaping. Of three braces the first is
 * itself: `{{{column}}}` gives the value in one pair of braces.
 */
export function parseTemplate(source: string): ReadTemplate {
  const texts: string[] = [];
  const columns: string[] = [];
  const issues: Issue[] = [];
  let text = '';
  let position = 0;
  for (let open = source.indexOf(OPEN); open !== -1; open = source.indexOf(OPEN, position)) {
    text += source.slice(position, open);
    if (source.startsWith(OPEN + OPEN, open)) {
      text += OPEN;
      position = open + 4;
      continue;
    }
    const start = source.startsWith('{{{', open) ? open + 1 : open;
    text += source.slice(open, start);
    const close = source.indexOf(CLOSE, start + 2);
    const inside = close === -1 ? undefined : source.slice(start + 2, close);
    if (inside === undefined || inside.includes(OPEN)) {
      issues.push(unclosed(source, start));
      position = start + 2;
      continue;
    }
    if (inside.trim() === '') {
      const message = `must name a column in ${OPEN}${inside}${CLOSE} at character ${start + 1}; for a literal ${OPEN} write ${OPEN}${OPEN}`;
      issues.push({ code: 'EmptyPlaceholder', input: 'template', message });
    }
    texts.push(text);
    columns.push(inside.trim());
    text = '';
    position = close + 2;
  }
  texts.push(text + source.slice(position));
  return { template: { texts, columns }, issues: [...issues, ...checkWhole(source, columns, issues)] };
}

/** The columns that a template names and a dataset has not; `input` is the option that names them. */
export function checkColumns(names: readonly string[], columns: readonly string[], input: string): Issue[] {
  const has = new Set(columns);
  return [...new Set(names)]
    .filter((name) => !has.has(name))
    .map((name) => {
      const message = `must name ${input === 'template' ? 'columns' : 'a column'} of the dataset, got "${name}"${listColumns(columns, name)}`;
      return { code: 'UnknownColumn', input, message };
    });
}

function listColumns(columns: readonly string[], wanted: string): string {
  if (columns.length === 0) return ', and it has none with a name';
  const { names, isNear } = sortByLikeness(columns, wanted);
  const listed = names.slice(0, SHOWN).map((name) => `"${name}"`);
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  const guess = isNear ? ` (did you mean ${listed[0]}?)` : '';
  return `${guess}; its columns are ${listed.join(', ')}${more}`;
}

function unclosed(source: string, start: number): Issue {
  const excerpt = source.length - start > 30 ? `${source.slice(start, start + 30)}…` : source.slice(start);
  const message = `must close every ${OPEN} with ${CLOSE}, got ${JSON.stringify(excerpt)} at character ${start + 1}; for a literal ${OPEN} write ${OPEN}${OPEN}`;
  return { code: 'UnclosedPlaceholder', input: 'template', message };
}

function checkWhole(source: string, columns: readonly string[], issues: readonly Issue[]): Issue[] {
  if (source.trim() === '') {
    return [{ code: 'EmptyTemplate', input: 'template', message: 'must hold text, got none; for example {{column}}' }];
  }
  if (columns.length > 0 || issues.length > 0) return [];
  const message = 'names no column, so every record asks the same; write {{column}} where a value belongs';
  return [{ code: 'NoPlaceholder', input: 'template', message, severity: 'warning' }];
}
