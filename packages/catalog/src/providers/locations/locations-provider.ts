import path from 'node:path';
import type { Database } from '@gatehouse/database';
import type { LocationRef } from '../../model/index.ts';
import { LOCATIONS_PROVIDER } from '../../processing/catalog-processing.ts';
import { rootItem } from '../../processing/generated-location.ts';
import type { EntityProvider, Mutation, Schedule } from '../../processing/mutation.ts';
import type { CatalogSettings } from '../../processing/settings.ts';
import { readLocations } from '../../store/locations.ts';
import { readSources } from '../../store/sources.ts';
import type { CatalogTables } from '../../store/tables.ts';
import { toSchedule } from '../schedule.ts';
import { PathWatcher } from './path-watcher.ts';

export interface LocationsProviderOptions {
  database: Database<CatalogTables>;
  /** From `configuredLocations`. */
  locations: readonly LocationRef[];
  /** `catalog.processingInterval`. */
  interval: CatalogSettings['processingInterval'];
}

/** The locations of the configuration with absolute paths; relative ones are beside the configuration file. */
export function configuredLocations(settings: CatalogSettings, baseDir: string): CatalogSettings['locations'] {
  return settings.locations.map((location) =>
    location.type === 'file' ? { ...location, target: path.resolve(baseDir, location.target) } : location,
  );
}

/** Locations of the configuration and those that were registered; each becomes a Location entity, and what it leads to follows. */
export class LocationsProvider implements EntityProvider {
  readonly name = LOCATIONS_PROVIDER;
  readonly type = 'locations';
  readonly target = 'catalog.locations and registered locations';
  readonly schedule: Schedule;
  readonly #options: LocationsProviderOptions;
  readonly #watcher = new PathWatcher();

  constructor(options: LocationsProviderOptions) {
    this.#options = options;
    this.schedule = { ...toSchedule(undefined, 0), frequencyMs: options.interval === false ? undefined : options.interval };
  }

  async list(): Promise<Mutation> {
    const { database, locations } = this.#options;
    const registered = await readLocations(database.read);
    return { type: 'full', items: [...locations, ...registered].map(({ type, target }) => rootItem({ type, target })) };
  }

  watch(changed: () => void): () => void {
    return this.#watcher.start(changed);
  }

  /** What was read from files is watched: an edit is seen within a second. */
  async scanned(): Promise<void> {
    const { database, locations } = this.#options;
    const files = locations.filter(({ type }) => type === 'file').map(({ target }) => target);
    const sources = await readSources(database.read, this.name);
    for (const { type, target } of sources) if (type === 'file') files.push(target);
    const keys = await database.read.selectFrom('catalog_refresh_keys').select('key').distinct().where('key', 'like', 'file:%').execute();
    await this.#watcher.watch([...files, ...keys.map(({ key }) => key.slice('file:'.length))]);
  }
}
