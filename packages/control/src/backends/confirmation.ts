import type { Caller } from '../access/caller.ts';
import { Refusal } from '../operation/refusal.ts';
import type { Confirm } from './define-backend.ts';
import type { PublicationOnBackend } from './published-on.ts';

/** What affects published APIs is done only when the caller has said that it may (B14). */
export function askConfirmation(caller: Caller, confirmed: boolean, what: string): Confirm {
  return (affected) => {
    if (confirmed) return;
    const visible = toPublished(caller, affected);
    const hidden = affected.length - visible.length;
    const detail = `${what} ${affected.length} published API${affected.length === 1 ? '' : 's'}, at once and irreversibly`;
    throw new Refusal('confirmation.required', `${detail}: repeat it with confirm=true`, {
      affected: visible,
      ...(hidden === 0 ? {} : { hidden }),
    });
  };
}

/** Those that the caller may see. */
export function toPublished(caller: Caller, publications: readonly PublicationOnBackend[]): { api: string; revision: number }[] {
  return publications.filter(({ owner }) => caller.canSee(owner)).map(({ api, revision }) => ({ api, revision }));
}
