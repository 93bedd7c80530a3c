const BYTES_MAX = 20 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
const REDIRECTS_MAX = 3;

/**
 * Reads texts from one origin: the one of a URL that the operator wrote into the configuration. What such a document refers to
 * elsewhere is refused, so a fetched document cannot make the gateway ask other hosts. Rejects with a message for the user.
 */
export function createTextFetcher(origin: string): (url: string) => Promise<string> {
  return async (url) => {
    let current = url;
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      if (URL.parse(current)?.origin !== origin)
        throw new Error(`${new URL(current).origin} is not ${origin}: a definition is read from one origin only`);
      const response = await fetch(current, {
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { Accept: 'application/yaml, application/json, text/plain, */*' },
      });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location !== null) {
        await response.body?.cancel();
        current = new URL(location, current).href;
        continue;
      }
      if (!response.ok) throw new Error(`the server answered with status ${response.status}`);
      return await readText(response);
    }
    throw new Error('there are too many redirects');
  };
}

async function readText(response: Response): Promise<string> {
  if (Number(response.headers.get('content-length') ?? 0) > BYTES_MAX) throw new Error('the document is larger than 20 MiB');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > BYTES_MAX) throw new Error('the document is larger than 20 MiB');
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
