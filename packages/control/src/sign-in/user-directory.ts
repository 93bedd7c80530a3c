/** A group of the catalog, named as it is written there. */
export interface DirectoryGroup {
  namespace: string;
  name: string;
}

/** A User entity of the catalog. */
export interface DirectoryUser {
  /** `user:default/jane`, in lower case. */
  ref: string;
  namespace: string;
  /** As it is written. */
  name: string;
  displayName: string | null;
  email: string | null;
  picture: string | null;
  /** What the user is a member of, and what that is in. */
  groups: readonly DirectoryGroup[];
}

export type DirectoryQuery = { ref: string } | { email: string } | { annotation: string; value: string };

/** The users of the catalog. Case does not matter in what is asked for. */
export interface UserDirectory {
  /** Two at most: whoever asks wants exactly one. */
  find(query: DirectoryQuery): Promise<DirectoryUser[]>;
}
