import type { Operation, OperationInput } from '@gatehouse/contract/management';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';

/** One call of an operation: its input, valid, and who calls. */
export interface Call<Op extends Operation> extends OperationInput<Op> {
  caller: Caller;
  /** The version in `If-Match`, when the operation is versioned. */
  ifMatch: number | undefined;
  /** `If-Match` was sent, be it `*`: what does not exist yet must not be made (`version.stale`). */
  mustExist?: boolean;
  /** Where it came from and under which id, for the audit. */
  address: string;
  requestId: string;
}

export interface Answer<Op extends Operation> {
  /** Default: the operation's usual one. */
  status?: number;
  /** Checked against the operation's result schema in tests. */
  body: z.input<Op['result']>;
  /** Becomes the ETag of a versioned operation. */
  version?: number;
}

/** An operation and what it does. Knows nothing of HTTP frameworks. Refusals are thrown as `Refusal`. */
export interface Implementation<Op extends Operation = Operation> {
  operation: Op;
  handle(call: Call<Op>): Promise<Answer<Op>>;
}

/** Links an operation with its handler. */
export function implement<Op extends Operation>(operation: Op, handle: (call: Call<Op>) => Promise<Answer<Op>>): Implementation {
  return { operation, handle: handle as unknown as Implementation['handle'] };
}
