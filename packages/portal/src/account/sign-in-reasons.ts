import type { SignInErrorCode } from '@gatehouse/contract/management';

interface Reason {
  title: string;
  advice: string;
}

/** What the codes say that a refused sign-in comes back with; see docs/sign-in.md. */
const REASONS: Record<SignInErrorCode, Reason> = {
  declined: { title: 'The provider may not tell who you are', advice: 'Try again, and agree when it asks.' },
  'flow-lost': {
    title: 'This sign-in is not valid any more',
    advice: 'It began in another browser, or took longer than ten minutes. Try again.',
  },
  'code-refused': { title: 'The provider did not take its answer back', advice: 'It was used before, or came too late. Try again.' },
  'provider-unreachable': { title: 'The provider could not be reached', advice: 'Try again in a moment.' },
  'provider-refused': {
    title: 'The provider refused this installation',
    advice: 'Its administrator has to look at the configuration of sign-in.',
  },
  'not-a-member': {
    title: 'Your account may not sign in here',
    advice: 'It is in no organization or team that may. Ask the administrator which ones do.',
  },
  'email-not-allowed': {
    title: 'Your e-mail address may not sign in here',
    advice: 'No verified address of your account is of a domain that may.',
  },
  'email-missing': { title: 'The provider told no e-mail address of you', advice: 'Verify an address there, then try again.' },
  'user-unknown': { title: 'You are not in the catalog', advice: 'Ask the administrator of this installation to add you.' },
  'user-ambiguous': {
    title: 'Several users of the catalog fit your account',
    advice: 'Ask the administrator to make them distinct.',
  },
  'no-access': { title: 'You have no role here yet', advice: 'You are known. Ask the administrator for a role.' },
  'too-many-attempts': { title: 'Too many attempts failed', advice: 'Wait some minutes, then try again.' },
  unavailable: { title: 'Signing in does not work at the moment', advice: 'Try again in a moment.' },
  failed: { title: 'Signing in failed', advice: 'The administrator finds the reason in the log, under the number of the request.' },
};

/** What to tell somebody whose sign-in was refused with this code. */
export function explainRefusal(code: string): Reason {
  return Object.hasOwn(REASONS, code) ? REASONS[code as SignInErrorCode] : REASONS.failed;
}
