import type { AuthSettings } from '@gatehouse/contract';
import type { ExternalUser } from './external-user.ts';
import { SignInError } from './sign-in-error.ts';

type Allow = AuthSettings['allow'];

/**
 * Throws `SignInError` unless `auth.allow` lets the user in. Returns the addresses that may be used to find them in the catalog: one of a
 * domain that is not allowed says nothing, since anybody can have one of their own domain.
 */
export function checkAllowed(user: ExternalUser, providerId: string, allow: Allow): readonly string[] {
  if (providerId === 'github' && !isMember(user, allow)) {
    throw new SignInError('not-a-member', 'The account is in no organization or team of auth.allow');
  }
  if (allow.emailDomains.length === 0) return user.emails;
  const emails = inDomains(user.emails, allow.emailDomains);
  if (emails.length === 0) throw new SignInError('email-not-allowed', 'No verified address is of a domain of auth.allow.emailDomains');
  return emails;
}

/** The addresses of one of these domains. */
export function inDomains(emails: readonly string[], domains: readonly string[]): readonly string[] {
  return emails.filter((email) => domains.includes(email.slice(email.lastIndexOf('@') + 1)));
}

function isMember(user: ExternalUser, { organizations, teams }: Allow): boolean {
  if (organizations.length === 0 && teams.length === 0) return true;
  const own = new Set([...user.organizations, ...user.teams]);
  return [...organizations, ...teams].some((name) => own.has(name.toLowerCase()));
}
