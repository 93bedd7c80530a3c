import { formatPath, type Problem } from '@gatehouse/contract';
import type { Operation, OperationInput } from '@gatehouse/contract/management';
import type { z } from 'zod';
import { isStorable } from '../operation/is-storable.ts';
import { Refusal } from '../operation/refusal.ts';
import { type Precondition, parseIfMatch } from './entity-tag.ts';

/** What came with a request, before it was judged. */
export interface RawInput {
  params: unknown;
  query: unknown;
  body: unknown;
  ifMatch: string | undefined;
}

export interface ReadInput extends OperationInput<Operation> {
  precondition: Precondition | undefined;
}

/** More would help nobody, and an answer must not be larger than what was asked. */
const PROBLEMS_MAX = 100;

/** Checks a request against its operation. Refuses with every problem, each with its place (`request.invalid`). */
export function readInput(operation: Operation, raw: RawInput): ReadInput {
  const problems: Problem[] = [];
  for (const part of ['params', 'query', 'body'] as const) checkTexts(raw[part], part, problems);
  if (problems.length > 0) throw toRefusal(problems);
  const params = readPart(operation.params, raw.params, 'params', problems);
  const query = readPart(operation.query, raw.query, 'query', problems);
  const body = readBody(operation, raw.body, problems);
  const precondition = readPrecondition(operation, raw.ifMatch, problems);
  if (problems.length > 0) throw toRefusal(problems);
  return { params, query, body, precondition };
}

/** Checks the body of a request that is no operation. Refuses as `readInput` does. */
export function readBodyOf<Value>(schema: z.ZodType<Value>, body: unknown): Value {
  const result = schema.safeParse(body);
  if (!result.success) throw toRefusal(result.error.issues.flatMap((issue) => toProblems(issue, ['body'])));
  return result.data;
}

interface Member {
  value: unknown;
  key: string | number;
  of: Member | null;
}

/**
 * Refuses texts that cannot be stored as they are, wherever they stand: PostgreSQL has no NUL, and half of a surrogate pair is no
 * Unicode. Without recursion: nobody has looked yet how deep the body is.
 */
function checkTexts(value: unknown, part: string, problems: Problem[]): void {
  const waiting: Member[] = [{ value, key: part, of: null }];
  for (let member = waiting.pop(); member !== undefined && problems.length < PROBLEMS_MAX; member = waiting.pop()) {
    if (typeof member.value === 'string') {
      if (!isStorable(member.value)) problems.push(unstorable(member));
    } else if (Array.isArray(member.value)) {
      for (const [key, item] of member.value.entries()) if (isLookedAt(item)) waiting.push({ value: item, key, of: member });
    } else if (typeof member.value === 'object' && member.value !== null) {
      for (const [key, item] of Object.entries(member.value)) {
        if (!isStorable(key)) problems.push(unstorable(member));
        if (isLookedAt(item)) waiting.push({ value: item, key, of: member });
      }
    }
  }
}

function isLookedAt(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

/** At the deepest, the last of a path that nobody could read is told. */
const PATH_PARTS_MAX = 32;

function unstorable(member: Member): Problem {
  const path: (string | number)[] = [];
  let part: Member | null = member;
  for (; part !== null && path.length < PATH_PARTS_MAX; part = part.of) path.unshift(part.key);
  const message = 'must be text without NUL characters and without half surrogate pairs';
  return { severity: 'error', code: 'request.invalid-text', message, path };
}

function readPart(schema: z.ZodType, value: unknown, name: 'params' | 'query', problems: Problem[]): unknown {
  if (schema.type !== 'undefined') return parse(schema, value, [name], problems);
  for (const key of Object.keys(value ?? {})) {
    problems.push({ severity: 'error', code: 'request.unrecognized-keys', message: 'is not known here', path: [name, key] });
  }
  return undefined;
}

function readBody(operation: Operation, body: unknown, problems: Problem[]): unknown {
  if (operation.body.type !== 'undefined') {
    // Nothing is as good as an empty object: either everything may be left out, or what is missing is told by name.
    return parse(operation.body, body === undefined ? {} : body, ['body'], problems);
  }
  if (body !== undefined) {
    problems.push({ severity: 'error', code: 'request.unexpected-body', message: 'This operation takes no body', path: ['body'] });
  }
  return undefined;
}

/** A condition that is not looked at would let a change through that the client made depend on it. */
function readPrecondition(operation: Operation, field: string | undefined, problems: Problem[]): Precondition | undefined {
  if (field === undefined || operation.method === 'GET') return undefined;
  const path = ['headers', 'if-match'];
  const precondition = parseIfMatch(field);
  if (operation.versioned !== true) {
    problems.push({ severity: 'error', code: 'request.invalid-condition', message: 'This operation takes no If-Match', path });
  } else if (precondition === undefined) {
    const message = 'must be * or one ETag as it was received, such as "3"';
    problems.push({ severity: 'error', code: 'request.invalid-condition', message, path });
  }
  return precondition;
}

function parse(schema: z.ZodType, value: unknown, path: readonly string[], problems: Problem[]): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) problems.push(...toProblems(issue, path));
  return undefined;
}

function toProblems(issue: z.core.$ZodIssue, at: readonly string[]): Problem[] {
  const path = [...at, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  const code = `request.${issue.code.replaceAll('_', '-')}`;
  if (issue.code !== 'unrecognized_keys') return [{ severity: 'error', code, message: issue.message, path }];
  return issue.keys.map((key) => ({ severity: 'error', code, message: 'is not known here', path: [...path, key] }));
}

function toRefusal(problems: readonly Problem[]): Refusal {
  const [first] = problems;
  const detail = first === undefined ? '' : `${formatPath(first.path ?? [])}: ${first.message}`;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new Refusal('request.invalid', `${detail}${more}`, { problems: problems.slice(0, PROBLEMS_MAX) });
}
