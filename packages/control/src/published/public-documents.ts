import type { Document } from './public-document.ts';

/** Characters of the documents that are kept, as they are stored; what they take of memory is several times as much. */
const KEPT_CHARS_MAX = 12_000_000;
/** What nobody has asked for during this time is given back. */
const KEPT_MS = 300_000;

interface Kept {
  document: Document;
  chars: number;
}

/** Public documents of revisions, which never change: the ones that were asked for last. */
export class PublicDocuments {
  /** The one that was asked for last is the last. */
  readonly #kept = new Map<string, Kept>();
  #chars = 0;
  #idle: NodeJS.Timeout | undefined;

  /** `read` makes it, and says how long its stored text is. */
  async get(apiId: string, revision: number, read: () => Promise<Kept>): Promise<Document> {
    const key = `${apiId} ${revision}`;
    const known = this.#kept.get(key) ?? (await read());
    this.#keep(key, known);
    return known.document;
  }

  #keep(key: string, entry: Kept): void {
    const before = this.#kept.get(key);
    if (before !== undefined) this.#chars -= before.chars;
    this.#kept.delete(key);
    this.#kept.set(key, entry);
    this.#chars += entry.chars;
    for (const [oldest, { chars }] of this.#kept) {
      if (this.#chars <= KEPT_CHARS_MAX) break;
      this.#kept.delete(oldest);
      this.#chars -= chars;
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#kept.clear();
      this.#chars = 0;
    }, KEPT_MS);
    this.#idle.unref();
  }
}
