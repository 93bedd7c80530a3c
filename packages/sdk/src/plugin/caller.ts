import type { Access } from '@gatehouse/contract/management';

/**
 * Who may call a route: everybody (`public`), or callers who are signed in and have at least that role. Roles from the least to the most:
 * `viewer`, `developer`, `publisher`, `admin`; `node` is for gateway nodes alone.
 */
export type PluginAccess = Access;

/** Who calls, by access token or by the portal's session. */
export interface PluginCaller {
  /** Of the token or the person, as in the audit. */
  readonly name: string;
  readonly role: string;
  readonly teams: readonly string[];
  /** Whether the role is enough for what needs `access`. */
  hasAccess(access: PluginAccess): boolean;
  /** Whether they may see what a team owns; null: what nobody owns. */
  canSee(owner: string | null): boolean;
  /** Whether they may change what a team owns, once the role allows changes at all; null: what nobody owns. */
  canChange(owner: string | null): boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; default: `viewer`. */
    access?: Access;
  }

  interface FastifyRequest {
    /** Who calls a route of a plugin; null on routes that are `public`, which ask nobody. */
    caller: PluginCaller | null;
  }
}
