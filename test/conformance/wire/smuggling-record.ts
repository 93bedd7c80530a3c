import type { RawBytes } from '../../support/raw-client.ts';

/**
 * An attack: bytes that some readers take for one request and others for two, or for another one. The runner demands that the backend
 * sees at most what is named here, none of it with a byte that RFC 9112 forbids, and never what the attacker has hidden.
 */
export interface SmugglingRecord {
  /** Unique; says what is tried. */
  id: string;
  /** Who falls for it, or where it is described. */
  source: string;
  send: RawBytes;
  outcome: SmugglingOutcome;
}

export type SmugglingOutcome =
  /** Refused and closed; no whole request at the backend. */
  | { kind: 'refused' }
  /** It is one harmless request, and the backend gets exactly this. */
  | { kind: 'forwarded'; line: string; body: string; without?: readonly string[] }
  /** Refusing it and forwarding it in this harmless form are both right. */
  | { kind: 'either'; line: string; body: string; without?: readonly string[] };

/** What must never arrive as a request of its own. */
export const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: gw.example\r\nX-Smuggled: 1\r\n\r\n';
