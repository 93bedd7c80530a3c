import type { ManagementErrorCode, Operation } from '@gatehouse/contract/management';
import type { Answer } from '../operation/implementation.ts';
import type { Refusal } from '../operation/refusal.ts';

/** What any operation may be refused with; not listed by each. */
export const COMMON_ERRORS: readonly ManagementErrorCode[] = [
  'request.invalid',
  'authentication.required',
  'access.denied',
  'request.limited',
  'service.unavailable',
  'service.outcome-unknown',
  'internal',
];

/** Throws when an answer is not what the operation's contract promises. */
export function checkAnswer(operation: Operation, answer: Answer<Operation>): void {
  const status = answer.status ?? operation.statuses[0];
  if (status === undefined || !operation.statuses.includes(status)) throw new Error(`${operation.id} does not promise status ${status}`);
  const result = operation.result.safeParse(JSON.parse(JSON.stringify(answer.body)));
  if (!result.success) throw new Error(`The answer of ${operation.id} does not conform to its schema: ${result.error.message}`);
}

/** Throws when an operation is refused with a code that its contract does not list. */
export function checkRefusal(operation: Operation, { code }: Refusal): void {
  if (!operation.errors.includes(code) && !COMMON_ERRORS.includes(code)) {
    throw new Error(`${operation.id} does not list the refusal ${code}`);
  }
}
