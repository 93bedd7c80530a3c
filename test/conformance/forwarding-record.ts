import type { FieldExpectations } from '../support/matchers.ts';
import type { OriginScript } from '../support/origin-script.ts';

/**
 * A well-formed request, what the backend must get of it and what the client must get back. The runner sends every record in one
 * piece and byte by byte, to the gateway named, and demands besides that the gateway spoke valid HTTP/1.1 on both sides, that
 * X-Request-Id came back, and that the connection still works (or is closed, where `closes` says so).
 */
export interface ForwardingRecord {
  /** Unique; says what happens. */
  id: string;
  /** The rule that it proves. */
  rule: string;
  /** Which gateway it is for: `trusting` has the peer (127.0.0.1) in trustedProxies. */
  gateway?: 'plain' | 'trusting';
  request: string;
  /** What the backend does; by default it reads the request and answers 200. */
  origin?: OriginScript;
  expect: {
    status: number;
    fields?: FieldExpectations;
    /** The body as Latin-1 text. */
    body?: string;
    trailers?: FieldExpectations;
    closes?: true;
    /** What the backend got; `nothing`: it must not have been asked. */
    backend?: BackendExpectation | 'nothing';
  };
}

export interface BackendExpectation {
  /** The request line, byte for byte. */
  line?: string;
  fields?: FieldExpectations;
  body?: string;
  trailers?: FieldExpectations;
}
