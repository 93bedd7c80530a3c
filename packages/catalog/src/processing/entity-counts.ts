import type { Kysely } from '@gatehouse/database';
import { countEntities } from '../store/count-entities.ts';
import type { CatalogTables } from '../store/tables.ts';

/** So many are counted whenever they may have changed. */
const FEW = 10_000;
/** Counting more of them takes no more than this share of the time, however often some of them change. */
const SHARE = 0.01;

/** How many entities providers have, counted when that may have changed. */
export class EntityCounts {
  readonly #db: Kysely<CatalogTables>;
  /** When a provider may be counted again, and whether there is reason to. */
  readonly #states = new Map<string, { againAt: number; isStale: boolean }>();

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db;
  }

  /** Entities may have come or gone; without a name, those of any provider. */
  changed(provider?: string): void {
    for (const [name, state] of this.#states) if (provider === undefined || name === provider) state.isStale = true;
  }

  /** Undefined: as many as before, or not yet known. */
  async of(provider: string): Promise<number | undefined> {
    const state = this.#states.get(provider);
    const startedAt = performance.now();
    if (state !== undefined && (!state.isStale || startedAt < state.againAt)) return undefined;
    const count = await countEntities(this.#db, provider);
    const endedAt = performance.now();
    const againAt = count <= FEW ? endedAt : endedAt + (endedAt - startedAt) / SHARE;
    this.#states.set(provider, { againAt, isStale: false });
    return count;
  }
}
