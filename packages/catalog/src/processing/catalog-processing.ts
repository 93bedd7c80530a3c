import type { Database } from '@gatehouse/database';
import type { LocationRef } from '../model/index.ts';
import type { ReadRecord } from '../placeholders/read-log.ts';
import type { ContentReader } from '../reading/content.ts';
import type { FileReader } from '../reading/file-reader.ts';
import { CatalogError } from '../rest/catalog-error.ts';
import type { AnalyzedLocation, LocationInput, CatalogProcessing as RestProcessing, SerializedProblem } from '../rest/ports.ts';
import { applyChanges } from '../store/apply-changes.ts';
import { readLocationPlaces } from '../store/locations.ts';
import { readChildren, readOwners } from '../store/owners.ts';
import { readProviders, requestScan, saveScan } from '../store/provider-states.ts';
import { readSources } from '../store/sources.ts';
import type { CatalogTables } from '../store/tables.ts';
import { analyzeLocation } from './analyze-location.ts';
import type { CatalogRules } from './catalog-rules.ts';
import { lockWriters, type OrphanPolicy } from './commit.ts';
import { dropSources, removeExpired } from './drop-sources.ts';
import { EntityCounts } from './entity-counts.ts';
import { forgetVersions, refusedSources, WORK_CHANNEL } from './forget-versions.ts';
import { generatedLocation } from './generated-location.ts';
import { type LeaderLog, leadWhilePossible } from './leadership.ts';
import type { EntityProvider, Mutation, ScanMode } from './mutation.ts';
import { previewLocation } from './preview-location.ts';
import { processDocument } from './process-document.ts';
import type { ProcessingContext } from './process-source.ts';
import { ProviderRunner } from './provider-runner.ts';
import { PUSH_PROVIDER, type PushResult, pushDocuments } from './push.ts';
import { Scan, type ScanSummary } from './scan.ts';
import { ScanJournal } from './scan-journal.ts';
import { nameOfLocation } from './shown-location.ts';
import { Slices } from './slices.ts';

export interface ProcessingOptions {
  database: Database<CatalogTables>;
  reader: ContentReader;
  files: FileReader;
  rules: CatalogRules;
  providers: readonly EntityProvider[];
  orphans: OrphanPolicy;
  /** What becomes of entities whose provider is no longer configured. */
  providerOrphans: OrphanPolicy;
  log: LeaderLog;
  /** Bytes of one source. Default 32 MiB. */
  bytesMax?: number;
  now?: () => number;
  /** Called when everything has stopped. */
  stopped?: () => void;
}

/** How a provider does, for people. */
export interface ProviderState {
  name: string;
  target: string;
  /** When it was scanned last, and when that went well; ms since 1970. */
  scannedAt: number | undefined;
  goodAt: number | undefined;
  error: string | undefined;
}

/** Feeds the catalog: scans providers on one node, and does for the REST interface what needs processing on any. */
export interface CatalogProcessing extends RestProcessing {
  start(): void;
  /** Ends scans that are running and waits until they have ended. */
  stop(): Promise<void>;
  /** Reads again what an entity comes from. Throws a CatalogError when there is no such entity. */
  refresh(entityRef: string): Promise<void>;
  /** Replaces everything that `source` gave; all of it or nothing. */
  push(source: string, text: string): Promise<PushResult>;
  /** What a provider outside of this package says; its name must be among `providers`, or `delta` mutations be all it sends. */
  applyMutation(provider: string, mutation: Mutation, signal?: AbortSignal): Promise<ScanSummary>;
  /** Scans one provider, or all, on this node and now. */
  scan(provider?: string, mode?: ScanMode): Promise<void>;
  /** Removes what has been an orphan for too long; done by itself every few seconds. Returns the refs. */
  removeExpired(): Promise<string[]>;
  providerStates(): Promise<ProviderState[]>;
  /**
   * Has a provider scanned soon by the node that does the scanning; for one location, by its place or its entity's name, all of them.
   * False: there is no such provider, or it is none that is scanned.
   */
  requestScan(name: string): Promise<boolean>;
}

const EXPIRY_INTERVAL_MS = 10_000;
/** A wake-up may be lost. */
const REQUESTS_INTERVAL_MS = 5_000;

export function createCatalogProcessing(options: ProcessingOptions): CatalogProcessing {
  return new Processing(options);
}

class Processing implements CatalogProcessing {
  readonly #options: ProcessingOptions;
  readonly #runners: ProviderRunner[];
  readonly #reads = new Map<string, Map<string, readonly ReadRecord[]>>();
  readonly #slices = new Slices();
  readonly #now: () => number;
  readonly #stop = new AbortController();
  readonly #journal: ScanJournal;
  readonly #counts: EntityCounts;
  #leading: Promise<void> | undefined;

  constructor(options: ProcessingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#runners = options.providers.map(
      (provider) =>
        new ProviderRunner(provider, {
          scan: (_, mode, signal) => this.#scan(provider, mode, signal),
          failed: (_, mode, error) => this.#failed(provider, mode, error),
        }),
    );
    this.#counts = new EntityCounts(options.database.read);
    this.#journal = new ScanJournal({
      database: options.database,
      now: this.#now,
      warn: (error, message) => this.#warn(error, message),
    });
  }

  start(): void {
    const { database, log } = this.#options;
    this.#leading ??= leadWhilePossible(database, 'catalog', (signal) => this.#lead(signal), this.#stop.signal, log);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#leading;
    await Promise.all(this.#runners.map((runner) => runner.stop()));
    this.#options.stopped?.();
  }

  async refresh(entityRef: string): Promise<void> {
    const { database } = this.#options;
    const owners = await readOwners(database.read, [entityRef]);
    const owner = owners.get(entityRef);
    if (owner === undefined) throw new CatalogError('NotFoundError', `Entity not found: ${entityRef}`);
    const children = await readChildren(database.read, [entityRef]);
    const below = await readOwners(
      database.read,
      children.map(({ ref }) => ref),
    );
    await forgetVersions(database, [...new Set([owner, ...below.values()].map(({ source }) => source))], { isUrgent: true });
  }

  refreshEntity(entityRef: string): Promise<void> {
    return this.refresh(entityRef);
  }

  /** Wakes the node that does the scanning, wherever it is. */
  async locationsChanged(): Promise<void> {
    const { database } = this.#options;
    await database.transaction((tx) => database.notifier.notify(tx, WORK_CHANNEL));
  }

  async removeEntity(entityRef: string): Promise<void> {
    const { database } = this.#options;
    const owner = await database.transaction(async (tx) => {
      await lockWriters(tx);
      const found = (await readOwners(tx, [entityRef])).get(entityRef);
      await applyChanges(tx, { remove: [entityRef] });
      return found;
    });
    // Else its source would count as unchanged, and the entity stay away until somebody edits it.
    if (owner !== undefined && !owner.orphan) await forgetVersions(database, [owner.source]);
  }

  async validateEntity(entity: unknown, location: LocationInput): Promise<SerializedProblem[]> {
    const { reader, rules } = this.#options;
    if (typeof entity !== 'object' || entity === null || Array.isArray(entity))
      return [{ name: 'InputError', message: 'Expected an object' }];
    const item = { location, isTrusted: true };
    const signal = AbortSignal.timeout(INTERACTIVE_TIMEOUT_MS);
    const { problem } = await processDocument(entity as Record<string, unknown>, undefined, { item, reader, rules, signal });
    return problem === undefined ? [] : [{ name: problem.name, message: problem.message }];
  }

  previewLocation(location: LocationRef) {
    return previewLocation(location, this.#context(AbortSignal.timeout(INTERACTIVE_TIMEOUT_MS)), this.#options.files);
  }

  analyzeLocation(request: { location: LocationInput; catalogFilename?: string | undefined }): Promise<AnalyzedLocation> {
    const { database, files } = this.#options;
    return analyzeLocation(request.location, database, this.#context(AbortSignal.timeout(INTERACTIVE_TIMEOUT_MS)), files);
  }

  async push(source: string, text: string): Promise<PushResult> {
    const { database } = this.#options;
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(INTERACTIVE_TIMEOUT_MS)]);
    const startedAt = this.#now();
    const result = await pushDocuments(source, text, { ...this.#context(signal), database, now: this.#now });
    if (result.outcome === 'stored' && result.written + result.removed.length > 0) {
      const scan = { startedAt, ms: this.#now() - startedAt, changed: result.written, removed: result.removed.length, nextAt: null };
      await database.transaction((tx) => saveScan(tx, PUSHES, scan));
    }
    if (result.outcome === 'stored') {
      await forgetVersions(database, await refusedSources(database, new Set(result.removed)), { isUrgent: true });
    }
    return result;
  }

  async applyMutation(provider: string, mutation: Mutation, signal: AbortSignal = this.#stop.signal): Promise<ScanSummary> {
    return this.#apply(provider, mutation, 'changed', signal);
  }

  async scan(provider?: string, mode: ScanMode = 'full'): Promise<void> {
    const chosen = this.#options.providers.filter(({ name }) => provider === undefined || name === provider);
    for (const one of chosen) {
      try {
        await this.#scan(one, mode, this.#stop.signal);
      } catch (error) {
        await this.#failed(one, mode, error);
      }
    }
  }

  removeExpired(): Promise<string[]> {
    return removeExpired(this.#options.database, this.#now());
  }

  async providerStates(): Promise<ProviderState[]> {
    const rows = new Map((await readProviders(this.#options.database.read)).map((row) => [row.name, row]));
    return this.#options.providers.map(({ name, target }) => {
      const row = rows.get(name);
      return {
        name,
        target,
        scannedAt: row?.scanned_at ?? undefined,
        goodAt: row?.good_at ?? undefined,
        error: row?.error ?? undefined,
      };
    });
  }

  async requestScan(name: string): Promise<boolean> {
    const { database } = this.#options;
    if (name === PUSH_PROVIDER) return false;
    const names = (await readLocationPlaces(database.read)).flatMap((place) => [
      nameOfLocation(place),
      generatedLocation(place).metadata.name,
    ]);
    const isLocation = names.includes(name);
    return database.transaction(async (tx) => {
      const isKnown = await requestScan(tx, isLocation ? LOCATIONS_PROVIDER : name, this.#now());
      if (isKnown) await database.notifier.notify(tx, WORK_CHANNEL);
      return isKnown;
    });
  }

  async #lead(signal: AbortSignal): Promise<void> {
    const { database } = this.#options;
    await this.#dropUnknownProviders();
    await this.#openJournal();
    for (const runner of this.#runners) runner.start();
    const unlisten = database.notifier.listen(WORK_CHANNEL, () => {
      void this.#work();
      void this.#scanRequested();
    });
    const expiry = setInterval(() => void this.#expire(), EXPIRY_INTERVAL_MS);
    expiry.unref();
    const requests = setInterval(() => void this.#scanRequested(), REQUESTS_INTERVAL_MS);
    requests.unref();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    clearInterval(expiry);
    clearInterval(requests);
    unlisten();
    await Promise.all(this.#runners.map((runner) => runner.stop()));
  }

  /** Somebody has asked for something: the locations may be others, and sources may be to be read again. */
  async #work(): Promise<void> {
    try {
      const { read } = this.#options.database;
      const due = await read.selectFrom('catalog_sources').select('provider').distinct().where('version', 'is', null).execute();
      const names = new Set(due.map(({ provider }) => provider));
      await Promise.all(
        this.#runners.map(async (runner) => {
          const { name } = runner.provider;
          if (name === LOCATIONS_PROVIDER || names.has(name)) await runner.request('changed');
        }),
      );
    } catch (error) {
      this.#warn(error, 'the catalog could not look what is to be read again');
    }
  }

  /** Somebody wants a provider to be scanned now. */
  async #scanRequested(): Promise<void> {
    try {
      const names = new Set(await this.#journal.takeRequests());
      await Promise.all(this.#runners.map((runner) => (names.has(runner.provider.name) ? runner.request('full') : undefined)));
    } catch (error) {
      this.#warn(error, 'the catalog could not look what is to be scanned');
    }
  }

  /** Scans go on where states cannot be shown: the first scan that ends says it again. */
  async #openJournal(): Promise<void> {
    try {
      await this.#journal.open(this.#options.providers, [PUSH_PROVIDER]);
    } catch (error) {
      this.#warn(error, 'the states of the providers could not be stored');
    }
  }

  async #expire(): Promise<void> {
    try {
      const removed = await this.removeExpired();
      if (removed.length > 0) this.#counts.changed();
      if (removed.length > 0) this.#options.log.info({ removed: removed.length }, 'orphans were removed from the catalog');
    } catch (error) {
      this.#warn(error, 'orphans could not be removed from the catalog');
    }
  }

  async #dropUnknownProviders(): Promise<void> {
    const { database, providers, providerOrphans } = this.#options;
    const known = new Set([...providers.map(({ name }) => name), PUSH_PROVIDER]);
    try {
      const lost = (await readSources(database.read)).filter(({ provider }) => !known.has(provider)).map(({ id }) => id);
      if (lost.length > 0) await database.transaction((tx) => dropSources(tx, lost, { orphans: providerOrphans, now: this.#now() }));
    } catch (error) {
      this.#warn(error, 'entities of providers that are no longer configured could not be looked up');
    }
  }

  async #scan(provider: EntityProvider, mode: ScanMode, signal: AbortSignal): Promise<ScanSummary> {
    const { log } = this.#options;
    const began = performance.now();
    this.#journal.begin(provider);
    try {
      const summary = await this.#apply(provider.name, await provider.list(signal), mode, signal);
      const { written: changed, gone: removed } = summary;
      await this.#journal.end(provider, mode, { changed, removed, entities: await this.#count(provider, summary) });
      await provider.scanned?.();
      const fields = { provider: provider.name, ...summary, ms: Math.round(performance.now() - began) };
      if (changed > 0 || removed > 0 || summary.failed > 0) log.info(fields, 'the catalog was scanned');
      return summary;
    } catch (error) {
      this.#journal.interrupt(provider);
      throw error;
    }
  }

  /** How many entities a provider has; undefined: as many as before. Those of locations are told location by location. */
  async #count({ name }: EntityProvider, { written, gone, conflicts }: ScanSummary): Promise<number | undefined> {
    if (name === LOCATIONS_PROVIDER) return undefined;
    if (written + gone + conflicts > 0) this.#counts.changed(name);
    return this.#counts.of(name);
  }

  #apply(provider: string, mutation: Mutation, mode: ScanMode, signal: AbortSignal): Promise<ScanSummary> {
    const { database, files, orphans } = this.#options;
    const reads = this.#reads.get(provider) ?? new Map<string, readonly ReadRecord[]>();
    this.#reads.set(provider, reads);
    const context = this.#context(signal);
    return new Scan({ ...context, database, files, orphans, provider, mode, reads, now: this.#now }).run(mutation);
  }

  async #failed(provider: EntityProvider, mode: ScanMode, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    this.#options.log.warn(
      { provider: provider.name, error: message },
      'a provider of the catalog could not be scanned; what it gave stays',
    );
    await this.#journal
      .end(provider, mode, { changed: 0, removed: 0, error: message })
      .catch((failure: unknown) => this.#warn(failure, 'the state of a provider could not be stored'));
  }

  #context(signal: AbortSignal): ProcessingContext {
    const { reader, rules, bytesMax = 32 * 1024 * 1024 } = this.#options;
    return { reader, rules, bytesMax, slices: this.#slices, signal };
  }

  #warn(error: unknown, message: string): void {
    this.#options.log.warn({ error: error instanceof Error ? error.message : String(error) }, message);
  }
}

/** The provider of registered and configured locations. */
export const LOCATIONS_PROVIDER = 'locations';

/** Pushes as they are shown beside what is scanned. */
const PUSHES = { name: PUSH_PROVIDER, type: PUSH_PROVIDER, target: 'Entities that services push' };

/** Somebody waits for the answer. */
const INTERACTIVE_TIMEOUT_MS = 30_000;
