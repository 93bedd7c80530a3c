import type { ExternalUser } from './external-user.ts';

/** What of a sign-in is known when the browser is sent to the provider. */
export interface StartedFlow {
  redirectUri: string;
  state: string;
  nonce: string;
  /** PKCE (RFC 7636). */
  verifier: string;
}

/** A provider that people are sent to, and that sends them back with a code. Rejects with `SignInError`. */
export interface SignInProvider {
  readonly id: 'github' | 'oidc';
  readonly title: string;
  /** Where to send the browser. */
  start(flow: StartedFlow): Promise<URL>;
  /** Who came back. `answer`: the query that the provider sent. */
  finish(flow: StartedFlow, answer: URLSearchParams): Promise<ExternalUser>;
}
