import { toTable } from '../../src/cli/table';
import { coloursOf } from '../../src/cli/terminal';

const PLAIN = coloursOf({ isTty: false }, {});
const COLUMNS = [
  { title: 'NAME', wraps: true },
  { title: 'COUNT', right: true },
];

function table(rows: readonly (readonly string[])[], columns?: number): string {
  return toTable(COLUMNS, rows, { columns }, PLAIN);
}

describe('a table', () => {
  test('has a line of titles, and numbers with their ends below each other', () => {
    expect(
      table([
        ['alpha', '7'],
        ['b', '1,234,567'],
      ]),
    ).toBe(['NAME       COUNT', 'alpha          7', 'b      1,234,567'].join('\n'));
  });

  test('has no spaces at the ends of its lines', () => {
    expect(
      toTable(
        [{ title: 'A' }, { title: 'B' }],
        [
          ['1', '2'],
          ['long', ''],
        ],
        {},
        PLAIN,
      ),
    ).toBe('A     B\n1     2\nlong');
  });

  test('is as wide as its content in a pipe', () => {
    expect(table([['x'.repeat(500), '1']])).toContain('x'.repeat(500));
  });

  test('wraps the columns that may where the terminal is narrow, and loses nothing', () => {
    const lines = table([['words of which there are many', '1']], 25).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(25);
    expect(lines[1]).toMatch(/1$/);
    const [, ...cells] = lines.map((line) => line.replace(/ +1$/, ''));
    expect(cells.join(' ')).toBe('words of which there are many');
  });

  test('wraps an id that has no spaces, and loses nothing of it', () => {
    const id = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
    const lines = table([[id, '1']], 30).split('\n');
    expect(
      lines
        .slice(1)
        .map((line) => line.slice(0, 23).trim())
        .join(''),
    ).toBe(id);
  });

  test('narrows the widest column first', () => {
    const columns = [
      { title: 'A', wraps: true },
      { title: 'B', wraps: true },
    ];
    const lines = toTable(columns, [['a'.repeat(20), 'b'.repeat(60)]], { columns: 62 }, PLAIN).split('\n');
    expect(lines.slice(1)).toEqual([`${'a'.repeat(20)}  ${'b'.repeat(40)}`, `${' '.repeat(22)}${'b'.repeat(20)}`]);
  });

  test('stays readable where the terminal is too narrow for anything', () => {
    const lines = table([['words of which there are many', '1']], 5).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(12 + 2 + 5);
  });

  test('keeps one row a line, whatever a cell holds', () => {
    expect(table([['two\nlines', '1']]).split('\n')).toHaveLength(2);
  });

  test('shows control characters instead of obeying them', () => {
    expect(table([['\u001b[31mred', '1']])).toContain('\\x1b[31mred');
  });

  test('paints cells and titles only with colours', () => {
    const columns = [{ title: 'S', paint: (text: string, colours: typeof PLAIN) => colours.green(text) }];
    expect(toTable(columns, [['ok']], {}, PLAIN)).toBe('S\nok');
    const painted = toTable(columns, [['ok']], {}, coloursOf({ isTty: true }, {}));
    expect(painted).toContain('\u001b[32mok');
    expect(painted).toContain('\u001b[1mS');
  });
});
