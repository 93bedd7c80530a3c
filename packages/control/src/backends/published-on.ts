import type { Kysely } from 'kysely';
import type { ControlTables } from '../schema/tables.ts';

/** A publication whose revision uses a backend service. */
export interface PublicationOnBackend {
  backendId: string;
  apiId: string;
  api: string;
  owner: string | null;
  environment: string;
  revision: number;
  managedBy: string | null;
}

/** What is published on a backend service, in one environment or in all, by name of the API. */
export async function publishedOn(db: Kysely<ControlTables>, backendId: string, environment?: string): Promise<PublicationOnBackend[]> {
  return db
    .selectFrom('revision_backends')
    .innerJoin('publications', (join) =>
      join.onRef('publications.api_id', '=', 'revision_backends.api_id').onRef('publications.revision', '=', 'revision_backends.number'),
    )
    .innerJoin('apis', 'apis.id', 'publications.api_id')
    .select([
      'revision_backends.backend_id as backendId',
      'publications.api_id as apiId',
      'apis.name as api',
      'apis.owner as owner',
      'publications.environment as environment',
      'publications.revision as revision',
      'publications.managed_by as managedBy',
    ])
    .where('revision_backends.backend_id', '=', backendId)
    .$if(environment !== undefined, (query) => query.where('publications.environment', '=', environment ?? ''))
    .orderBy('apis.name')
    .orderBy('publications.environment')
    .execute();
}
