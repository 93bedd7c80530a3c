/** A document that was read from a URL; `url`: where it was in the end. Or why it was not, in a sentence for who named it. */
export type ReadDocument = { text: string; url: string } | { refused: string };

/**
 * Reads a URL of somebody who may call this interface: only what the operator allows (`backend.reading.allow`), never with credentials
 * of the installation, and never an address of the private network that is not allowed by itself (CWE-918).
 */
export type ReadUrl = (url: string, signal: AbortSignal) => Promise<ReadDocument>;

/** Documents of one definition, and their characters. */
const DOCUMENTS_MAX = 100;
const CHARACTERS_MAX = 16 * 1024 * 1024;

/** Other documents of a definition, read as they turn out to be referred to. */
export class OtherDocuments {
  readonly found = new Map<string, { text: string } | { refused: string }>();
  readonly #readUrl: ReadUrl;
  readonly #signal: AbortSignal;
  #characters = 0;

  constructor(readUrl: ReadUrl, signal: AbortSignal) {
    this.#readUrl = readUrl;
    this.#signal = signal;
  }

  /** Reads those that are not known. False: there was nothing to read. */
  async read(urls: readonly string[]): Promise<boolean> {
    const unknown = urls.filter((url) => !this.found.has(url));
    await Promise.all(unknown.map((url) => this.#readOne(url)));
    return unknown.length > 0;
  }

  async #readOne(url: string): Promise<void> {
    if (this.found.size >= DOCUMENTS_MAX) {
      this.found.set(url, { refused: `a definition may have at most ${DOCUMENTS_MAX} documents here` });
      return;
    }
    // Its place is taken before it is read: others are read meanwhile.
    this.found.set(url, { refused: 'it has not been read' });
    const document = await this.#readUrl(url, this.#signal);
    if (!('refused' in document)) this.#characters += document.text.length;
    const isTooLarge = this.#characters > CHARACTERS_MAX;
    this.found.set(url, isTooLarge ? { refused: `all documents together are larger than ${CHARACTERS_MAX / 2 ** 20} MiB` } : document);
  }
}
