import { parseCommandLine } from './command-line/parse-command-line.ts';
import { createProcessTerminal } from './command-line/process-terminal.ts';
import type { Terminal } from './command-line/terminal.ts';
import { COMMAND_GROUPS } from './commands/commands.ts';
import { InputError } from './input-error.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** What a command line is run in. */
export interface Surroundings {
  /** Default: that of the process. */
  terminal?: Terminal;
  /** Environment variables; default: those of the process. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** Runs one command line; loads what the command needs, not more. Resolves with the exit code; `start` resolves when it has been told to stop. */
export async function run(
  args: readonly string[],
  { terminal = createProcessTerminal(), env = process.env }: Surroundings = {},
): Promise<number> {
  const debug = args.includes('--debug');
  try {
    return await dispatch(
      args.filter((arg) => arg !== '--debug'),
      { terminal, env, debug },
    );
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.complain(`gatehouse: ${error.message}`, 'Try: gatehouse --help');
      return 2;
    }
    terminal.complain(`gatehouse: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof InputError) terminal.complain(...error.lines);
    if (debug && error instanceof Error) terminal.complain(String(error.stack));
    return 1;
  }
}

async function dispatch(args: readonly string[], surroundings: Required<Surroundings> & { debug: boolean }): Promise<number> {
  const { terminal } = surroundings;
  const line = await parseCommandLine(args, COMMAND_GROUPS);
  if (line.kind === 'version') {
    terminal.print(VERSION);
    return 0;
  }
  if (line.kind === 'help') {
    const { renderHelp } = await import('./command-line/help.ts');
    if (line.asked) terminal.print(...renderHelp(line.commands));
    else terminal.complain(...renderHelp(line.commands));
    return line.asked ? 0 : 2;
  }
  const { command, given } = line;
  if (command.kind === 'local') return await (await command.load())(given, terminal);
  const { runManagementCommand } = await import('./management/run-management-command.ts');
  return await runManagementCommand(await command.load(), given, surroundings);
}
