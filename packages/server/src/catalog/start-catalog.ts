import { dirname, resolve } from 'node:path';
import {
  type Catalog,
  type CatalogProcessing,
  type CatalogTables,
  createCatalog,
  createConfiguredOrigins,
  createConfiguredProcessing,
} from '@gatehouse/catalog';
import type { ControlPlane, UserDirectory } from '@gatehouse/control';
import type { Database } from '@gatehouse/database';
import type { Begun } from '../started.ts';
import { createUserDirectory } from './user-directory.ts';

/** The catalog of a control node: what feeds it, and its interface. */
export interface RunningCatalog {
  /** Replaces what a source gave; what was stored can be read when it resolves. */
  push: CatalogProcessing['push'];
  handle: Catalog['rest']['handle'];
  users: UserDirectory;
  find: Catalog['find'];
  providers: Catalog['providers'];
  problems: Catalog['problems'];
  requestScan: CatalogProcessing['requestScan'];
  stop(): Promise<void>;
}

/** Makes the catalog's tables beside those of the control plane and begins to feed it. */
export async function startCatalog({ options, settings }: Begun, control: ControlPlane): Promise<RunningCatalog> {
  // Each keeps to its own tables; which they are is known to whoever asks.
  const database = control.database as unknown as Database<CatalogTables>;
  const { log } = options;
  const baseDir = dirname(resolve(options.configFiles[0] ?? '.'));
  warnOfPeople(settings, log);
  let processing: CatalogProcessing | undefined;
  const catalog = await createCatalog({
    database,
    log,
    readonly: settings.catalog.readonly,
    locationConflict: settings.catalog.defaultLocationConflictStrategy,
    orphanGracePeriodMs: settings.catalog.orphanGracePeriod,
    access: {
      async authorize({ headers, method, action }) {
        const caller = await control.identify({ method, fields: headers });
        if (caller === undefined) return 'unauthenticated';
        if (caller === 'forged') return 'forged';
        return caller.hasAccess(action === 'read' ? 'viewer' : 'developer') ? 'allowed' : 'forbidden';
      },
    },
    processing() {
      processing = createConfiguredProcessing({
        database,
        settings,
        baseDir,
        log,
        publishedApis: {
          publishedApis: () => control.publishedApis(),
          watch: (changed) => control.watchPublications(changed),
        },
      });
      return processing;
    },
  });
  if (processing === undefined) throw new Error('The catalog was made without what feeds it');
  const feed: CatalogProcessing = processing;
  feed.start();
  return {
    async push(source, text) {
      const result = await feed.push(source, text);
      if (result.outcome === 'stored') await catalog.follower.caughtUpWithAll();
      return result;
    },
    handle: (request, response) => catalog.rest.handle(request, response),
    users: createUserDirectory({ ...catalog, isConfigured: createConfiguredOrigins(settings, baseDir) }),
    find: (request) => catalog.find(request),
    providers: () => catalog.providers(),
    problems: (query) => catalog.problems(query),
    requestScan: (name) => feed.requestScan(name),
    async stop() {
      await feed.stop();
      await catalog.close();
    },
  };
}

/** Such rules would let everybody who may push decide who has which rights, so they do not count there: said, lest somebody waits for it. */
function warnOfPeople({ auth, catalog }: Begun['settings'], log: Begun['options']['log']): void {
  const letsPeopleIn = (catalog.rules ?? []).some(
    ({ allow, locations }) =>
      locations === undefined &&
      allow.some((allowed) => ['user', 'group'].includes((typeof allowed === 'string' ? allowed : allowed.kind).toLowerCase())),
  );
  if (!letsPeopleIn || Object.keys(auth.providers).length === 0) return;
  log.warn(
    {},
    'catalog.rules let Users and Groups in from anywhere: those that are pushed or registered give nobody a team or a role. Allow them for locations of catalog.locations',
  );
}
