import { AuthorizationResponseError, ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { AnswerTooLargeError } from './bounded-fetch.ts';
import { SignInError } from './sign-in-error.ts';

/** The person said no, or closed the page. */
const DECLINED = new Set(['access_denied', 'login_required', 'consent_required', 'interaction_required', 'account_selection_required']);
/** The code was used before, has expired, or is none. The second is GitHub's. */
const CODE_REFUSED = new Set(['invalid_grant', 'bad_verification_code']);
const TEXT_CHARS_MAX = 200;

/** What a failed exchange with a provider means for the person who waits for it. The texts of the provider go to the log only. */
export function toSignInError(error: unknown): SignInError {
  if (error instanceof SignInError) return error;
  if (error instanceof AuthorizationResponseError) return fromAnswer(error.error, error.error_description, error);
  if (error instanceof ResponseBodyError) {
    const code = CODE_REFUSED.has(error.error) ? 'code-refused' : error.status >= 500 ? 'provider-unreachable' : 'provider-refused';
    return new SignInError(code, `The provider refused the code: ${shown(error.error)} ${shown(error.error_description)}`, {
      cause: error,
    });
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    const what = error.status === 401 ? 'does not know this client, or its secret' : `answered ${error.status}`;
    return new SignInError('provider-refused', `The provider ${what}`, { cause: error });
  }
  if (error instanceof AnswerTooLargeError) return new SignInError('provider-refused', error.message, { cause: error });
  if (error instanceof ClientError && error.code !== 'OAUTH_TIMEOUT') {
    return new SignInError('provider-refused', `The answer of the provider is not valid: ${shown(error.message)}`, { cause: error });
  }
  if (isNetworkError(error)) return new SignInError('provider-unreachable', 'The provider does not answer', { cause: error });
  return new SignInError('failed', 'The exchange with the provider failed', { cause: error });
}

/** As `toSignInError`, for the `error` of an answer that the browser brought. */
export function fromAnswer(code: string, description: string | undefined, cause?: unknown): SignInError {
  const text = `The provider answered ${shown(code)} ${shown(description)}`;
  return new SignInError(DECLINED.has(code) ? 'declined' : 'provider-refused', text, { cause });
}

function isNetworkError(error: unknown): boolean {
  if (error instanceof ClientError) return true;
  // What fetch throws when there is no connection, and what a timeout throws.
  return error instanceof TypeError || (error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError'));
}

/** Text of strangers, for a log. */
function shown(text: string | undefined): string {
  return text === undefined ? '' : JSON.stringify(text.slice(0, TEXT_CHARS_MAX));
}
