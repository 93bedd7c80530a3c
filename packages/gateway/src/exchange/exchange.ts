import type { Duplex } from 'node:stream';
import type { CompiledPublication, CompiledRoute } from '../compile/compiled.ts';
import type { Trace } from '../debug/trace.ts';
import type { Body } from './body.ts';
import type { ClientCertificate, TlsClient } from './client-certificate.ts';
import { Fields } from './fields.ts';
import type { ErrorReply } from './reply.ts';

/** Who the gateway found the caller to be, after authentication. */
export interface Principal {
  /** Stable and unique among principals of its kind; what a limit is counted by. */
  readonly id: string;
  readonly kind: string;
  /** For people and for the backend; may change. */
  readonly name?: string;
}

/** A request body knows its exchange: it counts the bytes there and keeps to `requestBytesMax`. */
export interface RequestBody extends Body {
  exchange: Exchange | null;
}

/** What the listener knows of a request before anything else looks at it. */
export interface RequestHead {
  method: string;
  /** The request target as it came, origin form. */
  target: string;
  /** `HTTP/1.1` and so on. */
  protocol: string;
  fields: Fields;
  body: RequestBody | null;
  /** IP address of the peer that holds the connection. */
  peerAddress: string;
  encrypted: boolean;
  /** What the handshake said of the client; null or absent: there was none, or nobody asked. */
  tlsClient?: TlsClient | null;
  /** The value of Upgrade when the client asks to leave HTTP (RFC 9110 section 7.8), else empty. */
  upgrade: string;
}

/**
 * One request and its response on their way through the gateway: the only object that travels.
 * No type of any HTTP library appears in it. Every property is set in the constructor so that all exchanges share one shape.
 */
export class Exchange {
  readonly requestId: string;
  /** Milliseconds of `performance.now()` when the head was complete. */
  readonly startedMs: number;

  readonly method: string;
  readonly target: string;
  readonly protocol: string;
  readonly peerAddress: string;
  readonly upgrade: string;
  /** The certificate that the client showed to the gateway and that was accepted, or null. */
  readonly clientCertificate: ClientCertificate | null;
  /** Address of the client after believed X-Forwarded-For (trusted proxies only). */
  clientAddress: string;
  /** The peer is a trusted proxy. */
  readonly trustedPeer: boolean;
  /** `https` or `http`, after believed X-Forwarded-Proto. */
  scheme: 'http' | 'https';
  /** Host that the client asked for, lower case, without port. */
  host: string;

  /** Canonical path, the whole of it; policies and backends see no other form of it. Set by the router. */
  path = '';
  /** Part of the canonical path that the route was matched on: without environment, mapping key and base path. */
  routePath = '';
  /** Raw query without the question mark; empty when there is none. */
  query = '';
  /** Fields of the request. Steps may change them; integrations forward what is left. */
  readonly request: Fields;
  requestBody: Body | null;
  /** Bytes of the request body that have come so far. */
  requestBytes = 0;
  /** Beyond this many bytes the wire fails the body with `BodyTooLargeError`. Steps may lower it before the body flows. */
  requestBytesMax = Number.POSITIVE_INFINITY;

  publication: CompiledPublication | null = null;
  route: CompiledRoute | null = null;
  environment = '';
  /** Raw (canonical, percent-encoded) values of the path parameters, in the order of `route.parameterNames`. */
  params: readonly string[] = NONE;
  /** Key of the domain mapping that was used, `v1/pets`. */
  mappingKey: string | undefined = undefined;

  principal: Principal | null = null;
  /** Context that an authorizer produced (`context.authorizer.*`). Null: no authorizer ran. */
  authorizer: Record<string, string> | null = null;
  /** What policies keep from the request for the response; each finds its own by class or identity. */
  notes: unknown[] | null = null;

  /** 0 until there is a response. */
  status = 0;
  reason = '';
  /** Fields of the response. Replaced whole when the response comes. */
  response: Fields = new Fields();
  /** A stream from the backend, or bytes of our own. */
  responseBody: Body | string | Uint8Array | null = null;
  /** The error that the gateway itself answered with, or null. */
  error: ErrorReply | null = null;
  /** Name of the policy that refused, or null. */
  refusedBy: string | null = null;
  /** The client went away before its answer was complete. */
  aborted = false;
  responseBytes = 0;

  /** What the backend answered; 0: it was not asked or gave no answer. */
  backendStatus = 0;
  backendTarget = '';
  backendStartedMs = 0;
  /** Head of the backend's response. */
  backendHeadMs = 0;
  backendEndedMs = 0;
  /** The response was kept from before: the backend was not asked for it, or only whether it is still right. */
  fromCache = false;
  retries = 0;

  /** What waits for the backend, to be cancelled when the client goes away. */
  backendCall: { cancel(): void } | null = null;
  /** The connection to the backend after a 101, to be joined with the client's. */
  tunnel: Duplex | null = null;

  /** `traceparent` that is sent to the backend. */
  traceparent = '';
  /** Null but for a request that is being debugged. */
  trace: Trace | null = null;

  constructor(
    requestId: string,
    startedMs: number,
    head: RequestHead,
    trustedPeer: boolean,
    clientAddress: string,
    scheme: 'http' | 'https',
    host: string,
  ) {
    this.trustedPeer = trustedPeer;
    this.requestId = requestId;
    this.startedMs = startedMs;
    this.method = head.method;
    this.target = head.target;
    this.protocol = head.protocol;
    this.peerAddress = head.peerAddress;
    this.upgrade = head.upgrade;
    this.clientCertificate = head.tlsClient?.certificate ?? null;
    this.clientAddress = clientAddress;
    this.scheme = scheme;
    this.host = host;
    this.request = head.fields;
    this.requestBody = head.body;
    if (head.body !== null) head.body.exchange = this;
  }
}

const NONE: readonly string[] = [];
