/** What was given is readable but wrong: exit code 1. `lines` say what, each with its place. */
export class InputError extends Error {
  override name = 'InputError';
  readonly lines: readonly string[];

  constructor(message: string, lines: readonly string[] = []) {
    super(message);
    this.lines = lines;
  }
}
