import type { Duplex } from 'node:stream';
import type { BackendDefinition } from '@gatehouse/contract';
import { ResponseStore } from '../cache/response-store.ts';
import { type Body, type BodySink, BodyTimeoutError, BodyTooLargeError, BufferedBody } from '../exchange/body.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Fields } from '../exchange/fields.ts';
import { ErrorReply } from '../exchange/reply.ts';
import { type BackendCall, BackendError, type BackendResponseHandler, type Connector } from '../wire/wire.ts';
import type { BalancedTarget, Balancer } from './balancer.ts';
import { type Deadlines, Timed } from './deadlines.ts';
import { RetryBudget } from './retry-budget.ts';
import type { TargetStates } from './target-states.ts';

/** One address of an upstream. */
export interface UpstreamTarget extends BalancedTarget {
  /** See `targetId`. */
  readonly id: string;
  readonly url: string;
  /** Scheme, host and port, or the socket: for logs and metrics. */
  readonly label: string;
  /** Value of the Host field. */
  readonly host: string;
  /** Path of the target's URL without a slash at its end. */
  readonly pathPrefix: string;
  /** The URL up to where the path of a request goes on. */
  readonly prefix: string;
  readonly connector: Connector;
}

/** Every timeout with its value; 0: none. */
export interface EffectiveTimeouts {
  connectMs: number;
  responseMs: number;
  idleMs: number;
  totalMs: number;
}

/** What an upstream counts for the metrics. */
export interface UpstreamEvents {
  retried(upstream: Upstream): void;
  ejected(upstream: Upstream, target: string): void;
}

export interface UpstreamOptions {
  backend: string;
  environment: string;
  targets: readonly UpstreamTarget[];
  balancer: Balancer<UpstreamTarget>;
  definition: BackendDefinition;
  states: TargetStates;
  deadlines: Deadlines;
  events: UpstreamEvents;
}

/** The request of one exchange, as the integration made it. */
export interface OutgoingRequest {
  method: string;
  /** Path and query, without the target's prefix. */
  target: string;
  /** Flat list; its first entry is Host, whose value is set per target (unless the client's is kept). */
  fields: string[];
  upgrade: string;
}

/** RFC 9110 section 9.2.2: methods whose request may be sent again. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** How often a request is sent again because a kept connection turned out to be closed. */
const STALE_RETRIES_MAX = 5;

/** A backend in one environment: its targets, who is next, and what happens when one fails. */
export class Upstream {
  readonly options: UpstreamOptions;
  readonly budget: RetryBudget;
  /** What its responses are kept in; null: they are not. */
  readonly responses: ResponseStore | null;

  constructor(options: UpstreamOptions) {
    this.options = options;
    this.budget = new RetryBudget(options.definition.retry.budget);
    const { cache } = options.definition;
    this.responses = cache === undefined ? null : new ResponseStore(cache.bytesMax);
  }

  /**
   * Sends the exchange's request, and its body, to a target. Resolves when the head of the response is there, with the exchange filled
   * in; or with the error to answer.
   */
  send(exchange: Exchange, request: OutgoingRequest, timeouts: EffectiveTimeouts): Promise<ErrorReply | undefined> {
    return new Promise((resolve) => {
      new UpstreamCall(this, exchange, request, timeouts, resolve).begin();
    });
  }

  /** Whether one more target may be taken out (`ejection.shareMax`). */
  mayEject(nowMs: number): boolean {
    const { targets, states, definition } = this.options;
    let out = 0;
    for (const target of targets) if (states.isEjected(target.slot, nowMs)) out++;
    return out + 1 <= targets.length * definition.ejection.shareMax;
  }
}

const CONNECTING = 0;
const AWAITING_HEAD = 1;
const STREAMING = 2;
const DONE = 3;

/** One exchange with its backend: the tries, the clock, and the body on its way back. */
class UpstreamCall extends Timed implements BackendResponseHandler, Body, BodySink {
  readonly #upstream: Upstream;
  readonly #exchange: Exchange;
  readonly #request: OutgoingRequest;
  readonly #timeouts: EffectiveTimeouts;
  readonly #resolve: (error: ErrorReply | undefined) => void;
  readonly #totalDeadlineMs: number;
  readonly #tried: UpstreamTarget[] = [];
  #target: UpstreamTarget | null = null;
  #call: BackendCall | null = null;
  #phase = CONNECTING;
  #bodySent = false;
  #staleRetries = 0;
  #attempts = 0;
  #inner: Body | null = null;
  #sink: BodySink | null = null;
  length = -1;
  borrowed = true;

  constructor(
    upstream: Upstream,
    exchange: Exchange,
    request: OutgoingRequest,
    timeouts: EffectiveTimeouts,
    resolve: (error: ErrorReply | undefined) => void,
  ) {
    super();
    this.#upstream = upstream;
    this.#exchange = exchange;
    this.#request = request;
    this.#timeouts = timeouts;
    this.#resolve = resolve;
    const nowMs = performance.now();
    exchange.backendStartedMs = nowMs;
    this.#totalDeadlineMs = timeouts.totalMs === 0 ? Number.POSITIVE_INFINITY : nowMs + timeouts.totalMs;
  }

  begin(): void {
    const { budget, options } = this.#upstream;
    budget.countRequest(this.#exchange.backendStartedMs);
    this.#exchange.backendCall = this;
    options.deadlines.add(this);
    const target = options.balancer.pick(this.#tried, Date.now());
    if (target === undefined) this.#conclude(new ErrorReply('backend.unavailable', { cause: 'no target is healthy' }));
    else this.#try(target);
  }

  #try(target: UpstreamTarget): void {
    const { options } = this.#upstream;
    const exchange = this.#exchange;
    const request = this.#request;
    this.#target = target;
    this.#tried.push(target);
    this.#phase = CONNECTING;
    this.#setDeadline(this.#timeouts.connectMs);
    exchange.backendTarget = target.label;
    if (options.definition.hostHeader === 'target') request.fields[1] = target.host;
    options.states.begin(target.slot);
    this.#call = null;
    exchange.trace?.sent(request.method, target.prefix + request.target, request.fields);
    const call = target.connector.send(
      {
        method: request.method,
        target: target.pathPrefix + request.target,
        fields: request.fields,
        body: exchange.requestBody,
        upgrade: request.upgrade,
      },
      this,
    );
    // The call may have failed and been tried elsewhere before `send` returned.
    if (this.#call === null && this.#phase !== DONE) this.#call = call;
  }

  sent(awaitsBackend: boolean): void {
    if (this.#phase > AWAITING_HEAD) return;
    this.#phase = AWAITING_HEAD;
    if (!awaitsBackend) this.#bodySent = true;
    this.#setDeadline(awaitsBackend ? this.#timeouts.responseMs : 0);
  }

  head(status: number, reason: string, fields: Fields, body: Body | null): void {
    const { states } = this.#upstream.options;
    const exchange = this.#exchange;
    const nowMs = performance.now();
    if (this.#target !== null) states.recordSuccess(this.#target.slot);
    exchange.backendHeadMs = nowMs;
    exchange.backendStatus = status;
    exchange.status = status;
    exchange.reason = reason;
    exchange.response = fields;
    if (body === null || body instanceof BufferedBody) {
      exchange.responseBody = body;
      this.#finish(nowMs);
    } else {
      this.#phase = STREAMING;
      this.#inner = body;
      this.length = body.length;
      this.borrowed = body.borrowed;
      exchange.responseBody = this;
      this.#setDeadline(this.#timeouts.idleMs);
    }
    this.#resolve(undefined);
  }

  upgraded(status: number, reason: string, fields: Fields, socket: Duplex): void {
    const exchange = this.#exchange;
    if (this.#target !== null) this.#upstream.options.states.recordSuccess(this.#target.slot);
    const nowMs = performance.now();
    exchange.backendHeadMs = nowMs;
    exchange.backendStatus = status;
    exchange.status = status;
    exchange.reason = reason;
    exchange.response = fields;
    exchange.tunnel = socket;
    this.#finish(nowMs);
    this.#resolve(undefined);
  }

  failed(error: BackendError): void {
    if (this.#phase === DONE) return;
    const target = this.#leaveTarget();
    if (error.kind === 'request') return this.#conclude(requestError(error));
    if (error.kind === 'queue-full') return this.#conclude(new ErrorReply('backend.unavailable', { cause: error.message }));
    if (error.kind !== 'stale') this.#countFailure(target);
    const next = this.#nextTarget(error, target);
    if (next === undefined) this.#conclude(new ErrorReply('backend.failed', { cause: `${target.label}: ${error.message}` }));
    else this.#retry(next);
  }

  override expire(): void {
    if (this.#phase === DONE) return;
    if (this.#phase === STREAMING) {
      const sink = this.#sink;
      this.#inner?.cancel(new Error('The backend stopped sending'));
      this.#finish(performance.now());
      sink?.fail(new BackendError('response', 'The backend did not send the rest of its response in time'));
      return;
    }
    const connecting = this.#phase === CONNECTING;
    const target = this.#leaveTarget();
    this.#call?.cancel();
    this.#call = null;
    this.#countFailure(target);
    const next =
      connecting && performance.now() < this.#totalDeadlineMs
        ? this.#nextTarget(new BackendError('connect', 'connecting took too long'), target)
        : undefined;
    if (next === undefined)
      this.#conclude(
        new ErrorReply('backend.timeout', { cause: `${target.label}: ${connecting ? 'connecting' : 'the response'} took too long` }),
      );
    else this.#retry(next);
  }

  /** Nobody wants the answer, or the rest of it: the client went away, or the gateway answers with an error. */
  cancel(): void {
    if (this.#phase === DONE) return;
    if (this.#phase === STREAMING) {
      this.#inner?.cancel(new Error('The client went away'));
      this.#finish(performance.now());
      return;
    }
    this.#leaveTarget();
    this.#call?.cancel();
    this.#conclude(new ErrorReply('backend.failed', { cause: 'the client went away' }));
  }

  #retry(target: UpstreamTarget): void {
    this.#exchange.retries++;
    this.#upstream.options.events.retried(this.#upstream);
    this.#upstream.options.deadlines.add(this);
    this.#try(target);
  }

  /** Where the request may go next, or undefined when it must not be sent again. */
  #nextTarget(error: BackendError, failed: UpstreamTarget): UpstreamTarget | undefined {
    const { balancer, definition } = this.#upstream.options;
    const body = this.#exchange.requestBody;
    if (this.#request.upgrade !== '' && error.kind !== 'connect') return undefined;
    const replayable = body === null || body instanceof BufferedBody || !this.#bodySent;
    if (!replayable || (error.kind !== 'connect' && !IDEMPOTENT.has(this.#request.method))) return undefined;
    // A kept connection that was closed says nothing about the target: the request goes there again, on another connection.
    if (error.kind === 'stale') return this.#staleRetries++ < STALE_RETRIES_MAX ? failed : undefined;
    if (this.#attempts >= definition.retry.attempts) return undefined;
    const nowMs = Date.now();
    const other = balancer.pick(this.#tried, nowMs) ?? (error.kind === 'response' ? balancer.pick(NONE, nowMs) : undefined);
    if (other === undefined || !this.#upstream.budget.take()) return undefined;
    this.#attempts++;
    return other;
  }

  #countFailure(target: UpstreamTarget): void {
    const { states, definition, events } = this.#upstream.options;
    const nowMs = Date.now();
    if (states.recordFailure(target.slot, definition.ejection, nowMs, () => this.#upstream.mayEject(nowMs)))
      events.ejected(this.#upstream, target.label);
  }

  #leaveTarget(): UpstreamTarget {
    const target = this.#target as UpstreamTarget;
    this.#target = null;
    this.#upstream.options.states.end(target.slot);
    return target;
  }

  #conclude(error: ErrorReply): void {
    this.#phase = DONE;
    this.#exchange.backendEndedMs = performance.now();
    this.#exchange.backendCall = null;
    this.#upstream.options.deadlines.delete(this);
    this.#resolve(error);
  }

  /** The response is whole, or will never be. */
  #finish(nowMs: number): void {
    if (this.#phase === DONE) return;
    this.#phase = DONE;
    this.#exchange.backendEndedMs = nowMs;
    this.#exchange.backendCall = null;
    this.#upstream.options.deadlines.delete(this);
    if (this.#target !== null) this.#leaveTarget();
  }

  #setDeadline(ms: number): void {
    this.deadlineMs = Math.min(this.#totalDeadlineMs, this.#upstream.options.deadlines.after(ms));
  }

  // The body on its way back: what the listener reads, and what reads the connection.

  get broken(): boolean {
    return this.#inner?.broken === true;
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    this.#inner?.start(this);
  }

  pause(): void {
    // A slow client must not look like a slow backend.
    this.#setDeadline(0);
    this.#inner?.pause();
  }

  resume(): void {
    this.#setDeadline(this.#timeouts.idleMs);
    this.#inner?.resume();
  }

  data(chunk: Uint8Array): void {
    if (chunk.length !== this.length) this.#setDeadline(this.#timeouts.idleMs);
    this.#sink?.data(chunk);
  }

  end(trailers: Fields | undefined): void {
    this.#finish(performance.now());
    this.#sink?.end(trailers);
  }

  fail(error: Error): void {
    const target = this.#target;
    if (target !== null) this.#countFailure(target);
    this.#finish(performance.now());
    this.#sink?.fail(error);
  }
}

const NONE: readonly UpstreamTarget[] = [];

function requestError(error: BackendError): ErrorReply {
  if (error.cause instanceof BodyTooLargeError) return new ErrorReply('request.body-too-large');
  if (error.cause instanceof BodyTimeoutError) return new ErrorReply('request.timeout');
  return new ErrorReply('request.malformed', { cause: error.message });
}
