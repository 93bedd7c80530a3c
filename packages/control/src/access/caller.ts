import type { Access } from '@gatehouse/contract/management';

export type Role = 'viewer' | 'developer' | 'publisher' | 'admin' | 'node';

const RANK: Record<Exclude<Access, 'public' | 'node'>, number> = { viewer: 1, developer: 2, publisher: 3, admin: 4 };

/** Who calls the management interface, and what they may see and change. */
export class Caller {
  /** Id of the token; null: not called with one. */
  readonly tokenId: string | null;
  /** Name of the token or user: the actor of the audit. */
  readonly name: string;
  readonly role: Role;
  readonly teams: readonly string[];
  /** When the credentials end, in ms since the epoch. */
  readonly expiresAtMs: number | null;

  constructor(caller: { tokenId?: string; name: string; role: Role; teams: readonly string[]; expiresAtMs?: number | null }) {
    this.tokenId = caller.tokenId ?? null;
    this.name = caller.name;
    this.role = caller.role;
    this.teams = caller.teams;
    this.expiresAtMs = caller.expiresAtMs ?? null;
  }

  /** May call operations of this access at all. */
  hasAccess(access: Access): boolean {
    if (access === 'public') return true;
    if (access === 'node' || this.role === 'node') return access === this.role;
    return RANK[this.role] >= RANK[access];
  }

  /** Sees everything, whoever owns it: admins, and viewers without teams. */
  get seesAll(): boolean {
    return this.role === 'admin' || (this.role === 'viewer' && this.teams.length === 0);
  }

  /** May see a resource of this owner. What nobody owns is seen by admins and all-seeing viewers only. */
  canSee(owner: string | null): boolean {
    return this.seesAll || (owner !== null && this.teams.includes(owner));
  }

  /** May change a resource of this owner, once the role allows the operation. What nobody owns is changed by admins only. */
  canChange(owner: string | null): boolean {
    return this.role === 'admin' || (owner !== null && this.teams.includes(owner));
  }

  /**
   * The owner that a new resource gets: the one that was asked for, else the caller's only team. Undefined: the caller may not create
   * such a resource for this owner, or must say which of several teams it is.
   */
  ownerOfNew(asked: string | null | undefined): string | null | undefined {
    if (this.role === 'admin') return asked ?? null;
    if (asked !== null && asked !== undefined) return this.teams.includes(asked) ? asked : undefined;
    return this.teams.length === 1 ? this.teams[0] : undefined;
  }
}
