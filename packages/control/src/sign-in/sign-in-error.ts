import type { SignInErrorCode } from '@gatehouse/contract/management';

/** Somebody is not let in. `code` is told to them; the message is for the log, and holds no secrets. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  readonly code: SignInErrorCode;

  constructor(code: SignInErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
