import type { Access } from '@gatehouse/contract/management';

export type Role = 'viewer' | 'developer' | 'publisher' | 'admin' | 'node';

const RANK: Record<Exclude<Access, 'public' | 'node'>, number> = { viewer: 1, developer: 2, publisher: 3, admin: 4 };

/** A person who signed in. */
export interface CallerUser {
  /** Who it is, by a name that never becomes another person's: the entity, or the provider and its id of the account. */
  subject: string;
  displayName: string;
  email: string | null;
  picture: string | null;
  /** kind:namespace/name of the catalog; null: not in it. */
  entity: string | null;
}

export interface CallerParts {
  tokenId?: string;
  sessionId?: string;
  name: string;
  role: Role;
  teams: readonly string[];
  expiresAtMs?: number | null;
  user?: CallerUser;
  seesAll?: boolean;
}

/** Who calls the management interface, and what they may see and change. */
export class Caller {
  /** Id of the token; null: not called with one, nor in a session that was begun with one. */
  readonly tokenId: string | null;
  /** Id of the session; null: the credentials were in the request itself, where no other site can put them. */
  readonly sessionId: string | null;
  /** Name of the token or user: the actor of the audit. */
  readonly name: string;
  readonly role: Role;
  readonly teams: readonly string[];
  /** When the credentials end, in ms since the epoch. */
  readonly expiresAtMs: number | null;

  /** The person; null: a program with a token, or who signed in with one. */
  readonly user: CallerUser | null;
  /** Sees everything, whoever owns it: admins, tokens of the role viewer without teams, and people whom a rule lets. */
  readonly seesAll: boolean;

  constructor(caller: CallerParts) {
    this.tokenId = caller.tokenId ?? null;
    this.sessionId = caller.sessionId ?? null;
    this.name = caller.name;
    this.role = caller.role;
    this.teams = caller.teams;
    this.expiresAtMs = caller.expiresAtMs ?? null;
    this.user = caller.user ?? null;
    // A person without a group must not see what an auditor's token sees.
    this.seesAll = caller.role === 'admin' || (caller.seesAll ?? (caller.user === undefined && isViewerOfEverything(caller)));
  }

  /** Whose sessions are one's own. */
  get subject(): string {
    return this.user?.subject ?? `token/${this.tokenId ?? ''}`;
  }

  /** May call operations of this access at all. */
  hasAccess(access: Access): boolean {
    if (access === 'public') return true;
    if (access === 'node' || this.role === 'node') return access === this.role;
    return RANK[this.role] >= RANK[access];
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

function isViewerOfEverything({ role, teams }: CallerParts): boolean {
  return role === 'viewer' && teams.length === 0;
}
