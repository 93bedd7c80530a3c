import type { Caller } from '../access/caller.ts';

/** Header fields of a request, names in lower case. */
export type RequestFields = Readonly<Record<string, string | string[] | undefined>>;

/** Finds out who calls: by access token, by session. */
export interface Authenticator {
  /**
   * Undefined: there are no credentials, or none that count. `address`: where the request came from. Throws `DatabaseUnavailableError`.
   * A caller with a session may have been sent by another site: see `isForged`.
   */
  authenticate(fields: RequestFields, address?: string): Promise<Caller | undefined>;
}

/** An access token in the request counts, or nothing; without one, the session of the cookie. */
export class EitherAuthenticator implements Authenticator {
  readonly #tokens: Authenticator;
  readonly #sessions: Authenticator;

  constructor(tokens: Authenticator, sessions: Authenticator) {
    this.#tokens = tokens;
    this.#sessions = sessions;
  }

  authenticate(fields: RequestFields, address?: string): Promise<Caller | undefined> {
    // Credentials of another scheme are those of a proxy before us, or of a call to an API.
    const hasToken = fields.authorization !== undefined && /^bearer\b/i.test(String(fields.authorization));
    return (hasToken ? this.#tokens : this.#sessions).authenticate(fields, address);
  }
}
