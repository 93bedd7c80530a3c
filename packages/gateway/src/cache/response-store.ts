import type { StoredResponse } from './stored-response.ts';

/** Answers to one URI at most: by their `Vary` fields, and by who asks. */
const VARIANTS_MAX = 64;

/** What an entry takes beside its body and its fields, roughly. */
const ENTRY_BYTES = 1024;

/** Responses in memory, by URI. Beyond so many bytes, those that were not asked for the longest are forgotten. */
export class ResponseStore {
  readonly #bytesMax: number;
  /** In the order in which they were asked for, the last at the end. */
  readonly #byUri = new Map<string, Map<string, StoredResponse>>();
  #bytes = 0;
  /** Of bodies that are still coming. */
  #coming = 0;
  #invalidations = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** To be noted before a request is sent, and given to `put`: what was under way while something changed may be from before. */
  get invalidations(): number {
    return this.#invalidations;
  }

  /** The youngest response that is for such a request. */
  find(uri: string, isWanted: (stored: StoredResponse) => boolean): StoredResponse | undefined {
    const variants = this.#byUri.get(uri);
    if (variants === undefined) return undefined;
    this.#byUri.delete(uri);
    this.#byUri.set(uri, variants);
    let found: StoredResponse | undefined;
    for (const stored of variants.values()) if (isWanted(stored)) found = stored;
    return found;
  }

  /** Keeps a response, in the place of the one before of the same variant. */
  put(uri: string, stored: StoredResponse, invalidations: number): void {
    if (invalidations !== this.#invalidations) return;
    this.drop(uri, stored);
    const bytes = bytesOf(uri, stored);
    if (bytes > this.#bytesMax) return;
    const variants = this.#byUri.get(uri) ?? new Map<string, StoredResponse>();
    for (const oldest of variants.values()) {
      if (variants.size < VARIANTS_MAX) break;
      this.#remove(uri, variants, oldest);
    }
    this.#byUri.delete(uri);
    this.#byUri.set(uri, variants.set(stored.variant, stored));
    this.#bytes += bytes;
    for (const [other, group] of this.#byUri) {
      if (this.#bytes <= this.#bytesMax) break;
      for (const oldest of group.values()) if (this.#bytes > this.#bytesMax && oldest !== stored) this.#remove(other, group, oldest);
    }
  }

  /** Room for so many bytes of a body that is still coming; false when others take it. What was taken is given back with `release`. */
  reserve(bytes: number): boolean {
    if (this.#coming + bytes > this.#bytesMax) return false;
    this.#coming += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#coming -= bytes;
  }

  /** Forgets the response of this variant. */
  drop(uri: string, { variant }: Pick<StoredResponse, 'variant'>): void {
    const variants = this.#byUri.get(uri);
    const known = variants?.get(variant);
    if (variants !== undefined && known !== undefined) this.#remove(uri, variants, known);
  }

  /** What is behind the URI was changed: every response of it is forgotten (RFC 9111 section 4.4). */
  invalidate(uri: string): void {
    this.#invalidations++;
    const variants = this.#byUri.get(uri);
    if (variants !== undefined) for (const stored of variants.values()) this.#remove(uri, variants, stored);
  }

  #remove(uri: string, variants: Map<string, StoredResponse>, stored: StoredResponse): void {
    variants.delete(stored.variant);
    this.#bytes -= bytesOf(uri, stored);
    if (variants.size === 0) this.#byUri.delete(uri);
  }
}

function bytesOf(uri: string, { list, body, variant }: StoredResponse): number {
  let characters = uri.length + variant.length;
  for (const text of list) characters += text.length;
  return ENTRY_BYTES + 2 * characters + (body?.length ?? 0);
}
