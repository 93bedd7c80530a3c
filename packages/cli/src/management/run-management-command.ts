import { ManagementError, UnreachableError } from '@gatehouse/sdk/management';
import type { CommandSpec, Given, ManagementRun } from '../command-line/command.ts';
import type { Terminal } from '../command-line/terminal.ts';
import { createContext, type Variables } from './context.ts';
import { describeRefusal } from './describe-error.ts';

/** Runs a command of a control plane; what is refused becomes lines on standard error and exit code 1. */
export async function runManagementCommand(
  run: ManagementRun<CommandSpec>,
  given: Given<CommandSpec>,
  { terminal, env, debug }: { terminal: Terminal; env: Variables; debug: boolean },
): Promise<number> {
  const options = given.options as unknown as Parameters<typeof createContext>[0];
  try {
    return await run(given, await createContext(options, terminal, env));
  } catch (error) {
    if (error instanceof ManagementError) terminal.complain(...describeRefusal(error));
    else if (error instanceof UnreachableError) terminal.complain(`gatehouse: ${error.message}`);
    else throw error;
    if (debug) terminal.complain(String(error.stack), ...(error.cause instanceof Error ? [String(error.cause.stack)] : []));
    return 1;
  }
}
