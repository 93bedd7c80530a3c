/** Up to this many keys are compared one by one: cheaper than a hash, and most nodes of a tree have no more. */
const LISTED_MAX = 4;

/**
 * A map that is asked with a piece of a longer text, so that a lookup cuts nothing out of a path and allocates nothing.
 * Keys come from configuration, never from requests: a client cannot fill it, nor choose keys that collide.
 */
export class SegmentMap<Value> {
  #keys: string[] = [];
  #values: Value[] = [];
  /** Open addressing: index into keys plus one, 0 when free. Null while the keys are few. */
  #slots: Uint32Array | null = null;
  #longest = 0;

  get size(): number {
    return this.#keys.length;
  }

  /** Adds a key that is not there yet. */
  add(key: string, value: Value): void {
    if (key.length > this.#longest) this.#longest = key.length;
    if (this.#slots === null && this.#keys.length < LISTED_MAX) {
      // Not push, which reserves 17 places: small maps are most of a tree's memory.
      this.#keys = this.#keys.concat(key);
      this.#values = this.#values.concat([value]);
      return;
    }
    this.#keys.push(key);
    this.#values.push(value);
    if (this.#slots === null || this.#keys.length * 2 > this.#slots.length) this.#slots = slotsOf(this.#keys);
    else occupy(this.#slots, key, this.#keys.length);
  }

  /** The value for the piece of `text` from `start` to `end`. */
  get(text: string, start: number, end: number): Value | undefined {
    const length = end - start;
    // A long piece is refused before it is hashed: its length is the client's choice.
    if (length > this.#longest) return undefined;
    const keys = this.#keys;
    if (this.#slots === null) {
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i] as string;
        if (key.length === length && text.startsWith(key, start)) return this.#values[i];
      }
      return undefined;
    }
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash(text, start, end) & mask; ; slot = (slot + 1) & mask) {
      const place = slots[slot] as number;
      if (place === 0) return undefined;
      const key = keys[place - 1] as string;
      if (key.length === length && text.startsWith(key, start)) return this.#values[place - 1];
    }
  }
}

/** At most half full, so that a free slot always ends a probe and probes stay short. */
function slotsOf(keys: readonly string[]): Uint32Array {
  let capacity = 16;
  while (capacity < keys.length * 4) capacity *= 2;
  const slots = new Uint32Array(capacity);
  for (const [index, key] of keys.entries()) occupy(slots, key, index + 1);
  return slots;
}

function occupy(slots: Uint32Array, key: string, place: number): void {
  const mask = slots.length - 1;
  let slot = hash(key, 0, key.length) & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = place;
}

/** FNV-1a over UTF-16 code units, folded so that the low bits depend on all of them. */
function hash(text: string, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
