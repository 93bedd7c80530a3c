import { Refusal } from '../operation/refusal.ts';
import { refuseInvalid } from '../operation/refuse-invalid.ts';
import type { Caller } from './caller.ts';

/** The owner of a new resource; refuses a team that is not the caller's, and to choose between several (see `Caller.ownerOfNew`). */
export function ownerOfNew(caller: Caller, asked: string | null | undefined): string | null {
  const owner = caller.ownerOfNew(asked);
  if (owner !== undefined) return owner;
  if (asked !== undefined && asked !== null) throw notYours(caller);
  return refuseInvalid(['body', 'owner'], `must be one of your teams: ${caller.teams.join(', ')}`);
}

/** Refuses to hand a resource over to a team that is not the caller's. Nobody's resources are made by admins only. */
export function refuseForeignOwner(caller: Caller, owner: string | null): void {
  if (!caller.canChange(owner)) throw notYours(caller);
}

function notYours(caller: Caller): Refusal {
  return new Refusal('access.denied', `Resources of your own teams only: ${caller.teams.join(', ')}`);
}
