import type { Caller } from '../access/caller.ts';

/** Header fields of a request, names in lower case. */
export type RequestFields = Readonly<Record<string, string | string[] | undefined>>;

/** Finds out who calls: by access token, by session. */
export interface Authenticator {
  /** Undefined: there are no credentials, or none that count. Throws `DatabaseUnavailableError`. */
  authenticate(fields: RequestFields): Promise<Caller | undefined>;
}
