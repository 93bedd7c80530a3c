import type { FieldExpectations } from '../support/matchers.ts';
import type { OriginScript } from '../support/origin-script.ts';

/**
 * A backend that misbehaves, and what the client may see of it: a clean error, or a clean abort, which is a response that the client
 * can tell is not whole. The runner also demands that the client never waits in vain, and that the next request, over whatever
 * connection it goes, gets its own answer and nothing that was left over.
 */
export interface BackendRecord {
  /** Unique; says what the backend does. */
  id: string;
  /** The rule that it proves. */
  rule: string;
  /** Default: a GET. */
  request?: string;
  origin: OriginScript;
  /** How long the backend still does something after its response; the next request waits for that. */
  settleMs?: number;
  /** Allowed outcomes, one of them must come. */
  expect: readonly BackendOutcome[];
}

export type BackendOutcome =
  /** A whole response of this status; its body and fields as given. 5xx without a body: the gateway's own, in its error form. */
  | { status: number; body?: string; fields?: FieldExpectations }
  /** The head of a response of this status came, then the connection was closed before the end that it announced. */
  | { aborted: number };

/** Timeouts towards the backend that the gateway of these records has. */
export const TIMEOUTS = { connect: '500ms', response: '500ms', total: '1500ms' };
