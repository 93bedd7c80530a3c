/** Who a provider says somebody is. */
export interface ExternalUser {
  /** Where the account is, such as the issuer: ids of two of them have nothing to do with each other. */
  issuer: string;
  /** Of the account; never changes, and is never given to another. */
  id: string;
  /** What people call the account; may change, and then belong to another. */
  username: string | null;
  displayName: string | null;
  picture: string | null;
  /** Verified addresses, in lower case, the one that is used most first. */
  emails: readonly string[];
  /** Of GitHub, those that were asked for: `acme`. In lower case. */
  organizations: readonly string[];
  /** The same: `acme/platform`. */
  teams: readonly string[];
}
