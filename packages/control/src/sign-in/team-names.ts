import { createHash } from 'node:crypto';
import type { DirectoryGroup } from './user-directory.ts';

const DEFAULT_NAMESPACE = 'default';
/** Teams that have one member for ever: no group gets such a name. */
const PERSONAL_PREFIX = 'user.';
const SLUG_CHARS_MAX = 60;
const DIGEST_CHARS = 8;

/**
 * The team that a group is: its name, with its namespace before it unless that is the default one. Names of teams have no slash, and
 * neither has a group a dot in its namespace, so what stands before the first dot of `payments.platform` may be one. Undefined: the name
 * is that of somebody's personal team.
 */
export function teamOfGroup({ namespace, name }: DirectoryGroup): string | undefined {
  const team = namespace === DEFAULT_NAMESPACE ? name : `${namespace}.${name}`;
  return team.toLowerCase().startsWith(PERSONAL_PREFIX) ? undefined : team;
}

/**
 * The team that somebody is alone, so that who is in no group can have apps too: `user.jane`. Who is not of the default namespace, or
 * not in the catalog, gets a digest of who they are behind the name: the names of two providers have nothing to do with each other.
 */
export function personalTeam(person: { name: string; subject: string; isPlain: boolean }): string {
  const slug = person.name
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, SLUG_CHARS_MAX)
    .replaceAll(/^[-_]+|[-_]+$/g, '');
  if (person.isPlain) return PERSONAL_PREFIX + person.name;
  const digest = createHash('sha256').update(person.subject).digest('hex').slice(0, DIGEST_CHARS);
  return `${PERSONAL_PREFIX}${slug === '' ? '' : `${slug}.`}${digest}`;
}
