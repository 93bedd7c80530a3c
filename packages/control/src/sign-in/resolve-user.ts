import type { GithubSettings, OidcSettings } from '@gatehouse/contract';
import { inDomains } from './check-allowed.ts';
import type { ExternalUser } from './external-user.ts';
import { SignInError } from './sign-in-error.ts';
import type { DirectoryQuery, DirectoryUser, UserDirectory } from './user-directory.ts';

type Resolver = NonNullable<(GithubSettings | OidcSettings)['signIn']>['resolvers'][number];

/** Backstage's annotation for the id of an account of GitHub. */
const GITHUB_USER_ID = 'github.com/user-id';
/**
 * Names of people who are not in the catalog, as rules know them. Nothing that would have to be cleaned, and no letters that look like or
 * become others in lower case (the Kelvin sign is a k then): two accounts would be one person. A user name has no @, which every address
 * has, so nobody gets another's address for a name.
 */
const USER_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}$/;
const ENTITY_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

/** Who somebody is here: a user of the catalog, or, where that is allowed, somebody who is not in it, by the name of the account. */
export type ResolvedUser = { entity: DirectoryUser } | { name: string };

/**
 * Finds the user of the catalog by the first resolver that finds one, as Backstage's resolvers do (plugins/auth-node,
 * commonSignInResolvers). `emails`: verified, and of allowed domains. Throws `SignInError`.
 */
export async function resolveUser(
  user: ExternalUser,
  emails: readonly string[],
  resolvers: readonly Resolver[],
  directory: UserDirectory,
): Promise<ResolvedUser> {
  let fallback: string | undefined;
  for (const resolver of resolvers) {
    const { queries, name } = questionsOf(resolver, user, emails);
    const found = new Map<string, DirectoryUser>();
    for (const query of queries) for (const entity of await directory.find(query)) found.set(entity.ref, entity);
    if (found.size > 1) throw new SignInError('user-ambiguous', `${resolver.resolver} finds ${[...found.keys()].join(' and ')}`);
    const [entity] = found.values();
    if (entity !== undefined) return { entity };
    if (resolver.dangerouslyAllowSignInWithoutUserInCatalog) fallback ??= name;
  }
  if (fallback !== undefined) return { name: fallback };
  if (emails.length === 0 && resolvers.every(({ resolver }) => resolver.startsWith('email'))) {
    throw new SignInError('email-missing', 'The provider told no verified e-mail address, and every resolver needs one');
  }
  throw new SignInError('user-unknown', `No user of the catalog fits the account: ${resolvers.map(({ resolver }) => resolver).join(', ')}`);
}

/** What a resolver asks the catalog for, and what it calls somebody who is not there. */
function questionsOf(
  { resolver, allowedDomains }: Resolver,
  user: ExternalUser,
  emails: readonly string[],
): { queries: DirectoryQuery[]; name: string | undefined } {
  const username = user.username ?? undefined;
  const own = allowedDomains === undefined ? emails : inDomains(emails, allowedDomains);
  switch (resolver) {
    case 'usernameMatchingUserEntityName':
    case 'preferredUsernameMatchingUserEntityName':
      return { queries: username === undefined ? [] : byName(username), name: fitting(USER_NAME, username) };
    case 'userIdMatchingUserEntityAnnotation':
      return { queries: [{ annotation: GITHUB_USER_ID, value: user.id }], name: fitting(USER_NAME, username) };
    case 'emailMatchingUserEntityProfileEmail':
      return { queries: own.flatMap(withoutPlus).map((email) => ({ email })), name: fitting(ADDRESS, own[0]) };
    case 'emailLocalPartMatchingUserEntityName':
      return { queries: own.flatMap((email) => byName(email.slice(0, email.lastIndexOf('@')))), name: fitting(ADDRESS, own[0]) };
  }
}

function fitting(pattern: RegExp, name: string | undefined): string | undefined {
  return name !== undefined && pattern.test(name) ? name : undefined;
}

function byName(name: string): DirectoryQuery[] {
  return ENTITY_NAME.test(name) ? [{ ref: `user:default/${name.toLowerCase()}` }] : [];
}

/** `jane+work@acme.com` is `jane@acme.com` too, for Backstage. */
function withoutPlus(email: string): string[] {
  const plus = email.indexOf('+');
  const at = email.lastIndexOf('@');
  return plus > 0 && plus < at ? [email, email.slice(0, plus) + email.slice(at)] : [email];
}
