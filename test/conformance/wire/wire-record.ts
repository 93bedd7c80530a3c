import type { ListenerName } from '../../support/listeners.ts';
import type { FieldExpectations } from '../../support/matchers.ts';
import type { RawBytes } from '../../support/raw-client.ts';

/**
 * Bytes on one connection, and what a listener must make of them. The runner sends every record in one piece and byte by byte and
 * demands besides: answers in the order of the requests, one for each; behind an accepted last message the connection still
 * understands a further request; behind a refusal it is closed and nothing more is answered; every exchange ends once.
 */
export interface WireRecord {
  /** Unique; says what is sent. */
  id: string;
  /** The rule that it proves: RFC and section. */
  rule: string;
  send: RawBytes;
  /** Sent when the interim answer 100 has come, which it must (RFC 9110 section 10.1.1). */
  afterContinue?: string;
  /** The client ends its side behind what it has sent. */
  halfClose?: true;
  /** What comes of it, message by message. */
  expect: readonly Outcome[];
  /** The connection is closed behind the last accepted message, as one of the two sides asked for. */
  closes?: true;
  /** Where a listener does otherwise, and why that is right or harmless. */
  differs?: Partial<Record<ListenerName, Difference>>;
}

export type Outcome = Accepted | Refused | Broken;

/** Handed over whole, and answered. */
export interface Accepted {
  kind: 'accepted';
  method: string;
  target: string;
  protocol?: string;
  fields?: FieldExpectations;
  /** Latin-1 text; empty when not given. */
  body?: string;
  trailers?: FieldExpectations;
  upgrade?: string;
  /** Handed over, and the connection closed before its answer. */
  unanswered?: true;
  answer?: { status: number; fields?: FieldExpectations; body?: string };
}

/** Not handed over at all; `status` 0: closed without an answer. */
export interface Refused {
  kind: 'refused';
  status: number | readonly number[];
  /** The connection goes on. Never ours. */
  kept?: true;
}

/** The head is in order and the body is not: handed over at most as a request whose body fails, never as a whole one. */
export interface Broken {
  kind: 'broken';
  status: number | readonly number[];
}

export interface Difference {
  expect: readonly Outcome[];
  closes?: true;
  /** Byte by byte it does as the others. */
  inOnePieceOnly?: true;
  why: string;
}

export type AcceptedParts = Omit<Accepted, 'kind' | 'method' | 'target'>;

export function accepted(method: string, target: string, parts: AcceptedParts = {}): Accepted {
  return { kind: 'accepted', method, target, ...parts };
}

export function refused(status: number | readonly number[] = 400): Refused {
  return { kind: 'refused', status };
}

export function broken(status: number | readonly number[] = 400): Broken {
  return { kind: 'broken', status };
}
