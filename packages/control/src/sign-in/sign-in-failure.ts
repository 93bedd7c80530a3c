import { SIGN_IN_PAGE } from '@gatehouse/contract/management';
import { DatabaseUnavailableError } from '@gatehouse/database';
import { SignInError } from './sign-in-error.ts';

/** Whatever went wrong, as a reason that people can be told. */
export function toFailure(error: unknown): SignInError {
  if (error instanceof SignInError) return error;
  if (error instanceof DatabaseUnavailableError) return new SignInError('unavailable', error.message);
  return new SignInError('failed', 'It failed', { cause: error });
}

/** The page that tells somebody why they were not let in: by a code, never in words of strangers. */
export function failurePage({ code }: SignInError, provider: string, requestId: string, redirect: string): string {
  return `${SIGN_IN_PAGE}?${new URLSearchParams({ error: code, provider, request: requestId, redirect })}`;
}

/** What is behind a failure, in words only: errors of an exchange hold what was exchanged, tokens among it. */
export function toLogged({ code, cause }: SignInError): { cause?: string; stack?: string | undefined } {
  if (!(cause instanceof Error)) return {};
  const inner = cause.cause instanceof Error ? `: ${cause.cause.message}` : '';
  return { cause: `${cause.name}: ${cause.message}${inner}`, ...(code === 'failed' ? { stack: cause.stack } : {}) };
}
