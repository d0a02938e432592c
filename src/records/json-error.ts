/** Where a text stops being JSON, and what should stand there. */
export interface JsonError {
  /** Index of the first character that is wrong; the length of the text where it ends too early. */
  readonly index: number;
  /** "expected a value", "expected \",\" or \"}\"", … */
  readonly problem: string;
}

/**
 * The first error of a text that `JSON.parse` refuses; undefined for one that is JSON. The engine's own messages differ from
 * version to version, and some do not say where.
 */
export function findJsonError(text: string): JsonError | undefined {
  try {
    new Scanner(text).readDocument();
    return undefined;
  } catch (error) {
    if (error instanceof Found) return error.what;
    throw error;
  }
}

class Found extends Error {
  constructor(public readonly what: JsonError) {
    super(what.problem);
  }
}

const BLANKS = ' \t\n\r';
const NUMBER = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const ESCAPE = /\\(["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in texts
const PLAIN = /[^"\\\u0000-\u001f]+/y;
const WORDS = ['true', 'false', 'null'];

class Scanner {
  private index = 0;

  constructor(private readonly text: string) {}

  public readDocument(): void {
    this.readValue();
    this.skipBlanks();
    if (this.index < this.text.length) this.fail('expected nothing more after the value');
  }

  /** Iterative, so that ten thousand open brackets end in an answer and not in a stack overflow. */
  private readValue(): void {
    const open: ('[' | '{')[] = [];
    for (;;) {
      this.skipBlanks();
      const character = this.text[this.index];
      if (character === '[' || character === '{') {
        this.index += 1;
        this.skipBlanks();
        if (this.text[this.index] !== (character === '[' ? ']' : '}')) {
          open.push(character);
          if (character === '{') this.readKey();
          continue;
        }
        this.index += 1;
      } else this.readScalar(character);
      if (!this.closeOrGoOn(open)) return;
    }
  }

  /** After a value: whether another one follows in what is still open. */
  private closeOrGoOn(open: ('[' | '{')[]): boolean {
    while (open.length > 0) {
      const isList = open[open.length - 1] === '[';
      this.skipBlanks();
      const character = this.text[this.index];
      if (character === ',') {
        this.index += 1;
        if (!isList) this.readKey();
        return true;
      }
      if (character !== (isList ? ']' : '}')) this.fail(`expected "," or "${isList ? ']' : '}'}"`);
      this.index += 1;
      open.pop();
    }
    return false;
  }

  private readKey(): void {
    this.skipBlanks();
    if (this.text[this.index] !== '"') this.fail('expected a name in double quotes');
    this.readText();
    this.skipBlanks();
    if (this.text[this.index] !== ':') this.fail('expected ":"');
    this.index += 1;
  }

  private readScalar(character: string | undefined): void {
    if (character === '"') {
      this.readText();
      return;
    }
    const word = WORDS.find((known) => this.text.startsWith(known, this.index));
    if (word !== undefined) this.index += word.length;
    else if (!this.take(NUMBER)) this.fail(character === "'" ? 'expected double quotes' : 'expected a value');
  }

  private readText(): void {
    const start = this.index;
    this.index += 1;
    for (;;) {
      this.take(PLAIN);
      const character = this.text[this.index];
      if (character === '"') break;
      if (character === undefined) this.fail(`the text that begins at column ${start + 1} has no end`);
      if (character !== '\\') this.fail('expected a control character to be escaped');
      if (!this.take(ESCAPE)) this.fail('expected an escape that JSON knows');
    }
    this.index += 1;
  }

  private skipBlanks(): void {
    while (BLANKS.includes(this.text[this.index] ?? 'x')) this.index += 1;
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.index;
    if (!pattern.test(this.text)) return false;
    this.index = pattern.lastIndex;
    return true;
  }

  private fail(problem: string): never {
    throw new Found({ index: this.index, problem });
  }
}
