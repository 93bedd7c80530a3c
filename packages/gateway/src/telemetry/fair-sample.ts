/**
 * Keeps some of many items, each of which has an owner: at most so many in all, at most so many of one owner, and when it is full, an
 * owner that is not in it yet still gets in, in the place of one who has several. So nobody can crowd out the others.
 */
export class FairSample<Item> {
  readonly #max: number;
  readonly #ownerMax: number;
  readonly #shares = new Map<string, number>();
  #items: { owner: string; item: Item }[] = [];
  /** It is full, and nobody has more than one. */
  #spread = false;

  constructor(max: number, ownerMax: number) {
    this.#max = max;
    this.#ownerMax = ownerMax;
  }

  /** Whether `add` would keep an item of this owner. Asked for each request of an app, so it costs one lookup. */
  admits(owner: string): boolean {
    if (this.#spread) return false;
    const share = this.#shares.get(owner);
    if (share === undefined) return true;
    return share < this.#ownerMax && this.#items.length < this.#max;
  }

  /** Returns whether it was kept. */
  add(owner: string, item: Item): boolean {
    if (!this.admits(owner)) return false;
    if (this.#items.length >= this.#max && !this.#makeRoom()) return false;
    this.#items.push({ owner, item });
    this.#shares.set(owner, (this.#shares.get(owner) ?? 0) + 1);
    return true;
  }

  /** Hands over what was kept, in the order in which it came, and begins anew. */
  drain(): Item[] {
    const items = this.#items.map(({ item }) => item);
    this.#items = [];
    this.#shares.clear();
    this.#spread = false;
    return items;
  }

  /** Takes out the oldest item of whoever has most. */
  #makeRoom(): boolean {
    let largest = '';
    let most = 1;
    for (const [owner, share] of this.#shares) {
      if (share <= most) continue;
      largest = owner;
      most = share;
    }
    if (most === 1) {
      this.#spread = true;
      return false;
    }
    this.#items.splice(
      this.#items.findIndex(({ owner }) => owner === largest),
      1,
    );
    this.#shares.set(largest, most - 1);
    return true;
  }
}
