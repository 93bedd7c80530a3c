import type { Database } from '@gatehouse/database';
import { type CatalogProblem, listProblems, type ProblemPosition, type ProblemQuery } from './overview/list-problems.ts';
import { listProviders, type ProviderView } from './overview/list-providers.ts';
import { EntityReader } from './query/entity-reader.ts';
import { IndexFollower } from './query/index-follower.ts';
import { CatalogError } from './rest/catalog-error.ts';
import { CatalogRest } from './rest/catalog-rest.ts';
import type { CatalogAccess, CatalogProcessing, RestLog } from './rest/ports.ts';
import { CatalogSearch } from './search/catalog-search.ts';
import { type FoundEntity, findEntities } from './search/find-entities.ts';
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
  /** `catalog.orphanGracePeriod`, ms. Default: 5 minutes. */
  orphanGracePeriodMs?: number;
}

/** The catalog of one node: an index that follows the database, search, and the interface over both. */
export interface Catalog extends CatalogParts {
  search: CatalogSearch;
  rest: CatalogRest;
  /** The entities that words, beginnings of words or `GET /path` find, the best first, with what they are shown by. */
  find(request: { query: string; limit: number }): Promise<FoundEntity[]>;
  /** What feeds it and how that does: the same on every node. */
  providers(): Promise<ProviderView[]>;
  /** A page of what is wrong in it, and where the next one begins. */
  problems(query: ProblemQuery): Promise<{ items: CatalogProblem[]; next: ProblemPosition | undefined }>;
  /** Ends the interface and the following; the database is its opener's to close. */
  close(): Promise<void>;
}

/** Makes the tables if need be, reads what is stored into memory and answers from then on. */
export async function createCatalog(options: CatalogOptions): Promise<Catalog> {
  const { database, log, processing = () => new NoProcessing(), orphanGracePeriodMs = 300_000, ...rest } = options;
  await migrateCatalog(database);
  const searchIndex = new SearchIndex();
  const follower = new IndexFollower({ database, log, consumers: [searchIndex] });
  await follower.start();
  const parts = { database, follower, reader: new EntityReader(database) };
  const server = new CatalogRest({ ...parts, ...rest, log, processing: processing(parts) });
  await server.ready();
  const search = new CatalogSearch(database, follower, searchIndex);
  return {
    ...parts,
    rest: server,
    search,
    find: (request) => findEntities(database.read, search, request),
    providers: () => listProviders(database.read, follower.index),
    problems: (query) => listProblems({ db: database.read, orphanGracePeriodMs }, query),
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
