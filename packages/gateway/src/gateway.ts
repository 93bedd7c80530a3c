import type { GatewayErrorCode } from '@gatehouse/contract';
import type { CompiledSnapshot } from './compile/compiled.ts';
import type { Trace } from './debug/trace.ts';
import { problemProfile } from './errors/problem-profile.ts';
import type { TlsClient } from './exchange/client-certificate.ts';
import { Exchange, type RequestHead } from './exchange/exchange.ts';
import { removeConnectionFields } from './exchange/fields.ts';
import { parseHost } from './exchange/host.ts';
import { ErrorReply, type Reply } from './exchange/reply.ts';
import { Runner, type RunnerLog } from './pipeline/run.ts';
import { clientAddress } from './shared/address.ts';
import { createRequestId } from './telemetry/request-id.ts';
import { continuesTrace, nextTraceparent, nextTracestate } from './telemetry/trace-context.ts';
import type { ListenerHandler, Responder } from './wire/wire.ts';

export interface GatewayOptions {
  /** Whether a peer is a trusted proxy; null when there are none. */
  isTrusted: ((address: string) => boolean) | null;
  /** Why a request for a host is not served to a client; null: client certificates are asked of nobody. */
  clientCertificates?: { readonly active: boolean; refusal(host: string, client: TlsClient | null): ErrorReply | undefined } | null;
  /** Largest request body in bytes; 0: no limit. Policies may lower it. */
  bodyBytesMax: number;
  /** Called once for each exchange, when its answer is complete or its client gone. */
  record(exchange: Exchange, nowMs: number): void;
  /** A message was refused before it became an exchange. */
  refused(reason: string): void;
  log: RunnerLog;
}

/** The data plane of one thread: what the listener calls, and the snapshot that is live. */
export class Gateway implements ListenerHandler {
  readonly #options: GatewayOptions;
  readonly #runner: Runner;
  #snapshot: CompiledSnapshot | null = null;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#runner = new Runner(options.log);
  }

  get snapshot(): CompiledSnapshot | null {
    return this.#snapshot;
  }

  /** From the next request on; requests in flight end on the snapshot on which they began. */
  swap(snapshot: CompiledSnapshot): void {
    this.#snapshot = snapshot;
  }

  handle(head: RequestHead, responder: Responder): Exchange {
    return this.#handle(head, responder, null);
  }

  /** Like `handle`, for a request that somebody sends to see what happens to it. */
  debug(head: RequestHead, responder: Responder, trace: Trace): Exchange {
    return this.#handle(head, responder, trace);
  }

  #handle(head: RequestHead, responder: Responder, trace: Trace | null): Exchange {
    const nowMs = performance.now();
    const { fields, peerAddress } = head;
    removeConnectionFields(fields);
    // Whoever debugs writes the fields himself: what only a proxy may say is not believed, whichever address stands for him.
    const trusted = trace === null && this.#options.isTrusted?.(peerAddress) === true;
    let scheme: 'http' | 'https' = head.encrypted ? 'https' : 'http';
    let client = peerAddress;
    let hostField = fields.get('host') ?? '';
    if (trusted) {
      client = clientAddress(peerAddress, fields.all('x-forwarded-for'), this.#options.isTrusted as (address: string) => boolean);
      const proto = fields.get('x-forwarded-proto');
      if (proto === 'https' || proto === 'http') scheme = proto;
      hostField = fields.get('x-forwarded-host') ?? hostField;
    }
    const host = parseHost(hostField) ?? '';
    const requestId = (trusted ? believedRequestId(fields.get('x-request-id')) : undefined) ?? createRequestId();
    const exchange = new Exchange(requestId, nowMs, head, trusted, client, scheme, host);
    if (this.#options.bodyBytesMax !== 0) exchange.requestBytesMax = this.#options.bodyBytesMax;
    exchange.trace = trace;
    continueTrace(exchange);
    const snapshot = this.#snapshot;
    const { clientCertificates } = this.#options;
    const refusal = clientCertificates?.active === true ? clientCertificates.refusal(host, head.tlsClient ?? null) : undefined;
    if (refusal !== undefined) refuseExchange(exchange, responder, refusal);
    // Ready comes after the first snapshot, so this is a client that did not wait.
    else if (snapshot === null) refuseExchange(exchange, responder, new ErrorReply('gateway.draining'));
    else this.#runner.run(snapshot, exchange, responder);
    return exchange;
  }

  aborted(exchange: Exchange): void {
    exchange.aborted = true;
    exchange.backendCall?.cancel();
    exchange.tunnel?.destroy();
  }

  ended(exchange: Exchange): void {
    // What the client did not wait for was answered by nobody: 499, as nginx has it.
    if (exchange.aborted && exchange.backendStatus === 0) exchange.status = CLIENT_CLOSED_REQUEST;
    this.#options.record(exchange, performance.now());
  }

  failed(exchange: Exchange, error: unknown): void {
    this.#options.log.failed(exchange, 'the listener', error);
  }

  refuse(code: GatewayErrorCode, reason: string): Reply {
    this.#options.refused(reason);
    const requestId = createRequestId();
    const reply = problemProfile.render(new ErrorReply(code, { detail: reason }), null, requestId);
    return Object.assign(reply, { fields: [...reply.fields, 'X-Request-Id', requestId] });
  }
}

/** Answers before anybody has looked for what the request is for. */
function refuseExchange(exchange: Exchange, responder: Responder, error: ErrorReply): void {
  exchange.error = error;
  const reply = problemProfile.render(error, exchange, exchange.requestId);
  exchange.status = reply.status;
  exchange.response.list = [...reply.fields];
  exchange.responseBody = reply.body ?? null;
  responder.send(exchange);
}

/**
 * Continues the client's trace, or begins one (W3C Trace Context). Several traceparent fields are none, and tracestate means nothing
 * without the traceparent that it came with.
 */
function continueTrace(exchange: Exchange): void {
  const { request } = exchange;
  let incoming = request.get('traceparent');
  if (incoming !== undefined && request.all('traceparent').length > 1) incoming = undefined;
  exchange.traceparent = nextTraceparent(incoming);
  const tracestate = request.joined('tracestate');
  if (tracestate === undefined) return;
  const next = incoming !== undefined && continuesTrace(exchange.traceparent, incoming) ? nextTracestate(tracestate) : undefined;
  if (next === undefined) request.remove('tracestate');
  else request.set('tracestate', 'tracestate', next);
}

const CLIENT_CLOSED_REQUEST = 499;

/** An id from a trusted proxy, when it is one that may stand in a log and a field. */
function believedRequestId(value: string | undefined): string | undefined {
  return value !== undefined && /^[A-Za-z0-9._:/+=@-]{1,128}$/.test(value) ? value : undefined;
}
