import type { LocationRef } from '../model/location-ref.ts';
import { stringifyLocationRef } from '../model/location-ref.ts';
import type { Content, ContentReader, KnownVersion } from '../reading/content.ts';
import { ReadingError } from '../reading/reading-error.ts';

/** Something that an entity was filled in from: when it changes, the entity has to be processed again. */
export interface ReadRecord extends KnownVersion {
  /** The refresh key: the location as text, `url:https://…`. */
  key: string;
  location: LocationRef;
  /** Hash of the text; undefined when it could not be read, so that its appearance is a change. */
  hash: string | undefined;
}

/** Files and URLs that one entity may be filled in from. */
const READS_MAX = 500;
const TOTAL_CHARACTERS_MAX = 64 * 1024 * 1024;

/** Reads for one entity: each location once, all of them remembered, together bounded. */
export class ReadLog {
  readonly #reader: ContentReader;
  readonly #signal: AbortSignal | undefined;
  readonly #contents = new Map<string, Promise<Content>>();
  readonly #records = new Map<string, ReadRecord>();
  #characters = 0;

  constructor(reader: ContentReader, signal?: AbortSignal) {
    this.#reader = reader;
    this.#signal = signal;
  }

  /** What was read or asked for, in that order. */
  get records(): ReadRecord[] {
    return [...this.#records.values()];
  }

  resolve(reference: string, base: LocationRef): LocationRef {
    return this.#reader.resolve(reference, base);
  }

  read(location: LocationRef): Promise<Content> {
    const key = stringifyLocationRef(location);
    const known = this.#contents.get(key);
    if (known !== undefined) return known;
    const content = this.#read(key, location);
    this.#contents.set(key, content);
    return content;
  }

  async #read(key: string, location: LocationRef): Promise<Content> {
    if (this.#contents.size >= READS_MAX)
      throw new ReadingError('too-large', `an entity may be filled in from at most ${READS_MAX} places`);
    const record: ReadRecord = { key, location, hash: undefined };
    this.#records.set(key, record);
    const content = await this.#reader.read(location, this.#signal === undefined ? {} : { signal: this.#signal });
    // Without a known version nothing can be unmodified; a reader that says so has broken its word.
    if (content.notModified) throw new ReadingError('unreachable', `${key} gave no content`);
    this.#characters += content.text.length;
    if (this.#characters > TOTAL_CHARACTERS_MAX) {
      throw new ReadingError('too-large', `an entity may be filled in with at most ${TOTAL_CHARACTERS_MAX / 2 ** 20} MiB`);
    }
    record.hash = content.hash;
    if (content.etag !== undefined) record.etag = content.etag;
    if (content.lastModified !== undefined) record.lastModified = content.lastModified;
    return content;
  }
}

/**
 * Whether one of the places that an entity was filled in from has changed since. A place that cannot be read now and could be
 * then is no change: a server that is down must not take away what it gave.
 */
export async function haveReadsChanged(records: readonly ReadRecord[], reader: ContentReader, signal?: AbortSignal): Promise<boolean> {
  const checks = records.map(async ({ location, hash, etag, lastModified }) => {
    const known: KnownVersion = { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
    try {
      const content = await reader.read(location, { known, ...(signal === undefined ? {} : { signal }) });
      return !content.notModified && content.hash !== hash;
    } catch (error) {
      if (!(error instanceof ReadingError)) throw error;
      // Gone is a change, and so is a permission that was withdrawn.
      return hash !== undefined && (error.code === 'not-found' || error.code === 'not-allowed' || error.code === 'private-address');
    }
  });
  return (await Promise.all(checks)).includes(true);
}
