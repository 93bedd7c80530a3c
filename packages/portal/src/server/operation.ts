import type { Operation, OperationCall, OperationInput, OperationResult } from '@gatehouse/contract/management';
import { takeEarlyAnswer } from './early-answers.ts';
import { reportUnreachable } from './reachability.ts';
import { notSignedIn, readServerError, ServerError, unreachable } from './server-error.ts';
import { reportSessionEnded } from './session-ended.ts';

/** Ways of one operation that are text in a URL, given as what they are read as: `limit: 10`, `confirm: true`. */
type InUrl<Given, Read> = {
  [Name in keyof Given]: Name extends keyof Read ? Read[Name] | (unknown extends Given[Name] ? never : Given[Name]) : Given[Name];
};

type Part<Key extends string, Value> = [Value] extends [undefined]
  ? { [Name in Key]?: undefined }
  : Record<never, never> extends Value
    ? { [Name in Key]?: Value }
    : { [Name in Key]: Value };

/** What a call of an operation takes; parts that it does not have or need may be left out. */
export type CallInput<Op extends Operation> = Part<'params', InUrl<OperationCall<Op>['params'], OperationInput<Op>['params']>> &
  Part<'query', InUrl<OperationCall<Op>['query'], OperationInput<Op>['query']>> &
  Part<'body', OperationCall<Op>['body']> & {
    /** The version that the resource must still have; else it is refused with `version.stale`. */
    ifMatch?: number | undefined;
    signal?: AbortSignal | undefined;
  };

type Loose = {
  params?: Record<string, unknown> | undefined;
  query?: Record<string, unknown> | undefined;
  body?: unknown;
  ifMatch?: number | undefined;
  signal?: AbortSignal | undefined;
};

/**
 * A call of the management interface. The type says which operation of the contract it is (so its method and path are checked against
 * it, and nothing of the contract is loaded); rejects with `ServerError`.
 */
export function operation<Op extends Operation>(method: Op['method'], path: Op['path']) {
  return async (...given: Record<never, never> extends CallInput<Op> ? [input?: CallInput<Op>] : [input: CallInput<Op>]) => {
    const input = (given[0] ?? {}) as Loose;
    return (await request(method, `/api/v1${fill(path, input.params)}${toQuery(input.query)}`, input)) as OperationResult<Op>;
  };
}

/** The path with its parameters. A name of dots would lead to another operation. */
function fill(path: string, params: Record<string, unknown> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(params[name]);
    if (/^\.{0,2}$/.test(value)) throw new ServerError({ status: 404, code: 'resource.not-found', title: 'There is no such resource' });
    return encodeURIComponent(value);
  });
}

function toQuery(query: Record<string, unknown> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
}

/** A request to our own server, with what proves that it comes from this page. Resolves with the JSON of a success. */
export async function request(method: string, url: string, input: Loose = {}): Promise<unknown> {
  const response = await send(method, url, input);
  return response.status === 204 ? undefined : response.json();
}

/** As `request`, for what is large and is not read on the page's own thread: resolves with the text of a success. */
export async function requestText(url: string, signal?: AbortSignal): Promise<string> {
  return (await send('GET', url, { signal })).text();
}

async function send(method: string, url: string, { body, ifMatch, signal }: Loose): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', 'x-gatehouse-csrf': '1' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (ifMatch !== undefined) headers['if-match'] = `"${ifMatch}"`;
  const early = method === 'GET' ? takeEarlyAnswer(url) : undefined;
  const asked =
    early ??
    fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  const response = await asked.catch((error: unknown) => {
    if (signal?.aborted) throw error;
    reportUnreachable();
    throw unreachable(method !== 'GET');
  });
  if (!response.ok) {
    const error = await readServerError(response);
    // Signing in itself is refused in its own words.
    if (error.status !== 401 || url.startsWith('/api/auth/')) throw error;
    reportSessionEnded();
    throw notSignedIn(error.requestId);
  }
  return response;
}
