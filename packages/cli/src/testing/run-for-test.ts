import { run } from '../run.ts';

/** What a command line printed and how it ended. */
export interface Outcome {
  exit: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line in this process. */
export async function runForTest(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const outcome: Outcome = { exit: -1, stdout: '', stderr: '' };
  const terminal = {
    print: (...lines: string[]) => {
      outcome.stdout += lines.map((line) => `${line}\n`).join('');
    },
    complain: (...lines: string[]) => {
      outcome.stderr += lines.map((line) => `${line}\n`).join('');
    },
    bold: (text: string) => text,
  };
  outcome.exit = await run(args, { terminal, env });
  return outcome;
}
