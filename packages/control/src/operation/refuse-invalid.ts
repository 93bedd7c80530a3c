import { formatPath, type Problem } from '@gatehouse/contract';
import { Refusal } from './refusal.ts';

/**
 * Refuses a request for one value that its schema could not judge. `path` begins with `params`, `query` or `body`; `requirement` goes
 * on from the name of the value: "must be …".
 */
export function refuseInvalid(path: readonly (string | number)[], requirement: string): never {
  const problem: Problem = { severity: 'error', code: 'request.invalid-value', message: requirement, path };
  throw new Refusal('request.invalid', `${formatPath(path)} ${requirement}`, { problems: [problem] });
}
