/** Where a command writes. */
export interface Terminal {
  /** Writes lines to standard output. */
  print(...lines: string[]): void;
  /** Writes lines to standard error. */
  complain(...lines: string[]): void;
  /** Bold where standard output is a terminal that takes it. */
  bold(text: string): string;
}
