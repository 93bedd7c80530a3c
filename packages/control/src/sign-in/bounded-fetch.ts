const BYTES_MAX = 1024 * 1024;

/** An answer of a provider is larger than any that is expected. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/**
 * As `fetch`, for what providers answer: follows no redirects, which could lead anywhere with what is sent, and reads 1 MiB at most.
 * The time is up to the signal of the request.
 */
export async function boundedFetch(url: string | URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  const { status, headers } = response;
  if (response.body === null) return new Response(null, { status, headers });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > BYTES_MAX) throw new AnswerTooLargeError(`The answer of ${new URL(url).host} has more than ${BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status, headers });
}
