import type { Database } from '@gatehouse/database';
import type { LocationRef } from '../model/index.ts';
import type { ReadRecord } from '../placeholders/read-log.ts';
import type { ContentReader } from '../reading/content.ts';
import type { FileReader } from '../reading/file-reader.ts';
import { CatalogError } from '../rest/catalog-error.ts';
import type { AnalyzedLocation, LocationInput, CatalogProcessing as RestProcessing, SerializedProblem } from '../rest/ports.ts';
import { applyChanges } from '../store/apply-changes.ts';
import { readChildren, readOwners } from '../store/owners.ts';
import { readSources, saveSources } from '../store/sources.ts';
import type { CatalogTables } from '../store/tables.ts';
import { analyzeLocation } from './analyze-location.ts';
import type { CatalogRules } from './catalog-rules.ts';
import { lockWriters, type OrphanPolicy } from './commit.ts';
import { dropSources, removeExpired } from './drop-sources.ts';
import { forgetVersions, refusedSources, WORK_CHANNEL } from './forget-versions.ts';
import { type LeaderLog, leadWhilePossible } from './leadership.ts';
import type { EntityProvider, Mutation, ScanMode } from './mutation.ts';
import { previewLocation } from './preview-location.ts';
import { processDocument } from './process-document.ts';
import type { ProcessingContext } from './process-source.ts';
import { ProviderRunner } from './provider-runner.ts';
import { PUSH_PROVIDER, type PushResult, pushDocuments } from './push.ts';
import { Scan, type ScanSummary } from './scan.ts';
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
}

const EXPIRY_INTERVAL_MS = 10_000;
/** The provider of the records that say how providers do. */
const PROVIDERS = 'catalog';

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
  #leading: Promise<void> | undefined;

  constructor(options: ProcessingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#runners = options.providers.map(
      (provider) =>
        new ProviderRunner(provider, {
          scan: (_, mode, signal) => this.#scan(provider, mode, signal),
          failed: (_, error) => this.#failed(provider, error),
        }),
    );
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
    const result = await pushDocuments(source, text, { ...this.#context(signal), database, now: this.#now });
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
        await this.#failed(one, error);
      }
    }
  }

  removeExpired(): Promise<string[]> {
    return removeExpired(this.#options.database, this.#now());
  }

  async providerStates(): Promise<ProviderState[]> {
    const records = new Map((await readSources(this.#options.database.read, PROVIDERS)).map((record) => [record.id, record]));
    return this.#options.providers.map(({ name, target }) => {
      const record = records.get(stateId(name));
      return { name, target, scannedAt: record?.readAt, goodAt: record?.goodAt, error: record?.error };
    });
  }

  async #lead(signal: AbortSignal): Promise<void> {
    const { database } = this.#options;
    await this.#dropUnknownProviders();
    for (const runner of this.#runners) runner.start();
    const unlisten = database.notifier.listen(WORK_CHANNEL, () => void this.#work());
    const expiry = setInterval(() => void this.#expire(), EXPIRY_INTERVAL_MS);
    expiry.unref();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    clearInterval(expiry);
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

  async #expire(): Promise<void> {
    try {
      const removed = await this.removeExpired();
      if (removed.length > 0) this.#options.log.info({ removed: removed.length }, 'orphans were removed from the catalog');
    } catch (error) {
      this.#warn(error, 'orphans could not be removed from the catalog');
    }
  }

  async #dropUnknownProviders(): Promise<void> {
    const { database, providers, providerOrphans } = this.#options;
    const known = new Set([...providers.map(({ name }) => name), PUSH_PROVIDER, PROVIDERS]);
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
    const summary = await this.#apply(provider.name, await provider.list(signal), mode, signal);
    await this.#saveState(provider, undefined);
    await provider.scanned?.();
    const fields = { provider: provider.name, ...summary, ms: Math.round(performance.now() - began) };
    if (summary.written > 0 || summary.gone > 0 || summary.failed > 0) log.info(fields, 'the catalog was scanned');
    return summary;
  }

  #apply(provider: string, mutation: Mutation, mode: ScanMode, signal: AbortSignal): Promise<ScanSummary> {
    const { database, files, orphans } = this.#options;
    const reads = this.#reads.get(provider) ?? new Map<string, readonly ReadRecord[]>();
    this.#reads.set(provider, reads);
    const context = this.#context(signal);
    return new Scan({ ...context, database, files, orphans, provider, mode, reads, now: this.#now }).run(mutation);
  }

  async #failed(provider: EntityProvider, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    this.#options.log.warn(
      { provider: provider.name, error: message },
      'a provider of the catalog could not be scanned; what it gave stays',
    );
    await this.#saveState(provider, message).catch((failure: unknown) =>
      this.#warn(failure, 'the state of a provider could not be stored'),
    );
  }

  async #saveState({ name, target }: EntityProvider, error: string | undefined): Promise<void> {
    const { database } = this.#options;
    const id = stateId(name);
    const at = this.#now();
    await database.transaction(async (tx) => {
      const before = (await readSources(tx, PROVIDERS)).find((record) => record.id === id);
      const record = { id, provider: PROVIDERS, type: 'provider', target, version: '', documents: [], readAt: at };
      await saveSources(tx, [{ ...record, goodAt: error === undefined ? at : before?.goodAt, error }]);
    });
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

/** Somebody waits for the answer. */
const INTERACTIVE_TIMEOUT_MS = 30_000;

function stateId(provider: string): string {
  return `provider:${provider}`;
}
