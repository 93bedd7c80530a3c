export type Role = 'viewer' | 'developer' | 'publisher' | 'admin' | 'node';

const RANK: Record<Role, number> = { node: 0, viewer: 1, developer: 2, publisher: 3, admin: 4 };

/** Whether a role may do what this one may. */
export function hasRole(own: Role, needed: Role): boolean {
  return RANK[own] >= RANK[needed];
}
