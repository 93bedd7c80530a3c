import type { PackedSnapshot, RoutesMessage, SnapshotMessage } from '@gatehouse/contract';
import { digestOfPacked } from '@gatehouse/contract/packed-snapshot';
import { Doubt } from './doubt.ts';

/** Puts snapshots together from what is sent and what is there already. */
export class SnapshotAssembler {
  /** Routes by revision: of what is live, and of the last that was sent. */
  #routes: ReadonlyMap<string, string[]> = new Map();
  #sent = new Map<string, string[]>();

  /** Ids of the revisions whose routes are there. */
  get revisions(): string[] {
    return [...this.#routes.keys()];
  }

  /** Drops what a stream has sent for a snapshot that did not come. */
  begin(): void {
    this.#sent = new Map();
  }

  /** Forgets what is there: something of it is not what its id says. */
  forget(): void {
    this.#routes = new Map();
    this.#sent = new Map();
  }

  addRoutes({ routes }: RoutesMessage): void {
    for (const [id, texts] of Object.entries(routes)) {
      const known = this.#sent.get(id);
      if (known === undefined) this.#sent.set(id, [...texts]);
      else known.push(...texts);
    }
  }

  /** Throws `Doubt` when routes are missing or something is not as it was sent. */
  assemble({ head, routeCount, targets, digest }: SnapshotMessage): PackedSnapshot {
    const sent = this.#sent;
    this.#sent = new Map();
    const routes = head.revisions.map(({ id }) => {
      const texts = sent.get(id) ?? this.#routes.get(id);
      if (texts === undefined) throw new Doubt(`snapshot ${head.number} uses revision ${id}, whose routes were not sent`);
      return texts;
    });
    const packed: PackedSnapshot = { head, routes, routeCount, targets };
    if (digestOfPacked(packed) !== digest) {
      // What was kept may be the wrong part, so nothing of it is used again.
      this.forget();
      throw new Doubt(`snapshot ${head.number} is not what its digest says`);
    }
    return packed;
  }

  /** Keeps the routes of what is live and of what was sent last, whether or not that went live. */
  keep(live: PackedSnapshot | null, sent: PackedSnapshot | null): void {
    const routes = new Map<string, string[]>();
    for (const packed of [live, sent])
      for (const [index, { id }] of packed?.head.revisions.entries() ?? []) routes.set(id, packed?.routes[index] ?? []);
    this.#routes = routes;
  }
}
