import { z } from 'zod';
import { timestamp } from './common.ts';

/* Signing in and out is not an operation of the management interface: browsers are sent around. See docs/sign-in.md. */

/** Where signing in is. */
export const SIGN_IN_PREFIX = '/api/auth';

/** The page of the portal to which people come back who were not let in: `?error=<code>&provider=<id>&request=<id>&redirect=<path>`. */
export const SIGN_IN_PAGE = '/sign-in';

/** Why somebody was not let in, by the `error` of the sign-in page, for people. */
export const SIGN_IN_ERRORS = {
  declined: 'The provider was not allowed to tell who you are. Try again, and agree.',
  'flow-lost': 'This sign-in began in another browser, or took longer than ten minutes. Try again.',
  'code-refused': 'The provider did not take its answer back: it was used before, or too late. Try again.',
  'provider-unreachable': 'The provider could not be reached. Try again in a moment.',
  'provider-refused': 'The provider refused this installation: its administrator has to look at the configuration of sign-in.',
  'not-a-member': 'Your account is not in an organization or team that may sign in here.',
  'email-not-allowed': 'No verified e-mail address of your account is of a domain that may sign in here.',
  'email-missing': 'The provider told no verified e-mail address of you.',
  'user-unknown': 'You are not in the catalog of this installation. Ask its administrator to add you.',
  'user-ambiguous': 'More than one user of the catalog fits your account. Ask the administrator to make them distinct.',
  'no-access': 'You are known, but have no role here. Ask the administrator for one.',
  'too-many-attempts': 'Too many attempts failed from your address. Wait some minutes.',
  unavailable: 'Signing in does not work at the moment. Try again in a moment.',
  failed: 'Signing in failed. The administrator finds the reason in the log, under the number of the request.',
} as const;

export type SignInErrorCode = keyof typeof SIGN_IN_ERRORS;

/** `GET /api/auth/providers` */
export const signInProviders = z.strictObject({
  providers: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      kind: z.enum(['redirect', 'guest']).meta({ description: 'redirect: open `start`; guest: POST /api/auth/session with its id.' }),
      start: z.string().nullable().meta({ description: 'Path; takes `?redirect=<path>`, where to go afterwards. Null for guest.' }),
    }),
  ),
  token: z.literal(true).meta({ description: 'POST /api/auth/session takes an access token.' }),
  development: z.boolean(),
});

/** `POST /api/auth/session` */
export const newSession = z.union([
  z.strictObject({ token: z.string().min(1).max(512).meta({ description: 'An access token.' }) }),
  z.strictObject({ provider: z.literal('guest') }),
]);

/** What `POST /api/auth/session` answers. */
export const startedSession = z.strictObject({ id: z.string(), expiresAt: timestamp });
