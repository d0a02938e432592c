import type { Issue } from '../../core/issue';

/** How many rows are named for each kind of problem before the rest is only counted. */
export const SHOWN = 3;

/** One row with something wrong. Plain data, as it crosses between threads. */
export interface RowProblem {
  readonly code: RowProblemCode;
  /** From 1; 0 is the header. */
  readonly row: number;
  /** Byte of the file at which the row begins, to find its line by; formats without lines have none. */
  readonly offset?: number;
  /** Reads on from "row 7": "has 3 cells, the header 4". */
  readonly detail: string;
}

/** The rows with one kind of problem: the first of them, and how many they are. */
export interface RowProblemGroup {
  readonly problems: readonly RowProblem[];
  readonly count: number;
}

/** What is asked of each row, by the code of the issue when one does not hold to it. */
const RULES = {
  RaggedRow: 'must have as many cells in every row as in the header',
  TextAfterQuote: 'must have a comma or a line end after a closing quote; double each quote inside a quoted cell',
  UnterminatedQuote: 'must close every quote',
  LoneCarriageReturn: 'must end its lines with LF or CRLF; put a cell with a CR in quotes',
  NotUtf8: 'must be UTF-8; save it as UTF-8',
  MalformedRow: 'must hold one JSON object in every row',
  LoneSurrogate: 'must not hold half of a surrogate pair, which no UTF-8 text can hold',
  NestedTooDeeply: 'must hold values that are nested less deeply; nobody reads ten thousand brackets in a prompt',
  InexactNumber: 'must hold numbers that JSON keeps exactly (whole numbers up to 2^53); write longer ones as text',
  EmptyPrompt: 'must give every record a prompt; take the rows out that have none',
  NoValues: 'should have something in a column of the template in every row; its prompt is the template alone',
  EmptyRecordId: 'must have an id in every row of the id column',
  DuplicateRecordId: 'must not repeat an id in the id column',
  RecordTooLarge: 'must give records that fit into one file',
  RowTooLarge: 'must have rows that fit into memory; a quote or bracket that is never closed looks like a huge row',
} as const;

export type RowProblemCode = keyof typeof RULES;

/** What is told and goes on. */
const WARNINGS: readonly RowProblemCode[] = ['NoValues'];

export function isRowError({ problems: [{ code }] }: RowProblemGroup): boolean {
  return !WARNINGS.includes(code);
}

/** Collects problems by their kind; what it keeps does not grow with how many there are. */
export class RowProblems {
  private readonly groups = new Map<RowProblemCode, { problems: RowProblem[]; count: number }>();

  public add(problem: RowProblem): void {
    this.addGroup({ problems: [problem], count: 1 });
  }

  public addGroup({ problems, count }: RowProblemGroup): void {
    const [{ code }] = problems;
    const group = this.groups.get(code) ?? { problems: [], count: 0 };
    group.problems.push(...problems.slice(0, SHOWN - group.problems.length));
    group.count += count;
    this.groups.set(code, group);
  }

  public get hasErrors(): boolean {
    return [...this.groups.keys()].some((code) => !WARNINGS.includes(code));
  }

  public toGroups(): RowProblemGroup[] {
    return [...this.groups.values()];
  }

  /** One issue a kind. `lineOf` tells the line of a byte of the file, where that is known. */
  public toIssues(input: string, lineOf: (offset: number) => number | undefined = () => undefined): Issue[] {
    return [...this.groups].map(([code, { problems, count }]) => {
      const places = problems.map(({ row, offset, detail }) => {
        const line = offset === undefined ? undefined : lineOf(offset);
        return `${row === 0 ? 'the header' : `row ${row}`}${line === undefined ? '' : ` (line ${line})`} ${detail}`;
      });
      const more = count > problems.length ? `; and ${count - problems.length} more` : '';
      const message = `${RULES[code]}: ${places.join('; ')}${more}`;
      return { code, input, message, ...(WARNINGS.includes(code) ? { severity: 'warning' as const } : {}) };
    });
  }
}
