import type { DebugCall, DebugResult } from '@gatehouse/contract';
import { type Body, BufferedBody } from '../exchange/body.ts';
import type { Exchange, RequestBody, RequestHead } from '../exchange/exchange.ts';
import { Fields, isFieldValue, isToken } from '../exchange/fields.ts';
import type { Gateway } from '../gateway.ts';
import type { Responder } from '../wire/wire.ts';
import { Trace } from './trace.ts';
import { describe } from './traced-route.ts';

/** Of a body, as much is shown. */
const SHOWN_BYTES_MAX = 256 * 1024;
const TIMEOUT_MS = 30_000;

/** Credentials are not shown, also to those who debug: whoever may look at a request may not thereby call in another's name. */
const HIDDEN = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key', 'x-ca-signature']);

/** The request cannot be sent as it is; the message goes to the user. */
export class DebugRequestError extends Error {
  override name = 'DebugRequestError';
}

/**
 * Sends a request the way of every other: the same snapshot, route, policies, limits and backend, and writes down what each step does
 * with it. It stands in the access log and in the metrics like every other.
 */
export async function debugExchange(gateway: Gateway, call: DebugCall): Promise<DebugResult> {
  const publication = gateway.snapshot?.publications.find(({ api, environment }) => api === call.api && environment === call.environment);
  const target = `/${call.environment}${publication?.basePath ?? `/${call.api}`}${call.request.path}${queryOf(call.request.query)}`;
  const head = toHead(call, target);
  const trace = new Trace(call.app);
  const startedMs = performance.now();
  const exchange = await answered(gateway, head, trace);
  if (exchange.route === null && exchange.error !== null)
    trace.entries.unshift({ step: 'route', outcome: 'refused', ms: 0, detail: describe(exchange.error) });
  else if (exchange.route !== null) {
    const { method, template } = exchange.route;
    trace.entries.unshift({
      step: 'route',
      outcome: 'passed',
      ms: 0,
      detail: `${method} ${template} of ${call.api} in ${call.environment}`,
    });
  }
  const body = await shownBody(exchange.responseBody);
  gateway.ended(exchange);
  const total = Math.round((performance.now() - startedMs) * 1000) / 1000;
  trace.entries.push({
    step: 'response',
    outcome: body.failed ? 'failed' : 'passed',
    ms: total,
    detail: body.failed ? 'The response broke off' : `Answered ${exchange.status} with ${body.bytes} bytes`,
  });
  const sent = trace.backendRequest;
  return {
    response: { status: exchange.status, headers: toHeaders(exchange.response.list), ...toText(body) },
    trace: trace.entries,
    backendRequest:
      sent === null ? null : { method: sent.method, url: sent.url, headers: toHeaders(sent.fields), ...toText(await shownBody(head.body)) },
  };
}

function answered(gateway: Gateway, head: RequestHead, trace: Trace): Promise<Exchange> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const responder: Responder = {
      send(exchange) {
        clearTimeout(timer);
        exchange.tunnel?.destroy();
        resolve(exchange);
      },
    };
    const exchange = gateway.debug(head, responder, trace);
    // The backend's own timeouts come first as a rule; this is for routes that have none.
    if (exchange.status === 0) timer = setTimeout(() => exchange.backendCall?.cancel(), TIMEOUT_MS);
  });
}

function toHead({ request }: DebugCall, target: string): RequestHead {
  const list: string[] = ['Host', 'debug.invalid'];
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (!isToken(name)) throw new DebugRequestError(`"${name.slice(0, 64)}" is not the name of a header`);
    for (const each of Array.isArray(value) ? value : [value]) {
      if (!isFieldValue(each)) throw new DebugRequestError(`The value of ${name} holds characters that no header may hold`);
      if (name.toLowerCase() === 'host') list[1] = each;
      else list.push(name, each);
    }
  }
  const body = request.body === undefined ? null : new DebugBody(Buffer.from(request.body));
  if (body !== null) list.push('Content-Length', String(body.length));
  return {
    method: request.method,
    target,
    protocol: 'HTTP/1.1',
    fields: new Fields(list),
    body,
    peerAddress: '127.0.0.1',
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

function shownBody(body: Body | string | Uint8Array | null): Promise<ShownBody> {
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
    const timer = setTimeout(() => stop(true), TIMEOUT_MS);
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
