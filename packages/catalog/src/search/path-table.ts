import { AppendLists } from '../query/append-lists.ts';

const BUCKETS = 2 ** 16;

/** Which documents have an operation with a path (in normal form), by a hash of the path: what is found has to be looked at again. */
export class PathTable {
  /** For each hash its documents, as distances from each to the next. */
  readonly #documents = new AppendLists();
  readonly #last = new Uint32Array(BUCKETS);

  /** Documents must come in ascending order. */
  add(path: string, document: number): void {
    const bucket = bucketOf(path);
    this.#documents.append(bucket, document - (this.#last[bucket] ?? 0));
    this.#last[bucket] = document;
  }

  forEach(path: string, visit: (document: number) => void): void {
    let document = 0;
    this.#documents.forEach(bucketOf(path), (distance) => {
      document += distance;
      visit(document);
    });
  }
}

function bucketOf(path: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at++) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % BUCKETS;
}
