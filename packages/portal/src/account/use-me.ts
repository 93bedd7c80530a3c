import { useSuspenseQuery } from '@tanstack/react-query';
import { hasRole, type Role } from './role.ts';
import { type Me, meQuery } from './server/me.ts';

/** Who is signed in; only below the shell, which reads it first. */
export function useMe(): Me & { can(role: Role): boolean; owns(owner: string | null): boolean } {
  const { data } = useSuspenseQuery(meQuery);
  return {
    ...data,
    can: (role) => hasRole(data.role, role),
    owns: (owner) => data.role === 'admin' || (owner !== null && data.teams.includes(owner)),
  };
}
