/** What is kept of a person for as long as they are signed in, as the provider told it. */
export interface SessionProfile {
  displayName: string;
  email: string | null;
  picture: string | null;
}

/** Who a session is of. */
export interface SessionHolder {
  /** See `Caller.subject`. */
  subject: string;
  name: string;
  provider: string;
  tokenId: string | null;
  entity: string | null;
  profile: SessionProfile;
}
