import { formatProblem, hasErrors } from '@gatehouse/contract';
import { checkConfiguration } from '@gatehouse/server';

/** `gatehouse check FILE…`: the files together are one configuration, later ones overriding earlier ones. */
export async function checkCommand(files: readonly string[]): Promise<number> {
  const problems = await checkConfiguration(files);
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
  const count = (severity: string) => problems.filter((problem) => problem.severity === severity).length;
  const summary = [plural(count('error'), 'error'), plural(count('warning'), 'warning'), plural(count('hint'), 'hint')].join(', ');
  process.stderr.write(hasErrors(problems) ? `Refused: ${summary}\n` : `Valid: ${summary}\n`);
  return hasErrors(problems) ? 1 : 0;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
