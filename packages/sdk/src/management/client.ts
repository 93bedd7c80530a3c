import type { Operation, OperationResult } from '@gatehouse/contract/management';
import type { CallInput, PagedOperation } from './call-input.ts';
import { ManagementError, toManagementError } from './management-error.ts';
import { toBaseUrl, toRequestUrl } from './request-url.ts';
import { notGatehouse, toUnreachable, UnreachableError } from './unreachable-error.ts';

const TIMEOUT_MS = 30_000;

export interface ManagementClientOptions {
  /** Where Gatehouse's control plane is, without `/api/v1`. */
  url: string;
  /** An access token; without one, what the fetch function adds counts, such as a browser's session. */
  token?: string;
  /** Default: the platform's. */
  fetch?: typeof globalThis.fetch;
  /** Longest wait for a whole answer, in milliseconds; default 30 s. */
  timeoutMs?: number;
}

/** The answer to a call that was not refused. */
export interface CallAnswer<Op extends Operation> {
  status: number;
  body: OperationResult<Op>;
  /** Of a resource that has one: what `ifMatch` takes. */
  version?: number;
}

type InputOf<Op extends Operation> = Record<never, never> extends CallInput<Op> ? [input?: CallInput<Op>] : [input: CallInput<Op>];

/** Calls the operations of the management interface. */
export interface ManagementClient {
  /**
   * Calls one operation. Answers are not checked against the operation's schema. Rejects with `ManagementError` when Gatehouse refuses,
   * with `UnreachableError` when nothing of it was heard; with the reason of `signal` when that aborts.
   */
  call<Op extends Operation>(operation: Op, ...input: InputOf<Op>): Promise<CallAnswer<Op>>;
  /** The pages of a list, read one after another as they are asked for. Rejects as `call` does. */
  pages<Op extends Operation>(operation: Op & PagedOperation<Op>, ...input: InputOf<Op>): AsyncGenerator<OperationResult<Op>, void>;
}

/** One call, its types left behind. */
interface LooseInput {
  params?: object;
  query?: object;
  body?: unknown;
  ifMatch?: number;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/**
 * Creates a client. It never follows redirects, so that the token goes to `url` and nowhere else, and the token is in no message. Throws
 * a TypeError for a URL or token that cannot be one.
 */
export function createManagementClient(options: ManagementClientOptions): ManagementClient {
  const { token, fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS } = options;
  const base = toBaseUrl(options.url);
  // What fetch throws for it would quote it.
  if (token !== undefined && !/^[\x21-\x7e]{1,4096}$/.test(token)) {
    throw new TypeError('The access token is empty, or holds spaces or other characters that none can have');
  }

  async function send(operation: Operation, input: LooseInput): Promise<CallAnswer<Operation>> {
    const url = toRequestUrl(base, operation.path, input.params, input.query);
    const waitMs = input.timeoutMs ?? timeoutMs;
    const isChange = operation.method !== 'GET';
    const timeout = AbortSignal.timeout(waitMs);
    try {
      const response = await fetch(url.href, {
        method: operation.method,
        headers: toHeaders(token, input),
        redirect: 'manual',
        cache: 'no-store',
        signal: input.signal === undefined ? timeout : AbortSignal.any([input.signal, timeout]),
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      });
      return await readAnswer(response, base.origin, isChange);
    } catch (error) {
      if (error instanceof ManagementError || input.signal?.aborted === true || error instanceof UnreachableError) throw error;
      throw toUnreachable(error, base.origin, isChange, waitMs);
    }
  }

  async function* pages(operation: Operation, input: LooseInput): AsyncGenerator<unknown, void> {
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? input.query : { ...input.query, cursor };
      const page = (await send(operation, { ...input, query })).body as { nextCursor?: string };
      yield page;
      if (page.nextCursor !== undefined && page.nextCursor === cursor) throw notGatehouse(base.origin, 'one page of a list twice', false);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  const client = {
    call: (operation: Operation, input: LooseInput = {}) => send(operation, input),
    pages: (operation: Operation, input: LooseInput = {}) => pages(operation, input),
  };
  return client as unknown as ManagementClient;
}

function toHeaders(token: string | undefined, { body, ifMatch }: LooseInput): Record<string, string> {
  return {
    Accept: 'application/json, application/problem+json',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(ifMatch === undefined ? {} : { 'If-Match': `"${ifMatch}"` }),
  };
}

async function readAnswer(response: Response, origin: string, isChange: boolean): Promise<CallAnswer<Operation>> {
  const { status } = response;
  // A browser tells nothing of a redirect that it did not follow but that there was one.
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    await response.body?.cancel();
    throw notGatehouse(origin, 'a redirect, which is not followed because the token is for this address only', false);
  }
  const text = await response.text();
  const document = parseJson(text);
  if (!response.ok) throw toManagementError(status, document) ?? notGatehouse(origin, whatCame(response), isChange);
  if (document === undefined) throw notGatehouse(origin, whatCame(response), isChange);
  const version = versionOf(response.headers.get('etag'));
  return { status, body: document, ...(version === undefined ? {} : { version }) };
}

function whatCame({ status, headers }: Response): string {
  const type = headers.get('content-type')?.split(';', 1)[0]?.slice(0, 100) ?? 'nothing';
  return `status ${status} and ${type}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Proxies that compress answers make a weak tag of a strong one; the version is the same. */
function versionOf(tag: string | null): number | undefined {
  const match = /^(?:W\/)?"([0-9]{1,15})"$/.exec(tag ?? '');
  return match === null ? undefined : Number(match[1]);
}
