import type { DebugCall, DebugResult } from '@gatehouse/contract';
import { type Body, BufferedBody } from '../exchange/body.ts';
import type { Exchange, RequestBody, RequestHead } from '../exchange/exchange.ts';
import { Fields, isFieldValue, isToken } from '../exchange/fields.ts';
import { parseHost } from '../exchange/host.ts';
import type { Gateway } from '../gateway.ts';
import type { Responder } from '../wire/wire.ts';
import { Trace } from './trace.ts';
import { describe } from './traced-route.ts';

/** Of a body, as much is shown. */
const SHOWN_BYTES_MAX = 256 * 1024;
/** For all of it. The control plane waits some seconds longer, so that what there is by then still counts. */
const TIMEOUT_MS = 30_000;

/** Credentials are not shown, also to those who debug: whoever may look at a request may not thereby call in another's name. */
const HIDDEN = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key', 'x-ca-signature']);

/** The request cannot be sent as it is; the message goes to the user. */
export class DebugRequestError extends Error {
  override name = 'DebugRequestError';
}

/** What only a proxy before the gateway may say, and what would lead to another environment. */
const DROPPED = new Set(['x-ca-stage', 'forwarded', 'x-request-id']);
const DROPPED_PREFIX = 'x-forwarded-';

/**
 * Sends a request the way of every other: the same snapshot, route, policies, limits and backend, and writes down what each step does
 * with it. It stands in the access log and in the metrics like every other. Whatever its path and fields say, it reaches the publication
 * that is debugged, or none. When its time is over, the answer is what there is by then. Throws `DebugRequestError`.
 */
export async function debugExchange(gateway: Gateway, call: DebugCall): Promise<DebugResult> {
  const head = toHead(gateway, call);
  const trace = new Trace(call);
  const startedMs = performance.now();
  const timeoutMs = Math.min(TIMEOUT_MS, call.timeoutMs ?? TIMEOUT_MS);
  const leftMs = () => Math.max(0, startedMs + timeoutMs - performance.now());
  const { exchange, inTime } = await answered(gateway, head, trace, leftMs());
  const { status } = exchange;
  noteRoute(trace, exchange);
  const body = inTime ? await shownBody(exchange.responseBody, leftMs()) : NO_BODY;
  gateway.ended(exchange);
  trace.entries.push({
    step: 'response',
    outcome: !inTime || body.failed ? 'failed' : 'passed',
    ms: Math.round((performance.now() - startedMs) * 1000) / 1000,
    detail: inTime ? describeBody(status, body) : `There was no answer within ${timeoutMs} ms; what was going on was cancelled`,
  });
  const sent = trace.backendRequest;
  return {
    response: inTime
      ? { status, headers: toHeaders(exchange.response.list), ...toText(body) }
      : { status: 0, headers: {}, ...toText(NO_BODY) },
    // A copy: what was cancelled may still write into it.
    trace: [...trace.entries],
    backendRequest:
      sent === null
        ? null
        : { method: sent.method, url: sent.url, headers: toHeaders(sent.fields), ...toText(await shownBody(head.body, timeoutMs)) },
  };
}

function noteRoute(trace: Trace, { route, error }: Exchange): void {
  if (route === null && error !== null) trace.entries.unshift({ step: 'route', outcome: 'refused', ms: 0, detail: describe(error) });
  else if (route !== null) {
    const detail = `${route.method} ${route.template} of ${trace.api} in ${trace.environment}`;
    trace.entries.unshift({ step: 'route', outcome: 'passed', ms: 0, detail });
  }
}

function describeBody(status: number, { failed, bytes }: ShownBody): string {
  return failed ? 'The response broke off' : `Answered ${status} with ${bytes} bytes`;
}

/** Resolves when the answer has begun, or when the time is over: a step that never ends must not hold who debugs, and the node. */
function answered(gateway: Gateway, head: RequestHead, trace: Trace, timeoutMs: number): Promise<{ exchange: Exchange; inTime: boolean }> {
  return new Promise((resolve) => {
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    const responder: Responder = {
      send(exchange) {
        exchange.tunnel?.destroy();
        if (over) {
          const body = exchange.responseBody;
          if (body !== null && typeof body === 'object' && 'cancel' in body) body.cancel(new Error('Nobody waits for it any more'));
          return;
        }
        clearTimeout(timer);
        over = true;
        resolve({ exchange, inTime: true });
      },
    };
    const exchange = gateway.debug(head, responder, trace);
    if (over) return;
    timer = setTimeout(() => {
      over = true;
      gateway.aborted(exchange);
      resolve({ exchange, inTime: false });
    }, timeoutMs);
  });
}

/** At a host that is bound to a domain, the path is as it is called there; elsewhere it stands below environment and base path. */
function toTarget(gateway: Gateway, { api, environment, request }: DebugCall, host: string): string {
  const { snapshot } = gateway;
  const asked = `${request.path}${queryOf(request.query)}`;
  if (snapshot?.domains.find(parseHost(host) ?? '') !== undefined) return asked;
  const publication = snapshot?.publications.find((each) => each.api === api && each.environment === environment);
  return `/${environment}${publication?.basePath ?? `/${api}`}${asked}`;
}

function toHead(gateway: Gateway, call: DebugCall): RequestHead {
  const { request } = call;
  const list: string[] = ['Host', 'debug.invalid'];
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (!isToken(name)) throw new DebugRequestError(`"${name.slice(0, 64)}" is not the name of a header`);
    const lowerName = name.toLowerCase();
    if (DROPPED.has(lowerName) || lowerName.startsWith(DROPPED_PREFIX)) continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (!isFieldValue(each)) throw new DebugRequestError(`The value of ${name} holds characters that no header may hold`);
      if (lowerName === 'host') list[1] = each;
      else list.push(name, each);
    }
  }
  const body = request.body === undefined ? null : new DebugBody(Buffer.from(request.body));
  if (body !== null) list.push('Content-Length', String(body.length));
  return {
    method: request.method,
    target: toTarget(gateway, call, list[1] as string),
    protocol: 'HTTP/1.1',
    fields: new Fields(list),
    body,
    peerAddress: call.clientAddress ?? '127.0.0.1',
    encrypted: false,
    upgrade: '',
  };
}

class DebugBody extends BufferedBody implements RequestBody {
  exchange: Exchange | null = null;
}

function queryOf(query: DebugCall['request']['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, each);
  return search.size === 0 ? '' : `?${search}`;
}

interface ShownBody {
  shown: Buffer;
  bytes: number;
  truncated: boolean;
  failed: boolean;
}

const NO_BODY: ShownBody = { shown: Buffer.alloc(0), bytes: 0, truncated: false, failed: false };

function shownBody(body: Body | string | Uint8Array | null, timeoutMs: number): Promise<ShownBody> {
  if (body === null || typeof body === 'string' || body instanceof Uint8Array) {
    const whole = Buffer.from(body ?? '');
    return Promise.resolve({
      shown: whole.subarray(0, SHOWN_BYTES_MAX),
      bytes: whole.length,
      truncated: whole.length > SHOWN_BYTES_MAX,
      failed: false,
    });
  }
  return new Promise((resolve) => {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    // A stream without an end, such as server-sent events, is shown as far as it came.
    const timer = setTimeout(() => stop(true), timeoutMs);
    const done = (truncated: boolean, failed: boolean) => {
      clearTimeout(timer);
      resolve({ shown: Buffer.concat(pieces).subarray(0, SHOWN_BYTES_MAX), bytes, truncated, failed });
    };
    const stop = (truncated: boolean) => {
      body.cancel(new Error('Enough was seen'));
      done(truncated, false);
    };
    body.start({
      data(chunk) {
        pieces.push(body.borrowed ? Uint8Array.from(chunk) : chunk);
        bytes += chunk.length;
        if (bytes > SHOWN_BYTES_MAX) stop(true);
      },
      end: () => done(false, false),
      fail: () => done(false, true),
    });
  });
}

function toText({ shown, truncated }: ShownBody): Pick<DebugResult['response'], 'body' | 'bodyEncoding' | 'truncated'> {
  const text = shown.toString('utf8');
  // A character that was cut in two is no reason to call the whole of it binary.
  const isText = truncated || Buffer.from(text).equals(shown);
  return isText ? { body: text, bodyEncoding: 'utf8', truncated } : { body: shown.toString('base64'), bodyEncoding: 'base64', truncated };
}

function toHeaders(list: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (let i = 0; i < list.length; i += 2) {
    const name = (list[i] as string).toLowerCase();
    headers[name] = [...(headers[name] ?? []), HIDDEN.has(name) ? '(hidden)' : (list[i + 1] as string)];
  }
  return { ...headers };
}
