import { Numbers } from '../query/numbers.ts';

const BUCKETS = 2 ** 16;

/** Which documents have an operation with a path (in normal form), by a hash of the path: what is found has to be looked at again. */
export class PathTable {
  readonly #heads = new Uint32Array(BUCKETS);
  readonly #documents = new Numbers();
  readonly #next = new Numbers();
  #size = 0;

  add(path: string, document: number): void {
    const bucket = bucketOf(path);
    const entry = this.#size++;
    this.#documents.set(entry, document);
    this.#next.set(entry, this.#heads[bucket] ?? 0);
    this.#heads[bucket] = entry + 1;
  }

  forEach(path: string, visit: (document: number) => void): void {
    for (let at = this.#heads[bucketOf(path)] ?? 0; at !== 0; at = this.#next.get(at - 1)) visit(this.#documents.get(at - 1));
  }
}

function bucketOf(path: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at++) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % BUCKETS;
}
