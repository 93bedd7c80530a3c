import { formatProblem } from '@gatehouse/contract';
import { MANAGEMENT_ERRORS } from '@gatehouse/contract/management';
import type { ManagementError } from '@gatehouse/sdk/management';
import { printable } from '../command-line/printable.ts';

/** A refusal as lines for people: the reason, every problem, what to do. */
export function describeRefusal(error: ManagementError): string[] {
  const detail = error.detail.replace(/: repeat it with confirm=true$/, '');
  return [
    `gatehouse: ${detail} [${error.code}]`,
    ...error.problems.map((problem) => `  ${formatProblem(problem)}`),
    ...affectedOf(error).map((line) => `  ${line}`),
    ...adviceFor(error),
  ].map(printable);
}

function adviceFor({ code, status, requestId }: ManagementError): string[] {
  if (code === 'confirmation.required') return ['Repeat it with --confirm to do it.'];
  if (code === 'authentication.required') return ['Check GATEHOUSE_TOKEN, or the file that --token-file names.'];
  if (!Object.hasOwn(MANAGEMENT_ERRORS, code)) return ['This may be the gateway: the control plane is at another port, 3000 by default.'];
  return status >= 500 && requestId !== undefined ? [`Request id: ${requestId}`] : [];
}

/** Of `confirmation.required`: the APIs that the change would reach. */
function affectedOf({ extras }: ManagementError): string[] {
  const affected = Array.isArray(extras.affected) ? extras.affected : [];
  const lines = affected.map(({ api, revision, environment }: Record<string, unknown>) =>
    [
      String(api),
      ...(revision === undefined ? [] : [`revision ${revision}`]),
      ...(environment === undefined ? [] : [`in ${environment}`]),
    ].join(', '),
  );
  return typeof extras.hidden === 'number' ? [...lines, `and ${extras.hidden} of others, which you may not see`] : lines;
}
