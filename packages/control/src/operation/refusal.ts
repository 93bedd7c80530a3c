import type { Problem } from '@gatehouse/contract';
import { MANAGEMENT_ERRORS, type ManagementErrorCode } from '@gatehouse/contract/management';

/** What a refusal tells beyond its code; becomes members of the problem document. */
export interface RefusalExtras {
  problems?: readonly Problem[];
  [member: string]: unknown;
}

/**
 * An operation is refused: nothing was changed. Thrown, so that the transaction that it happens in is rolled back. `detail` goes to the
 * caller.
 */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: ManagementErrorCode;
  readonly detail: string;
  readonly extras: RefusalExtras;

  constructor(code: ManagementErrorCode, detail: string, extras: RefusalExtras = {}) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
    this.extras = extras;
  }

  get status(): number {
    return MANAGEMENT_ERRORS[this.code].status;
  }
}

/** The one answer for what does not exist and for what the caller may not see: it must not tell which of the two it is. */
export function notFound(kind: string, name: string): Refusal {
  return new Refusal('resource.not-found', `There is no ${kind} "${name}"`);
}

/** Refuses a change of what a file declares. */
export function refuseManaged(row: { managed_by: string | null }, what: string): void {
  if (row.managed_by !== null) throw new Refusal('managed.by-file', `${what} is declared in the configuration file: change it there`);
}

/** Refuses a change that was made on an older version than the one that there is (RFC 9110 section 13.1.1). */
export function refuseStale(row: { version: number }, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== row.version) {
    throw new Refusal('version.stale', `It has version ${row.version} now, not ${ifMatch}: read it again`, { version: row.version });
  }
}

/** Refuses to make what `If-Match` says must be there already. */
export function refuseMissing({ mustExist }: { mustExist?: boolean }, what: string): void {
  if (mustExist === true) throw new Refusal('version.stale', `There is no ${what} yet that could have a version`);
}
