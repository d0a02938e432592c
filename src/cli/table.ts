import { type Colours, type Output, toPrintable } from './terminal';

export interface Column {
  readonly title: string;
  /** Numbers stand with their ends below each other. */
  readonly right?: boolean;
  /** Gives way, by wrapping, where the terminal is too narrow for the whole row. */
  readonly wraps?: boolean;
  readonly paint?: (text: string, colours: Colours) => string;
}

const GAP = 2;
/** A column that has been narrowed to less than this cannot be read. */
const MIN_WIDTH = 12;
const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((name) => [name, '']),
);

/** Rows below a line of titles, without frames: a table that can also be cut up by other programs. */
export function toTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  output: Pick<Output, 'columns'>,
  colours: Colours,
): string {
  // Only when there is a table to print: with what it brings along it takes longer to load than a short command takes.
  const Table = require('cli-table3') as typeof import('cli-table3');
  const cells = rows.map((row) => row.map((cell) => toPrintable(cell).replace(/\s+/g, ' ')));
  const widths = toWidths(columns, cells, output.columns);
  const table = new Table({
    head: columns.map(({ title }) => colours.bold(title)),
    chars: { ...NO_LINES, middle: ' '.repeat(GAP) },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: columns.map(({ right }) => (right ? 'right' : 'left')),
  });
  for (const row of cells) {
    table.push(
      row.map((cell, index) => {
        const folded = fold(cell, widths[index] as number);
        return columns[index]?.paint?.(folded, colours) ?? folded;
      }),
    );
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Each column as wide as its widest cell; where that is wider than the terminal, the widest that may wrap give way first. */
function toWidths(columns: readonly Column[], rows: readonly (readonly string[])[], room = Infinity): number[] {
  const widths = columns.map(({ title }, index) =>
    rows.reduce((width, row) => Math.max(width, row[index]?.length ?? 0), title.length),
  );
  const narrowable = [...columns.keys()].filter((index) => columns[index]?.wraps);
  let total = widths.reduce((sum, width) => sum + width, GAP * (columns.length - 1));
  while (total > room) {
    const [widest] = narrowable.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    const width = widest === undefined ? 0 : (widths[widest] ?? 0);
    if (widest === undefined || width <= MIN_WIDTH) break;
    widths[widest] = width - 1;
    total -= 1;
  }
  return widths;
}

/** Lines of at most so many characters, ended at a space where there is one: the table's own wrapping cuts long ids off. */
function fold(text: string, width: number): string {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest].join('\n');
}
