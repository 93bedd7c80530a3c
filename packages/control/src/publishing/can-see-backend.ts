import type { Caller } from '../access/caller.ts';

/** What nobody owns is shared: everyone may use it, admins may change it. */
export function canSeeBackend(caller: Caller, owner: string | null): boolean {
  return owner === null || caller.canSee(owner);
}
