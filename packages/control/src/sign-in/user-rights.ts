import { createHash } from 'node:crypto';
import type { AuthSettings, GuestSettings } from '@gatehouse/contract';
import type { CallerParts } from '../access/caller.ts';
import type { SessionHolder } from '../sessions/session-profile.ts';
import { type Access, accessOf } from './access-of.ts';
import type { ExternalUser } from './external-user.ts';
import type { ResolvedUser } from './resolve-user.ts';
import { personalTeam } from './team-names.ts';
import type { DirectoryGroup, DirectoryUser, UserDirectory } from './user-directory.ts';

const DIGEST_CHARS = 22;
const NAME_CHARS_MAX = 100;
/** What could make a name look like another one, in a log or on a page. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** What a person may do at this moment. */
export type UserRights = Omit<CallerParts, 'sessionId' | 'expiresAtMs'>;

/** The holder of the session of somebody whom a provider knows. */
export function toHolder(provider: string, user: ExternalUser, resolved: ResolvedUser): SessionHolder {
  const profile = {
    displayName: legible(user.displayName ?? user.username ?? ''),
    email: user.emails[0] ?? null,
    picture: user.picture !== null && /^https?:\/\//i.test(user.picture) && URL.canParse(user.picture) ? user.picture : null,
  };
  if ('entity' in resolved) {
    const { ref, name } = resolved.entity;
    return {
      subject: ref,
      name: ref,
      provider,
      tokenId: null,
      entity: ref,
      profile: { ...profile, displayName: profile.displayName || name },
    };
  }
  const digest = createHash('sha256').update(`${user.issuer}\n${user.id}`).digest('base64url').slice(0, DIGEST_CHARS);
  const { name } = resolved;
  return {
    subject: `${provider}/${digest}`,
    name: `${provider}:${name}`,
    provider,
    tokenId: null,
    entity: null,
    profile: { ...profile, displayName: profile.displayName || name },
  };
}

export function guestHolder({ userEntityRef }: GuestSettings): SessionHolder {
  const rest = userEntityRef.slice(userEntityRef.indexOf(':') + 1).toLowerCase();
  const ref = `user:${rest.includes('/') ? rest : `default/${rest}`}`;
  return {
    subject: ref,
    name: ref,
    provider: 'guest',
    tokenId: null,
    entity: ref,
    profile: { displayName: 'Guest', email: null, picture: null },
  };
}

/**
 * What the holder of a session may do by the configuration and the catalog as they are now. Undefined: nothing any more, since the
 * provider is not there any more, the user has left the catalog, or no role is left.
 */
export async function rightsOf(holder: SessionHolder, settings: AuthSettings, directory: UserDirectory): Promise<UserRights | undefined> {
  const { guest } = settings.providers;
  if (holder.provider === 'guest') {
    if (guest === undefined || holder.entity === null) return undefined;
    const entity = await find(holder.entity, directory);
    return toRights(holder, entity, entity?.groups ?? groupsOf(guest), settings);
  }
  const provider = holder.provider === 'github' ? settings.providers.github : settings.providers.oidc;
  if (provider === undefined) return undefined;
  if (holder.entity === null) {
    const isAllowed = provider.signIn?.resolvers.some((resolver) => resolver.dangerouslyAllowSignInWithoutUserInCatalog) === true;
    return isAllowed ? toRights(holder, undefined, [], settings) : undefined;
  }
  const entity = await find(holder.entity, directory);
  return entity === undefined ? undefined : toRights(holder, entity, entity.groups, settings);
}

async function find(ref: string, directory: UserDirectory): Promise<DirectoryUser | undefined> {
  return (await directory.find({ ref }))[0];
}

function toRights(
  { subject, name, profile, entity: ref }: SessionHolder,
  entity: DirectoryUser | undefined,
  groups: readonly DirectoryGroup[],
  settings: AuthSettings,
): UserRights | undefined {
  const access: Access | undefined = accessOf({ name, groups }, settings.access);
  if (access === undefined) return undefined;
  const isPlain = entity?.namespace === 'default';
  const team = personalTeam({ name: isPlain ? entity.name : nameOf(name), subject, isPlain });
  return {
    name,
    role: access.role,
    teams: [...access.teams, team],
    seesAll: access.seesAll,
    user: {
      subject,
      displayName: entity?.displayName ?? profile.displayName,
      email: entity?.email ?? profile.email,
      picture: entity?.picture ?? profile.picture,
      entity: entity === undefined ? null : ref,
    },
  };
}

/** `user:development/guest` -> `guest`, `github:jane` -> `jane`. */
function nameOf(name: string): string {
  const rest = name.slice(name.indexOf(':') + 1);
  return rest.slice(rest.indexOf('/') + 1);
}

function groupsOf({ ownershipEntityRefs }: GuestSettings): DirectoryGroup[] {
  return ownershipEntityRefs.flatMap((ref) => {
    const match = /^group:(?:([a-z0-9-]{1,63})\/)?([A-Za-z0-9._-]{1,63})$/i.exec(ref);
    return match === null ? [] : [{ namespace: match[1]?.toLowerCase() ?? 'default', name: match[2] ?? '' }];
  });
}

function legible(text: string): string {
  return text.replaceAll(UNSEEN, '').slice(0, NAME_CHARS_MAX).trim();
}
