import { DEFINITION_BYTES_MAX } from '@gatehouse/sdk/onboarding';
import { UsageError } from '../usage-error.ts';

/** Reads texts from URLs. */
export interface TextFetcher {
  (url: string): Promise<string>;
  /** The first URL without user and query, where secrets are put: what the document is asked for by, and called in messages. */
  shown: string;
}

const TIMEOUT_MS = 30_000;

/**
 * Creates a fetcher for a document and what it refers to on the same origin: a document must not make a pipeline ask others. Keeps what it
 * read in `texts`. Throws a `UsageError` for a URL that cannot be one.
 */
export function createTextFetcher(root: string, texts: Map<string, string>): TextFetcher {
  const url = URL.parse(root);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UsageError('"--from-url" must be an absolute http or https URL, such as http://localhost:8080/v3/api-docs');
  }
  const shown = `${url.origin}${url.pathname}`;
  const fetchText = async (given: string) => {
    const target = given === shown ? new URL(url) : new URL(given);
    if (target.origin !== url.origin) throw new Error(`it is not at ${url.origin}, where the document is`);
    const text = await read(target, url, given === shown ? 'follow' : 'manual');
    texts.set(given, text);
    return text;
  };
  return Object.assign(fetchText, { shown });
}

async function read(url: URL, { username, password }: URL, redirect: 'follow' | 'manual'): Promise<string> {
  // fetch refuses URLs with a user in them.
  const plain = new URL(`${url.pathname}${url.search}`, url.origin);
  const basic = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  let response: Response;
  try {
    response = await fetch(plain, {
      headers: {
        Accept: 'application/json, application/yaml, text/yaml;q=0.9, */*;q=0.1',
        ...(username === '' ? {} : { Authorization: basic }),
      },
      redirect,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : undefined;
    throw new Error(typeof cause === 'string' ? `no answer: ${cause}` : `no answer within ${TIMEOUT_MS / 1000} s`);
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`it answered ${response.status}`);
  }
  return await readBounded(response);
}

async function readBounded(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > DEFINITION_BYTES_MAX) throw new Error(`it is larger than ${DEFINITION_BYTES_MAX / 2 ** 20} MiB`);
    pieces.push(piece);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
}
