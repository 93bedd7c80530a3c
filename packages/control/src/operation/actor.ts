import type { Caller } from '../access/caller.ts';
import type { Actor } from '../audit/record-audit.ts';

/** Who the audit is to name for a call. */
export function toActor(call: { caller: Caller; address: string; requestId: string }): Actor {
  return { name: call.caller.name, address: call.address, requestId: call.requestId };
}
