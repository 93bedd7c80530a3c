import type { LocationRef } from '../model/location-ref.ts';
import type { Content, ContentReader, NotModified, ReadOptions } from './content.ts';
import { ReadingError } from './reading-error.ts';

/** Reads locations of any type, each with the reader of its type. */
export class LocationReader implements ContentReader {
  readonly #readers: ReadonlyMap<string, ContentReader>;

  /** `readers` by location type: `url`, `file`, `awsS3`. */
  constructor(readers: Readonly<Record<string, ContentReader>>) {
    this.#readers = new Map(Object.entries(readers));
  }

  async read(location: LocationRef, options?: ReadOptions): Promise<Content | NotModified> {
    return await this.#readerOf(location.type).read(location, options);
  }

  resolve(reference: string, base: LocationRef): LocationRef {
    // A document that came from elsewhere must not name files of this machine (CWE-73): only its own reader decides what is relative to it.
    return this.#readerOf(base.type).resolve(reference, base);
  }

  #readerOf(type: string): ContentReader {
    const reader = this.#readers.get(type);
    if (reader === undefined) throw new ReadingError('invalid-target', `locations of type ${type} cannot be read here`);
    return reader;
  }
}
