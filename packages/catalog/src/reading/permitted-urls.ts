import { ReadingError } from './reading-error.ts';
import { ReadingPolicy, type ReadingPolicyConfig } from './reading-policy.ts';
import { UrlReader } from './url-reader.ts';

/** One document that somebody asks for; larger ones cannot be saved as a definition either. */
const BYTES_MAX = 10 * 1024 * 1024;
const TIMEOUT_MS = 15_000;
/** Few: those who ask wait for each other, and the servers that are asked are not attacked with it. */
const CONCURRENCY = 4;

/** What was read, and where it was in the end; or why it was not, in a sentence for who named the URL. */
export type ReadText = { text: string; url: string } | { refused: string };

/**
 * Reads URLs that callers name: only what `backend.reading.allow` permits, as an anonymous client. Never with the credentials that the
 * catalog reads object storage with: who names a URL would read with them what is not theirs.
 */
export class PermittedUrls {
  readonly #reader: UrlReader;

  constructor(config: Pick<ReadingPolicyConfig, 'allow'>) {
    const policy = new ReadingPolicy(config);
    this.#reader = new UrlReader({ policy, bytesMax: BYTES_MAX, totalTimeoutMs: TIMEOUT_MS, concurrency: CONCURRENCY });
  }

  async read(url: string, signal: AbortSignal): Promise<ReadText> {
    try {
      const content = await this.#reader.read({ type: 'url', target: url }, { signal });
      // Asked without a known version, nothing can be unchanged.
      return content.notModified ? { refused: 'the server says that nothing has changed' } : { text: content.text, url: content.target };
    } catch (error) {
      if (error instanceof ReadingError) return { refused: error.message };
      if (signal.aborted) return { refused: 'reading took too long' };
      throw error;
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#reader.close();
  }
}
