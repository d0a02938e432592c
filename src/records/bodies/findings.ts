import type { BodyIssue, BodyModel } from '../body-format';

/** How many errors, and how many warnings, are told of one body: a list of 10,000 wrong messages has one mistake, not 10,000. */
const TOLD = 10;

/** Longest name of a member that is repeated in a path; the names come from the body and may be of any length. */
const NAME_LENGTH = 40;

/**
 * What a walk over one body has found, and where it stands. Made for 100,000 bodies in a row: it is used again for the next
 * one, and a path is written only where something is wrong.
 */
export class Findings {
  public model: BodyModel = {};
  private readonly steps: (string | number)[] = [];
  private depth = 0;
  private errors = 0;
  private warnings = 0;
  private issues: BodyIssue[] = [];

  public begin(model: BodyModel): void {
    this.model = model;
    this.depth = 0;
    this.errors = 0;
    this.warnings = 0;
    // Whoever asked last may have kept the list.
    this.issues = [];
  }

  public enter(step: string | number): void {
    this.steps[this.depth] = step;
    this.depth += 1;
  }

  public leave(): void {
    this.depth -= 1;
  }

  /** Something that the service or the model refuses. `member` is a member of the value at hand. */
  public fail(code: string, message: string, member?: string): void {
    this.errors += 1;
    if (this.errors <= TOLD) this.issues.push({ code, input: this.path(member), message });
  }

  /** Something that no source knows; told, and goes on. */
  public warn(code: string, message: string, member?: string): void {
    this.warnings += 1;
    if (this.warnings <= TOLD) this.issues.push({ code, input: this.path(member), message, severity: 'warning' });
  }

  public end(): BodyIssue[] {
    return this.issues;
  }

  private path(member: string | undefined): string {
    let path = 'modelInput';
    for (let index = 0; index < this.depth; index += 1) path += step(this.steps[index]);
    return member === undefined ? path : path + step(member);
  }
}

function step(name: string | number): string {
  if (typeof name === 'number') return `[${name}]`;
  return /^[A-Za-z_]\w{0,39}$/.test(name) ? `.${name}` : `[${JSON.stringify(name.slice(0, NAME_LENGTH))}]`;
}
