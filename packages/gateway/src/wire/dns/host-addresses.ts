import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';

/** How old addresses may be before they are asked for again. The system's resolver does not tell how long they are valid. */
const FRESH_MS = 10_000;
const HOSTS_MAX = 10_000;

type Found = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** Asks for the addresses of a host: hosts file, search domains and all, as everything else on the machine does. */
export type Resolver = (host: string, found: Found) => void;

interface Entry {
  addresses: readonly LookupAddress[];
  resolvedMs: number;
  turn: number;
  waiting: Found[] | null;
}

/**
 * The addresses of backends. They are asked for again in the background while they are used, so that no request waits for it but the
 * first; and when nobody can be asked, the last ones are used on. The turn goes round, so that every address gets its share.
 */
export class HostAddresses {
  readonly #resolver: Resolver;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  constructor(resolver: Resolver = askSystem, now: () => number = () => performance.now()) {
    this.#resolver = resolver;
    this.#now = now;
  }

  /** What `net.connect` takes as its `lookup`. */
  readonly lookup = (
    host: string,
    options: LookupOptions,
    done: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
  ): void => {
    this.#find(host, (error, addresses) => {
      const first = addresses[0];
      if (error !== null || first === undefined)
        done(error ?? Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' }), []);
      else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };

  #find(host: string, found: Found): void {
    let entry = this.#entries.get(host);
    if (entry === undefined) {
      if (this.#entries.size >= HOSTS_MAX) this.#entries.clear();
      entry = { addresses: [], resolvedMs: Number.NEGATIVE_INFINITY, turn: 0, waiting: null };
      this.#entries.set(host, entry);
    }
    if (entry.addresses.length === 0) return this.#resolve(host, entry, found);
    if (this.#now() - entry.resolvedMs > FRESH_MS) this.#resolve(host, entry, ignore);
    process.nextTick(found, null, inTurn(entry.addresses, entry.turn++));
  }

  /** Asks once for all who wait. */
  #resolve(host: string, entry: Entry, found: Found): void {
    if (entry.waiting !== null) {
      entry.waiting.push(found);
      return;
    }
    entry.waiting = [found];
    this.#resolver(host, (error, addresses) => {
      const waiting = entry.waiting ?? [];
      entry.waiting = null;
      if (error === null && addresses.length > 0) {
        entry.addresses = addresses;
        entry.resolvedMs = this.#now();
      }
      for (const each of waiting) each(error, error === null ? inTurn(addresses, entry.turn++) : []);
    });
  }
}

/** The addresses, those of the first one's family rotated: the order of the families is the system's to choose (RFC 6724). */
function inTurn(addresses: readonly LookupAddress[], turn: number): LookupAddress[] {
  const family = addresses[0]?.family;
  const preferred = addresses.filter((address) => address.family === family);
  const others = addresses.filter((address) => address.family !== family);
  const start = preferred.length === 0 ? 0 : turn % preferred.length;
  return [...preferred.slice(start), ...preferred.slice(0, start), ...others];
}

function askSystem(host: string, found: Found): void {
  systemLookup(host, { all: true }, found);
}

function ignore(): void {}
