import type { Database } from '@gatehouse/database';
import { EntityReader } from './query/entity-reader.ts';
import { IndexFollower } from './query/index-follower.ts';
import { CatalogError } from './rest/catalog-error.ts';
import { CatalogRest } from './rest/catalog-rest.ts';
import type { CatalogAccess, CatalogProcessing, RestLog } from './rest/ports.ts';
import { CatalogSearch } from './search/catalog-search.ts';
import { SearchIndex } from './search/search-index.ts';
import { migrateCatalog } from './store/migrations.ts';
import type { CatalogTables } from './store/tables.ts';

/** Where the catalog reports; pino fits. */
export interface CatalogLog extends RestLog {
  warn(fields: object, message: string): void;
}

/** What processing may use of the catalog that it belongs to. */
export interface CatalogParts {
  database: Database<CatalogTables>;
  follower: IndexFollower;
  reader: EntityReader;
}

export interface CatalogOptions {
  database: Database<CatalogTables>;
  access: CatalogAccess;
  log: CatalogLog;
  /** Makes what reads and processes sources. Absent: what has been stored is served, and all that needs processing is refused. */
  processing?: (parts: CatalogParts) => CatalogProcessing;
  /** `catalog.readonly` */
  readonly?: boolean;
  /** `catalog.defaultLocationConflictStrategy` */
  locationConflict?: 'refresh' | 'reject';
}

/** The catalog of one node: an index that follows the database, search, and the interface over both. */
export interface Catalog extends CatalogParts {
  search: CatalogSearch;
  rest: CatalogRest;
  /** Ends the interface and the following; the database is its opener's to close. */
  close(): Promise<void>;
}

/** Makes the tables if need be, reads what is stored into memory and answers from then on. */
export async function createCatalog(options: CatalogOptions): Promise<Catalog> {
  const { database, log, processing = () => new NoProcessing(), ...rest } = options;
  await migrateCatalog(database);
  const searchIndex = new SearchIndex();
  const follower = new IndexFollower({ database, log, consumers: [searchIndex] });
  await follower.start();
  const parts = { database, follower, reader: new EntityReader(database) };
  const server = new CatalogRest({ ...parts, ...rest, log, processing: processing(parts) });
  await server.ready();
  return {
    ...parts,
    rest: server,
    search: new CatalogSearch(database, follower, searchIndex),
    close: async () => {
      await server.close();
      await follower.close();
    },
  };
}

/** A node that only serves. */
class NoProcessing implements CatalogProcessing {
  readonly previewLocation = refuse;
  readonly locationsChanged = async () => undefined;
  readonly refreshEntity = refuse;
  readonly removeEntity = refuse;
  readonly validateEntity = refuse;
  readonly analyzeLocation = refuse;
}

async function refuse(): Promise<never> {
  throw new CatalogError('NotImplementedError', 'This node serves the catalog and does not process it');
}
