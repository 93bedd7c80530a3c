import type { AccessRule, AuthSettings } from '@gatehouse/contract';
import type { Role } from '../access/caller.ts';
import { teamOfGroup } from './team-names.ts';
import type { DirectoryGroup } from './user-directory.ts';

const RANK = { viewer: 1, developer: 2, publisher: 3, admin: 4 } as const;

/** Who rules are held against. */
export interface Person {
  /** `user:default/jane` in lower case, or `github:jane`. */
  name: string;
  /** Groups that they are in, and what these are in. */
  groups: readonly DirectoryGroup[];
}

export interface Access {
  role: Role;
  /** Without the personal one. */
  teams: string[];
  seesAll: boolean;
}

/** What `auth.access` lets a person do: the highest role and all teams of the rules that fit. Undefined: nothing. */
export function accessOf(person: Person, { default: defaultRole, rules }: AuthSettings['access']): Access | undefined {
  const groups = new Set(person.groups.map(({ namespace, name }) => `group:${namespace}/${name}`.toLowerCase()));
  const fitting = rules.filter((rule) => fits(rule, person.name, groups));
  const best = fitting
    .map(({ role }) => role)
    .reduce<AccessRule['role'] | undefined>((a, b) => (a === undefined || RANK[b] > RANK[a] ? b : a), undefined);
  const role = best ?? (defaultRole === 'none' ? undefined : defaultRole);
  if (role === undefined) return undefined;
  const own = person.groups.flatMap((group) => teamOfGroup(group) ?? []);
  const given = fitting.flatMap(({ teams }) => (teams === 'all' ? [] : teams));
  return { role, teams: [...new Set([...own, ...given])].sort(), seesAll: fitting.some(({ teams }) => teams === 'all') };
}

function fits(rule: AccessRule, name: string, groups: ReadonlySet<string>): boolean {
  if (rule.user !== undefined && toRef(rule.user, 'user') !== name.toLowerCase()) return false;
  return rule.group === undefined || groups.has(toRef(rule.group, 'group'));
}

/** `jane` and `default/jane` stand for `user:default/jane`; `github:jane` for itself. */
function toRef(text: string, kind: 'user' | 'group'): string {
  const lower = text.toLowerCase();
  if (lower.includes(':') && !lower.startsWith(`${kind}:`)) return lower;
  const rest = lower.startsWith(`${kind}:`) ? lower.slice(kind.length + 1) : lower;
  return rest.includes('/') ? `${kind}:${rest}` : `${kind}:default/${rest}`;
}
