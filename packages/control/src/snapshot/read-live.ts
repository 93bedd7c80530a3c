import type { ApiRevisionSnapshot, BackendSnapshot, DomainSnapshot, NetworkAccess } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import type { StoredSettings } from '../schema/read-settings.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { type LivePublication, revisionId, type SnapshotParts } from './build-snapshot.ts';
import { openContent, resolveNetwork } from './definition-content.ts';
import type { RevisionContent } from './revision-content.ts';

/** A revision that was read once: it never changes. */
export interface KnownRevision {
  snapshot: ApiRevisionSnapshot;
  variables: RevisionContent['variables'];
}

/** Reads what is live. `known` holds revisions that were read before, by id; those that are live now are left in it, others dropped. */
export async function readLive(
  db: Kysely<ControlTables>,
  key: InstallationKey,
  known: Map<string, KnownRevision>,
): Promise<SnapshotParts | null> {
  const row = await db.selectFrom('settings').select('content').executeTakeFirst();
  if (row === undefined) return null;
  const { networks = [], ...settings } = JSON.parse(row.content) as StoredSettings;
  const backends = await readBackends(db, key, networks);
  const live = await db
    .selectFrom('publications')
    .innerJoin('apis', 'apis.id', 'publications.api_id')
    .innerJoin('revisions', (join) =>
      join.onRef('revisions.api_id', '=', 'publications.api_id').onRef('revisions.number', '=', 'publications.revision'),
    )
    .select(['apis.name', 'publications.api_id', 'publications.environment', 'publications.revision', 'revisions.content_hash'])
    .orderBy('apis.name')
    .orderBy('publications.environment')
    .execute();
  const ids = new Set<string>();
  const publications: LivePublication[] = [];
  for (const row of live) {
    const id = revisionId(row.name, row.content_hash);
    ids.add(id);
    let revision = known.get(id);
    if (revision === undefined) {
      revision = await readRevision(db, row.api_id, row.revision, id);
      known.set(id, revision);
    }
    publications.push({ revision: revision.snapshot, environment: row.environment, variables: revision.variables[row.environment] ?? {} });
  }
  for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
  return { settings, backends, publications, domains: await readDomains(db) };
}

async function readRevision(db: Kysely<ControlTables>, apiId: string, number: number, id: string): Promise<KnownRevision> {
  const { content } = await db
    .selectFrom('revisions')
    .select('content')
    .where('api_id', '=', apiId)
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
  const { revision, variables } = JSON.parse(content) as RevisionContent;
  return { snapshot: { id, ...revision }, variables };
}

async function readBackends(
  db: Kysely<ControlTables>,
  key: InstallationKey,
  networks: readonly NetworkAccess[],
): Promise<BackendSnapshot[]> {
  const rows = await db
    .selectFrom('backends')
    .leftJoin('backend_definitions', 'backend_definitions.backend_id', 'backends.id')
    .select(['backends.id', 'backends.name', 'backends.type', 'backend_definitions.environment', 'backend_definitions.content'])
    .orderBy('backends.id')
    .orderBy('backend_definitions.environment')
    .execute();
  const backends = new Map<string, BackendSnapshot>();
  for (const { id, name, type, environment, content } of rows) {
    const backend = backends.get(id) ?? { id, name, type: type as BackendSnapshot['type'], environments: {} };
    backends.set(id, backend);
    if (environment === null || content === null) continue;
    const definition = resolveNetwork(openContent(content, key, { backendId: id, environment }), networks);
    // That its network is gone is refused where it would go; what is published here would not compile.
    if (definition !== undefined) backend.environments[environment] = definition;
  }
  return [...backends.values()];
}

async function readDomains(db: Kysely<ControlTables>): Promise<DomainSnapshot[]> {
  const rows = await db.selectFrom('domains').select(['host', 'mappings']).orderBy('host').execute();
  return rows.map(({ host, mappings }) => ({ host, mappings: JSON.parse(mappings) as DomainSnapshot['mappings'] }));
}
